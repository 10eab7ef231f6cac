/// How a cell looks, in terms of what it means. The theme turns the role into colours.
public struct Style: Hashable, Sendable {
    /// What the cell means.
    public var role: Role
    private var flags: UInt8

    private init(role: Role, flags: UInt8) {
        self.role = role
        self.flags = flags
    }

    /// A style; the flags are added to what the theme gives the role.
    public init(
        _ role: Role, bold: Bool = false, dim: Bool = false, reverse: Bool = false, underline: Bool = false
    ) {
        self.role = role
        flags = (bold ? 1 : 0) | (dim ? 2 : 0) | (reverse ? 4 : 0) | (underline ? 8 : 0)
    }

    /// Heavier.
    public var bold: Bool {
        get { flags & 1 != 0 }
        set { set(1, newValue) }
    }
    /// Weaker.
    public var dim: Bool {
        get { flags & 2 != 0 }
        set { set(2, newValue) }
    }
    /// Foreground and background exchanged.
    public var reverse: Bool {
        get { flags & 4 != 0 }
        set { set(4, newValue) }
    }
    /// Underlined.
    public var underline: Bool {
        get { flags & 8 != 0 }
        set { set(8, newValue) }
    }

    private mutating func set(_ bit: UInt8, _ on: Bool) {
        flags = on ? flags | bit : flags & ~bit
    }

    /// A number for every style, from 0 up to `indexCount`, for tables.
    package var index: Int { Int(role.rawValue) << 4 | Int(flags) }
    /// How many numbers there are.
    package static let indexCount = Role.allCases.count << 4
    /// The style with a number.
    package init(index: Int) {
        self.init(role: Role(rawValue: UInt8(index >> 4)) ?? .text, flags: UInt8(index & 15))
    }

    /// This style with the marks of the other one (bold, dim, reverse, underline) added.
    package func adding(_ other: Style) -> Style {
        Style(role: role, flags: flags | other.flags)
    }
}
