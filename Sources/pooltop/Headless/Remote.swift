import ArgumentParser
import Control
import FoundationEssentials
import Monitoring

/// The options of every command that does from a script what the keys of the cockpit do.
struct HeadlessOptions: ParsableArguments {
    @Option(
        name: .customLong("to"),
        help: ArgumentHelp(
            "The pool: http://HOST:PORT, unix:/PATH, a socket's path, or a PID. Without it, the only live one.",
            valueName: "address"))
    var address: String?

    @Flag(name: .customLong("json"), help: "Print JSON, the same as the server's.")
    var isJSON = false

    @OptionGroup(title: "Connection options") var connection: ClientOptions

    /// Does something with the server that is meant, and turns what goes wrong into a status.
    func talk(_ body: (Remote) async throws -> Void) async throws {
        try await ExitStatus.translate {
            let place: ControlPlace
            switch try await Finder.find(address) {
            case .one(let found): place = found
            case .several(let servers):
                let lines = Finder.lines(servers, now: Chooser.now).joined(separator: "\n")
                StandardStreams.tell("\(servers.count) pools are live; name one with --to PID:\n" + lines)
                throw ExitCode(2)
            }
            let client = ControlClient(place, settings: try connection.settings())
            do {
                let info: ServerInfo = try await client.get("/v1/server")
                try await body(Remote(client: client, info: info, options: self))
            } catch {
                await client.close()
                throw error
            }
            await client.close()
        }
    }
}

/// A server that a command talks to.
struct Remote {
    let client: ControlClient
    let info: ServerInfo
    let options: HeadlessOptions

    /// Its tasks, where it has any.
    var tasks: RemoteTasks? { info.tasks ? RemoteTasks(client) : nil }

    /// Its tasks.
    ///
    /// - Throws: where it has none.
    func neededTasks() throws(ControlError) -> RemoteTasks {
        guard let tasks else {
            throw ControlError(
                .refused, "this is a \(info.kind), which takes no tasks: only pooltop serve does")
        }
        return tasks
    }

    /// The pools that are meant: all, unless one was named.
    func pools() async throws(ControlError) -> [RemoteSource] {
        try await options.connection.pools(of: client)
    }

    /// The pool that is meant: the first, unless one was named.
    func pool() async throws(ControlError) -> RemoteSource {
        guard let pool = try await pools().first else {
            throw ControlError(.notFound, "there is no pool there")
        }
        return pool
    }

    /// Carries a command out and prints what came of it.
    ///
    /// - Throws: where the pool refuses it.
    func perform(_ command: OperatorCommand) async throws {
        guard info.access == "operator" else {
            throw ControlError(.forbidden, "this connection only reads: an operator's token may do more")
        }
        let receipt = try await pool().perform(command, by: "")
        // Told as the server tells it: refusals, too.
        if receipt.phase == .refused { throw ControlError(.refused, receipt.message) }
        if options.isJSON { try Output.json(receipt) } else { print(receipt.message) }
    }
}

/// What commands print.
enum Output {
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// The number of a job, as `42` or `#42`.
    ///
    /// - Throws: where it is none.
    static func job(_ text: String) throws(ControlError) -> JobID {
        guard let number = UInt64(text.first == "#" ? text.dropFirst() : text[...]) else {
            throw ControlError(
                .notFound, "there is no job \(text): jobs of this pool have numbers, such as 42")
        }
        return JobID(rawValue: number)
    }
}
