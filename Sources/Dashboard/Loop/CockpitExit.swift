/// Why a cockpit ended.
public enum CockpitExit: Sendable, Equatable {
    /// The operator left, and nothing is lost by it.
    case quit
    /// The operator left, and the work is to go on without a screen.
    case quitGoOnHeadless
    /// The operator left and had all jobs cancelled.
    case quitCancelled
    /// The terminal is gone.
    case hangup
    /// ``Cockpit/close()`` was called.
    case ended
}
