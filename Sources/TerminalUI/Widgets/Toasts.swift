/// Short messages that come and go. Errors stay until they are dismissed.
///
/// Times are measured from any fixed moment, as long as it is always the same.
package struct Toasts: Hashable, Sendable {
    /// How much a message matters.
    package enum Level: Hashable, Sendable, CaseIterable {
        /// Something was done as asked.
        case info
        /// Something was done, but.
        case warning
        /// Something could not be done. It stays.
        case error
    }

    /// One message.
    package struct Toast: Hashable, Sendable {
        package var text: SafeText
        package var level: Level
        package var shownAt: Duration
    }

    /// What is shown, oldest first.
    package private(set) var shown: [Toast] = []
    /// How long a message stays that is no error.
    package static let lifetime: Duration = .seconds(6)
    /// How many are kept: the oldest that is no error goes first, then the oldest error.
    package static let limit = 4

    package init() {}

    /// Shows a message; one that says the same as a message still shown takes its place.
    package mutating func show(_ text: SafeText, _ level: Level = .info, now: Duration) {
        shown.removeAll { $0.text == text && $0.level == level }
        shown.append(Toast(text: text, level: level, shownAt: now))
        while shown.count > Self.limit {
            shown.remove(at: shown.dropLast().firstIndex { $0.level != .error } ?? 0)
        }
    }

    /// Takes away what has been shown long enough.
    package mutating func expire(now: Duration) {
        shown.removeAll { $0.level != .error && now - $0.shownAt >= Self.lifetime }
    }

    /// When the next message goes by itself; `nil` when none will.
    package var nextExpiry: Duration? {
        shown.filter { $0.level != .error }.map { $0.shownAt + Self.lifetime }.min()
    }

    /// Takes away all messages, errors too: the operator has seen them.
    package mutating func dismiss() {
        shown = []
    }

    /// Draws the messages at the bottom right of `rect`, the newest lowest.
    package func render(in rect: Rect, into grid: inout CellGrid) {
        var y = rect.bottom - 1
        for toast in shown.reversed() where y >= rect.y && rect.width >= 8 {
            let (sign, role): (SafeText, Role) =
                switch toast.level {
                case .info: ("✓", .operated)
                case .warning: ("!", .waiting)
                case .error: ("✗", .failed)
                }
            let style = Style(role, reverse: true)
            let text = StyledText((" " + sign + " " + toast.text + " ").truncated(to: rect.width), style)
            grid.write(text, at: Point(x: rect.right - text.width, y: y))
            y -= 1
        }
    }
}
