import Glibc
import Testing

@testable import Control

/// A directory of a test's own, and servers in it.
final class Scene: Sendable {
    let directory: String

    init() throws {
        var template = Array("/tmp/control-test-XXXXXX".utf8CString)
        directory = String(cString: try #require(mkdtemp(&template)))
    }

    deinit {
        for name in Self.entries(of: directory) {
            unlink(directory + "/" + name)
            for inner in Self.entries(of: directory + "/" + name) { unlink("\(directory)/\(name)/\(inner)") }
            rmdir(directory + "/" + name)
        }
        rmdir(directory)
    }

    /// The names in a directory.
    static func entries(of path: String) -> [String] {
        guard let entries = opendir(path) else { return [] }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    var socket: ControlAddress { .unix(path: directory + "/s.sock") }

    /// Writes a file; returns its path.
    func write(_ name: String, _ text: String) throws -> String {
        let path = directory + "/" + name
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        fclose(file)
        return path
    }

    /// Serves for as long as `body` runs.
    func serve<Result>(
        _ pools: [FakeSource] = [FakeSource(Examples.busy)], tasks: FakeTasks? = nil,
        on listener: Listener? = nil,
        options: ControlOptions = ControlOptions(kind: "test", title: "a test"),
        _ body: (ControlAddress) async throws -> Result
    ) async throws -> Result {
        let server = ControlServer(
            pools: pools, tasks: tasks, listeners: [listener ?? Listener(socket)], options: options)
        let address = try #require(try await server.start().first)
        do {
            let result = try await body(address)
            await server.close()
            return result
        } catch {
            await server.close()
            throw error
        }
    }

    /// The same with a client.
    func connect<Result>(
        _ pools: [FakeSource] = [FakeSource(Examples.busy)], tasks: FakeTasks? = nil, readOnly: Bool = false,
        _ body: (ControlClient) async throws -> Result
    ) async throws -> Result {
        try await serve(pools, tasks: tasks) { address in
            var settings = ControlClient.Settings()
            settings.readOnly = readOnly
            settings.operatorName = "tester"
            return try await use(ControlClient(ControlPlace(address), settings: settings), body)
        }
    }
}

/// Closes a client after its use.
func use<Result>(_ client: ControlClient, _ body: (ControlClient) async throws -> Result) async throws
    -> Result
{
    do {
        let result = try await body(client)
        await client.close()
        return result
    } catch {
        await client.close()
        throw error
    }
}
