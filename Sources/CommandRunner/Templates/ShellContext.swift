/// Follows how `/bin/sh` would read a command, so that a word put into it at any place stays one word, or the
/// part of a word that its author meant.
///
/// Knows quotes, backslashes, comments, `$(…)`, `(…)` and backticks. It does not know here-documents: text put
/// into one is quoted as outside of it.
struct ShellContext: Equatable {
    private enum Level: Equatable {
        case plain
        case single
        case double
        case comment
        /// `$(…)` or `(…)`.
        case group
        case backticks
    }

    private var levels: [Level] = [.plain]
    private var isEscaped = false
    private var last = UInt8(ascii: "\n")
    private var isBeforeRedirection = false

    init() {}

    private var level: Level { levels.last ?? .plain }

    /// Reads on.
    mutating func read(_ bytes: some Sequence<UInt8>) { for byte in bytes { read(byte) } }

    private mutating func read(_ byte: UInt8) {
        defer { last = byte }
        if isEscaped {
            isEscaped = false
            return
        }
        switch level {
        case .single: if byte == UInt8(ascii: "'") { levels.removeLast() }
        case .comment:
            if byte == UInt8(ascii: "\n") { levels.removeLast() }
        case .double: readQuoted(byte)
        case .plain, .group, .backticks: readPlain(byte)
        }
    }

    private mutating func readQuoted(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\\"): isEscaped = true
        case UInt8(ascii: "\""): levels.removeLast()
        case UInt8(ascii: "("): if last == UInt8(ascii: "$") { levels.append(.group) }
        case UInt8(ascii: "`"): openOrCloseBackticks()
        default: break
        }
    }

    private mutating func readPlain(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\\"): isEscaped = true
        case UInt8(ascii: "'"): levels.append(.single)
        case UInt8(ascii: "\""): levels.append(.double)
        case UInt8(ascii: "`"): openOrCloseBackticks()
        case UInt8(ascii: "("): levels.append(.group)
        case UInt8(ascii: ")"): if level == .group { levels.removeLast() }
        case UInt8(ascii: "#"): if isWordStart { levels.append(.comment) }
        default: break
        }
    }

    private var isWordStart: Bool { " \t\n;&|()`".utf8.contains(last) }

    private mutating func openOrCloseBackticks() {
        if let open = levels.lastIndex(of: .backticks) {
            levels.removeSubrange(open...)
        } else {
            levels.append(.backticks)
        }
    }

    /// This place, where `next` follows: a number before `>` would become the number of a stream.
    func before(_ next: UInt8?) -> ShellContext {
        var place = self
        place.isBeforeRedirection = next == UInt8(ascii: "<") || next == UInt8(ascii: ">")
        return place
    }

    /// `text` as it must be written here to be taken literally.
    func quoted(_ text: [UInt8]) -> [UInt8] {
        var written =
            switch level {
            case .single: ShellQuoting.insideSingleQuotes(text)
            case .double: ShellQuoting.insideDoubleQuotes(text)
            case .comment: ShellQuoting.inComment(text)
            case .plain, .group, .backticks: ShellQuoting.word(text, evenIfHarmless: isBeforeRedirection)
            }
        for case .backticks in levels { written = ShellQuoting.insideBackticks(written) }
        return written
    }
}
