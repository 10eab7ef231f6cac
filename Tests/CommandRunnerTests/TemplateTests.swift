import Testing

@testable import CommandRunner

@Suite struct TemplateTests {
    private static func words(_ words: [String]) -> [[UInt8]] { words.map { Array($0.utf8) } }

    private func shell(_ template: [String], _ line: String, sequence: Int = 3, slot: Int? = 2) -> String {
        text(
            CommandTemplate(shell: Self.words(template)).text(
                for: TemplateInput(line: bytes(line), sequence: sequence, slot: slot)))
    }

    @Test(arguments: [
        ("{}", "a b", "'a b'"), ("{}", "plain-1.txt", "plain-1.txt"), ("{}", "", "''"),
        ("{}", "it's", "'it'\\''s'"), ("{}", "$HOME", "'$HOME'"), ("{}", "日本", "'日本'"), ("{}", "~", "'~'"),
        ("{.}", "/tmp/dir/file.tar.gz", "/tmp/dir/file.tar"), ("{.}", "a.b/c", "a.b/c"),
        ("{.}", ".bashrc", "''"),
        ("{.}", "a.", "a"), ("{/}", "/tmp/dir/file.gz", "file.gz"), ("{/}", "a/b/", "''"),
        ("{//}", "/tmp/dir/file.gz", "/tmp/dir"), ("{//}", "file", "."), ("{//}", "/file", "/"),
        ("{//}", "/", "/"), ("{//}", "a/b/", "a"), ("{//}", "a//b", "a"), ("{//}", "", "."),
        ("{/.}", "/tmp/dir/file.tar.gz", "file.tar"), ("{#}", "x", "3"), ("{%}", "x", "2"),
    ])
    func replacement_inPlainPlace_isItsPartQuoted(template: String, line: String, expected: String) {
        #expect(shell(["echo " + template], line) == "echo " + expected)
    }

    @Test func template_withoutReplacement_hasTheLineAppended() {
        #expect(shell(["echo", "got"], "a b") == "echo got 'a b'")
    }

    @Test(arguments: ["{#}", "{%}", "{.}"])
    func template_withAnyReplacement_hasNothingAppended(replacement: String) {
        #expect(!shell(["echo", replacement], "zzz.txt").hasSuffix("zzz.txt"))
    }

    @Test func slot_beforeItIsKnown_standsAsItWasWritten() {
        #expect(
            shell(["echo {%}"], "x", slot: nil) == "echo '{%}'"
                || shell(["echo {%}"], "x", slot: nil) == "echo {%}")
    }

    @Test func unknownBraces_stayAsTheyAre() {
        #expect(shell(["echo {1} {x} {{}}"], "v") == "echo {1} {x} {v}")
    }

    @Test(arguments: [
        ("echo '{}'", "it's $x", "echo 'it'\\''s $x'"),
        ("echo \"{}\"", "a\"$x`y`\\", "echo \"a\\\"\\$x\\`y\\`\\\\\""),
        ("echo \"$(cat {})\"", "a b", "echo \"$(cat 'a b')\""),
        ("echo \"$(cat '{}')\" {}", "a b", "echo \"$(cat 'a b')\" 'a b'"),
        ("echo `cat {}`", "a$b", "echo `cat 'a\\$b'`"),
        ("cat {}>x", "2", "cat '2'>x"),
        ("true # don't {}\necho {}", "a b", "true # don't a b\necho 'a b'"),
        ("echo a#b {}", "a b", "echo a#b 'a b'"),
        ("echo \\'{}", "a b", "echo \\''a b'"),
    ])
    func replacement_insideShellSyntax_isQuotedToFitItsPlace(template: String, line: String, expected: String)
    {
        #expect(shell([template], line) == expected)
    }

    @Test func numbers_stayBare_soThatArithmeticWorks() {
        #expect(shell(["echo $(( {} * 7 ))"], "5") == "echo $(( 5 * 7 ))")
    }

    @Test func noTemplate_takesTheLineAsItIs() {
        let input = TemplateInput(line: bytes("echo {} | tr"), sequence: 1, slot: 1)
        #expect(text(CommandTemplate.lineIsCommand.text(for: input)) == "echo {} | tr")
        #expect(CommandTemplate.lineIsCommand.skipsBlankLines)
    }

    @Test func withoutShell_wordsAreNeitherSplitNorQuoted() {
        let template = CommandTemplate(argv: Self.words(["cp", "{}", "out/{/.}.bak"]))
        let input = TemplateInput(line: bytes("in dir/a b.txt"), sequence: 1, slot: 1)
        #expect(template.words(for: input).map(text) == ["cp", "in dir/a b.txt", "out/a b.bak"])
        #expect(text(template.text(for: input)) == "cp 'in dir/a b.txt' 'out/a b.bak'")
    }

    @Test func withoutShell_andWithoutReplacement_theLineIsOneMoreWord() {
        let template = CommandTemplate(argv: Self.words(["echo", "a"]))
        let input = TemplateInput(line: bytes("b c"), sequence: 1, slot: 1)
        #expect(template.words(for: input).map(text) == ["echo", "a", "b c"])
    }

    @Test func identity_tellsTemplatesApart() {
        let templates = [
            CommandTemplate.lineIsCommand, CommandTemplate(shell: Self.words(["echo {}"])),
            CommandTemplate(shell: Self.words(["echo {.}"])),
            CommandTemplate(argv: Self.words(["echo", "{}"])),
            CommandTemplate(argv: Self.words(["echo {}"])),
        ]
        #expect(Set(templates.map(\.identity)).count == templates.count)
        #expect(
            CommandTemplate(shell: Self.words(["echo", "{}"])).identity
                == CommandTemplate(shell: Self.words(["echo {}"])).identity)
    }
}
