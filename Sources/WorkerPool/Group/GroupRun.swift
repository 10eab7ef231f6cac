import Monitoring
import Synchronization

/// One run of a group: the machine with its lock, and the tasks that carry out what it decides.
final class GroupRun: Sendable {
    private struct State {
        var machine: GroupMachine
        var values = StepValues()
        var errors: [Int: any Error] = [:]
    }

    private let names: [String]
    private let jobs: [JobGroup.Declared]
    private let group: String
    private let state: Locked<State>

    init(names: [String], jobs: [JobGroup.Declared], machine: GroupMachine, group: String) {
        self.names = names
        self.jobs = jobs
        self.group = group
        state = Locked(State(machine: machine))
    }

    var progress: GroupProgress { state.withLock { $0.machine.progress } }

    /// Why it was cut short.
    var stop: GroupMachine.Reason? { state.withLock { $0.machine.stop } }

    /// Returns once every job has ended.
    func perform(on pool: Pool) async {
        await withTaskGroup(of: Void.self) { tasks in
            var last: GroupTicket?
            repeat {
                if Task.isCancelled { noteCancel() }
                while let job = state.withLock({ $0.machine.next() }) {
                    let ticket = GroupTicket(run: self, index: job)
                    let before = last
                    last = ticket
                    // Its own task only waits: for its turn, for room in the pool, and then for the job's end.
                    tasks.addTask {
                        await before?.submitted.wait()
                        await self.perform(ticket, on: pool)
                    }
                }
                if stop != nil { tasks.cancelAll() }
            } while await tasks.next() != nil
        }
    }

    /// Has one job done by the pool. Cancelling the task cancels the job.
    private func perform(_ ticket: GroupTicket, on pool: Pool) async {
        let job = Job(jobs[ticket.index].options, ticket) { context in try await ticket.perform(context) }
        do {
            let id = try await pool.submit(job)
            ticket.submitted.open()
            await withTaskCancellationHandler {
                await ticket.ended.wait()
            } onCancel: {
                self.noteCancel()
                pool.cancel(id, by: self.operator)
            }
        } catch {
            ticket.submitted.open()
            let isCancelled = error is CancellationError && Task.isCancelled
            if isCancelled { noteCancel() }
            ticket.end(isCancelled ? .cancelled : .failed(error))
        }
    }

    /// The cancel of a task here is that of whoever waits for the group, unless the group was stopped before.
    private func noteCancel() { state.withLock { $0.machine.stopAll() } }

    var `operator`: String { "group \(group)" }

    /// One attempt of a job, in a worker's task; false where it must not start.
    func attempt(_ index: Int, _ context: JobContext) async throws -> Bool {
        let needed = state.withLock { state -> StepValues? in
            guard state.machine.start(index) else { return nil }
            // Only these: a copy of all would have to be made anew for every job.
            var needed = StepValues()
            for place in state.machine.dependencies(of: index) {
                needed.values[place] = state.values.values[place]
            }
            return needed
        }
        guard let needed else { return false }
        let value = try await jobs[index].body(context, needed)
        let earlier = state.withLock { $0.values.values.updateValue(value, forKey: index) }
        withExtendedLifetime(earlier) {}
        return true
    }

    /// A job has ended. From here on nothing starts that must not.
    func end(_ index: Int, _ end: JobEnd) {
        let lost = state.withLock { state -> (any Sendable)? in
            switch end {
            case .succeeded: state.machine.end(index, as: .succeeded)
            case .cancelled: state.machine.end(index, as: .cancelled)
            case .failed(let error):
                state.errors[index] = error
                state.machine.end(index, as: .failed)
            case .dropped:
                state.errors[index] = PoolError(.dropped, "the job was dropped because the queue was full")
                state.machine.end(index, as: .failed)
            }
            guard state.machine.states[index] != .succeeded else { return nil }
            // What a job returned that was given up in the meantime. Let go of outside of the lock.
            return state.values.values.removeValue(forKey: index)
        }
        withExtendedLifetime(lost) {}
    }

    // MARK: Results

    /// What became of the jobs, once all of them have ended.
    func results(for identity: GroupIdentity) -> GroupResults {
        let (machine, values, errors) = state.withLock { ($0.machine, $0.values, $0.errors) }
        let outcomes = names.indices.map { index in
            switch machine.states[index] {
            case .succeeded: GroupResults.Outcome(name: names[index], state: .succeeded, error: nil)
            case .failed: GroupResults.Outcome(name: names[index], state: .failed, error: errors[index])
            default:
                GroupResults.Outcome(
                    name: names[index], state: .cancelled, error: cancellation(index, machine))
            }
        }
        return GroupResults(outcomes: outcomes, values: values, group: identity)
    }

    private func cancellation(_ index: Int, _ machine: GroupMachine) -> GroupCancellation {
        func ending(_ job: Int) -> String { machine.states[job] == .failed ? "failed" : "was cancelled" }
        let (cause, why): (Int?, String) =
            switch machine.reasons[index] {
            case .dependency(let root)?: (root, "it depends on \(names[root]), which \(ending(root))")
            case .firstError(let root)?: (root, "\(names[root]) \(ending(root))")
            case .waiter?: (nil, "the group was cancelled")
            case .itself?, nil: (nil, "someone cancelled it in the pool")
            }
        return GroupCancellation(
            job: names[index], cause: cause.map { names[$0] },
            failureMessage: "\(names[index]) was cancelled: \(why)")
    }
}
