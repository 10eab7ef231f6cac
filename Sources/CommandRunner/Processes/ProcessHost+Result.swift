extension ProcessHost {
    /// Runs a command and returns what it printed, for programs that have commands among their jobs.
    ///
    /// ```swift
    /// let host = try ProcessHost()
    /// try await pool.submit("thumbnail") { _ in
    ///     let result = try await host.run(Command(words: ["convert", "a.jpg", "a.png"].map { Array($0.utf8) }))
    ///     if let failure = result.failure { throw failure }
    /// }
    /// ```
    ///
    /// Cancelling the task stops the command: TERM to its process group, then KILL after the host's grace period.
    /// This returns when the process has ended all the same.
    ///
    /// - Parameters:
    ///   - command: what to run.
    ///   - limit: how many bytes of each stream are kept, the first ones. The default is 1 MiB.
    /// - Throws: where the system has no thread or descriptor to give.
    public func run(_ command: Command, keeping limit: Int = 1 << 20) async throws -> CommandResult {
        let control = ProcessControl()
        return try await perform(control: control) { bench in
            let receiver = Keeper(limit: limit)
            let outcome = self.run(command, control: control, receiver: receiver, on: bench)
            return CommandResult(outcome: outcome, output: receiver.output, error: receiver.error)
        }
    }

    /// Keeps the beginning of both streams. Belongs to the thread that runs the command.
    private final class Keeper: OutputReceiver {
        private let limit: Int
        private(set) var output: [UInt8] = []
        private(set) var error: [UInt8] = []

        init(limit: Int) { self.limit = limit }

        func receive(_ bytes: UnsafeRawBufferPointer, isError: Bool) {
            if isError {
                error += bytes.prefix(max(0, limit - error.count))
            } else {
                output += bytes.prefix(max(0, limit - output.count))
            }
        }

        var needsPulse: Bool { false }

        func pulse() {}
    }
}

/// A command that has ended.
public struct CommandResult: Sendable, Equatable {
    /// How it fared.
    public var outcome: ProcessOutcome
    /// The beginning of what it printed to standard output.
    public var output: [UInt8]
    /// The beginning of what it printed to standard error.
    public var error: [UInt8]

    /// Why it failed, to be thrown by a job; `nil` where it succeeded.
    public var failure: CommandFailure? {
        var failure = CommandFailure(outcome, timeout: nil, pressure: nil)
        let lines = String(decoding: error.suffix(4_096), as: UTF8.self).split(separator: "\n")
        if !lines.isEmpty { failure?.failureTrace = lines.suffix(20).joined(separator: "\n") }
        return failure
    }
}
