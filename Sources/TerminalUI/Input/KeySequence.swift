/// What terminals send for keys: xterm and its kin, rxvt, PuTTY, and the Linux console.
enum KeySequence {
    /// A key that is one byte below 0x80.
    static func plain(_ byte: UInt8) -> Key {
        switch byte {
        case 0x0D, 0x0A: .enter
        case 0x09: .tab
        case 0x7F, 0x08: .backspace
        case 0x1B: .escape
        case 0x00: .control("@")
        case 0x01...0x1A: .control(Character(Unicode.Scalar(byte + 0x60)))
        case 0x1C...0x1F: .control(Character(Unicode.Scalar(byte + 0x40)))
        default: .char(Unicode.Scalar(byte))
        }
    }

    /// `ESC O` and a byte.
    static func single(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x41...0x44, 0x46, 0x48, 0x50...0x53: sequence([], final: byte)
        case 0x4D: .enter
        // rxvt, with Control.
        case 0x61: .up
        case 0x62: .down
        case 0x63: .right
        case 0x64: .left
        default: nil
        }
    }

    /// `ESC [`, numbers, and a final byte. Shift, Alt and Control with a key are the key alone.
    static func sequence(_ numbers: [Int], final: UInt8) -> Key? {
        switch Character(Unicode.Scalar(final)) {
        case "A", "a": .up
        case "B", "b": .down
        case "C", "c": .right
        case "D", "d": .left
        case "F": .end
        case "H": .home
        case "Z": .backTab
        case "P": .function(1)
        case "Q": .function(2)
        case "R": .function(3)
        case "S": .function(4)
        case "~": numbers.first.flatMap(numbered)
        default: nil
        }
    }

    private static func numbered(_ number: Int) -> Key? {
        switch number {
        case 1, 7: .home
        case 2: .insert
        case 3: .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        case 11...15: .function(number - 10)
        case 17...21: .function(number - 11)
        case 23, 24: .function(number - 12)
        default: nil
        }
    }

    /// The numbers between semicolons; a missing one is 0, and what is no number at all ends the list.
    static func numbers(_ bytes: ArraySlice<UInt8>) -> [Int] {
        var result: [Int] = []
        for part in bytes.split(separator: 0x3B, omittingEmptySubsequences: false) {
            if part.isEmpty {
                result.append(0)
            } else if part.count <= 6, let number = Int(String(decoding: part, as: UTF8.self)), number >= 0 {
                result.append(number)
            } else {
                break
            }
        }
        return result
    }
}
