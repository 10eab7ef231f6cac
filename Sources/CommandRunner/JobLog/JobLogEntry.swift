/// One line of the job log: GNU parallel's nine columns, then ours.
package struct JobLogEntry: Sendable, Equatable {
    /// The first line of a log.
    static let header =
        "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand"
        + "\tWorker\tAttempts\tUserTime\tSystemTime\tMaxRSS\tOutput\tDirectory\tKey\n"

    /// The job's number in its run, from 1.
    var sequence: Int
    /// When its last attempt started: seconds since 1970.
    var started: Double
    /// How long that took, in seconds.
    var runtime: Double
    /// Bytes it printed to standard output.
    var received: Int
    /// Exit status; -1 where a signal ended it, as GNU parallel has it.
    var exitStatus: Int32
    /// The signal that ended it, else 0.
    var signal: Int32
    /// The command.
    var command: [UInt8]
    /// The worker's number.
    var worker: Int
    /// How many attempts it took.
    var attempts: Int
    /// Processor time in user mode, in seconds.
    var userTime: Double
    /// Processor time in the kernel, in seconds.
    var systemTime: Double
    /// Largest resident set, in bytes.
    var maxResidentBytes: UInt64
    /// What became of its output.
    var output = OutputFate.written
    /// Where it ran.
    var directory: [UInt8]
    /// What it is known by when a run is resumed.
    var key: JobKey

    /// What became of a job's output.
    enum OutputFate: String, Sendable {
        /// It was written.
        case written
        /// It could not be written: standard output was closed, or the disk full.
        case lost
    }

    /// The line, with its newline.
    func line() -> [UInt8] {
        var line: [UInt8] = []
        func add(_ text: String) {
            line += text.utf8
            line.append(UInt8(ascii: "\t"))
        }
        add("\(sequence)")
        add(":")
        add(Self.fixed(started, width: 0))
        add(Self.fixed(runtime, width: 10))
        add("0")
        add("\(received)")
        add("\(exitStatus)")
        add("\(signal)")
        line += Self.escaped(command) + [UInt8(ascii: "\t")]
        add("\(worker)")
        add("\(attempts)")
        add(Self.fixed(userTime, width: 0))
        add(Self.fixed(systemTime, width: 0))
        add("\(maxResidentBytes)")
        add(output.rawValue)
        line += Self.escaped(directory) + [UInt8(ascii: "\t")]
        line += key.description.utf8
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// Tabs and line ends as `\t`, `\n` and `\r`, so that a line stays a line.
    static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "\t"): Array("\\t".utf8)
            case UInt8(ascii: "\n"): Array("\\n".utf8)
            case UInt8(ascii: "\r"): Array("\\r".utf8)
            default: [byte]
            }
        }
    }

    /// Three decimals, filled with spaces on the left.
    private static func fixed(_ value: Double, width: Int) -> String {
        let thousandths = Int64(min(max(value, 0) * 1000, 9e15).rounded())
        let fraction = String(thousandths % 1000)
        let text = "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
        return String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}
