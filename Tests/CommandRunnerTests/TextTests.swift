import Testing

@testable import CommandRunner

@Suite struct TextTests {
    @Test(arguments: [
        ("plain ünï 日本", "plain ünï 日本"), ("\u{1b}[2J", "\\x1b[2J"), ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\u{202e}abc", "\\u{202e}abc"), ("\u{7}", "\\x07"), ("\u{9b}31m", "\\x9b31m"),
        ("\u{200d}", "\\u{200d}"),
    ])
    func printableText_spellsOutWhatCouldMoveATerminal(text: String, expected: String) {
        #expect(PrintableText.of(bytes(text)) == expected)
    }

    @Test func printableText_spellsOutInvalidBytes() {
        #expect(
            PrintableText.of([0x61, 0xff, 0xe2, 0x80, 0x62, 0xc0, 0xaf]) == "a\\xff\\xe2\\x80b\\xc0\\xaf")
    }

    @Test func printableText_isCutShort() {
        #expect(PrintableText.of(bytes("abcdef"), limit: 4) == "abcd...")
        #expect(PrintableText.of(bytes("abcd"), limit: 4) == "abcd")
    }

    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1_400_000, "1.4 MB"), (23_000_000_000, "23 GB"), (1_000, "1 kB"),
    ])
    func bytes_areWrittenInPowersOfAThousand(count: UInt64, expected: String) {
        #expect(ByteText.write(count) == expected)
    }

    @Test func histogram_quantilesAreWithinSixPercent() {
        var histogram = TimeHistogram()
        for number in 1...10_000 { histogram.record(Double(number) / 1_000) }
        #expect(histogram.count == 10_000)
        #expect(histogram.longest == 10)
        #expect((5.0...5.35).contains(histogram.quantile(0.5)))
        #expect((9.9...10.0).contains(histogram.quantile(0.99)))
    }

    @Test(arguments: [0.0, 1e-9, 1e-6, 0.001, 1, 1_000, 1e9])
    func histogram_ofOneTime_knowsIt(seconds: Double) {
        var histogram = TimeHistogram()
        histogram.record(seconds)
        #expect(histogram.quantile(0.5) == histogram.longest)
    }

    @Test func summary_tellsCountsTimesAndFailures() {
        var tally = RunTally()
        tally.submitted = 6
        tally.skipped = 1_234
        for sequence in 1...3 {
            tally.record(.succeeded, before: nil, sequence: sequence, duration: 0.01, command: "x")
        }
        tally.record(.failed("exit 7"), before: nil, sequence: 4, duration: 2, command: "slow one")
        tally.record(.failed("exit 7"), before: nil, sequence: 5, duration: 0.01, command: "x")
        let summary = RunSummary(tally: tally, notStarted: 1, elapsed: 2.5)
        #expect(
            summary.lines == [
                "5 jobs in 2.5 s, 2/s: 3 succeeded, 2 failed, 1,234 done before, 1 not started",
                "  run time: p50 10 ms, p99 2 s, longest 2 s",
                "  slow: 2 s, job 4: slow one", "  slow: 10 ms, job 1: x", "  slow: 10 ms, job 2: x",
                "  failed: 2 x exit 7 (jobs 4, 5)",
            ])
    }

    @Test func jobThatIsRunAgain_countsAsItEndedLast() {
        var tally = RunTally()
        tally.record(.failed("exit 1"), before: nil, sequence: 1, duration: 1, command: "x")
        tally.record(.succeeded, before: .failed("exit 1"), sequence: 1, duration: 1, command: "x")
        #expect((tally.succeeded, tally.failed, tally.groups["exit 1"]?.count) == (1, 0, 0))
    }

    @Test(
        arguments: [
            (nil, 0, 0), (nil, 3, 3), (nil, 100, 100), (nil, 5_000, 101), (.signal(15), 0, 143),
            (.signal(2), 7, 130),
            (.halt(7), 50, 7), (.halt(0), 50, 0), (.outputClosed, 3, 141), (.trouble, 0, 1), (.trouble, 9, 9),
        ] as [(RunStatus.Cause?, Int, Int32)])
    func exitStatus_followsTheFirstCause(cause: RunStatus.Cause?, unsuccessful: Int, expected: Int32) {
        var status = RunStatus()
        if let cause {
            let noted = [status.note(cause), status.note(.trouble)]
            #expect(noted == [true, false])
        }
        #expect(status.code(unsuccessful: unsuccessful) == expected)
    }
}
