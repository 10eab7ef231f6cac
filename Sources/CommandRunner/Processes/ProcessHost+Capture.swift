import Monitoring
import WorkerPool

/// A command that has run, with what it printed.
package struct CapturedRun: Sendable {
    /// How it fared.
    package var outcome: ProcessOutcome
    /// Why it failed; `nil` where it did its work.
    package var failure: CommandFailure?
    /// What it printed.
    package var output: CapturedStream
    /// What it printed to standard error.
    package var error: CapturedStream
}

/// The end of what a command printed to one of its streams.
package struct CapturedStream: Sendable, Equatable {
    /// At most so many bytes as were asked for, invalid UTF-8 repaired.
    package var text = ""
    /// Whether there was more before.
    package var isTruncated = false
}

extension ProcessHost {
    /// Runs a command and keeps the end of what it prints.
    ///
    /// Cancelling the task stops the command; this returns once it has ended all the same.
    /// - Parameters:
    ///   - limit: how many bytes of each stream are kept.
    ///   - timeout: asked once it has ended: how long it might have taken, where its time was up.
    /// - Throws: where there is no thread to run it on.
    package func capture(
        _ command: Command, limit: Int, timeout: @escaping @Sendable () -> Duration?
    ) async throws(SystemError) -> CapturedRun {
        let control = ProcessControl()
        return try await perform(control: control) { bench in
            let receiver = BoundedReceiver(limit: limit)
            let outcome = self.run(command, control: control, receiver: receiver, on: bench)
            var failure = CommandFailure(outcome, timeout: timeout(), pressure: nil)
            let (output, error) = (receiver.output.stream, receiver.error.stream)
            failure?.addLastLine(of: error.text.isEmpty ? output.text : error.text)
            return CapturedRun(outcome: outcome, failure: failure, output: output, error: error)
        }
    }
}

extension CommandFailure {
    fileprivate mutating func addLastLine(of text: String) {
        guard let last = text.split(whereSeparator: \.isNewline).last else { return }
        failureMessage += ": \(PrintableText.of(Array(last.prefix(300).utf8)))"
    }
}

/// Keeps the end of both streams. Used by the thread that runs the command alone.
private final class BoundedReceiver: OutputReceiver {
    var output: BoundedTail
    var error: BoundedTail
    let needsPulse = false

    init(limit: Int) {
        output = BoundedTail(limit: limit)
        error = BoundedTail(limit: limit)
    }

    func receive(_ bytes: UnsafeRawBufferPointer, isError: Bool) {
        if isError { error.append(bytes) } else { output.append(bytes) }
    }

    func pulse() {}
}

/// The last bytes of a stream.
private struct BoundedTail {
    let limit: Int
    private var bytes: [UInt8] = []
    private var isTruncated = false

    init(limit: Int) { self.limit = limit }

    mutating func append(_ more: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: more)
        // Moved seldom, so that much output costs little.
        if bytes.count > 2 * limit + 65_536 { cut() }
    }

    private mutating func cut() {
        guard bytes.count > limit else { return }
        bytes.removeFirst(bytes.count - limit)
        isTruncated = true
    }

    var stream: CapturedStream {
        var whole = self
        whole.cut()
        // A character that was cut in two is left out rather than shown as damaged.
        let start = whole.isTruncated ? whole.bytes.prefix(3).prefix { $0 & 0xC0 == 0x80 }.count : 0
        return CapturedStream(
            text: String(decoding: whole.bytes.dropFirst(start), as: UTF8.self),
            isTruncated: whole.isTruncated)
    }
}
