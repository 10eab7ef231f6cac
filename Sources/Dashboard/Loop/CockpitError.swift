/// Why a cockpit cannot run.
public enum CockpitError: Error, CustomStringConvertible {
    /// The system gives no more threads.
    case noThread(errno: Int32)
    /// ``Cockpit/run()`` was called before: a cockpit runs once.
    case alreadyRun

    /// One line for people.
    public var description: String {
        switch self {
        case .noThread(let number):
            "the cockpit cannot start a thread (error \(number)): too many are running"
        case .alreadyRun: "this cockpit has run already: make a new one"
        }
    }
}
