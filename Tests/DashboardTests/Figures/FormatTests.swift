import Testing

@testable import Dashboard

@Suite struct FormatTests {
    @Test(arguments: [
        (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (10_495, "10,495"), (10_000_000, "10,000,000"),
        (-1_234, "-1,234"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func count_separatesThousands(value: Int, text: String) { #expect(Format.count(value) == text) }

    @Test(arguments: [
        (0, "0"), (982, "982"), (9_999, "9,999"), (10_000, "10.0k"), (10_495, "10.5k"), (999_499, "999k"),
        (999_600, "1.00M"), (10_000_000, "10.0M"), (-25_000, "-25.0k"), (Int.max, "9.22E"),
    ])
    func short_fitsFiveCharacters(value: Int, text: String) { #expect(Format.short(value) == text) }

    @Test(arguments: [
        (0.0, "0"), (0.004, "0"), (0.031, "0.03"), (4.123, "4.12"), (9.996, "10.0"), (41.23, "41.2"),
        (99.96, "100"),
        (412.4, "412"), (4_120, "4,120"), (-41.23, "-41.2"), (.nan, "—"), (.infinity, "—"), (1e300, "—"),
    ])
    func significant_hasThreeDigits(value: Double, text: String) {
        #expect(Format.significant(value) == text)
    }

    @Test(arguments: [
        (0.0, "0"), (0.03, "0.03"), (0.949, "0.95"), (1, "1.0"), (41.23, "41.2"), (99.96, "100"),
        (1_240, "1,240"),
        (120_000, "120k"), (.nan, "—"), (-1, "—"),
    ])
    func rate_hasOneDecimalAtMost(value: Double, text: String) { #expect(Format.rate(value) == text) }

    @Test(arguments: [
        (0.0, "0 ms"), (0.000_002, "0.01 ms"), (0.000_85, "0.85 ms"), (0.009_3, "9.3 ms"), (0.31, "310 ms"),
        (0.999_4, "999 ms"), (0.999_6, "1.0 s"), (1.23, "1.2 s"), (48, "48.0 s"), (59.94, "59.9 s"),
        (59.96, "1 m 00"), (252, "4 m 12"), (3_599.6, "1 h 00"), (7_500, "2 h 05"), (273_600, "3 d 04"),
        (8_640_000, "100 d"), (-3, "0 ms"), (.nan, "—"), (.infinity, "—"),
    ])
    func duration_hasAUnitThatFits(value: Double, text: String) {
        #expect(Format.duration(value) == text)
        #expect(Format.duration(value).count <= 7)
    }

    @Test func duration_ofNothing_isADash() { #expect(Format.duration(nil) == "—") }

    @Test func duration_staysWithinItsColumn_whateverTheTime() {
        for exponent in stride(from: -9.0, through: 9, by: 0.01) {
            var time = 1.0
            for _ in 0..<Int(abs(exponent)) { time = exponent < 0 ? time / 10 : time * 10 }
            #expect(
                Format.duration(time * (1 + abs(exponent).truncatingRemainder(dividingBy: 1) * 9)).count <= 8)
        }
    }

    @Test(arguments: [(0.0, "00:00"), (252, "04:12"), (3_852, "1:04:12"), (90_060, "1 d 01:01"), (.nan, "—")])
    func stopwatch_countsUp(value: Double, text: String) { #expect(Format.stopwatch(value) == text) }

    @Test func clock_isLocal() {
        #expect(Format.clock(Stage.start, offset: 0) == "12:40:00")
        #expect(Format.clock(Stage.start, offset: 3_600 * 5.5) == "18:10:00")
        #expect(Format.clock(Stage.start, offset: -3_600 * 13) == "23:40:00")
        #expect(Format.clock(-1, offset: 0) == "23:59:59")
        #expect(Format.clock(nil, offset: 0) == "--:--:--")
        #expect(Format.clock(.infinity, offset: 0) == "--:--:--")
    }

    @Test(arguments: [(0.921, "+92 %"), (-0.712, "−71 %"), (0.001, "±0 %"), (12, "+1,200 %"), (.nan, "—")])
    func change_hasASign(value: Double, text: String) { #expect(Format.change(value) == text) }

    @Test(arguments: [
        (UInt64(0), "0 B"), (999, "999 B"), (1_000, "1.00 kB"), (14_200_000, "14.2 MB"), (.max, "18.4 EB"),
    ])
    func bytes_haveAUnitThatFits(value: UInt64, text: String) { #expect(Format.bytes(value) == text) }

    @Test func many_knowsOne() {
        #expect(Format.many(1, "job") == "1 job")
        #expect(Format.many(0, "job") == "0 jobs")
        #expect(Format.many(2_048, "entry", "entries") == "2,048 entries")
    }
}
