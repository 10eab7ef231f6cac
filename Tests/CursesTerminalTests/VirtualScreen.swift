/// A terminal emulator as small as can be: what xterm does with what ncurses sends.
///
/// Anything it does not know is noted in `unknown`, so that a test can tell that nothing was passed over.
final class VirtualScreen {
    private(set) var width: Int
    private(set) var height: Int
    /// The column and row of the cursor.
    private(set) var cursor = (x: 0, y: 0)
    private(set) var isCursorVisible = true
    private(set) var isAlternate = false
    /// Private modes that are on.
    private(set) var modes: Set<Int> = [7, 25]
    /// How many synchronised updates have begun and ended.
    private(set) var begun = 0
    private(set) var ended = 0
    /// What it was sent and does not know.
    private(set) var unknown: [String] = []
    /// Characters that were written in the very last column and then pushed to the next line.
    private(set) var wraps = 0

    struct Place: Equatable {
        var text = " "
        var isReverse = false
        /// The right half of a wide character.
        var isContinuation = false
    }

    /// The rows that scroll.
    private var region: Range<Int>
    private var places: [[Place]]
    private var main: [[Place]] = []
    private var isReverse = false
    private var wrapsNext = false
    private var parser = Parser()

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        places = Self.blank(width, height)
        region = 0..<height
    }

    private static func blank(_ width: Int, _ height: Int) -> [[Place]] {
        Array(repeating: Array(repeating: Place(), count: width), count: height)
    }

    /// The rows without the blanks at their ends.
    var lines: [String] {
        places.map { row in
            var line = row.map { $0.isContinuation ? "" : $0.text }.joined()
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    func place(x: Int, y: Int) -> Place { places[y][x] }

    func resize(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        places = Self.blank(width, height)
        region = 0..<height
        cursor = (min(cursor.x, width - 1), min(cursor.y, height - 1))
        wrapsNext = false
    }

    func take(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            guard let item = parser.take(byte) else { continue }
            switch item {
            case .character(let scalar): put(scalar)
            case .control(let byte): control(byte)
            case .escape(let text): escape(text)
            case .sequence(let parameters, let final): sequence(parameters, final)
            case .command(let text): unknown.append("OSC \(text)")
            }
        }
    }

    private func put(_ scalar: Unicode.Scalar) {
        if scalar.value >= 0x300 && Self.isMark(scalar) {
            var x = wrapsNext ? cursor.x : max(0, cursor.x - 1)
            if places[cursor.y][x].isContinuation { x = max(0, x - 1) }
            places[cursor.y][x].text.unicodeScalars.append(scalar)
            return
        }
        let columns = scalar.value >= 0x1100 && Self.isWide(scalar) ? 2 : 1
        if wrapsNext || cursor.x + columns > width {
            wraps += 1
            cursor = (0, min(height - 1, cursor.y + 1))
            wrapsNext = false
        }
        // What is left of a wide character when half of it is overwritten.
        if places[cursor.y][cursor.x].isContinuation && cursor.x > 0 {
            places[cursor.y][cursor.x - 1] = Place()
        }
        let next = cursor.x + columns
        if next < width && places[cursor.y][next].isContinuation { places[cursor.y][next] = Place() }
        places[cursor.y][cursor.x] = Place(text: String(Character(scalar)), isReverse: isReverse)
        if columns == 2 && cursor.x + 1 < width {
            places[cursor.y][cursor.x + 1] = Place(text: "", isReverse: isReverse, isContinuation: true)
        }
        wrapsNext = next >= width
        cursor.x = min(width - 1, next)
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        // Medial and final jamo join the syllable before them.
        if (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FF).contains(scalar.value) {
            return true
        }
        let category = scalar.properties.generalCategory
        return category == .nonspacingMark || category == .enclosingMark
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF,
            0xA960...0xA97C, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    private func control(_ byte: UInt8) {
        switch byte {
        case 0x08: cursor.x = max(0, cursor.x - 1)
        case 0x0A:
            if cursor.y == region.upperBound - 1 {
                scroll(region, up: 1)
            } else {
                cursor.y = min(height - 1, cursor.y + 1)
            }
        case 0x0D: cursor.x = 0
        // CAN, SO and SI change nothing here.
        case 0x18, 0x0E, 0x0F: break
        default: unknown.append("control \(byte)")
        }
        wrapsNext = false
    }

    private func escape(_ text: String) {
        switch text {
        case "(B", ")0", "=", ">": break
        case "M":
            if cursor.y == region.lowerBound {
                scroll(region, up: -1)
            } else {
                cursor.y = max(0, cursor.y - 1)
            }
        default: unknown.append("ESC \(text)")
        }
    }

    private func sequence(_ parameters: String, _ final: Character) {
        if parameters.hasPrefix("?") {
            let numbers = parameters.dropFirst().split(separator: ";").compactMap { Int($0) }
            for number in numbers { mode(number, final) }
            return
        }
        let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let first = max(1, numbers.first ?? 1)
        if final != "m" { wrapsNext = false }
        switch final {
        case "H": move(x: (numbers.count > 1 ? max(1, numbers[1]) : 1) - 1, y: first - 1)
        case "d": move(x: cursor.x, y: first - 1)
        case "G": move(x: first - 1, y: cursor.y)
        case "A": move(x: cursor.x, y: cursor.y - first)
        case "B": move(x: cursor.x, y: cursor.y + first)
        case "C": move(x: cursor.x + first, y: cursor.y)
        case "D": move(x: cursor.x - first, y: cursor.y)
        case "J": erase(numbers.first ?? 0)
        case "K": eraseLine(numbers.first ?? 0)
        case "X": clear(cursor.x..<min(width, cursor.x + first), in: cursor.y)
        case "P": shiftLeft(first)
        case "@": shiftRight(first)
        case "b": repeatLast(first)
        case "m": for number in numbers.isEmpty ? [0] : numbers { attribute(number) }
        case "L": scroll(cursor.y..<region.upperBound, up: -first)
        case "M": scroll(cursor.y..<region.upperBound, up: first)
        case "S": scroll(region, up: first)
        case "T": scroll(region, up: -first)
        case "r":
            let last = numbers.count > 1 && numbers[1] > 0 ? min(height, numbers[1]) : height
            region = min(first, last) - 1..<last
            move(x: 0, y: 0)
        // Insert mode, and the stack of titles, which ends as it began.
        case "l", "h", "t": break
        default: unknown.append("CSI \(parameters)\(final)")
        }
    }

    private func mode(_ number: Int, _ final: Character) {
        let isOn = final == "h"
        guard isOn || final == "l" else { return unknown.append("CSI ?\(number)\(final)") }
        switch number {
        case 25: isCursorVisible = isOn
        case 1049:
            if isOn && !isAlternate { main = places }
            if isOn { places = Self.blank(width, height) }
            if !isOn && isAlternate { places = main.count == height ? main : Self.blank(width, height) }
            isAlternate = isOn
        case 2026: if isOn { begun += 1 } else if modes.contains(2026) { ended += 1 }
        case 1, 7, 12, 1000, 1006, 2004: break
        default: unknown.append("CSI ?\(number)\(final)")
        }
        if isOn { modes.insert(number) } else { modes.remove(number) }
    }

    /// Whether reverse is on is all that matters of the attributes.
    private func attribute(_ number: Int) {
        if number == 7 { isReverse = true }
        if number == 0 || number == 27 { isReverse = false }
    }

    /// Moves the lines of a range up, or down if `count` is negative.
    private func scroll(_ rows: Range<Int>, up count: Int) {
        guard !rows.isEmpty else { return }
        let blank = Array(repeating: Place(), count: width)
        for _ in 0..<min(abs(count), rows.count) {
            if count > 0 {
                places.remove(at: rows.lowerBound)
                places.insert(blank, at: rows.upperBound - 1)
            } else {
                places.remove(at: rows.upperBound - 1)
                places.insert(blank, at: rows.lowerBound)
            }
        }
    }

    private func move(x: Int, y: Int) {
        cursor = (min(max(0, x), width - 1), min(max(0, y), height - 1))
    }

    private func clear(_ columns: Range<Int>, in row: Int) {
        for x in columns { places[row][x] = Place() }
    }

    private func eraseLine(_ what: Int) {
        clear(what == 0 ? cursor.x..<width : what == 1 ? 0..<cursor.x + 1 : 0..<width, in: cursor.y)
    }

    private func erase(_ what: Int) {
        if what != 2 { eraseLine(what) }
        for row in what == 0 ? cursor.y + 1..<height : what == 1 ? 0..<cursor.y : 0..<height {
            clear(0..<width, in: row)
        }
    }

    private func shiftLeft(_ count: Int) {
        let count = min(count, width - cursor.x)
        places[cursor.y].removeSubrange(cursor.x..<cursor.x + count)
        places[cursor.y] += Array(repeating: Place(), count: count)
    }

    private func shiftRight(_ count: Int) {
        let count = min(count, width - cursor.x)
        places[cursor.y].insert(contentsOf: Array(repeating: Place(), count: count), at: cursor.x)
        places[cursor.y].removeLast(count)
    }

    private func repeatLast(_ count: Int) {
        guard cursor.x > 0, let scalar = places[cursor.y][cursor.x - 1].text.unicodeScalars.first else {
            return
        }
        for _ in 0..<count { put(scalar) }
    }
}
