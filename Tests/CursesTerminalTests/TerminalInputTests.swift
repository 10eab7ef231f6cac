import Testing

extension ProcessTests {
    @Suite struct Inputs {
        @Test func keys_areTold() throws {
            let session = try Session()
            _ = try session.nextLine()
            for (bytes, key) in [
                ("x", "x"), ("\u{3}", "Ctrl-C"), ("\u{1A}", "Ctrl-Z"), ("\u{13}", "Ctrl-S"),
                ("\u{1B}[A", "↑"),
                ("\u{1B}OB", "↓"), ("\u{1B}", "Esc"), ("\r", "Enter"), ("漢", "漢"),
            ] {
                session.type(bytes)
                #expect(try session.nextLine() == "input key \(key)")
            }
        }

        @Test func paste_isDeliveredWhole() throws {
            let session = try Session()
            _ = try session.nextLine()
            session.type("\u{1B}[200~kernel panic\rxq\u{1B}[A\u{1B}[201~z")
            #expect(try session.nextLine() == #"input paste "kernel panic\rxq\u{1B}[A""#)
            #expect(try session.nextLine() == "input key z")
        }

        @Test func mouse_isToldAndSwitchedOff() throws {
            let session = try Session()
            _ = try session.nextLine()
            try session.run("draw x")
            try session.settle()
            #expect(session.screen.modes.isSuperset(of: [1000, 1006, 2004]))
            session.type("\u{1B}[<0;11;6M\u{1B}[<0;11;6m\u{1B}[<64;1;1M")
            #expect(try session.nextLine() == "input mouse press 10,5")
            #expect(try session.nextLine() == "input mouse wheelUp 0,0")
            try session.run("mouse off")
            try session.wait("the mouse to be off") { session.screen.modes.isDisjoint(with: [1000, 1006]) }
            try session.run("mouse on")
            try session.wait("the mouse to be on") { session.screen.modes.isSuperset(of: [1000, 1006]) }
        }

        @Test func mouse_unwanted_isNeverMentioned() throws {
            let session = try Session(arguments: ["--no-mouse"])
            _ = try session.nextLine()
            try session.run("draw x")
            try session.settle()
            try session.run("close")
            _ = try session.end()
            let sent = String(decoding: session.raw, as: UTF8.self)
            for mode in ["1000", "1002", "1003", "1006"] { #expect(!sent.contains("?\(mode)")) }
        }

        @Test func resize_isToldAndTheNextFrameFits() throws {
            let session = try Session(environment: ["LINES": "10", "COLUMNS": "20"])
            #expect(try session.nextLine().hasPrefix("open 80x24"))
            try session.run("draw x")
            try session.settle()
            session.resize(width: 100, height: 30)
            #expect(try session.nextLine() == "input resize 100x30")
            try session.run("draw wide")
            try session.settle()
            #expect(session.screen.lines[29].hasPrefix("╰"))
        }

        @Test func twoHundredResizes_endWithAWholeFrame() throws {
            let session = try Session()
            _ = try session.nextLine()
            var state: UInt64 = 42
            func random(_ limit: Int) -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(state >> 33) % limit + 1
            }
            for step in 1...200 {
                let (width, height) = (random(500), random(120))
                session.resize(width: width, height: height)
                // Two sizes in a row can be the same.
                session.send("draw \(step)")
                while try session.nextLine() != "done" {}
            }
            session.resize(width: 61, height: 17)
            try session.wait("the last size") { (try? session.nextLine()) == "input resize 61x17" }
            try session.run("noise 1")
            try session.settle()
            #expect(session.screen.unknown == [])
        }
    }
}
