import ArgumentParser
import CommandRunner
import WorkerPool

extension RunCommand {
    /// The options in the runner's words.
    ///
    /// - Throws: `ValidationError` where one makes no sense.
    func runOptions() throws -> RunOptions {
        var options = RunOptions()
        let (template, arguments) = try split()
        if !template.isEmpty {
            options.template = skipsShell ? CommandTemplate(argv: template) : CommandTemplate(shell: template)
        } else if skipsShell {
            throw ValidationError("--no-shell needs a template: the words to run.")
        }
        options.sources = try sources(arguments)
        options.separator = endsWithNull ? 0 : UInt8(ascii: "\n")
        options.isShuffled = isShuffled
        options.size = try size()
        options.arrangement.keepsOrder = keepsOrder
        options.isTagged = isTagged
        options.isLineBuffered = isLineBuffered
        options.results = results.map(RawText.bytes)
        options.jobLog = jobLog.map(RawText.bytes)
        options.isResumed = isResumed
        if isResumed, jobLog == nil {
            throw ValidationError("--resume needs --joblog FILE: it says what was done.")
        }
        guard (1...1_000).contains(attempts) else { throw ValidationError("--retries takes 1 to 1000.") }
        options.attempts = attempts
        options.timeout = try duration(timeout, of: "--timeout")
        options.delay = try duration(delay, of: "--delay")
        let progress = try duration(interval, of: "--interval", mayBeZero: true)
        options.interval = isQuiet || progress == .zero ? nil : progress
        options.halt = try haltRule()
        options.isDryRun = isDryRun
        options.variables = try variables.map(variable)
        options.directory = directory.map(RawText.bytes)
        return options
    }

    /// The template, and the arguments after `:::` where it is there.
    private func split() throws -> (template: [[UInt8]], arguments: [[UInt8]]?) {
        var rest = words[...]
        // What is passed through to the template includes these two.
        if rest.first == "--help" || rest.first == "-h" { throw CleanExit.helpRequest(RunCommand.self) }
        if rest.first == "--" {
            rest = rest.dropFirst()
        } else if let first = rest.first, first.hasPrefix("-"), first != "-" {
            throw ValidationError("Unknown option '\(first)'; -- before the template ends the options.")
        }
        guard let mark = rest.firstIndex(of: ":::") else { return (rest.map(RawText.bytes), nil) }
        let arguments = rest[(mark + 1)...]
        if arguments.contains(":::") { throw ValidationError("::: may be given once.") }
        return (rest[..<mark].map(RawText.bytes), arguments.map(RawText.bytes))
    }

    private func sources(_ arguments: [[UInt8]]?) throws -> [InputSource] {
        if let arguments {
            guard files.isEmpty else { throw ValidationError("Use either -a or :::, not both.") }
            return [.arguments(arguments)]
        }
        return files.isEmpty ? [.standardInput] : files.map { .file(RawText.bytes(of: $0)) }
    }

    private func size() throws -> PoolSize {
        let processors = WorkerCount.processors
        guard let jobs else { return .fixed(processors) }
        guard let size = WorkerCount.size(jobs, processors: processors) else {
            throw ValidationError(
                "-j takes N, N%, +N, auto or auto:MIN-MAX, at most \(WorkerCount.limit), not '\(jobs)'.")
        }
        return size
    }

    private func duration(_ text: String?, of option: String, mayBeZero: Bool = false) throws -> Duration? {
        guard let text else { return nil }
        guard let duration = DurationText.parse(text), mayBeZero || duration > .zero else {
            throw ValidationError("\(option) takes a time such as 5, 0.5s, 2m, 1h or 1d, not '\(text)'.")
        }
        return duration
    }

    private func haltRule() throws -> HaltRule? {
        guard let halt else { return nil }
        guard let rule = HaltRule.parse(halt) else {
            throw ValidationError(
                "--halt takes never, or now or soon, a comma, fail, success or done, and =N or =N%, not '\(halt)'."
            )
        }
        return rule
    }

    private func variable(_ text: String) throws -> [UInt8] {
        let bytes = RawText.bytes(of: text)
        guard let end = bytes.firstIndex(of: UInt8(ascii: "=")) else {
            guard let value = ChildEnvironment().value(of: text) else {
                throw ValidationError("--env \(text): no such variable is set here; \(text)=VALUE sets it.")
            }
            return bytes + [UInt8(ascii: "=")] + value
        }
        guard end > 0 else { throw ValidationError("--env takes NAME=VALUE or NAME, not '\(text)'.") }
        return bytes
    }
}
