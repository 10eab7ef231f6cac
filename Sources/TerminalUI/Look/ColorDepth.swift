/// How many colours a terminal shows.
public enum ColorDepth: Int, CaseIterable, Comparable, Sendable {
    /// None, or none are wanted: bold, dim, underline and reverse are all there is.
    case none = 0
    /// The eight of ANSI.
    case ansi8 = 8
    /// The eight and their bright forms.
    case ansi16 = 16
    /// The palette of 256.
    case indexed256 = 256

    /// Fewer colours come first.
    public static func < (left: ColorDepth, right: ColorDepth) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The depth for a terminal of so many colours.
    package init(colors: Int) {
        switch colors {
        case 256...: self = .indexed256
        case 16...: self = .ansi16
        case 8...: self = .ansi8
        default: self = .none
        }
    }
}
