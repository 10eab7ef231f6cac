/// Turns the text of a ``Pattern`` into its steps, by recursive descent.
struct PatternParser {
    private var text: [Unicode.Scalar]
    private var place = 0
    private var depth = 0
    private static let deepest = 50

    init(_ text: String) { self.text = Array(text.unicodeScalars.prefix(1_000)) }

    typealias Step = Pattern.Step
    typealias Mistake = Pattern.Mistake

    mutating func parse() throws(Mistake) -> [Step] {
        let steps = try alternatives()
        if place < text.count { throw Mistake(message: "a ) too many") }
        return steps + [.match]
    }

    // Pieces are relocatable: their jumps are written relative to their own first step.

    private mutating func alternatives() throws(Mistake) -> [Step] {
        var piece = try sequence()
        while take("|") {
            let other = try sequence()
            piece =
                [.fork(1, piece.count + 2)] + moved(piece, by: 1) + [.jump(piece.count + 2 + other.count)]
                + moved(other, by: piece.count + 2)
            try check(piece)
        }
        return piece
    }

    private mutating func sequence() throws(Mistake) -> [Step] {
        var piece: [Step] = []
        while let next = peek, next != "|", next != ")" {
            let atom = try repeated(try atom())
            piece += moved(atom, by: piece.count)
            try check(piece)
        }
        return piece
    }

    private mutating func repeated(_ atom: [Step]) throws(Mistake) -> [Step] {
        var piece = atom
        var isFirst = true
        while let next = peek {
            var (low, high): (Int, Int?) = (0, nil)
            switch next {
            case "*": place += 1
            case "+":
                place += 1
                low = 1
            case "?":
                place += 1
                high = 1
                // A `?` after a repetition asks for the shortest match: nothing changes for a search.
                if !isFirst { continue }
            case "{":
                guard let bounds = try bounds() else { return piece }
                (low, high) = bounds
            default: return piece
            }
            piece = try times(piece, low, high)
            isFirst = false
        }
        return piece
    }

    private func times(_ atom: [Step], _ low: Int, _ high: Int?) throws(Mistake) -> [Step] {
        guard (max(low, high ?? 0) + 1) * (atom.count + 2) <= Pattern.largest else {
            throw Mistake(message: "repeats too much")
        }
        var piece: [Step] = []
        for _ in 0..<low { piece += moved(atom, by: piece.count) }
        if let high {
            for _ in low..<max(low, high) {
                // Leaving out one of the optional ones is as good as leaving out any other.
                piece +=
                    [.fork(piece.count + 1, piece.count + 1 + atom.count)] + moved(atom, by: piece.count + 1)
            }
        } else {
            let start = piece.count
            piece += [.fork(start + 1, start + 2 + atom.count)] + moved(atom, by: start + 1) + [.jump(start)]
        }
        return piece
    }

    /// `{2}`, `{2,}` or `{2,4}`; `nil` where the brace stands for itself.
    private mutating func bounds() throws(Mistake) -> (Int, Int?)? {
        var probe = place + 1
        func number() -> Int? {
            var value: Int?
            while probe < text.count, ("0"..."9").contains(text[probe]) {
                value = min((value ?? 0) * 10 + Int(text[probe].value - 48), 100_000)
                probe += 1
            }
            return value
        }
        guard let low = number() else { return nil }
        var high: Int? = low
        if probe < text.count, text[probe] == "," {
            probe += 1
            high = number()
        }
        guard probe < text.count, text[probe] == "}" else { throw Mistake(message: "{ is never closed") }
        place = probe + 1
        if let high, high < low { throw Mistake(message: "{\(low),\(high)} is the wrong way round") }
        return (low, high)
    }

    private mutating func atom() throws(Mistake) -> [Step] {
        guard let next = peek else { return [] }
        place += 1
        switch next {
        case ".": return [.one(.any)]
        case "^": return [.start]
        case "$": return [.end]
        case "[": return [.one(try brackets())]
        case "\\": return [try escape()]
        case "*", "+", "?": throw Mistake(message: "nothing before \(next) to repeat")
        case "(":
            depth += 1
            guard depth <= Self.deepest else { throw Mistake(message: "too many ( in each other") }
            if peek == "?", place + 1 < text.count, text[place + 1] == ":" { place += 2 }
            if peek == "?" { throw Mistake(message: "(? is not understood") }
            let piece = try alternatives()
            guard take(")") else { throw Mistake(message: "( is never closed") }
            depth -= 1
            return piece
        default: return [.one(ScalarSet(next))]
        }
    }

    private mutating func escape() throws(Mistake) -> Step {
        guard let next = peek else { throw Mistake(message: "\\ at the end") }
        place += 1
        switch next {
        case "b": return .wordEdge(true)
        case "B": return .wordEdge(false)
        default: return .one(Self.named(next) ?? ScalarSet(Self.plain(next)))
        }
    }

    private mutating func brackets() throws(Mistake) -> ScalarSet {
        let isInverse = take("^")
        var set = ScalarSet()
        var isFirst = true
        while let next = peek, next != "]" || isFirst {
            isFirst = false
            place += 1
            var low = next
            if next == "\\", let escaped = peek {
                place += 1
                if let named = Self.named(escaped) {
                    guard !named.isInverted else { throw Mistake(message: "\\\(escaped) inside [ ]") }
                    set.add(named)
                    continue
                }
                low = Self.plain(escaped)
            }
            guard peek == "-", place + 1 < text.count, text[place + 1] != "]" else {
                set.add(low...low)
                continue
            }
            place += 1
            var high = text[place]
            place += 1
            if high == "\\", let escaped = peek {
                place += 1
                high = Self.plain(escaped)
            }
            guard low <= high else { throw Mistake(message: "\(low)-\(high) is the wrong way round") }
            set.add(low...high)
        }
        guard take("]") else { throw Mistake(message: "[ is never closed") }
        return isInverse ? set.inverted : set
    }

    private static func named(_ letter: Unicode.Scalar) -> ScalarSet? {
        switch letter {
        case "d": .digit
        case "w": .word
        case "s": .space
        case "D": .digit.inverted
        case "W": .word.inverted
        case "S": .space.inverted
        default: nil
        }
    }

    private static func plain(_ letter: Unicode.Scalar) -> Unicode.Scalar {
        letter == "t" ? "\t" : letter == "n" ? "\n" : letter
    }

    private var peek: Unicode.Scalar? { place < text.count ? text[place] : nil }

    private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        guard peek == wanted else { return false }
        place += 1
        return true
    }

    private func check(_ piece: [Step]) throws(Mistake) {
        if piece.count > Pattern.largest { throw Mistake(message: "too long") }
    }

    private func moved(_ piece: [Step], by distance: Int) -> [Step] {
        piece.map { step in
            switch step {
            case .fork(let left, let right): .fork(left + distance, right + distance)
            case .jump(let target): .jump(target + distance)
            default: step
            }
        }
    }
}
