import ArgumentParser
import CommandRunner
import Control
import Monitoring

/// `pooltop cancel`.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel jobs or tasks, waiting or running.",
        discussion: """
            On a server these are tasks by their IDs; on a run or a demo, jobs by their numbers, as 42 or #42.

            \(ExitStatus.help)
            """)

    @OptionGroup var options: HeadlessOptions

    @Flag(help: "All jobs of the pool that have not ended.")
    var all = false

    @Argument(help: ArgumentHelp("Which.", valueName: "id"))
    var ids: [String] = []

    func validate() throws {
        guard all == ids.isEmpty else { throw ValidationError("Name the jobs to cancel, or say --all.") }
    }

    func run() async throws {
        try await options.talk { remote in
            if all { return try await remote.perform(.cancelAll) }
            guard let tasks = remote.tasks else {
                var jobs: [JobID] = []
                for id in ids { jobs.append(try Output.job(id)) }
                return try await remote.perform(.cancel(jobs))
            }
            try await remote.each(ids, past: "cancelled") { try await tasks.cancel($0, by: "") }
        }
    }
}

/// `pooltop retry`.
struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Run failed or cancelled jobs or tasks anew.",
        discussion: """
            On a server these are tasks by their IDs, or with --dead all that were given up; on a run or a demo, jobs by \
            their numbers, as 42 or #42.

            \(ExitStatus.help)
            """)

    @OptionGroup var options: HeadlessOptions

    @Flag(help: "All tasks that were given up.")
    var dead = false

    @Option(help: "With --dead: only those of this kind.")
    var kind: String?

    @Option(help: ArgumentHelp("With --dead: so many a second, at most.", valueName: "number"))
    var rate: Double?

    @Argument(help: ArgumentHelp("Which.", valueName: "id"))
    var ids: [String] = []

    func validate() throws {
        guard dead == ids.isEmpty else { throw ValidationError("Name what to run anew, or say --dead.") }
        guard dead || (kind == nil && rate == nil) else {
            throw ValidationError("--kind and --rate go with --dead.")
        }
        if let rate, !QueueChange.rates.contains(rate) {
            throw ValidationError("--rate takes \(QueueChange.ratesText).")
        }
    }

    func run() async throws {
        try await options.talk { remote in
            if dead {
                var query = TaskQuery()
                query.onlyDead = true
                query.kind = kind
                let count = try await remote.neededTasks().retryAll(query, perSecond: rate, by: "")
                return remote.options.isJSON
                    ? try Output.json(["retried": count]) : print("\(count) run anew")
            }
            guard let tasks = remote.tasks else {
                var jobs: [JobID] = []
                for id in ids { jobs.append(try Output.job(id)) }
                return try await remote.perform(.retry(jobs))
            }
            try await remote.each(ids, past: "runs anew") { try await tasks.retry($0, by: "") }
        }
    }
}

/// `pooltop submit`.
struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Have a server do a task; prints its ID at once.",
        discussion: """
              pooltop submit thumbnail input=cat.png size=200
              pooltop submit thumbnail input=cat.png --wait 1m --json

            With --wait the status is 0 only where the task ended well within that time.

            \(ExitStatus.help)
            """)

    @OptionGroup var options: HeadlessOptions

    @Option(help: "How urgent it is, -100 to 100; higher comes first.")
    var priority = 0

    @Option(help: ArgumentHelp("When it is due: 5s, 2m, 1h from now.", valueName: "time"))
    var delay: DurationArgument?

    @Option(help: "While a task with this key lives, no other is made: its ID is printed.")
    var key: String?

    @Option(help: ArgumentHelp("The time an attempt may take.", valueName: "time"))
    var timeout: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "Wait for its end, so long at most, and print how it stands then.", valueName: "time"))
    var wait: DurationArgument?

    @Argument(help: "What is to be done: the name of a kind that the server knows.")
    var kind: String

    @Argument(help: ArgumentHelp("With what.", valueName: "name=value"))
    var parameters: [String] = []

    func validate() throws { _ = try request() }

    private func request() throws -> TaskRequest {
        var request = TaskRequest(kind: kind)
        for pair in parameters {
            guard let mark = pair.firstIndex(of: "="), mark > pair.startIndex else {
                throw ValidationError("Parameters are NAME=VALUE, not '\(pair)'.")
            }
            let name = String(pair[..<mark])
            guard request.parameters[name] == nil else { throw ValidationError("'\(name)' is given twice.") }
            request.parameters[name] = .string(String(pair[pair.index(after: mark)...]))
        }
        guard (-100...100).contains(priority) else { throw ValidationError("--priority takes -100 to 100.") }
        request.priority = priority
        request.delay = delay?.duration
        request.key = key
        request.timeout = timeout?.duration
        return request
    }

    func run() async throws {
        let request = try request()
        try await options.talk { remote in
            let tasks = try remote.neededTasks()
            var task = try await tasks.submit(request, by: "")
            guard let wait = wait?.duration else {
                return remote.options.isJSON ? try Output.json(task) : print(task.id)
            }
            let clock = ContinuousClock()
            let end = clock.now + wait
            while !task.state.isFinal, clock.now < end {
                let rest = min(clock.now.duration(to: end), .seconds(30))
                guard let now = try await tasks.task(task.id, wait: rest) else { break }
                task = now
            }
            if remote.options.isJSON { try Output.json(task) } else { print(TaskText(task).text) }
            if task.state != .success { throw ExitCode(1) }
        }
    }
}

extension Remote {
    /// Does the same to several tasks; those that cannot be are told, and make the status 1.
    func each(_ ids: [String], past: String, _ body: (String) async throws -> TaskStatus) async throws {
        var done: [TaskStatus] = []
        var refusal: ControlError?
        for id in ids {
            do {
                let task = try await body(id)
                done.append(task)
                if !options.isJSON {
                    print(past == "cancelled" ? "\(id) \(task.state.rawValue)" : "\(id) \(past)")
                }
            } catch let error as ControlError where error.kind == .notFound || error.kind == .refused {
                StandardStreams.tell("\(id): \(error.message)")
                refusal = error
            }
        }
        if options.isJSON { try Output.json(done) }
        if refusal != nil { throw ExitCode(1) }
    }
}
