import Monitoring
import TerminalUI

@testable import Dashboard

/// A pool that takes its jobs from durable queues.
extension Scenes {
    /// One durable queue.
    static func queue(
        _ name: String, queued: UInt64, running: UInt64 = 0, scheduled: UInt64 = 0, dead: Int = 0,
        succeeded: UInt64, cancelled: UInt64 = 0
    ) -> QueueSnapshot {
        var queue = QueueSnapshot(name: name)
        queue.counters.queued = queued
        queue.counters.running = running
        queue.counters.scheduled = scheduled
        queue.counters.succeeded = succeeded
        queue.counters.failed = UInt64(dead)
        queue.counters.cancelled = cancelled
        queue.counters.submitted = queued + running + scheduled + succeeded + UInt64(dead) + cancelled
        queue.dead = dead
        queue.oldest = queued > 0 ? 12.5 + Double(queued) / 10 : nil
        return queue
    }

    /// Four queues: one with limits, one with dead letters, one that is paused, one that is empty.
    static func durable(at time: UnixTime = Stage.start) -> PoolSnapshot {
        var pool = busy(at: time)
        pool.name = "tasks"
        var encode = queue("encode", queued: 732, running: 3, succeeded: 9_120, cancelled: 2)
        (encode.concurrency, encode.rate) = (3, 10)
        let mail = queue("mail", queued: 48, running: 1, scheduled: 1, dead: 3, succeeded: 1_204)
        var report = queue("report", queued: 202, dead: 1, succeeded: 77, cancelled: 12)
        report.paused = Pause(by: "bob", since: time - 75, elapsed: 75)
        pool.queues = [encode, mail, report, queue("sync-eu-west", queued: 0, succeeded: 0)]
        return pool
    }

    /// Jobs of these queues, dead letters among them.
    static func durableJobs(at time: UnixTime = Stage.start) -> [JobSummary] {
        var jobs = (1...4).map { job(10_490 + $0, .running, at: time) }
        jobs += (0..<6).map { job(10_500 + $0, .queued, at: time) }
        jobs += (0..<4).map { index in
            var dead = job(10_433 + index * 7, .dead, at: time)
            (dead.name, dead.kind) = ("mail/\(index)", "mail")
            (dead.attempt, dead.worker) = (5, nil)
            dead.error = "mailbox unavailable: user\(index)@example.org"
            return dead
        }
        return jobs + (0..<8).map { job(10_390 - $0, .succeeded, at: time) }
    }

    /// A dead letter with everything there is to know of it.
    static func deadLetter(at time: UnixTime = Stage.start) -> JobDetail {
        var summary = durableJobs(at: time)[10]
        summary.maxAttempts = 3
        summary.attempt = 3
        var detail = JobDetail(summary: summary)
        detail.payload = #"{"to":"user0@example.org","template":"welcome"}"#
        detail.tags = ["rescues": "1", "tenant": "acme"]
        detail.key = "mail/0"
        let outcomes = [
            ("failed", "connection refused (web-1:4711)"), ("lost", "web-1:4711"),
            ("failed", "mailbox unavailable: user0@example.org (web-2:815)"),
        ]
        for (index, (outcome, message)) in outcomes.enumerated() {
            let start: UnixTime = time - 60 + Double(index) * 20
            detail.attempts.append(
                Attempt(
                    number: index + 1, worker: nil, started: start, ended: start + 1.2, outcome: outcome,
                    message: message))
        }
        return detail
    }

    /// A cockpit that watches them.
    static func durableStage(
        _ size: Size = Size(width: 120, height: 36), glyphs: GlyphSet = .unicode, tab: Tab = .overview
    ) -> Stage {
        var stage = Stage(size: size, glyphs: glyphs)
        stage.jobs = durableJobs()
        stage.show(durable(), failures: [])
        stage.press(.char(Unicode.Scalar(UInt8(48 + tab.digit))))
        return stage
    }
}
