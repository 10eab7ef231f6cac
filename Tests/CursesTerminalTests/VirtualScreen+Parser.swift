extension VirtualScreen {
    /// Cuts a stream of bytes into characters and sequences.
    struct Parser {
        enum Item {
            case character(Unicode.Scalar)
            case control(UInt8)
            case escape(String)
            case sequence(String, Character)
            case command(String)
        }

        private enum State { case ground, escape, charset(Character), sequence, command }
        private var state = State.ground
        private var text = ""
        private var bytes: [UInt8] = []

        mutating func take(_ byte: UInt8) -> Item? {
            if case .ground = state, bytes.isEmpty, byte >= 0x20, byte < 0x7F {
                return .character(Unicode.Scalar(byte))
            }
            let character = Character(Unicode.Scalar(byte))
            if byte == 0x18 {
                state = .ground
                return .control(byte)
            }
            switch state {
            case .ground: return ground(byte)
            case .escape:
                text = ""
                switch character {
                case "[": state = .sequence
                case "]": state = .command
                case "(", ")": state = .charset(character)
                default:
                    state = .ground
                    return .escape(String(character))
                }
            case .charset(let set):
                state = .ground
                return .escape(String([set, character]))
            case .sequence:
                if (0x40...0x7E).contains(byte) {
                    state = .ground
                    return .sequence(text, character)
                }
                text.append(character)
            case .command:
                if byte == 0x07 {
                    state = .ground
                    return .command(text)
                }
                text.append(character)
            }
            return nil
        }

        private mutating func ground(_ byte: UInt8) -> Item? {
            if byte == 0x1B {
                state = .escape
                return nil
            }
            if byte < 0x20 || byte == 0x7F { return .control(byte) }
            bytes.append(byte)
            let length = byte < 0x80 ? 1 : bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : 2
            guard bytes.count >= length else { return nil }
            defer { bytes = [] }
            return String(decoding: bytes, as: UTF8.self).unicodeScalars.first.map(Item.character)
        }
    }
}
