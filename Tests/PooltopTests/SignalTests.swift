import Testing

/// Signals, as a user or a supervisor sends them. The jobs say through named pipes when they run.
@Suite struct SignalTests {
    /// Waits until the last process that was started in the background has created a file.
    private static let awaitMark = "mark() { until test -e $1; do sleep 0.01; done; }; "

    @Test func firstTerm_letsRunningJobsFinish_andStartsNoMore() async throws {
        let run = try await Program()(
            Self.awaitMark + """
                seq 50 | $P -j 1 'touch m{}; until test -e go; do sleep 0.01; done; echo {}' 2> err & mark m1
                kill -TERM $!; until grep -q 'once more' err; do sleep 0.01; done; touch go; wait $!; echo $?
                """)
        #expect(run.output == "1\n143\n")
    }

    @Test func secondTerm_cancels_andNothingOfTheJobsIsLeft() async throws {
        let run = try await Program()(
            Self.awaitMark + """
                $P 'sleep 987 & echo $! > child; touch m; wait; : {}' ::: 1 2> err & mark m
                kill -TERM $!; until grep -q 'once more cancels' err; do sleep 0.01; done
                kill -TERM $!; wait $!; echo $?; cat err >&2
                test -e /proc/$(cat child) && ! grep -q 'State:.Z' /proc/$(cat child)/status && echo alive
                """)
        #expect(run.output == "143\n")
        #expect(run.error.contains("1 running job cancelled, by force after 5 s"))
    }

    @Test func thirdTerm_killsWhatHeedsNothing() async throws {
        let run = try await Program()(
            Self.awaitMark + """
                $P 'trap "" TERM; touch m; while :; do sleep 0.05; done; : {}' ::: 1 2> err & mark m
                kill -TERM $!; until grep -q 'once more cancels' err; do sleep 0.01; done
                begin=$(date +%s)
                for word in 'once more kills' 'once more leaves'; do
                    kill -TERM $!; until grep -q "$word" err; do sleep 0.01; done
                done
                wait $!; echo $?
                # By itself it would have been killed 5 s after the second.
                test $(($(date +%s) - begin)) -lt 5 || echo late
                """)
        #expect(run.output == "143\n")
    }

    @Test func hangUp_startsNoMore() async throws {
        let run = try await Program()(
            Self.awaitMark + """
                seq 50 | $P -j 1 'touch m{}; until test -e go; do sleep 0.01; done; echo {}' 2> err & mark m1
                kill -HUP $!; until grep -q SIGHUP err; do sleep 0.01; done; touch go; wait $!; echo $?
                """)
        #expect(run.output == "1\n129\n")
    }

    @Test func ignoredHangUp_staysIgnored() async throws {
        let run = try await Program()(
            Self.awaitMark + """
                trap '' HUP
                seq 3 | $P -j 1 'touch m{}; until test -e go; do sleep 0.01; done; echo {}' 2> err & mark m1
                kill -HUP $!; touch go; wait $!; echo $?; cat err
                """)
        #expect(run.output == "1\n2\n3\n0\n")
    }

    @Test func zeroJobs_startNothing_untilAWorkerIsAdded() async throws {
        let run = try await Program()(
            """
            seq 3 | $P -k -j 0 'echo {}' 2> err & until grep -q 'kill -USR1' err 2>/dev/null; do sleep 0.01; done
            kill -USR1 $(sed -n 's/.*kill -USR1 //p' err); wait $!; echo $?
            """)
        #expect(run.output == "1\n2\n3\n0\n")
    }

    @Test func usr1AndUsr2_addAndTakeAwayAWorker() async throws {
        let run = try await Program()(
            Self.awaitMark + """
                seq 4 | $P -j 1 'touch m{}; until test -e go{}; do sleep 0.01; done; echo {}' & mark m1
                kill -USR1 $!; mark m2; kill -USR2 $!; sleep 0.1; touch go1 go2; mark m3; sleep 0.1
                test -e m4 && echo too many; touch go3 go4; wait $!
                """)
        #expect(run.output.split(separator: "\n").sorted() == ["1", "2", "3", "4"])
    }

    @Test func suspendedRun_stopsItsJobs_andTheClocksOfTheirTimeouts() async throws {
        let run = try await Program()(
            Self.awaitMark + """
                state() { sed 's/.*) //' /proc/$1/stat | cut -c 1; }
                mkfifo go; $P --timeout 0.8s 'echo $$ > pid; touch m; read x < go; echo done' ::: 1 & mark m
                kill -TSTP $!; until test $(state $(cat pid)) = T && test $(state $!) = T; do sleep 0.01; done
                sleep 1; kill -CONT $!; echo > go; wait $!; echo $?
                """)
        #expect(run.output == "done 1\n0\n")
    }

    @Test func jobThatIgnoresTerm_isKilledAfterItsTimeoutAndTheGrace() async throws {
        let run = try await Program()(
            "$P --timeout 0.2s 'trap \"\" TERM; echo begun; while :; do sleep 0.05; done; : {}' ::: 1; echo $?"
        )
        #expect(run.output == "begun\n1\n")
        #expect(run.error.contains("timed out after 200 ms and had to be killed"))
        #expect(run.seconds >= 5)
    }
}
