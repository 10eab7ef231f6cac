import CPlatform
import Glibc
public import TerminalUI

/// The process's terminal as a screen, by ncurses.
///
/// Used by one thread, which also is the one to open it; there is one at a time. From `open` to `close`
/// - the terminal sends every key as it is, Ctrl-C and Ctrl-Z too, and nothing typed is echoed;
/// - standard error, if it is a terminal, is kept and printed after `close`;
/// - SIGWINCH and SIGCONT are watched, and SIGTSTP, if nobody else does, is read as Ctrl-Z;
/// - a crash, or an exit without `close`, gives the terminal back first.
///
/// SIGTERM, SIGHUP, SIGINT and SIGQUIT are the program's to handle: it closes the terminal and ends.
public final class CursesTerminal: Terminal {
    /// What is wanted of the terminal; by default, what it can.
    public struct Options: Hashable, Sendable {
        /// The characters to use; `nil` goes by the locale and the terminal's type.
        public var glyphs: GlyphSet?
        /// The most colours to use; `nil` goes by the terminal's type and `NO_COLOR`.
        public var colorDepth: ColorDepth?
        /// Whether mouse events are wanted.
        public var mouse: Bool

        /// What is wanted.
        public init(glyphs: GlyphSet? = nil, colorDepth: ColorDepth? = nil, mouse: Bool = true) {
            self.glyphs = glyphs
            self.colorDepth = colorDepth
            self.mouse = mouse
        }
    }

    /// Something the user should be told once, such as that the terminal's type is unknown.
    public let startupNote: String?
    /// Colours, characters, mouse.
    public let capabilities: Capabilities
    /// Columns and rows.
    public internal(set) var size: Size
    /// Whether mouse events are asked for. While they are not, nothing about the mouse is sent.
    public var mouseEnabled: Bool {
        didSet { mouseChanged(from: oldValue) }
    }

    let tty: TTY
    let event: WakeEvent
    let canvas: Canvas
    var parser = InputParser()
    var errors: KeptErrors?
    /// Inputs that are known before they are asked for.
    var unread: [Input] = []
    var state = State.left
    var hasHungUp = false
    /// Bytes the terminal has not taken yet.
    var unsent: ArraySlice<UInt8> = []
    /// The newest frame, and whether it is still to be drawn because the terminal was busy.
    var latest: (frame: Frame, theme: Theme)?
    var isLatestDue = false

    enum State {
        /// The screen is ours.
        case entered
        /// The screen is not ours: before it is taken, while the process is stopped or in the background.
        case left
        /// For good.
        case closed
    }

    /// Takes the terminal.
    ///
    /// - Parameters:
    ///   - path: the terminal; by default the process's controlling one, whatever its standard streams are.
    ///   - environment: looks up a variable; by default in the process's environment.
    /// - Throws: `OpenError`; nothing has been changed then.
    public static func open(
        path: String = "/dev/tty", options: Options = Options(),
        environment: (String) -> String? = processEnvironment
    ) throws(OpenError) -> CursesTerminal {
        let surroundings = Surroundings(environment)
        let tty = try TTY(path: path)
        if surroundings.isDumb { throw .dumb(type: surroundings.type) }
        guard tty.isForeground else { throw .background }
        return try CursesTerminal(tty: tty, surroundings: surroundings, options: options)
    }

    /// A variable of the process's environment.
    public static func processEnvironment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// Gives the terminal back at once, if it is taken, without closing anything. For the last moments of a
    /// process: it is safe in a signal handler.
    public static func restoreInEmergency() {
        cp_crash_guard_restore()
    }

    private init(tty: TTY, surroundings: Surroundings, options: Options) throws(OpenError) {
        try Self.reserve()
        do throws(OpenError) {
            event = try WakeEvent()
            canvas = try Canvas(
                types: surroundings.candidates, size: tty.size, glyphs: options.glyphs ?? surroundings.glyphs,
                depth: options.colorDepth ?? (surroundings.isColorless ? ColorDepth.none : nil))
        } catch {
            Self.release()
            throw error
        }
        self.tty = tty
        size = tty.size
        capabilities = Capabilities(
            colorDepth: canvas.depth, glyphs: canvas.glyphs, mouse: canvas.description.hasMouse)
        mouseEnabled = options.mouse && canvas.description.hasMouse
        startupNote =
            canvas.type == surroundings.type
            ? nil : "unknown terminal type \"\(surroundings.type ?? "")\": taking it for \(canvas.type)"
        cp_terminal_watch(event.file)
        enter()
    }

    deinit {
        close()
    }

    /// Ends `read` early, from any thread.
    public var waker: Waker {
        let event = event
        return Waker { event.wake() }
    }
}
