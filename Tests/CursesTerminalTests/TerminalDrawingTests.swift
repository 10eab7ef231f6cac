import Testing

extension ProcessTests {
    @Suite struct Drawing {
        @Test func open_saysWhatTheTerminalCan() throws {
            let session = try Session(width: 100, height: 30)
            #expect(try session.nextLine() == "open 100x30 indexed256 unicode true")
        }

        @Test func frame_withWideAndCombinedCharacters_isShownAsItsText() throws {
            let session = try Session(width: 60, height: 10)
            _ = try session.nextLine()
            try session.run("draw hello 漢字 e\u{301}")
            try session.settle()
            #expect(session.screen.lines[1].hasPrefix("│ hello 漢字 e\u{301}"))
            #expect(session.screen.unknown == [])
            #expect(session.screen.isAlternate)
            #expect(!session.screen.isCursorVisible)
            #expect(session.screen.place(x: 2, y: 1).isReverse)
            #expect(session.screen.cursor == (14, 1), "the cursor is parked where the frame says")
        }

        @Test(arguments: 1...10)
        func frames_ofRandomCells_areShownAsTheirText(seed: Int) throws {
            let session = try Session(width: 37, height: 9)
            _ = try session.nextLine()
            for step in 0..<10 {
                try session.run("noise \(seed * 100 + step)")
                try session.settle()
            }
            #expect(session.screen.wraps == 0, "seed \(seed)")
            #expect(session.screen.unknown == [], "seed \(seed)")
        }

        @Test func names_ofRandomBytes_moveNothingAndSendNoControls() throws {
            let session = try Session(width: 44, height: 50)
            _ = try session.nextLine()
            for seed in 1...200 {
                try session.run("names \(seed)")
                try session.settle()
                let bars = (0..<50).allSatisfy {
                    session.screen.place(x: 0, y: $0).text == "|"
                        && session.screen.place(x: 43, y: $0).text == "|"
                }
                #expect(bars, "seed \(seed)")
            }
            #expect(session.screen.unknown == [])
            #expect(!session.raw.contains(7), "no bell, and no title set")
        }

        @Test func unchangedFrame_sendsNothing() throws {
            let session = try Session()
            _ = try session.nextLine()
            try session.run("draw one")
            try session.settle()
            let sent = session.raw.count
            for _ in 0..<10 { try session.run("again") }
            try session.run("draw two")
            try session.settle()
            // All that came since is the one frame.
            let frame = String(decoding: session.raw[sent...], as: UTF8.self)
            #expect(frame.hasPrefix("\u{1B}[?2026h"))
            #expect(frame.hasSuffix("\u{1B}[?2026l"))
            #expect(frame.components(separatedBy: "2026h") == 2)
            #expect(frame.utf8.count < 80, "only the changed cells: \(frame.debugDescription)")
        }

        @Test func movedSelection_costsLittle() throws {
            let session = try Session()
            _ = try session.nextLine()
            try session.run("gallery 2")
            try session.settle()
            let before = session.raw.count
            try session.run("gallery 3")
            try session.settle()
            #expect(session.raw.count - before <= 300, "\(session.raw.count - before) bytes")
        }

        @Test func everyFrame_isOneSynchronisedUpdate() throws {
            let session = try Session()
            _ = try session.nextLine()
            for step in 1...20 {
                try session.run("noise \(step)")
                try session.settle()
                #expect(session.screen.begun == step)
                #expect(session.screen.ended == step)
            }
        }

        @Test func slowTerminal_skipsFramesAndEndsWithTheLast() throws {
            let session = try Session(width: 200, height: 50)
            _ = try session.nextLine()
            session.isReading = false
            for seed in 1...30 { try session.run("noise \(seed)") }
            session.isReading = true
            try session.settle()
            #expect(session.screen.begun < 10, "\(session.screen.begun) frames were queued")
            #expect(session.screen.begun == session.screen.ended)
        }

        @Test func stuckTerminal_doesNotHoldClose() throws {
            let session = try Session(width: 200, height: 50)
            _ = try session.nextLine()
            session.isReading = false
            for seed in 1...10 { try session.run("noise \(seed)") }
            try session.run("close")
            #expect(try session.end() == 0)
        }

        @Test func redraw_repairsWhatOthersWrote() throws {
            let session = try Session()
            _ = try session.nextLine()
            try session.run("draw whole")
            try session.settle()
            session.screen.take("\u{1B}[3;3Hgarbage".utf8)
            try session.run("redraw")
            try session.settle()
        }

        @Test func themes_areSwitchedLive() throws {
            let session = try Session()
            _ = try session.nextLine()
            try session.run("draw one")
            try session.settle()
            let sent = session.raw.count
            try session.run("theme light")
            try session.run("again")
            try session.settle()
            let change = String(decoding: session.raw[sent...], as: UTF8.self)
            #expect(change.components(separatedBy: "38;5;28m") > 1, "the light theme's green")
        }
    }
}

extension String {
    /// How many parts a separator leaves.
    func components(separatedBy separator: String) -> Int {
        var count = 1
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
