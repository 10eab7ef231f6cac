import AsyncHTTPClient
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Talks to a control server over TCP or a Unix socket.
///
/// Uses one thread of its own, and connections that it keeps. ``close()`` it in the end, to know when they are gone.
public final class ControlClient: Sendable {
    /// Where the server is.
    public let place: ControlPlace
    private let settings: Settings
    private let group: MultiThreadedEventLoopGroup
    private let client: HTTPClient

    /// How a client shows itself.
    public struct Settings: Sendable {
        /// What it shows to be let in.
        public var token: String?
        /// Whether the server is to refuse whatever would change something. The default is `false`.
        public var readOnly = false
        /// Who asks, for the pool's log. The default is `remote`.
        public var operatorName = "remote"
        /// A file with certificates to trust, in PEM form, instead of the system's.
        public var trusted: String?
        /// The time a request may take, unless it is one that waits. The default is 10 seconds.
        public var timeout: Duration = .seconds(10)

        /// The defaults.
        public init() {}
    }

    /// A client of the server there. Nothing is asked yet.
    public init(_ place: ControlPlace, settings: Settings = Settings()) {
        self.place = place
        self.settings = settings
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(3)))
        configuration.connectionPool.retryConnectionEstablishment = false
        if let trusted = settings.trusted {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(trusted)
            configuration.tlsConfiguration = tls
        }
        client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    }

    deinit {
        // Whoever forgets to close it shall not pay with the process, which is what the library would do.
        let group = group
        client.shutdown { _ in group.shutdownGracefully { _ in } }
    }

    /// Closes its connections; what is still asked fails.
    public func close() async {
        try? await client.shutdown()
        try? await group.shutdownGracefully()
    }

    /// Asks for a value.
    ///
    /// A connection that turns out to have been closed meanwhile is replaced, once.
    package func get<Value: Decodable>(
        _ path: String, _ query: [(String, String)] = [], as type: Value.Type = Value.self,
        timeout: Duration? = nil
    ) async throws(ControlError) -> Value {
        let target = Self.target(path, query)
        do {
            return try await exchange(.GET, target, timeout: timeout)
        } catch {
            guard error.isStaleConnection else { throw error.error }
        }
        do {
            return try await exchange(.GET, target, timeout: timeout)
        } catch {
            throw error.error
        }
    }

    /// Sends something, or nothing, and returns what comes back.
    package func send<Value: Decodable>(
        _ method: Method, _ path: String, _ query: [(String, String)] = [],
        body: (any Encodable & Sendable)? = nil, as type: Value.Type = Value.self
    ) async throws(ControlError) -> Value {
        do {
            return try await exchange(method.wire, Self.target(path, query), body: body)
        } catch {
            throw error.error
        }
    }

    /// The methods that change something.
    package enum Method: Sendable {
        case post, patch, delete

        fileprivate var wire: HTTPMethod {
            switch self {
            case .post: .POST
            case .patch: .PATCH
            case .delete: .DELETE
            }
        }
    }

    /// An error, and whether it came from a connection that the server had closed before.
    private struct Failure: Error {
        var error: ControlError
        var isStaleConnection = false
    }

    private func exchange<Value: Decodable>(
        _ method: HTTPMethod, _ target: String, body: (any Encodable & Sendable)? = nil,
        timeout: Duration? = nil
    ) async throws(Failure) -> Value {
        var request = HTTPClientRequest(url: place.url(of: target))
        request.method = method
        request.headers.add(name: "Accept", value: "application/json")
        if let token = settings.token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if settings.readOnly { request.headers.add(name: "Pooltop-Access", value: "read") }
        request.headers.add(name: "Pooltop-Operator", value: settings.operatorName)
        if case .socket = place { request.headers.add(name: "Host", value: "localhost") }
        let status: Int
        let retryAfter: Duration?
        let answer: ByteBuffer
        do {
            if let body {
                request.headers.add(name: "Content-Type", value: "application/json")
                request.body = .bytes(try Wire.bytes(body))
            }
            let limit = TimeAmount.nanoseconds(Int64((timeout ?? settings.timeout) / .nanoseconds(1)))
            let response = try await client.execute(request, timeout: limit)
            status = Int(response.status.code)
            retryAfter = response.headers.first(name: "Retry-After").flatMap { Double($0) }.map {
                .seconds($0)
            }
            answer = try await response.body.collect(upTo: 64 << 20)
        } catch {
            throw Failure(
                error: Complaints.unreachable(place, error),
                isStaleConnection: (error as? HTTPClientError) == .remoteConnectionClosed)
        }
        guard (200..<300).contains(status) else {
            throw Failure(
                error: Complaints.refused(
                    place, status, answer, retryAfter: retryAfter, hasToken: settings.token != nil))
        }
        if let nothing = Nothing() as? Value { return nothing }
        do {
            return try Wire.value(Value.self, from: answer)
        } catch {
            throw Failure(error: Complaints.foreign(place))
        }
    }

    private static func target(_ path: String, _ query: [(String, String)]) -> String {
        guard !query.isEmpty else { return path }
        let pairs = query.map { PathEscaping.escape($0) + "=" + PathEscaping.escape($1) }
        return path + "?" + pairs.joined(separator: "&")
    }
}

/// What comes back where nobody cares.
package struct Nothing: Decodable, Sendable {}
