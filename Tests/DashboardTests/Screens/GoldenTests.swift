import Monitoring
import TerminalUI
import Testing

@testable import Dashboard

/// Every view in every size and both sets of characters, against files.
@Suite struct GoldenTests {
    static let sizes = [
        Size(width: 40, height: 10), Size(width: 80, height: 24), Size(width: 120, height: 40),
        Size(width: 200, height: 50),
    ]

    /// The pictures of one situation, one below the other.
    private func gallery(_ stage: (Size, GlyphSet) -> Stage) -> String {
        var text = ""
        for glyphs in [GlyphSet.unicode, .ascii] {
            for size in Self.sizes {
                let frame = Picture(of: stage(size, glyphs).state).frame
                #expect(frame.grid.size == size)
                text += "=== \(size.width)×\(size.height), \(glyphs) ===\n\(frame.text)\n"
            }
        }
        return text
    }

    @Test(arguments: Scenes.Name.allCases)
    func overview_isAsRecorded(scene: Scenes.Name) {
        Golden.check(
            gallery { size, glyphs in
                guard scene == .empty else {
                    return Scenes.watched(scene.snapshot, size: size, glyphs: glyphs)
                }
                var stage = Stage(size: size, glyphs: glyphs) {
                    $0.emptyMessage = "waiting for input on stdin"
                }
                stage.jobs = []
                stage.show(scene.snapshot)
                return stage
            }, "overview-\(scene)")
    }

    @Test(arguments: [Tab.workers, .jobs, .errors, .log])
    func view_isAsRecorded(tab: Tab) {
        Golden.check(
            gallery { Scenes.watched(Scenes.failing(), size: $0, glyphs: $1, tab: tab) },
            "view-\(tab.title.lowercased())")
    }

    @Test func jobsWithPriorities_areAsRecorded() {
        Golden.check(
            gallery { Scenes.watched(Scenes.limited(), size: $0, glyphs: $1, tab: .jobs) },
            "view-jobs-priorities")
    }

    @Test func details_areAsRecorded() {
        Golden.check(
            gallery { size, glyphs in
                var stage = Scenes.watched(Scenes.limited(), size: size, glyphs: glyphs)
                stage.press(.char("L"))
                return stage
            }, "detail-limits")
        Golden.check(
            gallery { size, glyphs in
                var stage = Scenes.watched(Scenes.limited(), size: size, glyphs: glyphs, tab: .jobs)
                stage.press(.enter)
                stage.take(.job(JobID(rawValue: 10_491), Scenes.promised()))
                return stage
            }, "detail-job-promised")
        Golden.check(
            gallery { size, glyphs in
                var stage = Scenes.watched(Scenes.failing(), size: size, glyphs: glyphs, tab: .workers)
                stage.press(.enter)
                return stage
            }, "detail-worker")
        Golden.check(
            gallery { size, glyphs in
                var stage = Scenes.watched(Scenes.failing(), size: size, glyphs: glyphs, tab: .jobs)
                stage.press(.enter)
                stage.take(.job(JobID(rawValue: 10_491), Scenes.detail()))
                return stage
            }, "detail-job")
        Golden.check(
            gallery { size, glyphs in
                var stage = Scenes.watched(Scenes.failing(), size: size, glyphs: glyphs, tab: .errors)
                stage.press(.down, .enter)
                return stage
            }, "detail-error")
    }

    @Test func overlays_areAsRecorded() {
        let keys: [(String, [Key])] = [
            ("help", [.char("?")]), ("palette", [.char(":"), .char("r"), .char("e")]),
            ("cancel", [.char("2"), .char("x")]),
            ("filter", [.char("3"), .char("/"), .char("~"), .char("(")]),
            ("workers", [.char("=")]),
        ]
        for (name, keys) in keys {
            Golden.check(
                gallery { size, glyphs in
                    var stage = Scenes.watched(Scenes.busy(), size: size, glyphs: glyphs)
                    for key in keys { stage.press(key) }
                    return stage
                }, "overlay-\(name)")
        }
    }

    /// One letter for each cell's role, so that colours are part of what is recorded.
    @Test func rolesOfTheOverview_areAsRecorded() {
        let grid = Picture(of: Scenes.watched(Scenes.failing(), size: Size(width: 80, height: 24)).state)
            .frame.grid
        let letters = Array("tdBTHwisfcoSMPhkxg2lmuaIb".unicodeScalars)
        var text = ""
        for y in 0..<grid.height {
            for x in 0..<grid.width {
                let cell = grid[x, y]
                text.unicodeScalars.append(
                    cell == .blank ? " " : letters[Int(cell.style.role.rawValue) % letters.count])
            }
            text += "\n"
        }
        Golden.check(text, "roles-overview")
    }
}
