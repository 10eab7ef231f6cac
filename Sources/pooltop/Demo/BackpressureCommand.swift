import ArgumentParser
import CommandRunner
import WorkerPool

/// `pooltop demo backpressure`: producers faster than the workers.
struct BackpressureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backpressure",
        abstract:
            "Producers submit more than the workers can do, in waves: press + and watch the queue drain.")

    @Option(help: "Workers to begin with, 0 to 10,000.")
    var workers = 4

    @Option(help: "Jobs that may wait for a worker, from 1.")
    var capacity = 200

    @Option(help: "Jobs a second that the producers submit, on average over a wave.")
    var rate = 50.0

    @Option(help: "Time a job takes on average, such as 100ms.")
    var service: DurationArgument = DurationArgument(.milliseconds(100))

    @Option(help: "Percentage of attempts that fail, 0 to 100.")
    var failures = 3.0

    @Option(help: "Decides names, times and failures; the same number, the same load.")
    var seed: UInt64 = 1

    @Option(help: "Stop after that time, such as 30s. Without it: until q, or Ctrl-C.")
    var duration: DurationArgument?

    @Option(help: "When the queue is full: wait, reject, drop-oldest, drop-newest or caller-runs.")
    var overflow = OverflowArgument.wait

    @Flag var look: OneLook?

    @OptionGroup var screen: ScreenOptions

    func validate() throws {
        guard (0...10_000).contains(workers) else { throw ValidationError("--workers takes 0 to 10,000") }
        guard capacity >= 1 else { throw ValidationError("--capacity takes a number from 1") }
        guard (0.001...1_000_000).contains(rate) else {
            throw ValidationError("--rate takes 0.001 to 1,000,000 a second")
        }
        guard (0...100).contains(failures) else {
            throw ValidationError("--failures takes a percentage, 0 to 100")
        }
        guard service.duration > .zero else { throw ValidationError("--service takes a time above 0") }
    }

    func run() async throws {
        let demo = BackpressureDemo(
            workers: workers, capacity: capacity, rate: rate, service: service.duration,
            failures: failures / 100,
            seed: seed, overflow: overflow.policy)
        let exhibition = Exhibition(
            pools: [demo.pool], title: "backpressure demo", duration: duration?.duration)
        if let look {
            try await exhibition.show(look, screen) { await demo.produce() }
        } else {
            try await exhibition.show(screen) { await demo.produce() }
        }
    }
}

/// The names of the overflow policies on the command line.
enum OverflowArgument: String, ExpressibleByArgument, CaseIterable {
    case wait, reject
    case dropOldest = "drop-oldest"
    case dropNewest = "drop-newest"
    case callerRuns = "caller-runs"

    var policy: OverflowPolicy {
        switch self {
        case .wait: .wait
        case .reject: .reject
        case .dropOldest: .dropOldest
        case .dropNewest: .dropNewest
        case .callerRuns: .callerRuns
        }
    }
}
