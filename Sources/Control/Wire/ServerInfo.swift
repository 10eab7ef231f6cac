package import Monitoring

/// What a server says of itself.
package struct ServerInfo: Codable, Sendable, Equatable {
    /// What runs there: `run`, `demo`, `serve`, or what an embedding program calls itself.
    package var kind: String
    /// What it is called, such as the template of a run.
    package var title: String
    /// The process.
    package var pid: Int32
    /// When the server began.
    package var started: UnixTime
    /// The pools' names, in their order.
    package var pools: [String]
    /// Whether it takes tasks.
    package var tasks: Bool
    /// What the asker may do: `operator` or `reader`.
    package var access: String

    package init(
        kind: String, title: String, pid: Int32, started: UnixTime, pools: [String], tasks: Bool,
        access: String
    ) {
        self.kind = kind
        self.title = title
        self.pid = pid
        self.started = started
        self.pools = pools
        self.tasks = tasks
        self.access = access
    }
}

/// The body of every answer that is an error.
struct ErrorBody: Codable {
    var error: String
}
