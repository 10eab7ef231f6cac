import Testing

@testable import CommandRunner

/// What a real shell makes of what we write for it.
@Suite struct QuotingRoundTripTests {
    /// Bytes that shells, terminals and decoders stumble over.
    private static let hostile: [[UInt8]] = [
        bytes("a b"), bytes("it's"), bytes("say \"x\""), bytes("$HOME $(id) `id` ${x}"),
        bytes("; echo broken"),
        bytes("*?[a]{b,c}"), bytes("back\\slash\\\\"), bytes("-n"), bytes("~root"), bytes("#no"), bytes("!x"),
        bytes("new\nline"), bytes("tab\tcr\r"), bytes("\u{1b}[31m"), [0xff, 0xfe, 0x80], bytes("ünï 日本"), [],
        bytes("'"), bytes("''"), bytes("\"'\"'`"), bytes("\\"), bytes("$"), bytes("&|<>()"), bytes("a=b"),
        Array(1...255),
    ]

    @Test(arguments: [
        "printf %s {}", "printf %s \"{}\"", "printf %s '{}'", "printf %s \"$(printf %s {})\"",
        "printf %s \"$(printf %s \"{}\")\"", "printf %s \"$(printf %s '{}')\"", "(printf %s {})",
        "printf %s \"`printf %s {}`\"", "printf %s \"`printf %s '{}'`\"",
    ])
    func shell_readsBackExactlyTheLine(template: String) async throws {
        let host = try ProcessHost()
        let template = CommandTemplate(shell: [bytes(template)])
        for line in Self.hostile {
            // A substitution drops newlines at the end, whatever the quoting.
            let input = TemplateInput(line: line, sequence: 1, slot: 1)
            let result = try await host.run(Command(shell: template.text(for: input)))
            #expect(result.output == line, "\(text(template.text(for: input)))")
            #expect(result.error.isEmpty)
        }
        host.close()
    }

    @Test func line_inAComment_cannotLeaveIt() async throws {
        let host = try ProcessHost()
        let template = CommandTemplate(shell: [bytes("echo ok # {}")])
        let input = TemplateInput(line: bytes("x\necho broken"), sequence: 1, slot: 1)
        #expect(text(try await host.run(Command(shell: template.text(for: input))).output) == "ok\n")
        host.close()
    }

    @Test(arguments: [
        ("echo 'a b'", "echo a\\ b"), ("echo 'it'\\''s'", "echo it\\'s"), ("echo \"a\"", "echo a"),
        ("printf \"%s\\n\" x", "printf '%s\\n' x"),
    ])
    func removedQuotes_makeTheSameWordsEqual(left: String, right: String) {
        #expect(ShellQuoting.removed(from: bytes(left)) == ShellQuoting.removed(from: bytes(right)))
        #expect(ShellQuoting.removed(from: bytes(left)) != ShellQuoting.removed(from: bytes(right + "x")))
    }
}
