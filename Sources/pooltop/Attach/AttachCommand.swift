import ArgumentParser
import CommandRunner
import Control
import Dashboard
import Glibc
import Monitoring

/// `pooltop attach`: the cockpit of pools that live elsewhere.
struct AttachCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Open the cockpit on a live run, demo or server.",
        discussion: """
            The address is http://HOST:PORT or https://…, unix:/PATH, the path of a socket, or the PID of a pooltop of \
            yours. Without one, the only live pool is opened; of several you choose. Leaving with q leaves the pool as \
            it is. When the pool does not answer, the screen says for how long, and goes on when it does again.

            A server with tokens wants one: in POOLTOP_TOKEN, or in a file. With --read-only the server refuses \
            whatever would change something.

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("Where the pool is.", valueName: "address"))
    var address: String?

    @OptionGroup(title: "Connection options") var connection: ClientOptions

    @OptionGroup(title: "Screen options") var screen: ScreenOptions

    func run() async throws {
        try await ExitStatus.translate {
            let place: ControlPlace
            switch try await Finder.find(address) {
            case .one(let found): place = found
            case .several(let servers): place = .socket(try Chooser.choose(among: servers))
            }
            let client = ControlClient(place, settings: try connection.settings(readOnly: screen.isReadOnly))
            do {
                try await attach(client)
            } catch {
                await client.close()
                throw error
            }
            await client.close()
        }
    }

    private func attach(_ client: ControlClient) async throws {
        let info: ServerInfo = try await client.get("/v1/server")
        let sources = try await connection.pools(of: client)
        var screen = screen
        if info.access != "operator" { screen.isReadOnly = true }
        let stage = Stage.open(screen, sources: sources) { options in
            options.title = info.title
            options.startupNote = "attached to \(client.place)"
        }
        let ended = Ending()
        try SignalWatch.start([SIGINT, SIGTERM, SIGHUP, SIGQUIT]) { signal in
            ended.note(signal)
            if case .cockpit(let cockpit) = stage { cockpit.close() } else { _exit(128 + signal) }
        }
        switch stage {
        case .cockpit(let cockpit):
            if try await cockpit.run() == .hangup { throw ExitCode(128 + SIGHUP) }
            if let signal = ended.signal { throw ExitCode(128 + signal) }
        case .plain: try await tellLines(sources)
        }
    }

    /// A line a second for each pool.
    private func tellLines(_ sources: [RemoteSource]) async throws {
        while true {
            for source in sources {
                PlainLine(try await source.snapshot(), isNamed: sources.count > 1).tell()
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}
