import ArgumentParser
import CommandRunner
import WorkerPool

/// `pooltop demo groups`: jobs that depend on one another.
struct GroupsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups",
        abstract:
            "Two programs are built again and again: jobs that wait for others, and errors that cancel them.",
        discussion: """
            A build has forty jobs: fetch, configure, compile, link, test and package. In 'main' the first error ends \
            the build and cancels the rest of it; in 'nightly' only what hangs on it is cancelled, and all errors are \
            collected.
            """)

    @Option(help: "Workers to begin with, 0 to 10,000.")
    var workers = 6

    @Option(help: "Jobs of one build that may be in the pool at once, from 1.")
    var limit = 5

    @Option(help: "Time a job takes on average, such as 100ms.")
    var service: DurationArgument = DurationArgument(.milliseconds(800))

    @Option(help: "Percentage of attempts that fail, 0 to 100.")
    var failures = 2.0

    @Option(help: "Decides times and failures; the same number, the same builds.")
    var seed: UInt64 = 1

    @Option(help: "Stop after that time, such as 30s. Without it: until q, or Ctrl-C.")
    var duration: DurationArgument?

    @Flag var look: OneLook?

    @OptionGroup var screen: ScreenOptions

    func validate() throws {
        guard (0...10_000).contains(workers) else { throw ValidationError("--workers takes 0 to 10,000") }
        guard limit >= 1 else { throw ValidationError("--limit takes a number from 1") }
        guard (0...100).contains(failures) else {
            throw ValidationError("--failures takes a percentage, 0 to 100")
        }
        guard service.duration > .zero else { throw ValidationError("--service takes a time above 0") }
    }

    func run() async throws {
        let demo = GroupsDemo(
            workers: workers, limit: limit, service: service.duration, failures: failures / 100, seed: seed)
        let exhibition = Exhibition(pools: [demo.pool], title: "groups demo", duration: duration?.duration)
        if let look {
            try await exhibition.show(look, screen) { await demo.build() }
        } else {
            defer { print("  \(demo.summary)") }
            try await exhibition.show(screen) { await demo.build() }
        }
    }
}
