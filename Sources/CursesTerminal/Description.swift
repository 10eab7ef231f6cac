import CNcurses

/// What the terminal's description says about taking the screen and giving it back. Read once ncurses has
/// the terminal.
struct Description {
    /// Whether the cursor can be sent somewhere: without that there is no full screen.
    let canMoveCursor: Bool
    /// Whether the terminal has a second screen, which spares the first: a modern one.
    let hasSecondScreen: Bool
    /// Whether the terminal knows of a mouse.
    let hasMouse: Bool
    /// Takes the screen.
    let enter: [UInt8]
    /// Gives the screen back.
    let leave: [UInt8]

    init() {
        canMoveCursor = Self.string("cup") != nil
        hasSecondScreen = Self.string("smcup") != nil && Self.string("rmcup") != nil
        hasMouse = Self.string("kmous") != nil
        func bytes(_ names: String...) -> [UInt8] { names.flatMap { Self.string($0) ?? [] } }
        enter = bytes("smcup", "smkx", "rmir", "smam", "sgr0")
        leave =
            hasSecondScreen
            ? bytes("sgr0", "cnorm", "rmkx", "rmcup") : bytes("sgr0", "cnorm", "rmkx", "clear")
    }

    /// A string of the description without its delays (`$<5>`), which only old hardware needs.
    private static func string(_ name: String) -> [UInt8]? {
        // Absent is a null pointer; no string at all is −1.
        guard let found = tigetstr(name), Int(bitPattern: found) != -1 else { return nil }
        var result: [UInt8] = []
        var inDelay = false
        for byte in String(cString: found).utf8 {
            if byte == UInt8(ascii: "<") && result.last == UInt8(ascii: "$") {
                result.removeLast()
                inDelay = true
            } else if !inDelay {
                result.append(byte)
            } else if byte == UInt8(ascii: ">") {
                inDelay = false
            }
        }
        return result
    }
}
