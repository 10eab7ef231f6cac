import Monitoring
import TerminalUI

@testable import Dashboard

/// Several pools at once.
extension Scenes {
    /// Three pools that have nothing to do with each other.
    static func pools(_ stage: Stage) -> Stage {
        var stage = stage
        stage.jobs = jobs(queued: 20)
        for (source, name) in ["one", "two", "three"].enumerated() {
            var pool = [busy(), paused(), failing()][source]
            pool.name = name
            stage.now = pool.time
            stage.take(.snapshot(pool), from: source)
        }
        return stage
    }

    /// The course of a pipeline.
    enum Flow: String, CaseIterable {
        case encode, source, paused, lost
    }

    /// One stage of a pipeline of four.
    static func stage(
        _ name: String, _ position: Int, depth: Int, workers target: Int, busy: Int, working: Double,
        blocked: Double, rate: Double, at time: UnixTime = Stage.start
    ) -> PoolSnapshot {
        var pool = PoolSnapshot()
        pool.name = name
        pool.time = time
        pool.uptime = 120
        pool.queue.capacity = 64
        pool.queue.depth = depth
        pool.queue.highWater = 64
        workers(&pool, target, busy: busy)
        pool.rates.arrivals = rate
        pool.rates.completions = rate
        pool.latencies.run = latency(Double(target) * working / max(rate, 1), 900)
        pool.latencies.wait = latency(Double(depth) / max(rate, 1), 900)
        pool.counters.running = UInt64(busy)
        pool.counters.queued = UInt64(depth)
        pool.counters.succeeded = UInt64(4_000 - position * 100)
        pool.counters.submitted = pool.counters.succeeded + UInt64(busy + depth)
        var figures = StageFigures(pipeline: "photos", position: position, count: 4)
        (figures.working, figures.blocked) = (working, blocked)
        figures.waiting = 1 - working - blocked
        figures.blockedWorkers = Int(blocked * Double(target))
        figures.entered = pool.counters.submitted
        figures.passed = pool.counters.succeeded
        pool.stage = figures
        return pool
    }

    /// A pipeline that encode holds back.
    static func pipeline(_ flow: Flow = .encode, at time: UnixTime = Stage.start) -> [PoolSnapshot] {
        var stages = [
            stage(
                "fetch", 0, depth: 64, workers: 8, busy: 8, working: 0.35, blocked: 0.62, rate: 44.1, at: time
            ),
            stage(
                "resize", 1, depth: 61, workers: 3, busy: 3, working: 0.38, blocked: 0.61, rate: 43.8,
                at: time),
            stage(
                "encode", 2, depth: 64, workers: 4, busy: 4, working: 0.98, blocked: 0, rate: 43.9, at: time),
            stage(
                "upload", 3, depth: 1, workers: 6, busy: 3, working: 0.47, blocked: 0, rate: 43.7, at: time),
        ]
        stages[0].producers.waiting = 1
        stages[0].producers.longest = 0.2
        stages[2].stage?.keepsOrder = true
        stages[2].stage?.reordering = 3
        stages[3].counters.failed = 12
        stages[3].counters.retried = 31
        stages[3].stage?.skipped = 12
        stages[3].stage?.onFailure = "fail"
        stages[3].errors.total = 43
        stages[3].errors.latest = failures(9, at: time)
        switch flow {
        case .encode, .lost: break
        case .source:
            for index in stages.indices {
                stages[index].queue.depth = index
                stages[index].producers = ProducerFigures()
                stages[index].stage?.blocked = 0
                stages[index].stage?.blockedWorkers = 0
                stages[index].stage?.working = 0.2 + 0.1 * Double(index)
                stages[index].stage?.waiting = 0.8 - 0.1 * Double(index)
            }
        case .paused: stages[1].paused.dispatch = Pause(by: "ann", since: time - 42, elapsed: 42)
        }
        return stages
    }

    /// A cockpit that watches it.
    static func watched(_ flow: Flow, size: Size, glyphs: GlyphSet = .unicode) -> Stage {
        var stage = Stage(size: size, glyphs: glyphs, pools: 4)
        stage.jobs = []
        for second in 0...60 {
            let time = Stage.start - Double(60 - second)
            stage.now = time
            for (source, snapshot) in pipeline(flow, at: time).enumerated() {
                var past = snapshot
                past.queue.depth = snapshot.queue.depth * min(60, second + source * 9) / 60
                past.counters.succeeded -= UInt64(44 * (60 - second))
                stage.take(.snapshot(past), from: source)
            }
        }
        if flow == .lost { stage.take(.lost("connection refused"), from: 2) }
        stage.press(.down)
        stage.look()
        return stage
    }
}
