import ArgumentParser
import Control
import Dashboard
import Monitoring

/// `pooltop status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Print how a live pool stands.",
        discussion: """
            With --json the pool's snapshot, whose schema has a version and is stable; of several pools in an array.

            \(ExitStatus.help)
            """)

    @OptionGroup var options: HeadlessOptions

    func run() async throws {
        try await options.talk { remote in
            var snapshots: [PoolSnapshot] = []
            for pool in try await remote.pools() { snapshots.append(try await pool.snapshot()) }
            if remote.options.isJSON {
                if let only = snapshots.first, snapshots.count == 1 { return try Output.json(only) }
                return try Output.json(snapshots)
            }
            let queues = try await remote.tasks?.queues() ?? []
            print(StatusText(remote.info, snapshots, queues).text)
        }
    }
}

/// `pooltop list`.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List jobs or tasks.",
        discussion: """
            States of tasks: pending, running, success, failed, cancelled, dead; of jobs: scheduled, queued, running, \
            succeeded, failed, cancelled, dropped.

            \(ExitStatus.help)
            """)

    @OptionGroup var options: HeadlessOptions

    @Option(help: "Only those in this state.")
    var state: String?

    @Option(help: "Only tasks of this kind, or jobs whose name or kind has this in it.")
    var kind: String?

    @Option(help: "How many, at most 500.")
    var limit = 50

    @Option(help: "Go on after a page of tasks: what it gave as next.")
    var after: String?

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit takes 1 to 500.") }
    }

    func run() async throws {
        try await options.talk { remote in
            if let tasks = remote.tasks {
                let page = try await tasks.tasks(try taskQuery())
                if remote.options.isJSON { return try Output.json(page) }
                for task in page.tasks { print(TaskText.line(task)) }
                if let next = page.next { print("more: --after \(next)") }
            } else {
                if after != nil {
                    throw ControlError(.usage, "--after goes with tasks; this is a \(remote.info.kind)")
                }
                let page = try await remote.pool().jobs(try jobQuery())
                if remote.options.isJSON { return try Output.json(page) }
                for job in page.jobs { print(JobText.line(job)) }
            }
        }
    }

    private func taskQuery() throws(ControlError) -> TaskQuery {
        var query = TaskQuery()
        if state == "dead" {
            query.onlyDead = true
        } else if let state {
            guard let known = TaskStatus.State(rawValue: state) else {
                throw ControlError(
                    .usage, "tasks are pending, running, success, failed, cancelled or dead, not '\(state)'")
            }
            query.state = known
        }
        query.kind = kind
        query.limit = limit
        query.after = after
        return query
    }

    private func jobQuery() throws(ControlError) -> JobQuery {
        var query = JobQuery()
        if let state {
            guard let known = JobState(rawValue: state) else {
                let names = JobState.allCases.map(\.rawValue).joined(separator: ", ")
                throw ControlError(.usage, "jobs are \(names), not '\(state)'")
            }
            query.states = [known]
        }
        query.text = kind ?? ""
        query.limit = limit
        return query
    }
}

/// `pooltop show`.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print all there is to know of one job or task.",
        discussion: ExitStatus.help)

    @OptionGroup var options: HeadlessOptions

    @Argument(help: ArgumentHelp("Which: a task's ID, or a job's number.", valueName: "id"))
    var id: String

    func run() async throws {
        try await options.talk { remote in
            if let tasks = remote.tasks {
                guard let task = try await tasks.task(id, wait: .zero) else {
                    throw ControlError(.notFound, "there is no task \(id), or it is no longer kept")
                }
                return remote.options.isJSON ? try Output.json(task) : print(TaskText(task).text)
            }
            let number = try Output.job(id)
            guard let job = try await remote.pool().job(number) else {
                throw ControlError(.notFound, "there is no job \(number), or it is no longer kept")
            }
            if remote.options.isJSON { try Output.json(job) } else { print(JobText(job).text) }
        }
    }
}
