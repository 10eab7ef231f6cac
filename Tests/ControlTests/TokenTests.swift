import HTTPTypes
import Testing

@testable import Control

/// Who may do what.
struct TokenTests {
    private let tokens = AccessTokens(operator: "op-secret", reader: "read-secret")

    private var listener: Listener { Listener(.tcp(host: "127.0.0.1", port: 0), tokens: tokens) }

    private static func bearer(_ token: String) -> [String] { ["Authorization: Bearer \(token)"] }

    /// All routes of a server, with something in the place of names.
    private static let routes: [(method: String, path: String, access: Access)] = {
        let info = ServerInfo(kind: "", title: "", pid: 1, started: 0, pools: [], tasks: true, access: "")
        let table = RouteTable(pools: [FakeSource()], tasks: FakeTasks(), info: info, readiness: { nil })
        return table.routes.map { route in
            (
                route.method.rawValue,
                route.path.split(separator: "/").map { $0.first == "{" ? "1" : "\($0)" }
                    .reduce("") { $0 + "/" + $1 }, route.access
            )
        }
    }()

    @Test func aStranger_learnsNothing() async throws {
        let scene = try Scene()
        try await scene.serve(tasks: FakeTasks(), on: listener) { address async throws in
            for headers in [[], Self.bearer("wrong"), ["Authorization: Basic op-secret"], Self.bearer("")] {
                let odd = [
                    ("GET", "/nowhere", Access.reader), ("PUT", "/v1/pool", .reader),
                    ("GET", "/%ff", .reader),
                ]
                for (method, path, access) in Self.routes + odd where access != .stranger {
                    let answer = try await RawConnection.ask(address, method, path, headers: headers)
                    #expect(answer.status == 401, "\(method) \(path)")
                    #expect(answer.body == #"{"error":"a bearer token is needed"}"#)
                    #expect(answer.headers["allow"] == nil)
                }
            }
        }
    }

    @Test func aStranger_maySeeThatItLives_butNotWhyItIsNotReady() async throws {
        let scene = try Scene()
        var options = ControlOptions()
        options.readiness = { "the database is locked" }
        try await scene.serve(on: listener, options: options) { address async throws in
            #expect(try await RawConnection.ask(address, "GET", "/healthz").status == 200)
            let answer = try await RawConnection.ask(address, "GET", "/readyz")
            #expect(answer.status == 503 && answer.body == #"{"error":"not ready"}"#)
        }
    }

    @Test func aReader_reads_andWritesNothing() async throws {
        let scene = try Scene()
        let pool = FakeSource(Examples.busy)
        let tasks = FakeTasks()
        try await scene.serve([pool], tasks: tasks, on: listener) { address async throws in
            for (method, path, access) in Self.routes where !path.hasSuffix("/watch") {
                let answer = try await RawConnection.ask(
                    address, method, path, headers: Self.bearer("read-secret"))
                if access == .operator {
                    #expect(answer.status == 403, "\(method) \(path)")
                } else {
                    #expect([200, 404].contains(answer.status), "\(method) \(path): \(answer)")
                }
            }
        }
        #expect(pool.now.commands.isEmpty && tasks.requests.isEmpty && tasks.changes.isEmpty)
    }

    @Test func anOperator_writes_unlessTheConnectionOnlyReads() async throws {
        let scene = try Scene()
        let body = #"{"workers": 2}"#
        try await scene.serve(on: listener) { address async throws in
            let fields = Self.bearer("op-secret")
            let full = try await RawConnection.ask(address, "PATCH", "/v1/pool", body: body, headers: fields)
            #expect(full.status == 200)
            let less = try await RawConnection.ask(
                address, "PATCH", "/v1/pool", body: body, headers: fields + ["Pooltop-Access: read"])
            #expect(less.status == 403)
        }
    }

    @Test func tokens_areTheSame_onlyWhereEveryByteIs() {
        #expect(AccessTokens.isSame("secret", "secret"))
        for shown in ["", "s", "secre", "secrets", "secretsecret", "Secret", "tercessecret"] {
            #expect(!AccessTokens.isSame(shown, "secret"), "\(shown)")
        }
        #expect(
            !AccessTokens.isSame(nil, "secret") && !AccessTokens.isSame("x", nil)
                && !AccessTokens.isSame("", ""))
        #expect(!AccessTokens.isSame("aa", "a") && !AccessTokens.isSame("a", "aa"))
    }

    @Test func offLoopback_aTokenIsNeeded() throws {
        for host in ["0.0.0.0", "::", "192.168.1.2", "example.org", "127.evil.com"] {
            let error = #expect(throws: ControlError.self) {
                try Listener(.tcp(host: host, port: 80)).validate()
            }
            #expect(error?.message.contains("token") == true && error?.kind == .usage)
            #expect(throws: ControlError.self, "a reader's alone is not enough") {
                let tokens = AccessTokens(operator: nil, reader: "x")
                try Listener(.tcp(host: host, port: 80), tokens: tokens).validate()
            }
            try Listener(.tcp(host: host, port: 80), tokens: tokens).validate()
        }
        for host in ["127.0.0.1", "127.8.8.8", "localhost", "::1"] {
            try Listener(.tcp(host: host, port: 80)).validate()
        }
        #expect(throws: ControlError.self) {
            try Listener(.unix(path: "/x"), tokens: AccessTokens(operator: "same", reader: "same")).validate()
        }
        #expect(throws: ControlError.self) {
            try Listener(.unix(path: "/x"), tls: TLSFiles(certificate: "c", key: "k")).validate()
        }
    }

    @Test func aWebPage_cannotSteerAServerWithoutTokens() async throws {
        let scene = try Scene()
        let pool = FakeSource(Examples.busy)
        let open = Listener(.tcp(host: "127.0.0.1", port: 0))
        try await scene.serve([pool], on: open) { address async throws in
            for headers in [
                ["Host: evil.example"], ["Host: evil.example:80"],
                ["Host: localhost", "Origin: https://evil.example"],
                ["Host: 127.0.0.1.evil.example"], ["Host: localhost", "Origin: null"],
            ] {
                let answer = try await RawConnection.ask(
                    address, "POST", "/v1/pool/drain", body: "", headers: headers)
                #expect(answer.status == 403, "\(headers)")
            }
            for headers in [
                ["Host: 127.0.0.1:8080"], ["Host: [::1]:8080"],
                ["Host: localhost:80", "Origin: http://localhost:80"],
            ] {
                let answer = try await RawConnection.ask(address, "GET", "/v1/pool", headers: headers)
                #expect(answer.status == 200, "\(headers)")
            }
        }
        #expect(pool.now.commands.isEmpty)
    }
}
