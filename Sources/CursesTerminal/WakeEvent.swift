import CPlatform
import Glibc
import Synchronization

/// What ends a `poll` early: a counter of the kernel, and whether it was somebody's wish.
///
/// Lives as long as any waker does.
final class WakeEvent: Sendable {
    /// The counter's file.
    let file: Int32
    private let isAsked = Atomic(false)

    init() throws(OpenError) {
        file = cp_event()
        guard file >= 0 else { throw .failed("making an event counter") }
    }

    deinit {
        close(file)
    }

    /// Wakes; once is enough until it is taken.
    func wake() {
        guard !isAsked.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var one: UInt64 = 1
        _ = write(file, &one, 8)
    }

    /// Empties the counter.
    /// - Returns: whether `wake` was called since the last time.
    func take() -> Bool {
        var count: UInt64 = 0
        _ = read(file, &count, 8)
        return isAsked.exchange(false, ordering: .acquiringAndReleasing)
    }
}
