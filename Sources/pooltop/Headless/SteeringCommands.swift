import ArgumentParser
import Control
import Monitoring

/// `pooltop resize`.
struct ResizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resize", abstract: "Set how many workers a live pool has.",
        usage: "pooltop resize [OPTIONS] (N | +N | -N | auto)", discussion: ExitStatus.help)

    @OptionGroup var options: HeadlessOptions

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp(
            "N, so many more or fewer, or auto: the pool sizes itself again.", valueName: "workers"))
    var words: [String]

    func validate() throws { _ = try command() }

    private func command() throws -> OperatorCommand {
        guard words.count == 1, let word = words.first else {
            throw ValidationError("Name one number of workers: N, +N, -N or auto.")
        }
        if word == "auto" { return .adapt }
        let digits = word.first == "+" || word.first == "-" ? word.dropFirst() : word[...]
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(word),
            abs(number) <= 10_000
        else { throw ValidationError("'\(word)' is not N, +N, -N or auto; at most 10000.") }
        return digits.count == word.count ? .resize(to: number) : .adjust(by: number)
    }

    func run() async throws {
        let command = try command()
        try await options.talk { try await $0.perform(command) }
    }
}

/// What can be paused.
enum Pausable: String, ExpressibleByArgument, CaseIterable {
    case intake, dispatch, frozen

    var pause: OperatorCommand {
        switch self {
        case .intake: .pauseIntake
        case .dispatch: .pauseDispatch
        case .frozen: .freeze
        }
    }

    var resume: OperatorCommand {
        switch self {
        case .intake: .resumeIntake
        case .dispatch: .resumeDispatch
        case .frozen: .thaw
        }
    }
}

/// `pooltop pause`.
struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pause a live pool's intake or dispatch, freeze its jobs, or hold a queue.",
        discussion: """
            intake: nothing is taken any more; dispatch: nothing is started any more; frozen: running processes are \
            stopped, and their clocks with them.

            \(ExitStatus.help)
            """)

    @OptionGroup var options: HeadlessOptions

    @Option(help: ArgumentHelp("Hold the tasks of this kind back instead, for good.", valueName: "kind"))
    var queue: String?

    @Argument(help: "What to pause.")
    var what: Pausable?

    func validate() throws {
        guard (what == nil) != (queue == nil) else {
            throw ValidationError("Name what to pause: intake, dispatch or frozen, or a --queue.")
        }
    }

    func run() async throws {
        try await options.talk { remote in
            if let what { return try await remote.perform(what.pause) }
            if let queue { try await remote.hold(queue, true) }
        }
    }
}

/// `pooltop resume`.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "End a pause: one, or without a name all of them.",
        discussion: ExitStatus.help)

    @OptionGroup var options: HeadlessOptions

    @Option(help: ArgumentHelp("Let the tasks of this kind go on instead.", valueName: "kind"))
    var queue: String?

    @Argument(help: "What to resume.")
    var what: Pausable?

    func validate() throws {
        if what != nil, queue != nil { throw ValidationError("Name what to resume, or a --queue, not both.") }
    }

    func run() async throws {
        try await options.talk { remote in
            if let queue { return try await remote.hold(queue, false) }
            if let what { return try await remote.perform(what.resume) }
            let paused = try await remote.pool().snapshot().paused
            var all: [Pausable] = []
            if paused.intake != nil { all.append(.intake) }
            if paused.dispatch != nil { all.append(.dispatch) }
            if paused.frozen != nil { all.append(.frozen) }
            if all.isEmpty { throw ControlError(.refused, "nothing is paused") }
            for what in all { try await remote.perform(what.resume) }
        }
    }
}

/// `pooltop drain`.
struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Have a live pool take no more jobs, finish those it has, and stop.",
        discussion: ExitStatus.help)

    @OptionGroup var options: HeadlessOptions

    func run() async throws {
        try await options.talk { try await $0.perform(.drain) }
    }
}

extension Remote {
    /// Holds a queue back, or lets it go on.
    func hold(_ queue: String, _ isHeld: Bool) async throws {
        var change = QueueChange()
        change.isPaused = isHeld
        let status = try await neededTasks().change(queue, change, by: "")
        if options.isJSON { return try Output.json(status) }
        print("\(queue) \(isHeld ? "paused" : "goes on"), \(status.queued) waiting")
    }
}
