/// One line of text being entered: a filter, a command, a number.
package struct TextField: Hashable, Sendable {
    /// What was entered.
    package private(set) var text: String
    /// How many characters stand before the cursor.
    package private(set) var cursor: Int
    /// Characters taken at most.
    package static let limit = 1000

    /// A field with a text, the cursor at its end.
    package init(_ text: String = "") {
        self.text = String(text.prefix(Self.limit))
        cursor = self.text.count
    }

    /// Takes a key or a paste.
    /// - Returns: whether it was one for editing; all others are the caller's.
    package mutating func handle(_ input: Input) -> Bool {
        switch input {
        case .paste(let pasted):
            insert(Self.line(of: pasted))
            return true
        case .key(let key): return handle(key)
        default: return false
        }
    }

    private mutating func handle(_ key: Key) -> Bool {
        switch key {
        case .char(let scalar): insert(String(Character(scalar)))
        case .backspace: remove(cursor - 1..<cursor)
        case .delete, .control("d"): remove(cursor..<cursor + 1)
        case .left, .control("b"): cursor = max(0, cursor - 1)
        case .right, .control("f"): cursor = min(text.count, cursor + 1)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = text.count
        case .control("u"): remove(0..<cursor)
        case .control("k"): remove(cursor..<text.count)
        case .control("w"): remove(wordStart..<cursor)
        default: return false
        }
        return true
    }

    private mutating func insert(_ new: String) {
        let room = Self.limit - text.count
        guard room > 0 else { return }
        var characters = Array(text)
        characters.insert(contentsOf: new.prefix(room), at: cursor)
        let after = characters.count - cursor - min(new.count, room)
        text = String(characters)
        // A combining mark joins the character before it.
        cursor = max(0, text.count - after)
    }

    private mutating func remove(_ range: Range<Int>) {
        let range = range.clamped(to: 0..<text.count)
        guard !range.isEmpty else { return }
        var characters = Array(text)
        characters.removeSubrange(range)
        text = String(characters)
        cursor = range.lowerBound
    }

    private var wordStart: Int {
        let before = Array(text).prefix(cursor)
        guard let end = before.lastIndex(where: { !$0.isWhitespace }) else { return 0 }
        return before[..<end].lastIndex(where: \.isWhitespace).map { $0 + 1 } ?? 0
    }

    /// Pasted text as one line: line ends and tabs are blanks, the other control characters are gone.
    private static func line(of pasted: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in pasted.unicodeScalars.prefix(limit * 4) {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D: scalars.append(" ")
            case 0..<0x20, 0x7F..<0xA0: continue
            default: scalars.append(scalar)
            }
        }
        return String(scalars).drop(while: \.isWhitespace).description
    }

    /// Draws prompt and text into the first row of `rect`; a long text is scrolled so that the cursor is seen.
    /// - Returns: where the cursor stands.
    @discardableResult
    package func render(
        in rect: Rect, prompt: StyledText = StyledText(), style: Style = .input, into grid: inout CellGrid
    ) -> Point {
        var area = Rect(x: rect.x, y: rect.y, width: rect.width, height: min(1, rect.height))
        if !prompt.isEmpty {
            let width = min(prompt.width, max(0, area.width - 4))
            grid.write(prompt, in: area.take(left: width))
        }
        guard !area.isEmpty else { return rect.origin }
        let before = SafeText(String(text.prefix(cursor)), limit: Self.limit * 2)
        let shift = max(0, before.width - (area.width - 1))
        let shown = SafeText(text, limit: Self.limit * 2).dropFirst(shift)
        grid.fill(area, style: style)
        grid.write(shown, at: area.origin, style: style, maxWidth: area.width)
        return Point(x: area.x + before.width - shift, y: area.y)
    }
}
