import Glibc
import Testing

extension ProcessTests {
    @Suite struct Restoring {
        /// A session with something on the main screen before the probe takes it.
        private func begun(environment: [String: String?] = [:]) throws -> (session: Session, modes: String) {
            let session = try Session(width: 200, height: 60, environment: environment)
            session.screen.take("before".utf8)
            // Whether the probe has changed the modes by now is unknown: a fresh terminal has the same.
            let modes = try Session(environment: ["TERM": "dumb"]).modes
            _ = try session.nextLine()
            try session.run("draw something")
            try session.settle()
            #expect(session.modes != modes)
            return (session, modes)
        }

        private func expectRestored(_ session: Session, _ modes: String, _ comment: Comment) {
            #expect(session.modes == modes, comment)
            #expect(!session.screen.isAlternate, comment)
            #expect(session.screen.isCursorVisible, comment)
            #expect(session.screen.modes.isDisjoint(with: [1, 1000, 1006, 2004, 2026]), comment)
            #expect(session.screen.lines[0].hasPrefix("before"), comment)
        }

        @Test func close_leavesTheTerminalAsItWas() throws {
            let (session, modes) = try begun()
            try session.run("close")
            #expect(try session.end() == 0)
            expectRestored(session, modes, "close")
            #expect(session.screen.unknown == [])
            #expect(
                String(decoding: session.raw, as: UTF8.self).components(separatedBy: "\u{1B}]") == 1,
                "no title")
        }

        @Test func fiftyCycles_leaveTheTerminalAsItWas() throws {
            let (session, modes) = try begun()
            try session.run("cycles 50")
            expectRestored(session, modes, "cycles")
            #expect(session.screen.begun == 51)
        }

        @Test(arguments: [
            ("fatal boom", SIGILL, "Fatal error: boom"), ("trap 7", SIGILL, "Index out of range"),
            ("segv", SIGSEGV, ""), ("abort", SIGABRT, ""), ("elsewhere", SIGILL, "Fatal error: elsewhere"),
        ])
        func crash_givesTheTerminalBackAndItsMessageIsReadable(
            command: String, signal: Int32, message: String
        ) throws {
            let (session, modes) = try begun()
            session.send("error kept until the end")
            session.send(command)
            #expect(try session.end() & 0x7F == signal)
            expectRestored(session, modes, "\(command)")
            let text = session.screen.lines.joined(separator: "\n")
            #expect(text.contains("kept until the end"))
            #expect(text.contains(message), "\(text)")
        }

        @Test func crash_isStillReportedByTheRuntime() throws {
            let settings =
                "enable=yes,color=no,interactive=no,threads=crashed,registers=none,images=none,symbolicate=off"
            let (session, modes) = try begun(environment: ["SWIFT_BACKTRACE": settings])
            session.send("fatal boom")
            #expect(try session.end() & 0x7F == SIGILL)
            expectRestored(session, modes, "backtrace")
            let text = String(decoding: session.raw, as: UTF8.self)
            let back = try #require(text.firstRange(of: "\u{1B}[?1049l"))
            #expect(text[back.upperBound...].contains("Program crashed"))
        }

        @Test func exit_withoutClose_givesTheTerminalBack() throws {
            let (session, modes) = try begun()
            session.send("exit 9")
            #expect(try session.end() == 9 << 8)
            expectRestored(session, modes, "exit")
        }

        @Test func emergencyRestore_givesTheTerminalBack() throws {
            let (session, modes) = try begun()
            session.send("emergency")
            #expect(try session.end() == 7 << 8)
            expectRestored(session, modes, "emergency")
        }

        @Test func standardError_isKeptWhileTheScreenIsUp() throws {
            let (session, _) = try begun()
            try session.run("error stray words")
            try session.run("draw another")
            try session.settle()
            #expect(!String(decoding: session.raw, as: UTF8.self).contains("stray"))
            try session.run("close")
            _ = try session.end()
            #expect(session.screen.lines.joined().contains("stray words"))
        }

        @Test func floodOfErrors_isKeptInPart() throws {
            let (session, _) = try begun()
            try session.run("flood 200000")
            try session.run("draw x")
            try session.run("close")
            _ = try session.end()
            let text = String(decoding: session.raw, as: UTF8.self)
            #expect(text.contains("bytes left out"))
            #expect(text.contains("line 200000"))
            #expect(session.raw.count < 100_000)
        }

        @Test func secondTerminal_isRefused() throws {
            let (session, _) = try begun()
            #expect(try session.run("reopen") == ["refused the terminal is in use already"])
            try session.run("draw still here")
            try session.settle()
        }

        @Test func suspend_givesTheScreenToTheShellAndComesBack() throws {
            let session = try Session(
                shell: "set -m; $PROBE; echo shell >/dev/tty; read -u 0 line; fg >/dev/null")
            _ = try session.nextLine()
            try session.run("draw working")
            try session.settle()
            session.send("suspend")
            try session.wait("the shell") { session.screen.lines.joined().contains("shell") }
            #expect(!session.screen.isAlternate)
            #expect(session.screen.isCursorVisible)
            #expect(session.screen.modes.isDisjoint(with: [1000, 2004]))
            session.send("go on")
            var said = [try session.nextLine(), try session.nextLine()].sorted()
            #expect(said == ["done", "input resumed"])
            try session.settle()
            #expect(session.screen.isAlternate)
            said = try session.run("close")
            _ = try session.end()
            #expect(!session.screen.isAlternate)
        }

        @Test func suspend_whereNobodyCouldContinueIt_comesBackAtOnce() throws {
            let (session, _) = try begun()
            session.send("suspend")
            #expect([try session.nextLine(), try session.nextLine()].sorted() == ["done", "input resumed"])
            try session.settle()
        }

        @Test func background_drawsNothingUntilItIsInTheForegroundAgain() throws {
            let session = try Session(
                shell: """
                    set -m; $PROBE; bg >/dev/null 2>&1; echo shell >/dev/tty
                    trap 'fg >/dev/null' USR1; while :; do wait; done
                    """)
            _ = try session.nextLine()
            try session.run("draw working")
            try session.settle()
            session.send("suspend")
            try session.wait("the shell") { session.screen.lines.joined().contains("shell") }
            #expect(try session.nextLine() == "done")
            try session.run("draw from the background")
            #expect(!session.screen.isAlternate)
            session.signal(SIGUSR1)
            #expect(try session.nextLine() == "input resumed")
            try session.settle()
        }

        @Test func stopSignal_isReadAsControlZ() throws {
            let (session, _) = try begun()
            session.signal(SIGTSTP)
            #expect(try session.nextLine() == "input key Ctrl-Z")
        }

        @Test func continueSignal_takesTheScreenAgain() throws {
            let (session, _) = try begun()
            session.signal(SIGSTOP)
            session.screen.take("\u{1B}[?1049lgarbage".utf8)
            session.signal(SIGCONT)
            #expect(try session.nextLine() == "input resumed")
            try session.settle()
            #expect(session.screen.isAlternate)
        }

        @Test func hangup_isToldOnceAndNothingSpins() throws {
            let (session, _) = try begun()
            session.hangUp()
            #expect(try session.nextLine() == "input hangup")
            let before = session.processorTime
            for _ in 0..<20 { #expect(try session.run("draw into the void") == []) }
            #expect(try session.run("error into the void") == [])
            #expect(session.processorTime - before < 0.2)
            try session.run("close")
            #expect(try session.end() == 0)
        }
    }
}
