import Monitoring

/// The figures that change, as `expvar` has them: one object to be read by whoever polls.
struct Variables: Codable {
    struct Pool: Codable {
        var state: PoolState
        var counters: Counters
        var workers: [String: Int]
        var queue: [String: Int]
    }

    var pid: Int32
    var started: UnixTime
    var pools: [String: Pool] = [:]

    init(pid: Int32, started: UnixTime) {
        self.pid = pid
        self.started = started
    }

    mutating func add(_ snapshot: PoolSnapshot, number: Int) {
        let name =
            snapshot.name.isEmpty || pools[snapshot.name] != nil
            ? "\(snapshot.name)#\(number)" : snapshot.name
        let workers = snapshot.workers
        pools[name] = Pool(
            state: snapshot.state, counters: snapshot.counters,
            workers: [
                "target": workers.target, "live": workers.live, "busy": workers.busy, "idle": workers.idle,
                "retiring": workers.retiring,
            ],
            queue: [
                "depth": snapshot.queue.depth, "highWater": snapshot.queue.highWater,
                "scheduled": snapshot.queue.scheduled,
            ])
    }
}
