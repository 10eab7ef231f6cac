/// Turns the bytes of a terminal into inputs. Pure: it reads no clock, and keeps what is not whole yet.
///
/// A lone Escape and the beginning of a sequence look alike. So the parser says for how long to wait for
/// more (`patience`), and is told when nothing came (`giveUp`).
package struct InputParser: Sendable {
    /// Characters of a paste that are kept; the rest is swallowed.
    package static let pasteLimit = 1 << 20
    /// How long a key may take to follow Escape and still be one sequence with it.
    package static let escapeDelay: Duration = .milliseconds(25)
    /// How long the rest of a sequence may take that has clearly begun.
    package static let sequenceDelay: Duration = .milliseconds(250)
    /// Two presses on one cell within this time are a double click.
    package static let doubleClickTime: Duration = .milliseconds(400)

    private enum State {
        case ground
        /// After Escape.
        case escape
        /// After `ESC [`: the bytes so far.
        case sequence([UInt8])
        /// After `ESC O`.
        case single
        /// In a reply that nobody asked for: up to BEL or `ESC \`.
        case string(escaped: Bool, count: Int)
        /// After `ESC [ M`: three bytes of an old mouse report.
        case oldMouse([UInt8])
        case paste
        /// Bytes of a character that are still to come.
        case character([UInt8], missing: Int, alt: Bool)
    }

    private var state = State.ground
    private var pasted: [UInt8] = []
    private var lastPress: (position: Point, at: Duration)?

    package init() {}

    /// How long to wait for more bytes before `giveUp`; `nil` when nothing is unfinished.
    package var patience: Duration? {
        switch state {
        case .ground, .paste: nil
        case .escape: Self.escapeDelay
        default: Self.sequenceDelay
        }
    }

    /// Takes bytes as they came.
    /// - Parameter now: the time since any fixed moment, for double clicks.
    package mutating func take(_ bytes: some Sequence<UInt8>, now: Duration) -> [Input] {
        var inputs: [Input] = []
        for byte in bytes { take(byte, now: now, into: &inputs) }
        return inputs
    }

    /// What the unfinished bytes mean now that no more have come in time.
    package mutating func giveUp() -> [Input] {
        defer { state = .ground }
        return switch state {
        case .escape: [.key(.escape)]
        case .sequence(let bytes) where bytes.isEmpty: [.key(.alt("["))]
        case .single: [.key(.alt("O"))]
        case .string(_, 0): [.key(.alt("]"))]
        default: []
        }
    }

    private mutating func take(_ byte: UInt8, now: Duration, into inputs: inout [Input]) {
        switch state {
        case .paste: takePasted(byte, into: &inputs)
        case .ground: begin(byte, alt: false, into: &inputs)
        case .escape: afterEscape(byte, into: &inputs)
        case .single:
            state = .ground
            if let key = KeySequence.single(byte) { inputs.append(.key(key)) }
        case .sequence(let bytes): continueSequence(bytes, byte, now: now, into: &inputs)
        case .string(let escaped, let count):
            let isOver = byte == 0x07 || escaped && byte == 0x5C || count > 8192
            state = isOver ? .ground : .string(escaped: byte == 0x1B, count: count + 1)
        case .oldMouse(let bytes):
            guard bytes.count == 2 else {
                state = .oldMouse(bytes + [byte])
                return
            }
            state = .ground
            mouse(
                code: Int(bytes[0]) - 32, column: Int(bytes[1]) - 32, row: Int(byte) - 32,
                isRelease: Int(bytes[0]) - 32 & 3 == 3, now: now, into: &inputs)
        case .character(let bytes, let missing, let alt):
            guard byte & 0xC0 == 0x80 else {
                // Not what was announced: the beginning is dropped, and this byte is a beginning again.
                state = .ground
                begin(byte, alt: false, into: &inputs)
                return
            }
            guard missing == 1 else {
                state = .character(bytes + [byte], missing: missing - 1, alt: alt)
                return
            }
            state = .ground
            let text = String(decoding: bytes + [byte], as: UTF8.self)
            if let scalar = text.unicodeScalars.first, scalar != "\u{FFFD}", scalar.value >= 0xA0 {
                inputs.append(.key(alt ? .alt(scalar) : .char(scalar)))
            }
        }
    }

    /// The first byte of a key.
    private mutating func begin(_ byte: UInt8, alt: Bool, into inputs: inout [Input]) {
        switch byte {
        case 0x1B: state = .escape
        case 0xC2...0xDF: state = .character([byte], missing: 1, alt: alt)
        case 0xE0...0xEF: state = .character([byte], missing: 2, alt: alt)
        case 0xF0...0xF4: state = .character([byte], missing: 3, alt: alt)
        case 0x80...0xFF: break
        default:
            let key = KeySequence.plain(byte)
            guard alt else {
                inputs.append(.key(key))
                return
            }
            switch key {
            case .char(let scalar): inputs.append(.key(.alt(scalar)))
            // Alt-Backspace erases a word, wherever text is edited.
            case .backspace: inputs.append(.key(.control("w")))
            default: break
            }
        }
    }

    private mutating func afterEscape(_ byte: UInt8, into inputs: inout [Input]) {
        switch byte {
        case 0x1B: inputs.append(.key(.escape))
        case 0x5B: state = .sequence([])
        case 0x4F: state = .single
        // OSC, DCS, APC, PM: replies.
        case 0x5D, 0x50, 0x5F, 0x5E: state = .string(escaped: false, count: 0)
        default:
            state = .ground
            begin(byte, alt: true, into: &inputs)
        }
    }

    private mutating func continueSequence(
        _ bytes: [UInt8], _ byte: UInt8, now: Duration, into inputs: inout [Input]
    ) {
        // The Linux console's function keys: `ESC [ [ A`.
        if bytes == [0x5B] {
            state = .ground
            if (0x41...0x45).contains(byte) { inputs.append(.key(.function(Int(byte) - 0x40))) }
            return
        }
        if bytes.isEmpty && byte == 0x5B {
            state = .sequence([byte])
            return
        }
        switch byte {
        case 0x1B: state = .escape
        case 0x20...0x3F where bytes.count < 64: state = .sequence(bytes + [byte])
        case 0x40...0x7E:
            state = .ground
            finish(bytes, final: byte, now: now, into: &inputs)
        default: state = .ground
        }
    }

    private mutating func finish(_ bytes: [UInt8], final: UInt8, now: Duration, into inputs: inout [Input]) {
        if final == 0x4D && bytes.isEmpty {
            state = .oldMouse([])
        } else if bytes.first == 0x3C && (final == 0x4D || final == 0x6D) {
            let numbers = KeySequence.numbers(bytes.dropFirst())
            guard numbers.count == 3 else { return }
            mouse(
                code: numbers[0], column: numbers[1], row: numbers[2], isRelease: final == 0x6D, now: now,
                into: &inputs)
        } else if final == 0x7E && bytes == Array("200".utf8) {
            state = .paste
        } else if bytes.allSatisfy({ (0x30...0x3B).contains($0) }),
            let key = KeySequence.sequence(KeySequence.numbers(bytes[...]), final: final)
        {
            // What has other marks in it is a reply.
            inputs.append(.key(key))
        }
    }

    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    private mutating func takePasted(_ byte: UInt8, into inputs: inout [Input]) {
        pasted.append(byte)
        if byte == 0x7E && pasted.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) {
            pasted.removeLast(Self.pasteEnd.count)
            inputs.append(.paste(String(decoding: pasted.prefix(Self.pasteLimit), as: UTF8.self)))
            pasted = []
            state = .ground
        } else if pasted.count > Self.pasteLimit + 64 {
            // Full: only the end of it still matters.
            pasted.removeSubrange(Self.pasteLimit..<pasted.count - 8)
        }
    }

    private mutating func mouse(
        code: Int, column: Int, row: Int, isRelease: Bool, now: Duration, into inputs: inout [Input]
    ) {
        guard !isRelease, column > 0, row > 0 else { return }
        let position = Point(x: column - 1, y: row - 1)
        // Shift, Alt and Control are the bits 4, 8 and 16; 32 is movement.
        let kind: MouseEvent.Kind
        switch code & ~(4 | 8 | 16) {
        case 0: kind = .press
        case 1, 2: kind = .otherPress
        case 64: kind = .wheelUp
        case 65: kind = .wheelDown
        default: return
        }
        inputs.append(.mouse(MouseEvent(kind, at: position)))
        guard kind == .press else { return }
        if let last = lastPress, last.position == position, now - last.at <= Self.doubleClickTime {
            inputs.append(.mouse(MouseEvent(.doubleClick, at: position)))
            lastPress = nil
        } else {
            lastPress = (position, now)
        }
    }
}
