import Glibc
import Testing

/// `pooltop run` as a user sees it: what goes wrong is said, and nothing is lost.
@Suite struct BadInputTests {
    @Test(arguments: [
        "-j many", "-j -3", "-j 0%", "-j auto:9-2 x", "--timeout soon x", "--timeout 0 x", "--nonsense",
        "--halt maybe x",
        "--retries 0 x", "--retries x", "--resume x", "--no-shell", "-a f x ::: a", "x ::: a ::: b",
        "--env =v x",
        "--env NOT_SET_ANYWHERE x", "--interval often x",
    ])
    func badUsage_isToldWithStatus64(arguments: String) async throws {
        let run = try await Program()("$P \(arguments) < /dev/null")
        #expect(run.status == 64)
        #expect(!run.error.isEmpty && !run.error.contains("Fatal"))
        #expect(run.output == "")
    }

    @Test(arguments: [
        "demo --rate 1e-300", "demo --rate nan", "demo --rate 2e6", "demo pipeline --rate 1e-300",
        "retry --dead --rate 1e300", "retry --dead --rate 0",
    ])
    func aRateBeyondItsBounds_isToldWithStatus64(arguments: String) async throws {
        let run = try await Program()("$POOLTOP \(arguments) < /dev/null")
        #expect(run.status == 64)
        #expect(run.error.contains("--rate takes"))
        #expect(run.output == "")
    }

    @Test(arguments: [
        ("-a missing echo", "opening missing: No such file or directory"),
        ("-a . echo", "reading .: Is a directory"), ("-a ok -a missing 'touch ran'", "opening missing"),
        ("--workdir missing echo ::: 1", "working in missing: No such file or directory"),
        ("--joblog missing/log echo ::: 1", "opening the job log missing/log: No such file or directory"),
        ("--joblog /dev/full echo ::: 1", "writing the job log /dev/full: No space left on device"),
        ("--results /dev/null/x echo ::: 1", "Not a directory"),
        ("echo < .", "reading standard input: Is a directory"),
        ("echo <&-", "reading standard input: Bad file descriptor"),
    ])
    func whatCannotBeOpened_isToldBeforeAnythingRuns(arguments: String, message: String) async throws {
        let program = try Program()
        let run = try await program("echo x > ok; $P \(arguments); echo $?; ls")
        #expect(run.error.contains(message))
        #expect(run.output == "64\nok\n")
    }

    @Test func commandThatDoesNotExist_isToldAndTheOthersGoOn() async throws {
        let run = try await Program()("printf 'no-such-command\\necho on\\n' | $P; echo $?")
        #expect(run.output == "on\n1\n")
        #expect(run.error.contains("exit 127 (the command was not found)"))
        let direct = try await Program()("$P --no-shell no-such-command ::: 1")
        #expect(direct.error.contains("no-such-command: No such file or directory"))
    }

    @Test func lineOfAHundredMegabytes_failsAlone_inLittleMemory() async throws {
        let run = try await Program()(
            """
            (echo a; head -c 100000000 /dev/zero | tr '\\0' x; echo; echo b) > lines
            (ulimit -v 4000000; $P -k -a lines 'echo {}'); echo $?
            """)
        #expect(run.output == "a\nb\n1\n")
        #expect(
            run.error.contains("too long: 100000000 bytes, and Linux takes at most 131071 in one argument"))
        #expect(run.error.utf8.count < 1_000)
    }

    @Test func closedOutput_stopsTheIntake_andTheLogKnowsWhatWasLost() async throws {
        let program = try Program()
        let run = try await program(
            "(seq 1000 | $P -j 2 --joblog log 'echo {}; sleep 0.01'; echo $? > status) | head -n 3; cat status"
        )
        #expect(run.output.split(separator: "\n").last == "141")
        #expect(run.error.contains("standard output was closed by its reader: no more jobs are started"))
        let rows = program.read("log").split(separator: "\n").dropFirst().map { $0.split(separator: "\t") }
        #expect(rows.count >= 3 && rows.count < 500)
        #expect(rows.contains { $0[14] == "lost" } && rows.filter { $0[14] == "written" }.count >= 3)
    }

    @Test func outputThatWasClosedFromTheStart_isToldToo() async throws {
        let run = try await Program()("$P -j 1 'echo {}; touch {}' ::: 1 2 3 >&-; echo $?; ls")
        #expect(run.error.contains("writing to standard output: Bad file descriptor"))
        #expect(
            run.output.hasPrefix("3\n1\n") || run.output.hasPrefix("2\n1\n") || run.output.hasPrefix("1\n1\n")
        )
    }

    @Test func fullDiskOnOutput_isTold_andTheStatusSaysSo() async throws {
        let run = try await Program()("seq 50 | $P -j 1 'echo {}' > /dev/full; echo $?")
        #expect(run.error.contains("writing to standard output: No space left on device"))
        #expect(run.output != "0\n")
    }

    @Test(.enabled(if: getuid() == 0, "mounting a small disk takes root"))
    func fullDiskUnderResults_failsThoseJobs_andStartsNoMore() async throws {
        let run = try await Program()(
            """
            mkdir small && mount -t tmpfs -o size=1m none small || exit 99
            seq 500 | $P -j 2 --joblog log --results small 'head -c 40000 /dev/zero; : {}' | wc -c; umount small
            cut -f 7 log | sort | uniq -c
            """)
        try #require(run.status != 99, "no disk could be mounted here")
        #expect(
            run.error.contains(
                "stdout: No space left on device: no more jobs are started, so that nothing is lost"))
        #expect(run.error.contains("its results could not be kept"))
        // What was printed was printed all the same, and the failed ones are failures in the log.
        let lines = run.output.split(separator: "\n")
        #expect(try #require(Int(lines[0])) % 40_000 == 0)
        #expect(lines.contains { $0.hasSuffix(" 1") })
    }

    @Test(.enabled(if: getuid() == 0, "mounting a small disk takes root"))
    func fullDiskUnderTheSpool_failsTheJobWhoseOutputIsCut() async throws {
        let run = try await Program()(
            """
            mkdir small && mount -t tmpfs -o size=1m none small || exit 99
            (TMPDIR=$PWD/small $P 'head -c 5000000 /dev/zero; : {}' ::: 1; echo $?) | wc -c; umount small
            """)
        try #require(run.status != 99, "no disk could be mounted here")
        #expect(run.error.contains("not all of its output could be kept: keeping output in"))
        #expect(run.error.contains("No space left on device"))
    }

    @Test func largeOutputs_areNotLost() async throws {
        let run = try await Program()(
            "seq 4 | $P -j 4 -k 'head -c 3000000 /dev/zero | tr \"\\0\" {}; echo' | md5sum; (for i in 1 2 3 4; do head -c 3000000 /dev/zero | tr '\\0' $i; echo; done) | md5sum"
        )
        let sums = run.output.split(separator: "\n")
        #expect(sums.count == 2 && sums[0] == sums[1])
    }

    @Test func moreJobsThanOpenFiles_runAllTheSame() async throws {
        let run = try await Program()("ulimit -n 60; seq 40 | $P -j 40 'ulimit -Sn; : {}' | sort | uniq -c")
        #expect(run.output.split(whereSeparator: { $0.isWhitespace }) == ["40", "60"])
        #expect(run.error.contains("jobs can run at a time: the limit of open files allows no more"))
    }

    @Test func jobs_doNotInheritARaisedLimitOfOpenFiles() async throws {
        let run = try await Program()(
            "ulimit -Sn 100; seq 40 | $P -j 40 'ulimit -Sn; sleep 0.05; : {}' | sort | uniq -c")
        #expect(run.output.split(whereSeparator: { $0.isWhitespace }) == ["40", "100"])
    }

    @Test func hostileNames_cannotTouchTheTerminal() async throws {
        let run = try await Program()(
            "printf '\\033]0;PWN\\007\\033[31mX\\342\\200\\256abc\\n' | $P 'exit 3 # {}'")
        #expect(run.error.contains("exit 3") && !run.error.unicodeScalars.contains("\u{1b}"))
        #expect(run.error.contains("\\x1b]0;PWN\\x07") && run.error.contains("\\u{202e}"))
    }
}
