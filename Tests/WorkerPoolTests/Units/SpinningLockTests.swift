import Foundation
import Monitoring
import Testing

@testable import WorkerPool

struct SpinningLockTests {
    @Test func whatItGuards_isChangedByOneThreadAtATime() {
        let lock = SpinningLock(Count())
        let threads = (0..<4).map { _ in
            Thread {
                for turn in 0..<20_000 {
                    lock.withLock { count in
                        count.first += 1
                        // Held for longer than the others look, so that they go to sleep.
                        if turn % 4_000 == 0 { usleep(100) }
                        count.second += 1
                    }
                }
                lock.withLock { $0.ended += 1 }
            }
        }
        for thread in threads { thread.start() }
        while lock.withLock({ $0.ended }) < threads.count { usleep(1_000) }
        #expect(lock.withLock { $0.first } == 80_000)
        #expect(lock.withLock { $0.second } == 80_000)
    }

    @Test func anErrorThrownUnderIt_leavesItFree() {
        let lock = SpinningLock(0)
        #expect(throws: CancellationError.self) { try lock.withLock { _ in throw CancellationError() } }
        #expect(lock.withLock { $0 } == 0)
    }
}

private struct Count {
    var first = 0
    var second = 0
    var ended = 0
}
