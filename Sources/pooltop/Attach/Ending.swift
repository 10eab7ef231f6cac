import Monitoring
import Synchronization

/// The signal that ended a program, where one did.
final class Ending: Sendable {
    private let number = Locked<Int32?>(nil)

    /// The first one counts.
    func note(_ signal: Int32) { number.withLock { $0 = $0 ?? signal } }

    var signal: Int32? { number.withLock { $0 } }
}
