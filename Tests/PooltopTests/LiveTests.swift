import Testing

/// Live runs, found and steered from outside.
struct LiveTests {
    /// Begins a script: a runtime directory of its own, and a run of three jobs that waits for workers.
    private static let waitingRun = """
        export XDG_RUNTIME_DIR=$PWD
        seq 3 | $P --no-ui -j0 'echo {}' > out 2> err & run=$!
        until [ -S pooltop/run-$run.sock ]; do sleep 0.02; done

        """

    @Test func aRun_isFound_lookedAt_andSteered() async throws {
        let program = try Program()
        let result = try await program(
            Self.waitingRun + """
                until $POOLTOP status --json | grep -q '"queued":3'; do sleep 0.02; done
                $POOLTOP status --json; $POOLTOP status; $POOLTOP list; $POOLTOP show '#2'
                $POOLTOP cancel 2; $POOLTOP retry 2
                $POOLTOP pause dispatch; $POOLTOP resume; $POOLTOP resize +2 --json
                wait $run; echo "run $?"; ls pooltop
                """)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(
            lines.first?.hasPrefix(#"{"counters":{"#) == true && lines.first?.contains(#""target":0"#) == true
        )
        for text in [
            "0 of 0 busy", "#1  queued  echo 1", "#2  queued  echo 2", "dispatch paused", "dispatch resumed",
            #""message":"workers 0 → 2","phase":"done""#,
        ] {
            #expect(result.output.contains(text), "\(text) in \(result.output)")
        }
        #expect(lines.last?.hasPrefix("run ") == true, "the socket went with the run: \(result.output)")
        #expect(program.read("out").split(separator: "\n").contains("3"))
    }

    @Test func ofSeveral_oneIsNamed_byItsProcess() async throws {
        let program = try Program()
        let result = try await program(
            Self.waitingRun + """
                seq 3 | $P --no-ui -j0 'echo {}' > out2 & second=$!
                until [ -S pooltop/run-$second.sock ]; do sleep 0.02; done
                $POOLTOP status; echo "status $?"
                $POOLTOP attach < /dev/null; echo "attach $?"
                for one in $run $second; do $POOLTOP resize 1 --to $one; done
                wait $run && wait $second && echo both
                """)
        #expect(result.error.contains("2 pools are live; name one with --to PID"))
        #expect(result.output.contains("status 2") && result.output.contains("attach 2"))
        #expect(result.output.contains("both") && program.read("out2").contains("3"))
    }

    @Test func whatIsWrong_hasItsStatus_andOneLine() async throws {
        let program = try Program()
        for (line, status, words) in [
            ("$POOLTOP status", 69, "no pool of yours is live"),
            ("$POOLTOP attach", 69, "no pool of yours is live"),
            ("$POOLTOP status --to http://127.0.0.1:9", 69, "nothing listens there"),
            ("$POOLTOP attach http://127.0.0.1:9", 69, "nothing listens there"),
            ("$POOLTOP attach unix:$PWD/none.sock", 69, "nothing listens there"),
            ("$POOLTOP attach 1", 69, "process 1 has no live pool"),
            ("$POOLTOP attach nothing", 64, "is no address"),
            ("$POOLTOP status --token-file none", 69, "no pool of yours is live"),
            ("$POOLTOP status --to localhost:9 --token-file none", 64, "cannot read the token in none"),
            ("$POOLTOP resize x", 64, "not N, +N, -N or auto"),
            ("$POOLTOP resize", 64, "Missing expected argument"),
            ("$POOLTOP resize 1 2", 64, "Name one number"),
            ("$POOLTOP pause", 64, "what to pause"), ("$POOLTOP cancel", 64, "--all"),
            ("$POOLTOP submit kind novalue", 64, "NAME=VALUE"), ("$POOLTOP list --limit 0", 64, "1 to 500"),
        ] {
            let result = try await program("export XDG_RUNTIME_DIR=$PWD\n" + line)
            #expect(result.status == Int32(status), "\(line): \(result.error)")
            #expect(result.error.contains(words) && result.output.isEmpty, "\(line): \(result.error)")
        }
    }

    @Test func whatTheRunRefuses_isStatusOne() async throws {
        let program = try Program()
        let result = try await program(
            Self.waitingRun + """
                for words in 'cancel 99' 'show 99' 'show x' 'retry 1' 'submit echo' 'resume' 'pause --queue x'; do
                    $POOLTOP $words > /dev/null; echo "$words: $?"
                done
                kill $run; wait $run; echo "run $?"; ls pooltop
                """)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "cancel 99: 1", "show 99: 1", "show x: 1", "retry 1: 1", "submit echo: 1", "resume: 1",
                "pause --queue x: 1", "run 143",
            ])
    }

    @Test func aKilledRun_leavesASocket_thatTheNextOneToLookSweepsAway() async throws {
        let program = try Program()
        let result = try await program(
            Self.waitingRun + """
                kill -9 $run; wait $run; ls pooltop | wc -l; $POOLTOP status; echo "status $?"; ls pooltop | wc -l
                """)
        #expect(
            result.output.split(separator: "\n").map { $0.trimmingPrefix(while: \.isWhitespace) } == [
                "1", "status 69", "0",
            ])
    }

    @Test func aRunThatCannotListen_saysSo_andRuns() async throws {
        let program = try Program()
        let result = try await program("XDG_RUNTIME_DIR=/nonexistent $P --no-ui echo ::: a")
        #expect(result.status == 0 && result.output == "a\n")
        #expect(result.error.contains("no one can attach: cannot make /nonexistent/pooltop"))
        #expect(result.error.split(separator: "\n").count == 1)
    }

    @Test(arguments: [12, 14, 16, 20, 24, 28, 32, 40])
    func fewOpenFiles_endNothing(limit: Int) async throws {
        let program = try Program()
        let result = try await program(
            "export XDG_RUNTIME_DIR=$PWD; ulimit -n \(limit); $POOLTOP status; echo $?; $P --no-ui echo ::: a; echo $?"
        )
        #expect(!result.output.contains("132"), "\(result.output) \(result.error)")
    }

    @Test func helpTellsTheStatuses_andShellsCanCompleteTheCommands() async throws {
        let program = try Program()
        let help = try await program(
            "for c in attach status resize cancel submit; do $POOLTOP $c --help; done")
        #expect(help.output.components(of: "69 no live pool or no answer") == 5)
        for shell in ["bash", "zsh", "fish"] {
            let script = try await program("$POOLTOP --generate-completion-script \(shell)")
            #expect(
                script.status == 0 && script.output.contains("attach") && script.output.contains("resize"))
        }
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(of text: String) -> Int {
        // Help is wrapped to the width of the terminal.
        split(whereSeparator: \.isWhitespace).joined(separator: " ").split(separator: text).count - 1
    }
}
