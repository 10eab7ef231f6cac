import Monitoring
import Synchronization

/// Tells an attempt that has been told to stop why: because its time is up, or because someone cancelled the job.
///
/// To be made in the job's own task; may then be asked from any thread until the attempt ends.
package struct TimeoutProbe: Sendable {
    private let seat: Seat?

    /// A probe for the attempt whose task makes it.
    package init() { seat = Seat.current }

    /// Whether the attempt was told to stop because its time is up.
    package var hasFired: Bool {
        guard let seat, let slot = seat.slot else { return false }
        return seat.pool.state.withLock { _ in
            if case .timeout = slot.stop?.reason { true } else { false }
        }
    }
}
