/// Takes what one attempt of a job prints: keeps it for the end, and passes whole lines on at once where output
/// is by the line and the job's turn has come.
///
/// Belongs to the thread that runs the command.
final class JobCapture: OutputReceiver {
    private let sequence: Int
    private let sink: OutputSink
    private let tail: OutputTail
    private let tag: [UInt8]?
    private let passesLines: Bool
    private var output: OutputBuffer
    private var error: OutputBuffer
    /// All that was printed, where it is wanted although its lines are passed on.
    private var wholeOutput: OutputBuffer?
    private var wholeError: OutputBuffer?
    /// Bytes printed to standard output, those passed on included.
    private(set) var outputCount = 0

    init(
        sequence: Int, sink: OutputSink, tail: OutputTail, tag: [UInt8]?, passesLines: Bool, keepsAll: Bool
    ) {
        self.sequence = sequence
        self.sink = sink
        self.tail = tail
        self.tag = tag
        self.passesLines = passesLines
        output = OutputBuffer(spool: sink.spool)
        error = OutputBuffer(spool: sink.spool)
        if passesLines, keepsAll {
            wholeOutput = OutputBuffer(spool: sink.spool)
            wholeError = OutputBuffer(spool: sink.spool)
        }
    }

    func receive(_ bytes: UnsafeRawBufferPointer, isError: Bool) {
        tail.append(bytes, isError: isError)
        if isError {
            error.append(bytes)
            wholeError?.append(bytes)
        } else {
            output.append(bytes)
            wholeOutput?.append(bytes)
            outputCount += bytes.count
        }
        if passesLines { pulse() }
    }

    /// Where lines wait for the job's turn, it may come without a new line.
    var needsPulse: Bool { passesLines && (output.count > 0 || error.count > 0) }

    func pulse() {
        guard sink.isLive(sequence) else { return }
        var item = OutputItem(sequence: sequence)
        item.tag = tag
        item.output = output.takeLines()
        item.error = error.takeLines()
        if !item.isEmpty { sink.write(item) }
    }

    /// Why some of what was printed could not be kept, where that is so.
    var loss: SystemError? { output.loss ?? error.loss ?? wholeOutput?.loss ?? wholeError?.loss }

    /// All that was printed and not passed on.
    func take() -> (output: StoredOutput, error: StoredOutput) { (output.take(), error.take()) }

    /// All that was printed, where that is more than ``take()`` gives; to be discarded by the caller.
    func takeWhole() -> (output: StoredOutput, error: StoredOutput)? {
        guard let output = wholeOutput?.take(), let error = wholeError?.take() else { return nil }
        return (output, error)
    }
}
