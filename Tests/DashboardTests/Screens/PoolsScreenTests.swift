import Monitoring
import TerminalUI
import Testing

@testable import Dashboard

/// Several pools, and a pipeline.
@Suite struct PoolsScreenTests {
    private static let sizes = GoldenTests.sizes

    private func gallery(_ stage: (Size, GlyphSet) -> Stage) -> String {
        var text = ""
        for glyphs in [GlyphSet.unicode, .ascii] {
            for size in Self.sizes {
                text +=
                    "=== \(size.width)×\(size.height), \(glyphs) ===\n"
                    + "\(Picture(of: stage(size, glyphs).state).frame.text)\n"
            }
        }
        return text
    }

    @Test(arguments: Scenes.Flow.allCases)
    func pipeline_isAsRecorded(flow: Scenes.Flow) {
        Golden.check(gallery { Scenes.watched(flow, size: $0, glyphs: $1) }, "pipeline-\(flow)")
    }

    @Test func pools_areAsRecorded() {
        Golden.check(gallery { Scenes.pools(Stage(size: $0, glyphs: $1, pools: 3)) }, "pools")
    }

    @Test func insideAPool_isAsRecorded() {
        Golden.check(
            gallery { size, glyphs in
                var stage = Scenes.watched(.encode, size: size, glyphs: glyphs)
                stage.press(.enter)
                return stage
            }, "pipeline-stage")
    }

    @Test func everySize_isDrawn_withTheSelectedPoolInSight() {
        for selected in [0, 3] {
            var stage = Scenes.watched(.encode, size: Size(width: 80, height: 24))
            stage.press(.char(selected == 0 ? "g" : "G"))
            for height in stride(from: 1, through: 50, by: 3) {
                for width in stride(from: 1, through: 200, by: 13) {
                    stage.state.size = Size(width: width, height: height)
                    let picture = Picture(of: stage.state)
                    #expect(picture.frame.grid.size == stage.state.size)
                    guard width >= 40, height >= 10 else { continue }
                    #expect(
                        picture.layout.spots.contains { $0.target == .poolRow(selected) },
                        "\(width)×\(height)")
                }
            }
        }
    }

    @Test func aHundredPools_scroll() {
        var stage = Stage(size: Size(width: 80, height: 24), pools: 100)
        for source in 0..<100 {
            var pool = Scenes.busy()
            pool.name = "pool-\(source)"
            stage.take(.snapshot(pool), from: source)
        }
        stage.press(.char("G"))
        #expect(stage.text.contains("pool-99") && !stage.text.contains("pool-9 "))
        #expect(stage.text.contains("100 of 100 pools"))
    }

    @Test func poolsThatAreNotAllStages_areNoPipeline() {
        var stage = Scenes.watched(.encode, size: Size(width: 120, height: 40))
        #expect(stage.text.contains("0 Pipeline"))
        stage.take(.snapshot(Scenes.busy()), from: 3)
        #expect(stage.text.contains("0 Pools"))
    }

    @Test func strangersNames_staySafe() {
        var stage = Stage(size: Size(width: 80, height: 24), pools: 2)
        for source in 0..<2 {
            var pool = Scenes.busy()
            pool.name = "\u{1b}]0;owned\u{7}" + String(repeating: "x", count: 10_000)
            stage.take(.snapshot(pool), from: source)
        }
        #expect(!stage.text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
        stage.press(.char("+"), .char("="), .char("7"))
        #expect(stage.text.split(separator: "\n").last?.contains("7") == true)
    }
}
