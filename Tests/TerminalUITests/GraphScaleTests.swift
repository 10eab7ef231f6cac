import Testing

@testable import TerminalUI

@Suite struct GraphScaleTests {
    @Test(arguments: [
        (0.0, 1.0, 1.0), (1, 1, 0.5), (41, 60, 20), (60, 60, 20), (100, 100, 50), (101, 150, 50),
        (982, 1000, 500),
        (0.07, 0.08, 0.02), (1_234_567, 1_500_000, 500_000), (-5, 1, 1), (.nan, 1, 1),
    ])
    func steps_areRound(peak: Double, maximum: Double, step: Double) {
        let scale = GraphScale.fitting(peak)
        #expect(abs(scale.maximum - maximum) < maximum * 1e-9, "\(scale)")
        #expect(abs(scale.step - step) < step * 1e-9, "\(scale)")
    }

    @Test func scale_growsAtOnceAndShrinksLate() {
        let first = GraphScale.fitting(55)
        #expect(first.maximum == 60)
        #expect(GraphScale.fitting(58, previous: first) == first)
        #expect(GraphScale.fitting(61, previous: first).maximum == 80)
        #expect(GraphScale.fitting(38, previous: first) == first)
        #expect(GraphScale.fitting(30, previous: first).maximum < 60)
    }

    @Test func unusualTop_isLabelledToo() {
        #expect(GraphScale(maximum: 1024).ticks == [1024, 500])
        #expect(GraphScale(maximum: -3).maximum == 1)
        #expect(GraphScale(maximum: .infinity).maximum == 1)
    }

    @Test(arguments: [
        (0.05, "0.05"), (0.5, "0.5"), (60, "60"), (999, "999"), (1000, "1k"), (1500, "1.5k"), (20_000, "20k"),
        (1_500_000, "1.5M"), (2e9, "2G"), (1024, "1.02k"),
    ])
    func labels_areShort(value: Double, label: String) {
        #expect(GraphScale.label(value).string == label)
    }
}
