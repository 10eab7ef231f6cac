import Monitoring

/// What belongs to a single pool, of the pool that is addressed. So nothing but the Pools view has to know that
/// there may be several.
extension CockpitState {
    /// Whether there is more than one pool.
    var hasSeveral: Bool { panes.count > 1 }

    /// Whether the pool takes its jobs from durable queues.
    var hasQueues: Bool { pool.snapshot?.queues != nil }

    /// Whether the pool that is addressed is the one on the screen.
    var isOnScreen: Bool { addressed == selected }

    /// What a pool is called, for messages and titles.
    func name(of index: Int) -> String {
        let name = panes[index].pool.snapshot?.name ?? ""
        return name.isEmpty ? "pool \(index + 1)" : name
    }

    /// The stages' pipeline where all pools that are known are stages of one; `nil` otherwise.
    var pipeline: String? {
        guard hasSeveral else { return nil }
        let known = panes.indices.compactMap { shown($0).snapshot }
        guard let name = known.first?.stage?.pipeline, known.allSatisfy({ $0.stage?.pipeline == name }) else {
            return nil
        }
        return name
    }

    /// Before a message on a pool where there are several: which one.
    var about: String { hasSeveral ? name(of: addressed) + ": " : "" }

    var pool: PoolModel {
        get { panes[addressed].pool }
        _modify { yield &panes[addressed].pool }
    }

    var connection: Connection {
        get { panes[addressed].connection }
        _modify { yield &panes[addressed].connection }
    }

    var overview: ListState<WorkerID> {
        get { panes[addressed].overview }
        _modify { yield &panes[addressed].overview }
    }

    var workers: ListState<WorkerID> {
        get { panes[addressed].workers }
        _modify { yield &panes[addressed].workers }
    }

    var jobs: ListState<JobID> {
        get { panes[addressed].jobs }
        _modify { yield &panes[addressed].jobs }
    }

    var errors: ListState<ErrorGroup.Key> {
        get { panes[addressed].errors }
        _modify { yield &panes[addressed].errors }
    }

    var log: ListState<UInt64> {
        get { panes[addressed].log }
        _modify { yield &panes[addressed].log }
    }

    var queues: ListState<String> {
        get { panes[addressed].queues }
        _modify { yield &panes[addressed].queues }
    }

    var latest: ListState<UInt64> {
        get { panes[addressed].latest }
        _modify { yield &panes[addressed].latest }
    }

    var focus: OverviewFocus {
        get { panes[addressed].focus }
        _modify { yield &panes[addressed].focus }
    }

    var jobState: JobState? {
        get { panes[addressed].jobState }
        _modify { yield &panes[addressed].jobState }
    }

    var jobQueue: String? {
        get { panes[addressed].jobQueue }
        _modify { yield &panes[addressed].jobQueue }
    }

    var jobOffset: Int {
        get { panes[addressed].jobOffset }
        _modify { yield &panes[addressed].jobOffset }
    }

    var jobJump: JobJump? {
        get { panes[addressed].jobJump }
        _modify { yield &panes[addressed].jobJump }
    }

    var failuresAskedFor: (errors: ErrorFigures, time: UnixTime) {
        get { panes[addressed].failuresAskedFor }
        _modify { yield &panes[addressed].failuresAskedFor }
    }

    var receipts: [UInt64: UnixTime] {
        get { panes[addressed].receipts }
        _modify { yield &panes[addressed].receipts }
    }
}
