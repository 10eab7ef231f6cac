import Glibc

/// The hand-made Go pool on a buffered channel, where Go is installed.
struct ChannelPool: Sendable {
    private let program: String

    /// `nil` where there is no Go, or it does not build.
    init?(_ scale: Scale) {
        let source = "\(scale.folder)/Baselines/channel_pool.go"
        program = "\(scale.programs)/channel_pool"
        guard Shell.succeeds("command -v go >/dev/null && go build -o '\(program)' '\(source)'") else {
            return nil
        }
    }

    /// Nanoseconds a job: without, then with a result channel for each job.
    func measure(workers: Int, jobs: Int) -> (Double, Double)? {
        let fields = Shell.output("'\(program)' \(workers) \(jobs)").split(separator: " ")
        guard fields.count == 2, let plain = Double(fields[0]), let withResult = Double(fields[1]) else {
            return nil
        }
        return (plain, withResult)
    }
}

/// Runs command lines.
enum Shell {
    static func succeeds(_ line: String) -> Bool { system("\(line) 2>/dev/null") == 0 }

    /// Seconds it took; `nil` where it failed.
    static func time(_ line: String) -> Double? {
        let start = ContinuousClock.now
        guard succeeds(line) else { return nil }
        return start.duration(to: .now) / .seconds(1)
    }

    /// The first line it printed.
    static func output(_ line: String) -> String {
        guard let pipe = popen(line, "r") else { return "" }
        defer { pclose(pipe) }
        var buffer = [CChar](repeating: 0, count: 1_024)
        guard fgets(&buffer, Int32(buffer.count), pipe) != nil else { return "" }
        let bytes = buffer.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:))
        return String(decoding: bytes, as: UTF8.self)
    }
}
