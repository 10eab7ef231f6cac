import HTTPTypes
import Monitoring

/// What a server says of itself and of its health.
struct ServerRoutes: Sendable {
    let pools: [any MonitorSource]
    let info: ServerInfo
    let readiness: @Sendable () async -> String?

    var routes: [Route] {
        [
            Route(
                .get, "/healthz", .stranger,
                RouteDocument("Whether the server lives.", answer: .record(["status": .type("string")]))
            ) { _ in
                try .json(["status": "ok"])
            },
            Route(
                .get, "/readyz", .stranger,
                RouteDocument(
                    "Whether it can do its work; why not is told to those who may read.",
                    answer: .record(["status": .type("string")]), errors: [503])
            ) { call in
                guard let reason = await readiness() else { return try .json(["status": "ready"]) }
                return .error(.serviceUnavailable, call.access == .stranger ? "not ready" : reason)
            },
            Route(
                .get, "/v1/server", .reader, RouteDocument("What runs here.", answer: .ref("ServerInfo"))
            ) { call in
                try call.check()
                var info = info
                info.access = call.access == .operator ? "operator" : "reader"
                for source in pools { info.pools.append(try await source.snapshot().name) }
                return try .json(info)
            },
            Route(
                .get, "/metrics", .reader,
                RouteDocument(
                    "All figures in Prometheus' text format.", answer: .type("string"), type: "text/plain")
            ) { _ in
                var metrics = MetricsText()
                for source in pools { metrics.add(try await source.snapshot()) }
                return .text(metrics.text, type: "text/plain; version=0.0.4; charset=utf-8")
            },
            Route(
                .get, "/debug/vars", .reader,
                RouteDocument("The counters of every pool by name.", answer: .ref("Variables"))
            ) { _ in
                var variables = Variables(pid: info.pid, started: info.started)
                for (index, source) in pools.enumerated() {
                    variables.add(try await source.snapshot(), number: index + 1)
                }
                return try .json(variables)
            },
        ]
    }
}
