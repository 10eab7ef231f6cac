/// Colours for roles. All themes keep the terminal's own background.
public struct Theme: Hashable, Sendable {
    /// How the theme is called on the command line and in the cockpit.
    public let name: String
    private let table: [Entry]

    /// For terminals with a dark background.
    public static let `default` = Theme(name: "default", entry: darkEntry)
    /// For terminals with a light background.
    public static let light = Theme(name: "light", entry: lightEntry)
    /// Told apart with any kind of colour vision, on a dark background.
    public static let colorBlindSafe = Theme(name: "colour-blind-safe", entry: colorBlindSafeEntry)
    /// All themes, in the order in which the cockpit goes through them.
    public static let all: [Theme] = [.default, .light, .colorBlindSafe]

    /// The theme of this name, if there is one.
    public static func named(_ name: String) -> Theme? {
        all.first { $0.name == name }
    }

    private init(name: String, entry: (Role) -> Entry) {
        self.name = name
        table = Role.allCases.map(entry)
    }

    /// What a style looks like on a terminal of so many colours: the role's looks and the style's own.
    public func attributes(for style: Style, depth: ColorDepth) -> Attributes {
        let entry = table[Int(style.role.rawValue)]
        var attributes =
            switch depth {
            case .none: entry.mono
            case .ansi8: entry.ansi8
            case .ansi16: entry.ansi16
            case .indexed256: entry.indexed256
            }
        attributes.bold = attributes.bold || style.bold
        attributes.dim = attributes.dim || style.dim
        attributes.underline = attributes.underline || style.underline
        attributes.reverse = attributes.reverse || style.reverse
        if attributes.reverse { attributes.dim = false }
        return attributes
    }

    /// One role in one theme, at all depths.
    struct Entry: Hashable, Sendable {
        var mono: Attributes
        var ansi8: Attributes
        var ansi16: Attributes
        var indexed256: Attributes

        /// The terminal's own colour at every depth, and these attributes.
        static func plain(
            bold: Bool = false, dim: Bool = false, reverse: Bool = false, underline: Bool = false
        ) -> Entry {
            let looks = Attributes(bold: bold, dim: dim, reverse: reverse, underline: underline)
            return Entry(mono: looks, ansi8: looks, ansi16: looks, indexed256: looks)
        }

        /// Weak text: a grey where there is one, the dim attribute elsewhere.
        static func grey(_ indexed: UInt8) -> Entry {
            var entry = plain(dim: true)
            entry.indexed256 = Attributes(foreground: indexed)
            return entry
        }

        /// A colour for each depth; `mono` has the attributes for none.
        static func color(
            _ indexed: UInt8, _ sixteen: UInt8, bold: Bool = false, reverse: Bool = false,
            mono: Attributes = Attributes()
        ) -> Entry {
            // Of the eight, a bright colour is its base, made bold.
            let eight = Attributes(foreground: sixteen % 8, bold: bold || sixteen >= 8, reverse: reverse)
            return Entry(
                mono: mono, ansi8: eight,
                ansi16: Attributes(foreground: sixteen, bold: bold, reverse: reverse),
                indexed256: Attributes(foreground: indexed, bold: bold, reverse: reverse))
        }
    }
}

extension Theme: CustomStringConvertible {
    /// The theme's name.
    public var description: String { name }
}
