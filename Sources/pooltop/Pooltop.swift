import ArgumentParser

/// The program: its subcommands, and what has to be put right before any of them runs.
@main
struct Pooltop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pooltop", abstract: "top for worker pools: run, watch and steer them.",
        subcommands: [RunCommand.self, DemoCommand.self, ServeCommand.self, AttachCommand.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Live pools",
                subcommands: [
                    StatusCommand.self, ListCommand.self, ShowCommand.self, SubmitCommand.self,
                    ResizeCommand.self,
                    PauseCommand.self, ResumeCommand.self, CancelCommand.self, RetryCommand.self,
                    DrainCommand.self,
                ])
        ])

    static func main() async {
        StandardStreams.repair()
        await main(RawText.arguments)
    }
}
