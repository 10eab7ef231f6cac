import Testing

/// `pooltop run` as a user sees it: what goes right.
@Suite struct RunTests {
    @Test func eachLine_isRunOnce() async throws {
        let run = try await Program()("seq 200 | $P -j 3 'echo got {}' | sort -k2n")
        #expect(run.output == (1...200).map { "got \($0)\n" }.joined())
        #expect((run.status, run.error) == (0, ""))
    }

    @Test func keptOrder_isThatOfTheInput() async throws {
        let run = try await Program()("seq 40 | $P -k -j 8 'sleep 0.0$(( ({} * 7) % 10 )); echo {}'")
        #expect(run.output == (1...40).map { "\($0)\n" }.joined())
    }

    @Test(arguments: ["-j auto", "-j auto:2-3", "--jobs=auto"])
    func eachLine_isRunOnce_byAPoolThatSizesItself(jobs: String) async throws {
        let run = try await Program()("seq 100 | $P \(jobs) 'echo got {}' | sort -k2n")
        #expect(run.output == (1...100).map { "got \($0)\n" }.joined())
        #expect((run.status, run.error) == (0, ""))
    }

    @Test func outputs_neverMix() async throws {
        let run = try await Program()("seq 8 | $P -j 8 'for i in 1 2 3 4 5; do echo {}; sleep 0.002; done'")
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == 40)
        for start in stride(from: 0, to: lines.count, by: 5) {
            #expect(Set(lines[start..<start + 5]).count == 1)
        }
    }

    @Test func lineBufferedOutput_comesWhileTheJobRuns() async throws {
        // The reader lets the job go on only when it has seen its first line.
        let run = try await Program()(
            """
            mkfifo go
            $P --line-buffer 'echo first; read x < go; echo second' ::: 1 | while read line; do
                echo "$line"
                test "$line" = "first" && echo > go
            done
            """)
        #expect(run.output == "first\nsecond\n" || run.output == "first\nsecond 1\n")
    }

    @Test func lineBufferedOutput_inOrder_waitsItsTurn() async throws {
        let run = try await Program()(
            "$P --line-buffer -k -j 2 'for i in 1 2; do echo {} $i; sleep 0.01; done' ::: a b")
        #expect(run.output == "a 1\na 2\nb 1\nb 2\n")
    }

    @Test func tag_standsBeforeEachLineOfBothStreams() async throws {
        let run = try await Program()("$P -k --tag 'echo out; echo err >&2; : {}' ::: 'a b' c")
        #expect(run.output == "a b\tout\nc\tout\n")
        #expect(run.error == "a b\terr\nc\terr\n")
    }

    @Test func bytesThatAreNotText_passThroughEverywhere() async throws {
        let run = try await Program()(
            """
            printf 'a\\377\\n' | $P 'printf "%s|" {}'
            $P "printf '\\377%s|'" ::: "$(printf '\\376')"
            printf 'x\\377' > "$(printf 'f\\377')"; $P -a "$(printf 'f\\377')" 'printf "%s|" {}'
            $P --no-shell printf '%s|' "$(printf '\\200')" ::: "$(printf '\\364\\217\\270\\200')"
            """)
        #expect(
            run.bytes == [
                0x61, 0xff, 0x7c, 0xff, 0xfe, 0x7c, 0x78, 0xff, 0x7c, 0x80, 0x7c, 0xf4, 0x8f, 0xb8, 0x80,
                0x7c,
            ])
    }

    @Test func withoutShell_nothingIsInterpreted() async throws {
        let run = try await Program()("$P -k --no-shell printf '%s\\n' '$HOME;{}' ::: '$(id)' '*'")
        #expect(run.output == "$HOME;$(id)\n$HOME;*\n")
    }

    @Test func doubleDash_endsTheOptions() async throws {
        let run = try await Program()("$P -k -- echo -n {} ::: a; $P -- -no-such {} ::: b")
        #expect(run.output == "a")
        #expect(run.error.contains("-no-such"))
    }

    @Test func results_areKeptInFilesOfTheirOwn() async throws {
        let program = try Program()
        let run = try await program("$P -j 1 --results out 'echo o{}; echo e{} >&2' ::: a/b a/b .. ")
        #expect(run.output == "oa/b\noa/b\no..\n")
        #expect(program.read("out/1/a\\_b/stdout") == "oa/b\n")
        #expect(program.read("out/1/a\\_b/stderr") == "ea/b\n")
        #expect(program.read("out/1/a\\_b~2/seq") == "2")
        #expect(program.read("out/1/\\.\\./stdout") == "o..\n")
    }

    @Test func results_areWhole_alsoWhereLinesWerePrintedAsTheyCame() async throws {
        let program = try Program()
        let run = try await program(
            "$P --line-buffer --results out 'for i in 1 2 3; do echo $i; sleep 0.005; done; : {}' ::: a")
        #expect(run.output == "1\n2\n3\n")
        #expect(program.read("out/1/a/stdout") == "1\n2\n3\n")
    }

    @Test func jobLog_canBeReadAsGnuParallels() async throws {
        let program = try Program()
        _ = try await program(
            "$P -j 1 --joblog log 'echo {}; exit {}' ::: 0 3; $P --joblog log2 'kill -9 $$' ::: x")
        let rows = program.read("log").split(separator: "\n").map { $0.split(separator: "\t") }
        #expect(
            rows[0].prefix(9).joined(separator: " ")
                == "Seq Host Starttime JobRuntime Send Receive Exitval Signal Command")
        #expect(rows[2][0] == "2" && rows[2][5] == "2" && rows[2][6] == "3" && rows[2][8] == "echo 3; exit 3")
        let killed = program.read("log2").split(separator: "\n")[1].split(separator: "\t")
        #expect((killed[6], killed[7]) == ("-1", "9"))
    }

    @Test func resume_goesByContent() async throws {
        let program = try Program()
        let run = try await program(
            """
            printf 'a\\nb\\nc\\n' | $P --joblog log 'echo {} >> ran; test {} != b'; echo $?
            printf 'new\\nc\\nc\\nb\\na\\n' | $P --joblog log --resume 'echo {} >> ran; test {} != b'; echo $?
            sort ran | tr '\\n' ' '
            """)
        #expect(run.output == "1\n1\na b b c c new ")
    }

    @Test func resume_afterGnuParallelsLog_skipsWhatThatHasDone() async throws {
        let program = try Program()
        let run = try await program(
            """
            printf 'Seq\\tHost\\tStarttime\\tJobRuntime\\tSend\\tReceive\\tExitval\\tSignal\\tCommand\\n' > log
            printf '1\\t:\\t1.0\\t0.1\\t0\\t0\\t0\\t0\\techo a\\\\ b\\n2\\t:\\t1.0\\t0.1\\t0\\t0\\t1\\t0\\techo c\\n' >> log
            $P -k --joblog log --resume echo ::: 'a b' c d
            """)
        #expect(run.output == "c\nd\n")
    }

    @Test func jobs_knowTheirPlace() async throws {
        let run = try await Program()(
            "$P -k -j 1 'echo $POOLTOP_SEQ $PARALLEL_SEQ $POOLTOP_WORKER $PARALLEL_JOBSLOT {#} {%}; : {}' ::: a b"
        )
        #expect(run.output == "1 1 1 1 1 1\n2 2 1 1 2 1\n")
    }

    @Test func environmentAndDirectory_areAsAsked() async throws {
        let program = try Program()
        let run = try await program(
            "mkdir w; ONE=1; export ONE; $P --env ONE --env 'TWO=2 2' --workdir w 'pwd; echo $ONE $TWO; : {}' ::: x"
        )
        #expect(run.output == "\(program.directory)/w\n1 2 2\n")
    }

    @Test func shuffledLines_areAllRun() async throws {
        let run = try await Program()(
            "seq 300 | $P --shuf -k echo | tee all | sort -n | cmp - - < /dev/null; sort -n all")
        #expect(run.output == (1...300).map { "\($0)\n" }.joined())
    }

    @Test func delay_spacesTheStarts() async throws {
        let run = try await Program()("$P -j 4 --delay 60ms true ::: 1 2 3 4")
        #expect(run.seconds >= 0.18)
        #expect(run.status == 0)
    }

    @Test func halt_onFailure_startsNothingMore() async throws {
        let run = try await Program()("seq 100 | $P -j 1 --halt now,fail=1 'echo {}; test {} != 3 || exit 9'")
        #expect(run.output == "1\n2\n3\n")
        #expect(run.status == 9)
    }

    @Test func halt_byShare_knowsAllJobs() async throws {
        let run = try await Program()("seq 20 | $P -j 1 --halt soon,fail=20% 'echo {}; exit 1' 2>/dev/null")
        #expect(run.output.split(separator: "\n").count == 4)
        #expect(run.status == 20)
    }

    @Test func halt_onSuccess_isASuccess() async throws {
        let run = try await Program()(
            "seq 20 | $P -j 1 --halt now,success=1 'echo {}; test {} = 3' 2>/dev/null")
        #expect(run.output == "1\n2\n3\n")
        #expect(run.status == 0)
    }

    @Test func retries_areAttemptsInAll_andOnlyTheLastOnesOutputCounts() async throws {
        let run = try await Program()(
            "$P --retries 3 'echo x >> n; echo out; echo err >&2; test $(wc -l < n) -ge 3; # {}' ::: 1; cat n"
        )
        #expect(run.output == "out\nx\nx\nx\n")
        #expect(run.error.components(separatedBy: "failed after").count == 3)
        #expect(run.status == 0)
    }

    @Test func dryRun_printsTheCommandsAndLeavesNothingBehind() async throws {
        let run = try await Program()(
            "$P -k --dry-run --joblog log --results out 'touch x; echo {}' ::: 'a b' c; ls")
        #expect(run.output == "touch x; echo 'a b'\ntouch x; echo c\n")
    }

    @Test func summary_isOnStandardError_unlessQuiet() async throws {
        let run = try await Program()("$POOLTOP run --no-ui 'exit {}' ::: 0 0 7")
        #expect(run.output == "")
        #expect(run.error.contains("3 jobs in ") && run.error.contains("2 succeeded, 1 failed"))
        #expect(run.error.contains("1 x exit 7 (job 3)"))
    }

    @Test func progress_isTold_atTheIntervalAskedFor() async throws {
        let run = try await Program()(
            "$POOLTOP run --no-ui -j 1 --interval 0.3s 'sleep 0.4; : {}' ::: 1 2 2>&1 | cat -v")
        #expect(run.output.contains(" of 2 done, "))
        #expect(!run.output.contains("^["))
    }

    @Test func aCockpitThatStays_letsFailedJobsRunAgain() async throws {
        // The job fails at first. Its error is shown and run again until it has been; then the cockpit is left.
        // It asks where the job has not quite ended: s stays.
        let run = try await Program()(
            """
            mkfifo keys; exec 3<>keys; : > runs
            job='echo x >> runs; : {}; test $(wc -l < runs) -ge 2'
            export job TERM=xterm-256color
            script -qc '$POOLTOP run --stay -j 1 "$job" ::: 1 2> summary; echo $? > status' /dev/null <&3 >/dev/null &
            left=400
            until test $(wc -l < runs) -ge 2 || test $left = 0; do
                printf '4r' >&3; sleep 0.05; left=$((left - 1))
            done
            until test -s status || test $left = 0; do printf 'sq' >&3; sleep 0.05; left=$((left - 1)); done
            test $(wc -l < runs) -ge 2 && echo again; cat status
            kill $! 2>/dev/null; wait
            """)
        // Keys that came late may have had it run once more than was needed.
        #expect(run.output == "again\n0\n", "\(run.error)")
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [Substring] { split(separator: separator) }
}
