import Testing

@testable import CommandRunner

@Suite struct PolicyTests {
    @Test(arguments: [
        ("8", 8), ("0", 0), ("50%", 2), ("10%", 1), ("200%", 8), ("+2", 6), ("100000", 100_000),
    ])
    func workerCount_readsWhatGnuParallelReads(text: String, expected: Int) {
        #expect(WorkerCount.parse(text, processors: 4) == expected)
    }

    @Test(arguments: [
        "", "many", "-3", "1.5", "0%", "%", "+", "100001", "99999999999999999999", "5 ", "+-1", "0x1",
    ])
    func workerCount_refusesTheRest(text: String) {
        #expect(WorkerCount.parse(text, processors: 4) == nil)
    }

    @Test(arguments: [
        ("5", 5_000_000_000), ("0.5s", 500_000_000), ("200ms", 200_000_000), ("2m", 120_000_000_000),
        ("1h", 3_600_000_000_000), ("1d", 86_400_000_000_000), ("1.5m", 90_000_000_000), ("0", 0),
    ])
    func duration_readsNumberAndUnit(text: String, nanoseconds: UInt64) throws {
        #expect(try #require(DurationText.parse(text)).nanoseconds == nanoseconds)
    }

    @Test(arguments: [
        "", "soon", "s", "-1", "1e9", "nan", "inf", "1 s", "5x", "1..2", "99999999999999d", "+5",
    ])
    func duration_refusesTheRest(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(arguments: [
        (0.000_85, "850 us"), (0.001_3, "1.3 ms"), (0.012, "12 ms"), (0.999_9, "1 s"), (3.44, "3.4 s"),
        (99.99, "1 m 40 s"), (125, "2 m 05 s"), (3_720, "1 h 02 m"), (97_200, "1 d 3 h"), (0, "0 s"),
        (.nan, "0 s"),
    ])
    func duration_isWrittenInAFewCharacters(seconds: Double, expected: String) {
        #expect(DurationText.write(seconds: seconds) == expected)
    }

    @Test func halt_readsAllForms() {
        #expect(HaltRule.parse("never") == .some(nil))
        for (short, long) in [
            ("1", "soon,fail=1"), ("2", "now,fail=1"), ("-1", "soon,success=1"), ("-2", "now,success=1"),
            ("20%", "soon,fail=20%"),
        ] { #expect(HaltRule.parse(short) == HaltRule.parse(long)) }
        #expect(HaltRule.parse("now,fail=1") == HaltRule(isNow: true, reason: .fail, threshold: .count(1)))
        #expect(
            HaltRule.parse("soon,success=3") == HaltRule(isNow: false, reason: .success, threshold: .count(3))
        )
        #expect(
            HaltRule.parse("soon,done=20%") == HaltRule(isNow: false, reason: .done, threshold: .percent(20)))
    }

    @Test(arguments: [
        "", "now", "later,fail=1", "now,fail", "now,fail=", "now,fail=0", "now,fail=-1", "now,fail=101%",
        "now,crash=1", "now,fail=1,x", "now,fail=+1", "now,fail=1=2",
    ])
    func halt_refusesTheRest(text: String) {
        #expect(HaltRule.parse(text) == nil)
    }

    @Test func halt_readsBackItsOwnText() {
        for text in ["now,fail=1", "soon,success=3", "soon,done=20%"] {
            #expect(HaltRule.parse(text)??.text == text)
        }
    }

    @Test(
        arguments: [
            // rule, failed, succeeded, total, status of the last job, verdict
            ("now,fail=1", 0, 5, nil, 0, nil), ("now,fail=1", 1, 5, nil, 7, 7),
            ("now,fail=2", 1, 0, nil, 7, nil),
            ("now,fail=2", 2, 0, nil, 7, 2), ("soon,fail=200", 200, 0, nil, 1, 101),
            ("soon,success=1", 3, 0, nil, 1, nil),
            ("soon,success=1", 3, 1, nil, 0, 0), ("soon,done=3", 1, 1, nil, 0, nil),
            ("soon,done=3", 1, 2, nil, 0, 1),
            ("now,fail=50%", 10, 0, nil, 1, nil), ("now,fail=50%", 9, 1, 20, 1, nil),
            ("now,fail=50%", 10, 0, 20, 1, 50),
            ("now,success=10%", 5, 1, 20, 0, nil), ("now,success=10%", 5, 2, 20, 0, 0),
            ("soon,done=30%", 6, 0, 20, 0, 30),
        ] as [(String, Int, Int, Int?, Int32, Int32?)])
    func halt_decidesAsGnuParallelDoes(
        text: String, failed: Int, succeeded: Int, total: Int?, last: Int32, expected: Int32?
    ) throws {
        let rule = try #require(HaltRule.parse(text) ?? nil)
        #expect(
            rule.verdict(failed: failed, succeeded: succeeded, total: total, lastStatus: last) == expected)
    }
}
