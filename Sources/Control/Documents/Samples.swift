import Monitoring

/// Values with all that they may have, from which the document's schemas are read off.
enum Samples {
    static let time: UnixTime = 1_700_000_000.5

    static var job: JobSummary {
        var job = JobSummary(
            id: JobID(rawValue: 42), name: "resize cat.png", kind: "thumbnail", state: .running)
        job.attempt = 1
        job.worker = WorkerID(rawValue: 3)
        job.submitted = time
        job.due = time
        job.started = time
        job.ended = time
        job.progress = JobProgress(fraction: 0.5, note: "12 of 24")
        job.error = "timeout"
        return job
    }

    static var failure: Failure {
        Failure(
            id: 1, time: time, job: JobID(rawValue: 42), name: "resize cat.png", kind: "thumbnail",
            worker: WorkerID(rawValue: 3), attempt: 1, maxAttempts: 3, duration: 0.25, type: "exit 7",
            message: "no such file", trace: "no such file", outcome: .gaveUp)
    }

    static var snapshot: PoolSnapshot {
        var snapshot = PoolSnapshot()
        snapshot.name = "thumbnails"
        snapshot.time = time
        var worker = WorkerSnapshot(id: WorkerID(rawValue: 3))
        worker.state = .running
        worker.job = job
        worker.elapsed = 0.25
        worker.stopping = 0.25
        snapshot.workers.each = [worker]
        snapshot.queue.capacity = 100
        snapshot.queue.oldest = 0.25
        snapshot.latencies.wait = LatencyFigures()
        snapshot.latencies.run = LatencyFigures()
        snapshot.latencies.total = LatencyFigures()
        snapshot.producers.longest = 0.25
        snapshot.producers.known = 2
        let pause = Pause(by: "http", since: time, elapsed: 0.25)
        snapshot.paused.intake = pause
        snapshot.paused.dispatch = pause
        snapshot.paused.frozen = pause
        snapshot.errors.latest = [failure]
        var limit = LimitFigures(kind: "thumbnail")
        limit.concurrency = 2
        limit.rate = RateFigures(perSecond: 10, burst: 10, available: 10, wait: 0)
        snapshot.limits = [limit]
        snapshot.sizing = SizingFigures(
            min: 1, max: 8, isActive: true, reason: "steady",
            pressure: PressureFigures(cpu: 1, memory: 0, io: 0))
        snapshot.stage = StageFigures(pipeline: "photos", position: 0, count: 4)
        return snapshot
    }

    static var detail: JobDetail {
        var detail = JobDetail(summary: job)
        detail.payload = "convert cat.png"
        detail.tags = ["album": "pets"]
        detail.key = "cat"
        detail.deadline = time
        detail.attempts = [
            Attempt(
                number: 1, worker: WorkerID(rawValue: 3), started: time, ended: time, outcome: "failed",
                message: "no such file")
        ]
        var output = JobOutput()
        output.lines = [OutputLine(isError: true, text: "no such file")]
        detail.output = output
        detail.usage = ResourceUsage(
            userTime: 0.25, systemTime: 0.25, maxResidentBytes: 1, exitStatus: 7, signal: "SIGKILL",
            processID: 1)
        return detail
    }

    static var event: PoolEvent {
        PoolEvent(
            id: 1, time: time, kind: .operated, worker: WorkerID(rawValue: 3), job: JobID(rawValue: 42),
            message: "workers 4 → 6", mark: "4→6", receipt: Receipt(id: 1, phase: .done, message: "done"))
    }

    static var task: TaskStatus {
        var task = TaskStatus(id: "t-42", kind: "thumbnail", state: .failed)
        task.parameters = ["input": "cat.png"]
        task.key = "cat"
        task.due = time
        task.started = time
        task.ended = time
        task.expires = time
        var result = TaskResult()
        result.exit = 7
        result.signal = "SIGKILL"
        result.status = 500
        task.result = result
        task.error = "exit 7: no such file"
        return task
    }

    static var queue: TaskQueueStatus {
        var queue = TaskQueueStatus(name: "thumbnail")
        queue.paused = Pause(by: "http", since: time, elapsed: 0.25)
        queue.concurrency = 2
        queue.rate = 10
        return queue
    }
}
