import ArgumentParser
import Foundation

/// Prints the project's figures, each beside the baselines this machine has.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Tests/Benchmarks/run", abstract: "Print the figures of the README.")

    @Flag(help: "One short round of each: shows that they work, not how fast.")
    var quick = false

    @Flag(help: "One JSON object a line.")
    var json = false

    @Option(help: .hidden)
    var folder = "."

    /// Set where the program runs itself as another process: what is to be done there.
    @Option(help: .hidden)
    var inside: String?

    @Argument(help: "Only benchmarks whose names begin like one of these.")
    var names: [String] = []

    static let all: [any Benchmark] = [
        SubmitBenchmark(workers: 2), SubmitBenchmark(workers: 64), BulkBenchmark(), HandleBenchmark(),
        TwoProducersBenchmark(), AllFeaturesBenchmark(), MillionQueuedBenchmark(), TenMillionBenchmark(),
        PipelineBenchmark(), ResizeBenchmark(), CPUBoundBenchmark(), SnapshotBenchmark(), WatchingBenchmark(),
        AttachBenchmark(), WatchersBenchmark(), SQLiteBenchmark(.normal), SQLiteBenchmark(.full),
        SQLiteBenchmark(.bulk), SQLiteBenchmark(.run), SQLiteBenchmark(.deep), PostBenchmark(),
        TakeoverBenchmark(),
        RunTrueBenchmark(),
    ]

    func validate() throws {
        for name in names where !Benchmarks.all.contains(where: { $0.name.hasPrefix(name) }) {
            let known = Benchmarks.all.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no benchmark '\(name)'; there are \(known)")
        }
    }

    func run() async throws {
        if let inside { return try await Inside.perform(inside) }
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let programs = URL(fileURLWithPath: program).deletingLastPathComponent().path
        let scale = Scale(isQuick: quick, folder: folder, programs: programs)
        for benchmark in Benchmarks.all where names.isEmpty || names.contains(where: benchmark.name.hasPrefix)
        {
            // A task of its own, so that nothing runs on the main thread while the pool is measured.
            let figure = try await Task.detached { try await benchmark.measure(scale) }.value
            print(json ? figure.json : figure.line)
            fflush(nil)
        }
    }
}

/// One thing to be measured.
protocol Benchmark: Sendable {
    var name: String { get }
    func measure(_ scale: Scale) async throws -> Figure
}

/// How much to measure.
struct Scale: Sendable {
    let isQuick: Bool
    /// Where the baselines' sources are.
    let folder: String
    /// Where this program is, and `pooltop` beside it.
    let programs: String

    /// How many rounds: the median of them counts.
    var rounds: Int { isQuick ? 1 : 7 }

    /// A number of jobs, less in a quick run.
    func jobs(_ count: Int) -> Int { isQuick ? count / 100 : count }
}

/// What was measured.
struct Figure: Sendable {
    let name: String
    let value: Double
    let unit: String
    /// What was measured how, and the baselines of the same run.
    var parameters: [(String, Double)]

    var line: String {
        let details = parameters.map { "\($0) \(Figure.short($1))" }.joined(separator: "   ")
        let padding = String(repeating: " ", count: max(24 - name.count, 1))
        return "\(name)\(padding)\(Figure.short(value)) \(unit)   (\(details))"
    }

    var json: String {
        let details = parameters.map { "\"\($0)\":\(Figure.short($1, grouped: false))" }.joined(
            separator: ",")
        return
            "{\"name\":\"\(name)\",\"value\":\(Figure.short(value, grouped: false)),\"unit\":\"\(unit)\",\"parameters\":{\(details)}}"
    }

    /// Three significant digits or so.
    private static func short(_ value: Double, grouped: Bool = true) -> String {
        guard value.isFinite else { return "0" }
        let places = value.magnitude < 10 ? 100.0 : value.magnitude < 100 ? 10 : 1
        let rounded = (value * places).rounded() / places
        guard rounded == rounded.rounded() else { return "\(rounded)" }
        let digits = String(Int(rounded))
        guard grouped, digits.count > 4 else { return digits }
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }
}

/// The middle one.
func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// Nanoseconds.
func nanoseconds(_ duration: Duration) -> Double { duration / .nanoseconds(1) }

/// The share of a core that this process takes during that time, in percent.
func processorShare(over time: Duration) async throws -> Double {
    let (start, used) = (ContinuousClock.now, processorSeconds())
    try await Task.sleep(for: time)
    return 100 * (processorSeconds() - used) / (start.duration(to: .now) / .seconds(1))
}

private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
