import TerminalUI
import Testing

@Suite struct MeterTests {
    private func meter(_ fraction: Double, _ glyphs: GlyphSet) -> String {
        picture(24, 1, glyphs) {
            Meter(label: "mail", fraction: fraction, value: "50/100").render(in: $0, into: &$1)
        }
    }

    @Test(arguments: [
        (0.0, "mail ░░░░░░░░░░░░ 50/100"), (0.01, "mail ▏░░░░░░░░░░░ 50/100"),
        (0.437, "mail █████▎░░░░░░ 50/100"),
        (0.5, "mail ██████░░░░░░ 50/100"), (0.999, "mail ███████████▉ 50/100"),
        (1, "mail ████████████ 50/100"),
        (7, "mail ████████████ 50/100"), (-1, "mail ░░░░░░░░░░░░ 50/100"), (.nan, "mail ░░░░░░░░░░░░ 50/100"),
    ])
    func bar_isExactToAnEighthAndHonestAtTheEnds(fraction: Double, expected: String) {
        #expect(meter(fraction, .unicode) == expected)
    }

    @Test(arguments: [
        (0.0, "mail [          ] 50/100"), (0.5, "mail [|||||     ] 50/100"),
        (0.999, "mail [||||||||| ] 50/100"),
        (1, "mail [||||||||||] 50/100"),
    ])
    func bar_inASCII_isInBrackets(fraction: Double, expected: String) {
        #expect(meter(fraction, .ascii) == expected)
    }

    @Test func waterMarks_standWhereTheyBelong() {
        let meter = Meter(fraction: 0.7, lowMark: 0.5, highMark: 0.9)
        #expect(picture(20) { meter.render(in: $0, into: &$1) } == "██████████│███░░░░│░")
        #expect(picture(22, 1, .ascii) { meter.render(in: $0, into: &$1) } == "[||||||||||:|||    : ]")
    }

    @Test func narrowMeter_losesItsValueBeforeItsLabel() {
        let meter = Meter(label: "queue", fraction: 0.5, value: "50 %")
        #expect(picture(18) { meter.render(in: $0, into: &$1) } == "queue ███▌░░░ 50 %")
        #expect(picture(16) { meter.render(in: $0, into: &$1) } == "queue █████░░░░░")
        #expect(picture(9) { meter.render(in: $0, into: &$1) } == "████▌░░░░")
    }

    @Test func role_followsTheFill() {
        func role(_ fraction: Double, high: Double? = nil) -> Role {
            var grid = CellGrid(width: 10, height: 1)
            Meter(fraction: fraction, highMark: high).render(in: grid.bounds, into: &grid)
            return grid[0, 0].style.role
        }
        #expect(role(0.5) == .meterLow)
        #expect(role(0.8) == .meterMid)
        #expect(role(0.95) == .meterHigh)
        #expect(role(0.55, high: 0.5) == .meterHigh)
    }
}
