import Monitoring
import Synchronization
import TerminalUI

@testable import Dashboard

/// Pools in the states that screens are drawn of. All of it is made by arithmetic, so that it never changes.
enum Scenes {
    /// The situations of the recorded pictures.
    enum Name: String, CaseIterable {
        case busy, empty, paused, draining, failing, thousand, limited, sizing, held

        var snapshot: PoolSnapshot {
            switch self {
            case .busy: Scenes.busy()
            case .empty: Scenes.empty()
            case .paused: Scenes.paused()
            case .draining: Scenes.draining()
            case .failing: Scenes.failing()
            case .thousand: Scenes.thousand()
            case .limited: Scenes.limited()
            case .sizing: Scenes.sizing()
            case .held: Scenes.sizing(isActive: false)
            }
        }
    }

    static let names = [
        "img/2041/harbour-night.png", "img/2041/market.png", "report/monthly-2026-10",
        "mail/welcome-to-the-list",
        "img/2040/日本の庭.png", "sync/eu-west/shard-17", "img/2038/bridge-at-dawn.jpg",
    ]
    static let kinds = ["resize", "resize", "report", "mail", "resize", "sync", "resize"]

    static func job(_ number: Int, _ state: JobState, at time: UnixTime) -> JobSummary {
        var job = JobSummary(
            id: JobID(rawValue: UInt64(number)), name: names[number % names.count],
            kind: kinds[number % kinds.count],
            state: state)
        job.attempt = state == .queued ? 0 : 1 + number % 2
        job.maxAttempts = 5
        job.submitted = time - 25 - Double(number % 40) / 10
        switch state {
        case .running:
            job.started = time - Double(number % 13) * 0.31
            job.worker = WorkerID(rawValue: 1 + number % 4)
            if number % 3 == 0 {
                job.progress = JobProgress(fraction: Double(number % 10) / 10, note: "\(number % 10) of 10")
            }
        case .scheduled: job.due = time + 8
        case .succeeded, .failed, .cancelled, .dead:
            job.started = time - 12
            job.ended = time - 10.8
            job.worker = WorkerID(rawValue: 1 + number % 4)
            if state == .failed { job.error = "unexpected end of file at byte \(number * 37)" }
        case .queued, .dropped: break
        }
        return job
    }

    static func failure(_ number: Int, at time: UnixTime) -> Failure {
        let isMail = number % 3 == 0
        return Failure(
            id: UInt64(number), time: time, job: JobID(rawValue: UInt64(10_000 + number * 7)),
            name: names[number % names.count], kind: isMail ? "mail" : "resize",
            worker: WorkerID(rawValue: 1 + number % 4), attempt: isMail ? 5 : 1 + number % 4, maxAttempts: 5,
            duration: 0.31, type: isMail ? "SMTP 550" : "DecodeError",
            message: isMail
                ? "mailbox unavailable: user\(number)@example.org"
                : "unexpected end of file at byte \(number * 4_096)",
            trace: isMail ? "0 deliver(_:) at Mail.swift:120\n1 Mailer.run() at Mailer.swift:48" : nil,
            outcome: isMail ? .gaveUp : number % 2 == 0 ? .retry(at: time + 8) : .recovered)
    }

    /// Failures, newest first.
    static func failures(_ count: Int, at time: UnixTime) -> [Failure] {
        (0..<count).map { failure(count - $0, at: time - Double($0) * 11) }
    }

    static func latency(_ middle: Seconds, _ count: UInt64) -> LatencyFigures {
        var figures = LatencyFigures()
        (figures.count, figures.mean, figures.p50) = (count, middle * 1.05, middle)
        (figures.p90, figures.p95, figures.p99, figures.max) = (
            middle * 1.6, middle * 2, middle * 4, middle * 9
        )
        return figures
    }

    /// Four workers that cannot keep up: the queue is nearly full and producers wait.
    static func busy(at time: UnixTime = Stage.start, second: Int = 252) -> PoolSnapshot {
        var pool = PoolSnapshot()
        pool.name = "backpressure demo"
        pool.time = time
        pool.uptime = Double(second)
        // Three workers did 31 a second, four do 41.
        let done = UInt64(
            2_100 + 31 * min(second, 190) + 41 * max(0, second - 190) + [0, 9, 4, 12, 7][second % 5])
        pool.counters.succeeded = done
        pool.counters.failed = 3
        pool.counters.running = 4
        pool.counters.queued = UInt64(min(982, second * 16))
        pool.counters.scheduled = 1
        pool.counters.retried = 17
        pool.counters.submitted = done + 3 + 4 + pool.counters.queued + 1
        pool.queue.depth = Int(pool.counters.queued)
        pool.queue.capacity = 1_024
        pool.queue.highWater = 1_024
        pool.queue.lowWater = 740
        pool.queue.oldest = 24.9
        pool.queue.scheduled = 1
        pool.rates.arrivals = 41.6
        pool.rates.completions = 41.2
        pool.rates.window = 5
        pool.latencies.wait = latency(21.4, 2_472)
        pool.latencies.run = latency(0.096, 2_472)
        pool.latencies.total = latency(21.6, 2_472)
        pool.producers.waiting = 1
        pool.producers.longest = 1.8
        pool.producers.waits = 512
        pool.producers.known = 4
        workers(&pool, 4, busy: 4)
        return pool
    }

    /// Gives a pool workers, the first of them busy.
    static func workers(_ pool: inout PoolSnapshot, _ count: Int, busy: Int) {
        pool.workers.target = count
        pool.workers.live = count
        pool.workers.busy = busy
        pool.workers.idle = count - busy
        pool.workers.each = (1...max(1, count)).prefix(count).map { number in
            var worker = WorkerSnapshot(id: WorkerID(rawValue: number))
            worker.succeeded = UInt64(800 + number * 9)
            worker.failed = UInt64(number % 3)
            worker.busyShare = number <= busy ? 0.98 : 0.42
            if number <= busy {
                worker.state = .running
                var job = job(10_490 + number, .running, at: pool.time)
                job.worker = worker.id
                worker.job = job
                worker.elapsed = pool.time - (job.started ?? pool.time)
            }
            return worker
        }
    }

    /// Nothing has come yet.
    static func empty(at time: UnixTime = Stage.start) -> PoolSnapshot {
        var pool = PoolSnapshot()
        pool.name = "run"
        pool.time = time
        pool.uptime = 2
        pool.queue.capacity = 1_024
        workers(&pool, 4, busy: 0)
        for index in pool.workers.each.indices {
            pool.workers.each[index] = WorkerSnapshot(id: pool.workers.each[index].id)
        }
        return pool
    }

    /// Intake and dispatch are paused, and running jobs end.
    static func paused(at time: UnixTime = Stage.start) -> PoolSnapshot {
        var pool = busy(at: time)
        pool.paused.intake = Pause(by: "ann", since: time - 12, elapsed: 12)
        pool.paused.dispatch = Pause(by: "bob", since: time - 75, elapsed: 75)
        pool.producers.waiting = 4
        return pool
    }

    /// No more jobs are taken; one worker leaves, one stops, one does not.
    static func draining(at time: UnixTime = Stage.start) -> PoolSnapshot {
        var pool = busy(at: time)
        pool.state = .draining
        pool.producers = ProducerFigures()
        pool.counters.cancelled = 2
        pool.counters.submitted += 2
        pool.workers.target = 2
        pool.workers.retiring = 2
        pool.workers.each[0].state = .stopping
        pool.workers.each[0].stopping = 3
        pool.workers.each[1].state = .uncooperative
        pool.workers.each[1].stopping = 48
        pool.workers.each[2].state = .retiring
        pool.workers.each[3].state = .retiring
        return pool
    }

    /// Everything fails.
    static func failing(at time: UnixTime = Stage.start) -> PoolSnapshot {
        var pool = busy(at: time)
        pool.counters.failed = 1_204
        pool.counters.submitted += 1_201
        pool.counters.timedOut = 12
        pool.errors.total = 1_340
        pool.errors.kept = 1_000
        pool.errors.latest = Array(failures(40, at: time).prefix(16))
        return pool
    }

    /// A thousand workers and ten million jobs waiting.
    static func thousand(at time: UnixTime = Stage.start) -> PoolSnapshot {
        var pool = busy(at: time)
        pool.queue.capacity = nil
        pool.queue.depth = 10_000_000
        pool.queue.highWater = 10_204_511
        pool.counters.queued = 10_000_000
        pool.counters.running = 1_000
        pool.counters.submitted =
            pool.counters.queued + 1_000 + pool.counters.succeeded + pool.counters.failed
            + pool.counters.scheduled
        workers(&pool, 1_000, busy: 1_000)
        return pool
    }

    /// Some kinds of jobs may not run as often or as many at once as they would, and some jobs are urgent.
    static func limited(at time: UnixTime = Stage.start) -> PoolSnapshot {
        var pool = busy(at: time)
        for index in pool.workers.each.indices {
            pool.workers.each[index].job = pool.workers.each[index].job.map(prioritized)
        }
        pool.limits = [
            limit("", 4, of: 6, held: 0), limit("resize", 2, of: 2, held: 12),
            limit(
                "mail", 1, of: 3, held: 4,
                rate: RateFigures(perSecond: 10, burst: 20, available: 0.2, wait: 0.08)),
            limit("report", 0, of: nil, rate: RateFigures(perSecond: 0.5, burst: 5, available: 5, wait: 0)),
            limit("sync", 1, of: 4),
        ]
        return pool
    }

    static func limit(
        _ kind: String, _ running: Int, of most: Int?, held: Int = 0, rate: RateFigures? = nil
    ) -> LimitFigures {
        var limit = LimitFigures(kind: kind)
        (limit.running, limit.concurrency, limit.held, limit.rate) = (running, most, held, rate)
        return limit
    }

    /// A job that may be more or less urgent than others.
    static func prioritized(_ job: JobSummary) -> JobSummary {
        var job = job
        job.priority = job.id.rawValue % 5 == 2 ? 10 : job.id.rawValue % 7 == 0 ? -5 : 0
        return job
    }

    /// The pool chooses how many workers it has, or could if an operator had not.
    static func sizing(at time: UnixTime = Stage.start, isActive: Bool = true) -> PoolSnapshot {
        var pool = busy(at: time)
        pool.sizing = SizingFigures(
            min: 1, max: 64, isActive: isActive,
            reason: isActive
                ? "41.2/s, best of the sizes near it; looks again in 20 s"
                : "ann set the size; stays until it is handed back",
            pressure: PressureFigures(cpu: 48.3, memory: 0, io: 4.2))
        return pool
    }

    /// A list of jobs in all states, in a pool's order.
    static func jobs(at time: UnixTime = Stage.start, queued: Int = 120) -> [JobSummary] {
        (1...4).map { job(10_490 + $0, .running, at: time) }
            + (0..<queued).map { job(10_500 + $0, .queued, at: time) }
            + [job(10_433, .scheduled, at: time)] + (0..<6).map { job(10_400 - $0 * 7, .failed, at: time) }
            + (0..<30).map { job(10_390 - $0, $0 % 9 == 4 ? .cancelled : .succeeded, at: time) }
    }

    /// One job with everything there is to know.
    static func detail(at time: UnixTime = Stage.start) -> JobDetail {
        var detail = JobDetail(summary: job(10_491, .running, at: time))
        detail.payload = "convert 'img/2041/market.png' -resize 1024x 'out/market.png'"
        detail.tags = ["tenant": "acme", "batch": "7"]
        detail.attempts = [
            Attempt(
                number: 1, worker: WorkerID(rawValue: 3), started: time - 14, ended: time - 12.8,
                outcome: "failed",
                message: "unexpected end of file at byte 4,096"),
            Attempt(number: 2, worker: WorkerID(rawValue: 1), started: time - 1.2, outcome: "running"),
        ]
        var output = JobOutput()
        output.lines = (1...60).map {
            OutputLine(isError: $0 % 9 == 0, text: "block \($0) of 60 written, crc ok")
        }
        output.lineCount = 64
        output.bytes = 2_048
        detail.output = output
        detail.usage = ResourceUsage(
            userTime: 1.21, systemTime: 0.08, maxResidentBytes: 14_200_000, processID: 4_711)
        return detail
    }

    /// A job with all a submitter can ask for.
    static func promised(at time: UnixTime = Stage.start) -> JobDetail {
        var detail = detail(at: time)
        detail.summary.priority = 10
        detail.key = "thumbnail:2041/market"
        detail.deadline = time + 12
        return detail
    }

    /// A cockpit that has watched a pool for four minutes, with a resize on its graphs.
    static func watched(
        _ snapshot: PoolSnapshot, size: Size, glyphs: GlyphSet = .unicode, tab: Tab = .overview
    ) -> Stage {
        var stage = Stage(size: size, glyphs: glyphs)
        stage.state.pool = past(of: snapshot)
        var last = snapshot
        last.counters.succeeded = (stage.state.pool.snapshot?.counters.succeeded ?? 0) + 40
        last.counters.submitted = (stage.state.pool.snapshot?.counters.submitted ?? 0) + 40
        stage.now = snapshot.time - 1
        stage.jobs =
            snapshot.limits.isEmpty ? jobs(at: snapshot.time) : jobs(at: snapshot.time).map(prioritized)
        stage.look()
        if tab != .overview { stage.press(.char(Unicode.Scalar(UInt8(48 + tab.digit)))) }
        stage.show(last, failures: snapshot.errors.total > 0 ? failures(40, at: snapshot.time) : nil)
        stage.state.toasts.clear()
        stage.look()
        return stage
    }

    private static let pasts = Locked<[PoolSnapshot.ID: PoolModel]>([:])

    /// What a cockpit knows of a pool's last four minutes; worked out once.
    private static func past(of snapshot: PoolSnapshot) -> PoolModel {
        if let known = pasts.withLock({ $0[snapshot.id] }) { return known }
        var stage = Stage()
        let seconds = 252
        for second in 0..<seconds {
            let time = snapshot.time - Double(seconds - second)
            var past = busy(at: time, second: second)
            past.queue.depth = snapshot.queue.depth * (30 + abs(30 - second % 60)) / 60
            past.counters.queued = UInt64(past.queue.depth)
            past.counters.submitted = past.counters.succeeded + past.counters.queued + 1_300
            past.counters.failed = snapshot.counters.failed
            past.paused = snapshot.paused
            past.workers = snapshot.workers
            (past.limits, past.sizing) = (snapshot.limits, snapshot.sizing)
            _ = stage.state.reduce(.snapshot(past), now: time)
            if second == 190 { _ = stage.state.reduce(.events(events(at: time)), now: time) }
        }
        pasts.withLock { $0[snapshot.id] = stage.state.pool }
        return stage.state.pool
    }

    static func events(at time: UnixTime) -> EventPage {
        let worker = WorkerID(rawValue: 3)
        let job = JobID(rawValue: 10_488)
        return EventPage(
            events: [
                PoolEvent(id: 1, time: time - 4, kind: .lifecycle, message: "pool started with 3 workers"),
                PoolEvent(
                    id: 2, time: time - 1, kind: .retrying, level: .warning, worker: worker, job: job,
                    message: "unexpected end of file at byte 81,920; attempt 2 of 5 in 8 s"),
                PoolEvent(
                    id: 3, time: time, kind: .operated, message: "ann resized the pool from 3 to 4 workers",
                    mark: "3→4"),
                PoolEvent(
                    id: 4, time: time, kind: .failed, level: .error, worker: worker, job: job,
                    message: "mailbox unavailable"),
            ], skipped: 0)
    }
}

extension PoolSnapshot {
    /// What tells the scenes apart.
    fileprivate struct ID: Hashable {
        var workers: Int
        var state: PoolState
        var isPaused: Bool
        var failed: UInt64
        var limits: Int
        var sizes: Bool?
    }

    fileprivate var id: ID {
        ID(
            workers: workers.target, state: state, isPaused: paused.intake != nil, failed: counters.failed,
            limits: limits.count, sizes: sizing?.isActive)
    }
}
