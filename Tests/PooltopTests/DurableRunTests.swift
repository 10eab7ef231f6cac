import Testing

/// Runs that keep their state in a file.
struct DurableRunTests {
    @Test func aRunThatWasKilled_goesOnWhereItStopped() async throws {
        let program = try Program()
        // The third leaves some time for the end of the second to be written down, which nobody waits for.
        let result = try await program(
            """
            die='sleep 0.5; kill -9 $PPID'
            run() { seq 6 | $P --no-ui -j1 --state s "echo {} >> done; [ {} != 3 ] || [ -e go ] || { $die; }"; }
            run; touch go; run; echo "exit $?"; cat done | tr '\\n' ' '; run; wc -l < done
            """)
        // The third was in flight when the run died, and runs again.
        #expect(result.output == "exit 0\n1 2 3 3 4 5 6 7\n")
    }

    @Test func linesThatAnEarlierRunRead_areRun_thoughTheyAreNotReadAgain() async throws {
        let program = try Program()
        let result = try await program(
            """
            seq 4 | $P --no-ui -j1 --state s '[ -e go ] || kill -9 $PPID; echo {}'; touch go
            : | $P --no-ui -j1 --state s '[ -e go ] || kill -9 $PPID; echo {}'; echo "exit $?"
            """)
        #expect(result.output == "1\n2\n3\n4\nexit 0\n")
    }

    @Test func whatFailed_isTriedAgain_andALineThatComesTwiceIsTwoJobs() async throws {
        let program = try Program()
        let result = try await program(
            """
            printf '%s\\n' a a b | $P --no-ui -j1 --state s 'echo {}; [ {} = a ] || [ -e go ]'; echo "exit $?"
            touch go
            printf '%s\\n' a a a b | $P --no-ui -j1 --state s 'echo {}; [ {} = a ] || [ -e go ]'; echo "exit $?"
            """)
        #expect(result.output == "a\na\nb\nexit 1\nb\na\nexit 0\n")
    }

    @Test func aStateThatIsInUse_orNoState_isRefused() async throws {
        let program = try Program()
        let result = try await program(
            """
            echo text > other; $P --state other ::: true; echo "exit $?"; cat other
            mkfifo hold; $P --no-ui --state s 'cat hold; : {}' ::: 1 & run=$!
            until [ -s s ]; do sleep 0.02; done; sleep 0.2
            $P --state s ::: true; echo "exit $?"
            echo > hold; wait $run; echo "exit $?"
            """)
        #expect(result.output.hasPrefix("exit 64\ntext\nexit 64\n"))
        #expect(result.output.hasSuffix("exit 0\n"))
        #expect(result.error.contains("other is no database"))
        #expect(result.error.contains("s is the state of a run that is under way"))
    }
}
