import NIOCore

/// Runs tasks on the thread of an event loop, so that a server needs none of the threads that the program's jobs
/// may all be using.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Waits, on the loop's own clock.
    func sleep(_ time: Duration) async {
        let wait = TimeAmount.nanoseconds(Int64(time / .nanoseconds(1)))
        try? await loop.scheduleTask(in: wait) {}.futureResult.get()
    }
}
