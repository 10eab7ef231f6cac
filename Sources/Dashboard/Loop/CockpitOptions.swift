public import TerminalUI

/// How a cockpit looks and behaves.
public struct CockpitOptions: Sendable {
    /// What the state line calls the pool. Empty, the default, takes the pool's own name.
    public var title = ""
    /// The time between two looks at a busy pool. Allowed: 50 ms ... 10 s; the default is 500 ms. An idle pool is, after a moment,
    /// looked at once a second, or as rarely as this where it is longer.
    public var refresh: Duration = .milliseconds(500)
    /// The colours to begin with.
    public var theme = Theme.default
    /// Whether the cockpit refuses everything that changes the pool. The default is `false`.
    public var readOnly = false
    /// Who steers, as the pool's log is to tell. The default is `cockpit`.
    public var operatorName = "cockpit"
    /// What is shown where there are no jobs yet, such as `waiting for input on stdin`.
    public var emptyMessage = "no jobs yet"
    /// Whether unfinished jobs are lost when the process ends, so that `q` asks. The default is `false`.
    public var canLoseJobs = false
    /// Says whether all that there was to do is done and nothing is to come: asked before each picture and key, as the
    /// screen says it and `q` goes by it, and must answer at once. `nil`, the default, for what never ends.
    public var isOver: (@Sendable () -> Bool)?
    /// Whether the mouse is listened to from the start, where the terminal has one. The default is `true`.
    public var mouse = true
    /// Something to be told once at the start, such as that the terminal's type is unknown. Empty by default.
    public var startupNote = ""
    /// Called on the cockpit's own thread with `true` before Ctrl-Z stops the process, and with `false` when it
    /// goes on, to stop what runs outside the process, too.
    public var onSuspend: (@Sendable (Bool) -> Void)?
    /// What Ctrl-C does, on the cockpit's own thread; it must not block. Without it, Ctrl-C is `q`.
    public var onInterrupt: (@Sendable () -> Void)?

    /// The defaults.
    public init() {}

    /// Options, where only some differ from the defaults.
    public init(
        title: String = "", refresh: Duration = .milliseconds(500), theme: Theme = .default,
        readOnly: Bool = false, operatorName: String = "cockpit", emptyMessage: String = "no jobs yet",
        canLoseJobs: Bool = false, mouse: Bool = true, onInterrupt: (@Sendable () -> Void)? = nil
    ) {
        self.title = title
        self.refresh = refresh
        self.theme = theme
        self.readOnly = readOnly
        self.operatorName = operatorName
        self.emptyMessage = emptyMessage
        self.canLoseJobs = canLoseJobs
        self.mouse = mouse
        self.onInterrupt = onInterrupt
    }
}
