import Monitoring
import Synchronization

/// Decides how many jobs to claim ahead: the more, the sooner a full claim was used up.
///
/// Long jobs are never claimed ahead, so that they do not wait here while another process is free.
struct PrefetchSizer {
    private var size = 0
    private var last: UInt64 = 0
    private var lastEnded: UInt64 = 0

    /// Notes a claim, and how many attempts have ended so far; returns how many jobs to hold beyond those that run.
    mutating func claimed(_ count: Int, of room: Int, ended: UInt64, at now: UInt64, limit: Int) -> Int {
        defer { (last, lastEnded) = (now, ended) }
        let pause = now > last ? now - last : 0
        // Where none has ended, there was still room from before: that says nothing about how long they take.
        if count == room, pause < 5_000_000, ended > lastEnded {
            size = min(max(size * 2, 8), limit)
        } else if pause > 50_000_000 {
            size = 0
        }
        return size
    }

    /// A sizer with its lock.
    final class Box: Sendable {
        private let sizer = Locked(PrefetchSizer())

        func claimed(_ count: Int, of room: Int, ended: UInt64, at now: UInt64, limit: Int) -> Int {
            sizer.withLock { $0.claimed(count, of: room, ended: ended, at: now, limit: limit) }
        }
    }
}
