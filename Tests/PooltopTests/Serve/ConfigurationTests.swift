import CommandRunner
import Control
import Testing

@testable import pooltop

struct ConfigurationTests {
    private func read(_ text: String, _ environment: [String: String] = [:]) throws -> ServeConfiguration {
        try ServeConfiguration(ConfigurationFile.parse(text, path: "pool.yaml", environment: environment))
    }

    /// What a text is refused with.
    private func complaint(_ text: String, _ environment: [String: String] = [:]) -> String? {
        do {
            _ = try read(text, environment)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private let kinds = "kinds: { echo: { command: [printf, '%s', '{text}'] } }\n"

    @Test func whatIsLeftOut_hasItsDefault() throws {
        let configuration = try read("store: jobs.db\n" + kinds)
        #expect(configuration.workers == 8)
        #expect(configuration.capacity == 10_000)
        #expect(configuration.listeners.map(\.address) == [.tcp(host: "127.0.0.1", port: 8_080)])
        #expect(configuration.kinds["echo"]?.parameters == ["text"])
    }

    @Test func everythingThatCanBeSaid_isTaken() throws {
        let configuration = try read(
            """
            listen: [unix:/tmp/x.sock, "127.0.0.1:1"]
            store: a.db
            synchronous: normal
            workers: 3
            queue: { capacity: 7 }
            results: { keep: 1h, dead: 2d, bytes: 10 }
            tokens: { operator: ${OP}, reader: ${READ} }
            grace: 5s
            kinds:
              thumb:
                command: ["convert", "{in}", "-resize", "{size}", "{{x}}"]
                directory: /tmp
                environment: { A: b }
                timeout: 30s
                retries: 3
                concurrency: 2
                rate: 90/m
                defaults: { size: 64x64 }
              hook:
                http: { url: "https://example.org/{id}", method: put, headers: { Authorization: "Bearer ${OP}" } }
            """, ["OP": "o{p", "READ": "r"])
        #expect(configuration.listeners.count == 2)
        #expect(configuration.listeners[0].tokens.operator == "o{p")
        #expect(configuration.isRelaxed)
        #expect(configuration.keepDead == .seconds(2 * 86_400))
        let thumb = try #require(configuration.kinds["thumb"])
        #expect(thumb.rate == 1.5)
        #expect(thumb.parameters == ["in", "size"])
        guard case .command(let call) = thumb.work else {
            Issue.record("not a command")
            return
        }
        let values = try thumb.complete(["in": "a b; {size} $(x)"])
        #expect(
            call.command(values).words.map { String(decoding: $0, as: UTF8.self) }
                == ["convert", "a b; {size} $(x)", "-resize", "64x64", "{x}"])
        guard case .http(let http)? = configuration.kinds["hook"]?.work else {
            Issue.record("not a call")
            return
        }
        #expect(http.method == "PUT")
        #expect(http.headers["Authorization"]?.filled([:]) == "Bearer o{p")
    }

    @Test(arguments: [
        ("", "pool.yaml: is empty"),
        ("store: a\n", "needs kinds"),
        ("kinds: {}\n", "needs a store"),
        ("store: a\nkinds: {}\n", "name at least one kind"),
        (
            "store: a\nstroe: b\nkinds: { a: { command: [x] } }\n",
            "pool.yaml:2: stroe is unknown; here can be: "
        ),
        ("store: a\nworkers: many\nkinds: { a: { command: [x] } }\n", "workers takes a whole number from 0"),
        ("store: a\nkinds: { a: { command: x } }\n", "kinds.a.command takes a list of words"),
        ("store: a\nkinds: { a: { command: ['{x}'] } }\n", "names its program by a parameter"),
        ("store: a\nkinds: { a: { command: [x, '{'] } }\n", "has a { without a }"),
        ("store: a\nkinds: { a: { http: { url: 'http://{h}/' } } }\n", "names its host by a parameter"),
        ("store: a\nkinds: { a: { http: { url: ftp } } }\n", "begins with http"),
        ("store: a\nkinds: { a: { command: [x], timeout: soon } }\n", "takes a time such as 30s"),
        ("store: a\nkinds: { a: { command: [x], rate: fast } }\n", "takes a rate such as 10/s"),
        ("store: a\nkinds: { a: {} }\n", "needs either command or http"),
        ("store: a\nkinds: { 'a b': { command: [x] } }\n", "is no name for a kind"),
        (
            "store: ${NONE}\nkinds: { a: { command: [x] } }\n",
            "needs ${NONE}: the environment has no such variable"
        ),
        ("store: a\ntokens: { reader: x }\nkinds: { a: { command: [x] } }\n", "needs an operator token"),
        ("store: a\nlisten: 0.0.0.0:80\nkinds: { a: { command: [x] } }\n", "operator token"),
        ("store: a\nlisten: nowhere\nkinds: { a: { command: [x] } }\n", "cannot listen on 'nowhere'"),
        ("store: [\n", "is not YAML"),
        ("- a\n", "takes fields"),
    ])
    func whatIsWrong_isToldWithItsPlace(_ text: String, _ complaint: String) {
        #expect(self.complaint(text)?.contains(complaint) == true, "\(self.complaint(text) ?? "taken")")
    }

    @Test func aVariableOfTheEnvironment_isNeverReadAsYAML() throws {
        let configuration = try read(
            "store: ${PATH_TO}\n# ${UNSET} in a comment means nothing\n" + kinds,
            ["PATH_TO": "a: [b]\nworkers: 1"])
        #expect(configuration.store == "a: [b]\nworkers: 1")
        #expect(try read("store: a$${B}\n" + kinds).store == "a${B}")
    }

    @Test func parametersThatDoNotFit_areNamed() throws {
        let kind = try #require(try read("store: a\n" + kinds).kinds["echo"])
        #expect(throws: MissingParameters.self) { try kind.complete([:]) }
        do {
            _ = try kind.complete(["odd": "x"])
        } catch {
            #expect("\(error)" == "echo needs text and takes no odd; its parameters: text")
        }
    }
}
