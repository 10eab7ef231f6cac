import CNcurses
import TerminalUI

/// Styles in the terms of ncurses.
struct Palette {
    /// How a style is shown.
    struct Looks {
        var attributes: attr_t
        var pair: Int32
    }

    /// The theme in use.
    private(set) var theme: Theme?
    private let depth: ColorDepth
    private var looks: [Looks] = []
    /// Colour pairs that are defined. None is ever redefined, for that would repaint what shows it.
    private var pairs: [[UInt8?]: Int32] = [:]

    init(depth: ColorDepth) {
        self.depth = depth
    }

    subscript(style: Style) -> Looks { looks[style.index] }

    /// From now on styles look as in this theme.
    mutating func use(_ theme: Theme) {
        self.theme = theme
        looks = (0..<Style.indexCount).map { index in
            let wanted = theme.attributes(for: Style(index: index), depth: depth)
            var attributes: attr_t = 0
            if wanted.bold { attributes |= curses_bold() }
            if wanted.dim { attributes |= curses_dim() }
            if wanted.reverse { attributes |= curses_reverse() }
            if wanted.underline { attributes |= curses_underline() }
            return Looks(attributes: attributes, pair: pair(wanted.foreground, wanted.background))
        }
    }

    private mutating func pair(_ foreground: UInt8?, _ background: UInt8?) -> Int32 {
        if foreground == nil && background == nil { return 0 }
        let key = [foreground, background]
        if let pair = pairs[key] { return pair }
        let pair = Int32(pairs.count + 1)
        let isDefined =
            pair < curses_color_pairs()
            && init_extended_pair(pair, foreground.map(Int32.init) ?? -1, background.map(Int32.init) ?? -1)
                == OK
        pairs[key] = isDefined ? pair : 0
        return pairs[key] ?? 0
    }
}
