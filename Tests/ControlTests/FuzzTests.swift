import Testing

@testable import Control

/// Requests at random: whatever comes, the server lives and answers with a status that makes sense.
struct FuzzTests {
    /// A generator with a seed.
    struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    private static let methods = [
        "GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "get", "\u{0}", "X",
    ]
    private static let pieces = [
        "/v1/pool", "/v1/tasks", "/v1/pools/", "/jobs", "/42", "/%2e%2e", "//", "/%00", "?limit=", "&", "=",
        "9e99",
        "18446744073709551616", "-1", "%", "é", "#", "/commands", "/retry", "state=dead", "wait=0s",
        "/openapi.json",
        "/queues/echo", "?interval=1", "/failures", "/events?after=", "/metrics", " ", "\t",
    ]
    private static let values = [
        "{", "}", "[", "]", "\"", ":", ",", "null", "true", "1e999", "-0", "18446744073709551616", "\"kind\"",
        "\"echo\"",
        "\"workers\"", "\"command\"", "\"resize\"", "\"cancel\"", "\"jobs\"", "\"what\"", "\"intake\"",
        "\\u0000", "\\ud800",
        "\"delay\"", "\"5s\"", "{\"kind\":\"echo\",\"parameters\":{", "\u{0}", "日",
    ]

    private static func mix(_ parts: [String], _ most: Int, _ dice: inout Dice) -> String {
        (0..<Int.random(in: 0...most, using: &dice)).map { _ in
            parts[Int.random(in: 0..<parts.count, using: &dice)]
        }
        .joined()
    }

    @Test(arguments: [1, 20_260, 777] as [UInt64])
    func noRequest_endsTheServer(seed: UInt64) async throws {
        let scene = try Scene()
        try await scene.serve([FakeSource(Examples.busy)], tasks: FakeTasks()) { address async throws in
            try await onThread {
                var dice = Dice(state: seed)
                for round in 0..<400 {
                    let method = Self.methods[Int.random(in: 0..<Self.methods.count, using: &dice)]
                    let path =
                        Bool.random(using: &dice) ? Self.mix(Self.pieces, 6, &dice) : "/v1/pool/commands"
                    let body = Self.mix(Self.values, 12, &dice)
                    var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    switch Int.random(in: 0..<6, using: &dice) {
                    case 0: head += "Content-Length: \(Int.random(in: -2...40, using: &dice))\r\n"
                    case 1: head += "Transfer-Encoding: chunked\r\n"
                    case 2: head += "Authorization: Bearer \(body.prefix(9))\r\nPooltop-Operator: \(path)\r\n"
                    default: head += "Content-Length: \(body.utf8.count)\r\n"
                    }
                    let connection = try RawConnection(address)
                    connection.send(head + "\r\n" + body)
                    connection.finish()
                    let answer = connection.read(until: path.contains("/watch") ? "\r\n\r\n" : "never")
                    connection.close()
                    let status = answer.split(separator: " ").dropFirst().first.flatMap { Int($0) }
                    if let status {
                        #expect((200..<500).contains(status), "seed \(seed) round \(round): \(head)\(body)")
                    }
                }
            }
            #expect(try await RawConnection.ask(address, "GET", "/healthz").status == 200, "seed \(seed)")
        }
    }

    @Test func bytesThatAreNoRequest_areTurnedAway() async throws {
        let scene = try Scene()
        try await scene.serve { address async throws in
            try await onThread {
                var dice = Dice(state: 5)
                for _ in 0..<50 {
                    let connection = try RawConnection(address)
                    connection.send((0..<200).map { _ in UInt8.random(in: 0...255, using: &dice) })
                    connection.finish()
                    _ = connection.read(until: "never")
                    connection.close()
                }
            }
            #expect(try await RawConnection.ask(address, "GET", "/healthz").status == 200)
        }
    }

    @Test func deepJSON_isRefused() async throws {
        let scene = try Scene()
        let deep = String(repeating: "[", count: 100_000)
        let answer = try await scene.serve(tasks: FakeTasks()) {
            try await RawConnection.ask($0, "POST", "/v1/tasks", body: deep)
        }
        #expect(answer.status == 400)
    }
}
