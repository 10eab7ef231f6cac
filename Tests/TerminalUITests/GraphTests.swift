import Testing

@testable import TerminalUI

@Suite struct GraphTests {
    private let rising = (0..<60).map { Double?(Double($0)) }

    private func draw(_ graph: Graph, _ width: Int, _ height: Int, _ glyphs: GlyphSet = .unicode) -> String {
        picture(width, height, glyphs) { graph.render(in: $0, into: &$1) }
    }

    @Test func area_withALineAndAMark_inBraille() {
        let falling = Graph.Series(rising.map { 60 - ($0 ?? 0) }, role: .graph2, isFilled: false)
        let graph = Graph([.init(rising), falling], marks: [.init(samplesAgo: 20, label: "+ 4→6")])
        #expect(
            draw(graph, 36, 9) == """
                  60┤ ⠉⠒⠤⣀               │+ 4→6 ⢀⣠⣴⣾
                    │     ⠉⠒⠤⣀⡀          │  ⣀⣠⣴⣾⣿⣿⣿⣿
                  40┤         ⠈⠑⠢⢄⡀     ⣀│⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿
                    │             ⠈⢑⣢⣤⣶⣿⣿│⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿
                    │          ⢀⣠⣴⣾⣿⣿⣿⣿⣿⣿│⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿
                  20┤      ⣀⣤⣶⣾⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿│⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿
                    │ ⢀⣀⣤⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿│⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿
                   0┼───────────────────────────────
                                  −30 s          now
                """)
    }

    @Test func area_inASCII() {
        let graph = Graph([.init(rising)], samplesPerDot: 4)
        #expect(
            draw(graph, 50, 8, .ascii) == """
                  60+                                            :
                    |                                          .##
                  40+                                         :###
                    |                                        :####
                  20+                                       ######
                    |                                     .#######
                   0+---------------------------------------------
                                  -4 min         -2            now
                """)
    }

    @Test func smallGraph_hasNoAxes() {
        #expect(draw(Graph([.init(rising)]), 10, 2, .console) == "▄▄▄▄▄▄████\n██████████")
    }

    @Test func gaps_stayEmpty() {
        let graph = Graph([.init([4, 4, nil, nil, 4, 4])], scale: GraphScale(maximum: 4))
        #expect(draw(graph, 5, 1) == "  ⣿ ⣿")
    }

    @Test func nothing_isDrawnAsNothing() {
        #expect(draw(Graph([]), 10, 2) == "\n")
        #expect(draw(Graph([.init([])]), 0, 0) == "")
        #expect(draw(Graph([.init([0, 0])]), 4, 1) == "")
        #expect(draw(Graph([.init([.nan, .infinity])]), 4, 1) == "")
    }

    @Test func anything_isAtLeastADot() {
        #expect(draw(Graph([.init([0.001])], scale: GraphScale(maximum: 100)), 1, 1) == "⢀")
    }

    @Test func samplesOfADot_stayTogether() {
        let graph = Graph([], samplesPerDot: 2)
        #expect(graph.dots(of: [1, 3, 5, 7], count: 2, unit: 2) == [2, 6])
        var later = graph
        later.newest = 4
        #expect(later.dots(of: [3, 5, 7, 9], count: 3, unit: 2) == [3, 6, 9])
    }

    @Test func marks_standAtTheirTime() {
        let marks = [
            Graph.Mark(samplesAgo: 0, label: "now"), .init(samplesAgo: 9, label: "then"),
            .init(samplesAgo: 99, label: "gone"),
        ]
        #expect(draw(Graph([.init([])], marks: marks), 12, 3) == "   then│now│\n       │   │\n       │   │")
        #expect(
            draw(Graph([.init([])], marks: marks), 8, 2) == "   │now│\n   │   │",
            "no room for the older label")
    }

    @Test func rateOfSamples_makesTheTimes() {
        let slow = draw(Graph([.init(rising)], interval: 60), 60, 6)
        #expect(slow.hasSuffix("−90 min         −60            −30           now"), "\(slow)")
        let hours = draw(Graph([.init(rising)], interval: 600), 60, 6)
        #expect(hours.contains("h ") && hours.hasSuffix("now"))
    }
}
