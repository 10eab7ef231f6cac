/// A question in the middle of the screen. Enter presses the button in focus, which is the one that does
/// no harm until it is changed.
package struct Dialog: Hashable, Sendable {
    /// One way to answer.
    package struct Button: Hashable, Sendable {
        /// What it says.
        package var label: SafeText
        /// The key that presses it directly.
        package var key: Unicode.Scalar?

        package init(_ label: SafeText, key: Unicode.Scalar? = nil) {
            self.label = label
            self.key = key
        }
    }

    /// What an input did.
    package enum Answer: Hashable, Sendable {
        /// Nothing yet.
        case open
        /// The button with this index was pressed.
        case pressed(Int)
        /// Closed without an answer.
        case dismissed
    }

    /// What it is about.
    package var title: SafeText
    /// What happens, and to how many.
    package var lines: [StyledText]
    /// The ways to answer.
    package var buttons: [Button]
    /// The index of the button that Enter presses.
    package private(set) var focus: Int
    /// Text to enter, for what needs a number or must not be answered by habit.
    package var field: TextField?

    /// A question with `focus` as the index of the harmless button; the last by default.
    package init(
        _ title: SafeText, lines: [StyledText], buttons: [Button], focus: Int? = nil, field: TextField? = nil
    ) {
        self.title = title
        self.lines = lines
        self.buttons = buttons
        self.focus = min(max(0, focus ?? buttons.count - 1), max(0, buttons.count - 1))
        self.field = field
    }

    /// Takes an input. `rect` is where the dialog was rendered in.
    package mutating func handle(_ input: Input, in rect: Rect) -> Answer {
        switch input {
        case .key(.escape), .key(.control("c")): return .dismissed
        case .key(.enter): return buttons.isEmpty ? .dismissed : .pressed(focus)
        case .key(.tab): focus = buttons.isEmpty ? 0 : (focus + 1) % buttons.count
        case .key(.backTab): focus = buttons.isEmpty ? 0 : (focus + buttons.count - 1) % buttons.count
        case .mouse(let event) where event.kind == .press:
            if let index = places(in: rect).firstIndex(where: { $0.contains(event.position) }) {
                return .pressed(index)
            }
        default:
            if field?.handle(input) == true { return .open }
            switch input {
            case .key(.left): focus = max(0, focus - 1)
            case .key(.right): focus = max(0, min(buttons.count - 1, focus + 1))
            case .key(.char(let scalar)) where field == nil:
                if let index = buttons.firstIndex(where: { $0.key == scalar }) { return .pressed(index) }
            default: break
            }
        }
        return .open
    }
}
