import Glibc
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix

/// A listener that is open.
struct OpenDoor: Sendable {
    /// Where it is to be reached.
    let address: ControlAddress
    private let stop: @Sendable () async -> Void
    private let running: Task<Void, any Error>

    /// Requests that take longer than this to finish at the end are given up.
    private static let patience: Duration = .seconds(5)

    /// Opens it; returns once it can be reached.
    static func open(
        _ listener: Listener, _ responder: Responder, group: MultiThreadedEventLoopGroup,
        executor: LoopExecutor
    ) async throws(ControlError) -> OpenDoor {
        let channel = HTTP1Channel(
            responder: { try await responder.respond($0, $1, $2) },
            configuration: HTTP1Channel.Configuration(idleTimeout: .seconds(60)))
        guard let files = listener.tls else {
            return try await open(listener, channel, group: group, executor: executor)
        }
        let settings = try TLSSettings.server(files)
        guard let secured = try? TLSChannel(channel, tlsConfiguration: settings) else {
            throw ControlError(
                .usage, "the TLS key \(files.key) does not fit the certificate \(files.certificate)")
        }
        return try await open(listener, secured, group: group, executor: executor)
    }

    private static func open(
        _ listener: Listener, _ channel: some ServerChildChannel, group: MultiThreadedEventLoopGroup,
        executor: LoopExecutor
    ) async throws(ControlError) -> OpenDoor {
        let file: SocketFile?
        let place: BindAddress
        switch listener.address {
        case .unix(let path):
            let made = try SocketFile(path: path)
            file = made
            place = .unixDomainSocket(path: made.hidden)
        case .tcp(let host, let port):
            file = nil
            place = .hostname(host, port: port)
        }
        // What the library wants to tell is told by us, in our words.
        let silent = Logger(label: "pooltop.control.http") { _ in SwiftLogNoOpLogHandler() }
        let bound = AsyncThrowingStream<Int?, any Error>.makeStream()
        let server = Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(address: place, serverName: nil, backlog: 1_024),
            onServerRunning: { channel in
                bound.continuation.yield(channel.localAddress?.port)
                bound.continuation.finish()
            }, eventLoopGroup: group, logger: silent)
        // Ended by ``close()``.
        let running = Task(executorPreference: executor) {
            do {
                try await server.run()
            } catch {
                bound.continuation.finish(throwing: error)
                throw error
            }
        }
        var port: Int?
        do {
            for try await found in bound.stream { port = found }
        } catch {
            file?.discard()
            throw ControlError(.usage, "cannot listen on \(listener.address): \(reason(error))")
        }
        var address = listener.address
        if case .tcp(let host, _) = address, let port { address = .tcp(host: host, port: port) }
        let door = OpenDoor(
            address: address, stop: { try? await server.shutdownGracefully() }, running: running)
        do throws(ControlError) {
            try file?.publish()
        } catch {
            await door.close()
            throw error
        }
        return door
    }

    /// Takes its socket away, so that nobody finds it any more.
    func removeSocket() {
        if case .unix(let path) = address { SocketFile.remove(path) }
    }

    /// Stops accepting, and returns once its requests are done, or after a while without them.
    func close() async {
        await withTaskGroup { group in
            group.addTask {
                await stop()
                _ = try? await running.value
            }
            group.addTask { try? await Task.sleep(for: Self.patience) }
            await group.next()
            running.cancel()
            group.cancelAll()
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case is SocketAddressError: "there is no such host"
        default: "\(error)"
        }
    }
}
