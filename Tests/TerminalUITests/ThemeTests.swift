import TerminalUI
import Testing

@Suite struct ThemeTests {
    /// Colours that cannot be read on black.
    private static let plainBlue: Set<UInt8> = [4, 12, 17, 18, 19, 20, 21]

    @Test(arguments: Theme.all, ColorDepth.allCases)
    func everyRole_isReadable(theme: Theme, depth: ColorDepth) {
        for role in Role.allCases {
            let looks = theme.attributes(for: Style(role), depth: depth)
            #expect(looks.background == nil, "\(role)")
            #expect(!Self.plainBlue.contains(looks.foreground ?? 0), "\(role)")
            if let color = looks.foreground { #expect(Int(color) < depth.rawValue, "\(role)") }
        }
    }

    @Test(arguments: Theme.all, [ColorDepth.ansi8, .ansi16, .indexed256])
    func states_haveColoursOfTheirOwn(theme: Theme, depth: ColorDepth) {
        let states: [Style] = [.idle, .working, .waiting, .failed, .cancelled, .operated]
        #expect(Set(states.map { theme.attributes(for: $0, depth: depth).foreground }).count == states.count)
    }

    @Test(arguments: Theme.all)
    func withoutColours_noneIsUsedAndTheSelectionIsReverse(theme: Theme) {
        for role in Role.allCases {
            #expect(theme.attributes(for: Style(role), depth: .none).foreground == nil)
        }
        #expect(theme.attributes(for: .selection, depth: .none).reverse)
        #expect(theme.attributes(for: .paused, depth: .none).reverse)
        #expect(theme.attributes(for: .failed, depth: .none).bold)
    }

    @Test func styleAddsToItsRole() {
        let looks = Theme.default.attributes(for: Style(.dim, bold: true, reverse: true), depth: .ansi8)
        #expect(looks.bold)
        #expect(looks.reverse)
        #expect(!looks.dim, "dim and reverse together are unreadable")
    }

    @Test func themes_areFoundByName() {
        for theme in Theme.all { #expect(Theme.named(theme.name) == theme) }
        #expect(Theme.named("pink") == nil)
        #expect(Set(Theme.all.map(\.name)).count == 3)
    }

    @Test func depth_isTheGreatestThatFits() {
        #expect(ColorDepth(colors: 16_777_216) == .indexed256)
        #expect(ColorDepth(colors: 88) == .ansi16)
        #expect(ColorDepth(colors: 8) == .ansi8)
        #expect(ColorDepth(colors: -1) == .none)
    }

    @Test func everyStyle_hasANumber() {
        for index in 0..<Style.indexCount { #expect(Style(index: index).index == index) }
        #expect(Style.failed.role == .failed)
    }
}
