public import Logging

/// What a control server says of itself, and its bounds.
public struct ControlOptions: Sendable {
    /// What runs here, such as `run`, `demo` or `serve`. The default is `program`.
    public var kind: String
    /// What it is called in lists of live pools. Empty by default.
    public var title: String
    /// More bytes than these a request's body may not have. The default is 1 MiB.
    public var bodyLimit = 1 << 20
    /// More than so many streams are not served at once. The default is 4,096.
    public var watcherLimit = 4_096
    /// Says why the server is not ready, or `nil` where it is; asked by `/readyz` each time. By default it is.
    public var readiness: @Sendable () async -> String? = { nil }
    /// Where failures are told. By default nowhere.
    public var logger = Logger(label: "pooltop.control") { _ in SwiftLogNoOpLogHandler() }

    /// Options, all but the names at their defaults.
    public init(kind: String = "program", title: String = "") {
        self.kind = kind
        self.title = title
    }
}
