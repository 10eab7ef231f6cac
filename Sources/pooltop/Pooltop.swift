import ArgumentParser

@main
struct Pooltop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pooltop", abstract: "top for worker pools: run, watch and steer them.")
}
