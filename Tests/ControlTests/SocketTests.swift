import Glibc
import Testing

@testable import Control

/// Sockets and the directory they are in.
struct SocketTests {
    private static func mode(_ path: String) -> UInt32 {
        var info = stat()
        return lstat(path, &info) == 0 ? info.st_mode & 0o777 : 0
    }

    @Test func theSocket_isItsOwnersAlone_andGoesWithTheServer() async throws {
        let scene = try Scene()
        try await scene.serve { _ async throws in
            #expect(Self.mode(scene.directory + "/s.sock") == 0o600)
            #expect(Scene.entries(of: scene.directory) == ["s.sock"], "nothing else is left")
        }
        #expect(Scene.entries(of: scene.directory).isEmpty)
    }

    @Test func theUmask_isNotTouched() async throws {
        let scene = try Scene()
        try await scene.serve { _ async throws in
            let path = try scene.write("file", "x")
            let mask = umask(0)
            umask(mask)
            #expect(Self.mode(path) == 0o666 & ~mask)
        }
    }

    /// Leaves a socket behind that nobody listens on.
    private static func leave(_ path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        try #require(SocketFile.withAddress(of: path) { bind(descriptor, $0, $1) } == 0)
    }

    @Test func aDeadProcessesSocket_isReplaced() async throws {
        let scene = try Scene()
        try Self.leave(scene.directory + "/s.sock")
        try await scene.serve { address async throws in
            #expect(try await RawConnection.ask(address, "GET", "/healthz").status == 200)
        }
    }

    @Test func aLiveSocket_isRefused_andGoesOn() async throws {
        let scene = try Scene()
        try await scene.serve { address async throws in
            let second = ControlServer(pools: [FakeSource()], listeners: [Listener(address)])
            let error = await #expect(throws: ControlError.self) { try await second.start() }
            #expect(error?.message.contains("another process listens there") == true)
            await second.close()
            #expect(try await RawConnection.ask(address, "GET", "/healthz").status == 200)
            #expect(Scene.entries(of: scene.directory) == ["s.sock"])
        }
    }

    @Test func anotherFile_isNeverReplaced() async throws {
        let scene = try Scene()
        let path = try scene.write("s.sock", "precious")
        let server = ControlServer(pools: [FakeSource()], listeners: [Listener(.unix(path: path))])
        let error = await #expect(throws: ControlError.self) { try await server.start() }
        #expect(error?.message.contains("not a socket") == true)
        #expect(Scene.entries(of: scene.directory) == ["s.sock"])
    }

    @Test func aPathThatCannotBe_isRefused_withTheReason() async throws {
        for path in ["/nowhere/at/all.sock", "/tmp/" + String(repeating: "x", count: 200)] {
            let server = ControlServer(pools: [FakeSource()], listeners: [Listener(.unix(path: path))])
            let error = await #expect(throws: ControlError.self) { try await server.start() }
            #expect(error?.kind == .usage && error?.message.contains(path) == true)
        }
    }

    @Test func aPortInUse_isRefused_withTheReason() async throws {
        let scene = try Scene()
        let open = Listener(.tcp(host: "127.0.0.1", port: 0))
        try await scene.serve(on: open) { address async throws in
            let second = ControlServer(pools: [FakeSource()], listeners: [Listener(address)])
            let error = await #expect(throws: ControlError.self) { try await second.start() }
            #expect(error?.message == "cannot listen on \(address): Address already in use")
        }
    }

    @Test func theDirectory_isMadeForItsOwnerAlone_andMendedWhereOthersMayLook() throws {
        let scene = try Scene()
        let path = scene.directory + "/d"
        _ = try RuntimeDirectory(path: path)
        #expect(Self.mode(path) == 0o700)
        chmod(path, 0o755)
        _ = try RuntimeDirectory(path: path)
        #expect(Self.mode(path) == 0o700)
        let file = try scene.write("f", "")
        #expect(throws: ControlError.self) { try RuntimeDirectory(path: file) }
        symlink(path, scene.directory + "/link")
        #expect(throws: ControlError.self) { try RuntimeDirectory(path: scene.directory + "/link") }
    }

    @Test func theLiveOnes_areFound_andTheDeadSweptAway() async throws {
        let scene = try Scene()
        let directory = try RuntimeDirectory(path: scene.directory)
        let path = directory.socket(kind: "run")
        #expect(path == "\(scene.directory)/run-\(getpid()).sock")
        try Self.leave(scene.directory + "/run-1.sock")
        try await scene.serve(on: Listener(.unix(path: path))) { _ async throws in
            let live = await LiveServer.all(in: directory)
            #expect(live.map(\.socket) == [path])
            #expect(live.first?.info.title == "a test" && live.first?.info.pid == getpid())
            #expect(live.first?.info.pools == ["mail"] && live.first?.info.tasks == false)
        }
        #expect(await LiveServer.all(in: directory).isEmpty)
        #expect(Scene.entries(of: scene.directory).isEmpty, "the dead one is gone")
    }

    @Test func addresses_areReadAsTheyAreWritten() throws {
        for (text, address) in [
            ("127.0.0.1:8080", ControlAddress.tcp(host: "127.0.0.1", port: 8080)),
            ("[::1]:80", .tcp(host: "::1", port: 80)), (":9", .tcp(host: "0.0.0.0", port: 9)),
            ("unix:/run/x", .unix(path: "/run/x")),
        ] {
            #expect(try ControlAddress(listen: text) == address)
        }
        for text in ["", "8080", "host", "host:", "host:x", "host:65536", "::1:80", "unix:", "host:-1"] {
            #expect(throws: ControlError.self, "\(text)") { try ControlAddress(listen: text) }
        }
        for (text, place) in [
            ("http://a:1/", ControlPlace.url("http://a:1")), ("HTTPS://a", .url("HTTPS://a")),
            ("unix:/x", .socket("/x")), ("./x", .socket("./x")),
            ("localhost:80", .url("http://localhost:80")),
        ] {
            #expect(try ControlPlace(text) == place)
        }
        for text in ["", "http://", "nothing", "http://a b"] {
            #expect(throws: ControlError.self, "\(text)") { try ControlPlace(text) }
        }
    }
}
