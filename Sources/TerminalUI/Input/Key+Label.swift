extension Key {
    /// How the key is called in the footer and in the help.
    package var label: String {
        switch self {
        case .char(" "): "Space"
        case .char(let scalar): String(Character(scalar))
        case .alt(let scalar): "Alt-\(Character(scalar))"
        case .control(let character): "Ctrl-\(character.uppercased())"
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .backspace: "Backspace"
        case .delete: "Del"
        case .up: "↑"
        case .down: "↓"
        case .left: "←"
        case .right: "→"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .insert: "Ins"
        case .function(let number): "F\(number)"
        }
    }
}
