import ArgumentParser
import CommandRunner

/// `pooltop demo pipeline`: four stages, and a bottleneck that moves.
struct PipelineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline",
        abstract:
            "Photos go through fetch, resize, encode and upload; every 20 s another stage is the slowest.")

    @Option(help: "Photos a second that the source sends where the pipeline takes them.")
    var rate = 80.0

    @Option(help: "Percentage of fetches and uploads that fail, 0 to 100.")
    var failures = 2.0

    @Option(help: "Decides names, times and failures; the same number, the same load.")
    var seed: UInt64 = 1

    @Option(help: "Stop after that time, such as 30s. Without it: until q, or Ctrl-C.")
    var duration: DurationArgument?

    @Flag var look: OneLook?

    @OptionGroup var screen: ScreenOptions

    func validate() throws {
        guard (0.001...100_000).contains(rate) else {
            throw ValidationError("--rate takes 0.001 to 100,000 a second")
        }
        guard (0...100).contains(failures) else {
            throw ValidationError("--failures takes a percentage, 0 to 100")
        }
    }

    func run() async throws {
        let demo = PipelineDemo(rate: rate, failures: failures / 100, seed: seed)
        let exhibition = Exhibition(pools: demo.stages, title: "photos", duration: duration?.duration)
        if let look {
            try await exhibition.show(look, screen) { await demo.produce() }
        } else {
            try await exhibition.show(screen) { await demo.produce() }
        }
    }
}
