public import Monitoring

/// A pool behind a control server, to be watched and steered like one of this process.
///
/// Each question is asked anew, so that an answer is never older than the question; it throws ``ControlError`` where
/// none comes in time. Whoever asks again once the server is back gets answers again.
public struct RemoteSource: MonitorSource {
    private let client: ControlClient
    private let start: String

    /// The longest that a screen waits for an answer.
    private static let patience: Duration = .seconds(3)

    /// One of a server's pools: its number, from 1.
    public init(_ client: ControlClient, pool: Int = 1) {
        self.client = client
        start = pool == 1 ? "/v1/pool" : "/v1/pools/\(pool)"
    }

    /// All pools of a server, in its order.
    public static func all(of client: ControlClient) async throws(ControlError) -> [RemoteSource] {
        let list: PoolList = try await client.get("/v1/pools")
        return list.pools.map { RemoteSource(client, pool: $0.number) }
    }

    /// The pool now.
    public func snapshot() async throws -> PoolSnapshot {
        try await client.get(start, timeout: Self.patience)
    }

    /// A page of its jobs.
    public func jobs(_ query: JobQuery) async throws -> JobPage {
        var fields = [("offset", "\(query.offset)"), ("limit", "\(query.limit)")]
        if !query.states.isEmpty {
            fields.append(("state", query.states.map(\.rawValue).sorted().joined(separator: ",")))
        }
        if let queue = query.queue { fields.append(("queue", queue)) }
        if !query.text.isEmpty { fields.append(("text", query.text)) }
        return try await client.get(start + "/jobs", fields, timeout: Self.patience)
    }

    /// One job, or `nil` where the pool no longer knows it.
    public func job(_ id: JobID) async throws -> JobDetail? {
        do throws(ControlError) {
            return try await client.get(
                start + "/jobs/\(id.rawValue)", as: JobDetail.self, timeout: Self.patience)
        } catch {
            guard error.kind == .notFound else { throw error }
            return nil
        }
    }

    /// The failures that are still kept, newest first.
    public func failures(limit: Int) async throws -> [Failure] {
        let limit = min(max(limit, 1), 1_000)
        let list: FailureList = try await client.get(
            start + "/failures", [("limit", "\(limit)")], timeout: Self.patience)
        return list.failures
    }

    /// The events numbered above `id`, oldest first.
    public func events(after id: UInt64, limit: Int) async throws -> EventPage {
        let limit = min(max(limit, 1), 1_000)
        return try await client.get(
            start + "/events", [("after", "\(id)"), ("limit", "\(limit)")], timeout: Self.patience)
    }

    /// Carries a command out. A server that refuses it, or lets this client only read, says so in the receipt.
    public func perform(_ command: OperatorCommand, by operator: String) async throws -> Receipt {
        do throws(ControlError) {
            return try await client.send(.post, start + "/commands", body: CommandBody(command))
        } catch {
            guard error.kind != .unreachable else { throw error }
            return Receipt(id: 0, phase: .refused, message: error.message)
        }
    }
}
