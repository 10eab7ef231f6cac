import ArgumentParser

/// `pooltop demo`: a live pool to look at and play with.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Watch and steer live pools: synthetic load, or real work on this machine.",
        subcommands: [
            BackpressureCommand.self, PipelineCommand.self, GroupsCommand.self, RealCommand.self,
        ],
        defaultSubcommand: BackpressureCommand.self)
}
