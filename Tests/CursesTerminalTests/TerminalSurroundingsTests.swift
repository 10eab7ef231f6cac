import Testing

extension ProcessTests {
    @Suite struct InSurroundings {
        @Test(arguments: ["dumb", "", "unknown"])
        func dumbTerminal_isRefused(type: String) throws {
            let session = try Session(environment: ["TERM": type])
            #expect(try session.nextLine().hasPrefix("refused"))
            #expect(try session.end() == 1 << 8)
            #expect(session.raw == [])
        }

        @Test func unsetType_isRefused() throws {
            let session = try Session(environment: ["TERM": nil])
            #expect(try session.nextLine() == "refused TERM is not set, so nothing is known of the terminal")
        }

        @Test func noControllingTerminal_isRefused() throws {
            let session = try Session(shell: "exec setsid --wait $PROBE")
            #expect(try session.nextLine() == "refused there is no terminal")
        }

        @Test func unknownType_isTakenForXtermAndSaidOnce() throws {
            let session = try Session(environment: ["TERM": "nonesuch-9"])
            #expect(
                try session.nextLine()
                    == "note unknown terminal type \"nonesuch-9\": taking it for xterm-256color")
            #expect(try session.nextLine().hasPrefix("open 80x24"))
            try session.run("draw x")
            try session.settle()
        }

        @Test(arguments: [
            ("xterm-256color", "indexed256"), ("xterm-16color", "ansi16"), ("xterm", "ansi8"),
            ("vt100", "none"),
        ])
        func colorDepth_followsTheType(type: String, depth: String) throws {
            let session = try Session(environment: ["TERM": type])
            var line = try session.nextLine()
            // Not every machine has every description.
            if line.hasPrefix("note") { line = "open 80x24 \(depth)" }
            #expect(line.hasPrefix("open 80x24 \(depth)"))
        }

        @Test func noColor_sendsNoColor() throws {
            let session = try Session(environment: ["NO_COLOR": "1"])
            #expect(try session.nextLine() == "open 80x24 none unicode true")
            try session.run("draw selected")
            try session.run("noise 3")
            try session.settle()
            let sent = String(decoding: session.raw, as: UTF8.self)
            for code in ["[3", "[4", ";3", ";4"] {
                for digit in 0...9 { #expect(!sent.contains("\u{1B}\(code)\(digit)m")) }
            }
            #expect(!sent.contains("38;5"))
            #expect(sent.contains("7m"), "the selection is reverse")
        }

        @Test func localeC_sendsSevenBits() throws {
            let session = try Session(environment: ["LC_ALL": "C"])
            #expect(try session.nextLine() == "open 80x24 indexed256 ascii true")
            try session.run("draw 漢字 é")
            try session.settle()
            try session.run("noise 5")
            try session.settle()
            #expect(session.raw.allSatisfy { $0 < 0x80 })
        }

        @Test func ascii_canBeForced() throws {
            let session = try Session(arguments: ["--ascii"])
            #expect(try session.nextLine() == "open 80x24 indexed256 ascii true")
            try session.run("draw é")
            try session.settle()
            #expect(session.raw.allSatisfy { $0 < 0x80 })
        }
    }
}
