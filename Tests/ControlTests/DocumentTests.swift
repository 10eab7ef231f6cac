import HTTPTypes
import Monitoring
import Testing

@testable import Control

/// The documents a server tells: the schema of a snapshot, OpenAPI, metrics.
struct DocumentTests {
    private static func json(_ value: some Encodable) throws -> JSON {
        try Wire.value(JSON.self, from: Wire.bytes(value))
    }

    private static func keys(_ value: JSON?) -> [String] { value?.fields.keys.sorted() ?? [] }

    @Test func theSnapshot_hasTheseFields_andNoneIsEverRenamed() throws {
        #expect(PoolSnapshot.currentSchema == 1)
        let snapshot = try Self.json(Samples.snapshot)
        #expect(
            Self.keys(snapshot) == [
                "counters", "errors", "lastEvent", "latencies", "limits", "name", "paused", "producers",
                "queue",
                "rates", "schema", "sizing", "stage", "state", "time", "uptime", "workers",
            ])
        #expect(Self.keys(snapshot["workers"]) == ["busy", "each", "idle", "live", "retiring", "target"])
        #expect(
            Self.keys(snapshot["queue"]) == [
                "capacity", "depth", "highWater", "lowWater", "oldest", "overflow", "scheduled",
            ])
        #expect(
            Self.keys(snapshot["counters"]) == [
                "cancelled", "dropped", "failed", "queued", "rejected", "rescued", "retried", "running",
                "scheduled", "submitted", "succeeded", "timedOut",
            ])
        #expect(Self.keys(snapshot["rates"]) == ["arrivals", "completions", "window"])
        #expect(Self.keys(snapshot["latencies"]) == ["run", "total", "wait"])
        #expect(
            Self.keys(snapshot["latencies"]?["run"]) == ["count", "max", "mean", "p50", "p90", "p95", "p99"])
        #expect(Self.keys(snapshot["producers"]) == ["known", "longest", "waited", "waiting", "waits"])
        #expect(Self.keys(snapshot["paused"]) == ["dispatch", "frozen", "intake"])
        #expect(Self.keys(snapshot["paused"]?["intake"]) == ["by", "elapsed", "since"])
        #expect(Self.keys(snapshot["errors"]) == ["kept", "latest", "total"])
        guard case .array(let each)? = snapshot["workers"]?["each"], let worker = each.first else {
            Issue.record("no worker")
            return
        }
        #expect(
            Self.keys(worker) == [
                "busyShare", "elapsed", "failed", "id", "job", "state", "stopping", "succeeded",
            ])
        #expect(worker["id"] == 3 && worker["state"] == "running" && snapshot["schema"] == 1)
    }

    @Test func everyRoute_isDocumented_andEverythingDocumentedIsARoute() throws {
        let info = ServerInfo(kind: "", title: "", pid: 1, started: 0, pools: [], tasks: true, access: "")
        let table = RouteTable(pools: [FakeSource()], tasks: FakeTasks(), info: info, readiness: { nil })
        let document = OpenAPIDocument.make(of: table.routes)
        let documented = Set(
            document["paths"]?.fields.flatMap { path, methods in methods.fields.keys.map { "\($0) \(path)" } }
                ?? [])
        let served = table.routes.map { "\($0.method.rawValue.lowercased()) \($0.path)" }
        #expect(documented == Set(served) && served.count == Set(served).count)
        #expect(served.contains("post /v1/tasks") && served.contains("get /openapi.json"))
    }

    @Test func everyReference_leadsToASchema_andEverySchemaIsUsed() throws {
        let scene = "#/components/schemas/"
        func references(_ value: JSON) -> [String] {
            switch value {
            case .object(let fields):
                fields.flatMap { name, value -> [String] in
                    if name == "$ref", case .string(let path) = value {
                        return [String(path.dropFirst(scene.count))]
                    }
                    return references(value)
                }
            case .array(let elements): elements.flatMap(references)
            default: []
            }
        }
        let info = ServerInfo(kind: "", title: "", pid: 1, started: 0, pools: [], tasks: true, access: "")
        let table = RouteTable(pools: [FakeSource()], tasks: FakeTasks(), info: info, readiness: { nil })
        let used = Set(references(OpenAPIDocument.make(of: table.routes)))
        #expect(used == Set(Schemas.all.keys))
    }

    @Test func theSchemas_tellWhatIsOptional() throws {
        let task = Schemas.all["TaskStatus"]
        guard case .array(let required)? = task?["required"] else {
            Issue.record("nothing is required")
            return
        }
        #expect(required.contains("id") && required.contains("state") && !required.contains("result"))
        let names = Self.keys(task?["properties"])
        #expect(names.contains("result"))
        #expect(
            task?["properties"]?["state"]
                == .choice(["pending", "running", "success", "failed", "cancelled"]))
    }

    @Test func metrics_areInPrometheusForm_withOneHeadForAllPools() {
        var snapshot = Examples.busy
        snapshot.name = "a\"b\\c\nd"
        snapshot.latencies.run = LatencyFigures()
        snapshot.latencies.run?.p99 = 0.25
        var metrics = MetricsText()
        metrics.add(snapshot)
        snapshot.name = "two"
        metrics.add(snapshot)
        let lines = metrics.text.split(separator: "\n").map(String.init)
        #expect(lines.contains(#"pooltop_jobs_succeeded_total{pool="a\"b\\c\nd"} 1"#))
        #expect(lines.contains(#"pooltop_jobs_succeeded_total{pool="two"} 1"#))
        #expect(lines.contains(#"pooltop_job_run_seconds{pool="two",quantile="0.99"} 0.25"#))
        #expect(lines.filter { $0 == "# TYPE pooltop_jobs_succeeded_total counter" }.count == 1)
        for line in lines where !line.hasPrefix("#") {
            let family = line.prefix { $0 != "{" }
            #expect(
                lines.contains { $0.hasPrefix("# TYPE \(family) ") }
                    && lines.contains { $0.hasPrefix("# HELP \(family) ") })
            #expect(Double(line.split(separator: " ").last ?? "") != nil, "\(line)")
        }
    }

    @Test func variables_keepPoolsOfOneNameApart() throws {
        var variables = Variables(pid: 1, started: 0)
        variables.add(Examples.busy, number: 1)
        variables.add(Examples.busy, number: 2)
        #expect(variables.pools.keys.sorted() == ["mail", "mail#2"])
        #expect(variables.pools["mail"]?.counters.succeeded == 1)
    }
}
