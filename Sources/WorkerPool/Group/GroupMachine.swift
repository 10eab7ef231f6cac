import HeapModule

/// Decides which jobs of a group go to the pool, and when. Owns no task and calls nobody.
struct GroupMachine {
    /// Where a job is.
    enum State: Equatable {
        /// Not in the pool.
        case waiting
        /// In the pool, where it has not started.
        case submitted
        case running
        case succeeded, failed, cancelled
    }

    /// Why a job was cancelled.
    enum Reason: Equatable {
        /// That job, which it depends on, has not succeeded.
        case dependency(Int)
        /// That job was the first in the group that did not succeed.
        case firstError(Int)
        /// Whoever waits for the group does not want it any more.
        case waiter
        /// Someone cancelled this very job.
        case itself
    }

    /// A job that may go to the pool.
    private struct Ready: Comparable {
        let priority: Int
        let index: Int

        static func < (left: Ready, right: Ready) -> Bool {
            (right.priority, left.index) < (left.priority, right.index)
        }
    }

    private let graph: GroupGraph
    private let priorities: [Int]
    private let limit: Int
    private let stopsAtFirstError: Bool
    private(set) var states: [State]
    private(set) var reasons: [Int: Reason] = [:]
    private(set) var progress = GroupProgress()
    /// Why no further job starts.
    private(set) var stop: Reason?
    private var missing: [Int]
    private var ready = Heap<Ready>()
    private var inPool = 0

    init(graph: GroupGraph, priorities: [Int], limit: Int?, stopsAtFirstError: Bool) {
        self.graph = graph
        self.priorities = priorities
        self.limit = limit ?? .max
        self.stopsAtFirstError = stopsAtFirstError
        states = Array(repeating: .waiting, count: graph.count)
        missing = graph.dependencies.map(\.count)
        progress.waiting = graph.count
        for index in missing.indices where missing[index] == 0 { makeReady(index) }
    }

    /// The jobs it waits for.
    func dependencies(of job: Int) -> [Int] { graph.dependencies[job] }

    /// Whether nothing is left to do or to wait for.
    var isOver: Bool { progress.finished == states.count }

    /// The next job for the pool: of those that wait for nothing more the one of highest priority, and of these the
    /// one that was added first. None while the limit is reached.
    mutating func next() -> Int? {
        guard inPool < limit, let job = ready.popMin() else { return nil }
        states[job.index] = .submitted
        inPool += 1
        return job.index
    }

    /// An attempt is about to start; false where it must not.
    mutating func start(_ job: Int) -> Bool {
        guard stop == nil else { return false }
        if states[job] == .submitted { move(job, to: .running) }
        return states[job] == .running
    }

    /// A job that was in the pool has ended there, or did not get into it.
    mutating func end(_ job: Int, as state: State) {
        guard states[job] == .submitted || states[job] == .running else { return }
        inPool -= 1
        if state == .cancelled { reasons[job] = stop ?? .itself }
        move(job, to: state)
        if state == .succeeded {
            for dependent in graph.dependents[job] where states[dependent] == .waiting {
                missing[dependent] -= 1
                if missing[dependent] == 0 { makeReady(dependent) }
            }
        } else if stopsAtFirstError {
            stop(.firstError(job))
        } else {
            cancelDependents(of: job)
        }
    }

    /// Whoever waits for the group does not want it any more: starts nothing, and cancels what is not in the pool.
    mutating func stopAll() {
        if !isOver { stop(.waiter) }
    }

    private mutating func stop(_ reason: Reason) {
        guard stop == nil else { return }
        stop = reason
        ready = Heap()
        if case .firstError(let job) = reason { cancelDependents(of: job) }
        for job in states.indices where states[job] == .waiting { cancel(job, reason) }
    }

    private mutating func cancelDependents(of root: Int) {
        var open = [root]
        while let job = open.popLast() {
            for dependent in graph.dependents[job] where states[dependent] == .waiting {
                cancel(dependent, .dependency(root))
                open.append(dependent)
            }
        }
    }

    private mutating func cancel(_ job: Int, _ reason: Reason) {
        reasons[job] = reason
        move(job, to: .cancelled)
    }

    private mutating func makeReady(_ job: Int) {
        if stop == nil { ready.insert(Ready(priority: priorities[job], index: job)) }
    }

    private mutating func move(_ job: Int, to state: State) {
        count(states[job], -1)
        states[job] = state
        count(state, 1)
    }

    private mutating func count(_ state: State, _ change: Int) {
        switch state {
        case .waiting, .submitted: progress.waiting += change
        case .running: progress.running += change
        case .succeeded: progress.succeeded += change
        case .failed: progress.failed += change
        case .cancelled: progress.cancelled += change
        }
    }
}
