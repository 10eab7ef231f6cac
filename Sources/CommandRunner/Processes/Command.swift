/// What to run: words, a place, and additions to the environment, all as bytes, because neither arguments nor
/// file names have to be UTF-8.
public struct Command: Sendable, Equatable {
    /// The longest argument Linux takes, in bytes, its closing NUL not counted.
    public static let maxArgumentBytes = 131_071

    /// argv; the first word names the program, searched in `PATH` where it holds no `/`.
    public var words: [[UInt8]]
    /// Working directory; `nil` for the caller's own.
    public var directory: [UInt8]?
    /// `NAME=VALUE` for each variable to set beside those every command gets.
    public var variables: [[UInt8]]

    /// A program and its arguments.
    public init(words: [[UInt8]], directory: [UInt8]? = nil, variables: [[UInt8]] = []) {
        self.words = words
        self.directory = directory
        self.variables = variables
    }

    /// A line for `/bin/sh`.
    public init(shell line: [UInt8], directory: [UInt8]? = nil, variables: [[UInt8]] = []) {
        self.init(words: Self.shellWords(line), directory: directory, variables: variables)
    }

    /// The words that have `/bin/sh` run a line, also where the line looks like an option.
    static func shellWords(_ line: [UInt8]) -> [[UInt8]] {
        let isLikeOption = line.first == UInt8(ascii: "-") || line.first == UInt8(ascii: "+")
        return ["/bin/sh", "-c"].map { Array($0.utf8) } + (isLikeOption ? [Array("--".utf8)] : []) + [line]
    }

    /// Why the system could not take these words, where that is certain before trying.
    var flaw: SpawnFailure? {
        guard let program = words.first, !program.isEmpty else {
            return SpawnFailure(status: 127, message: "the command is empty")
        }
        for word in words {
            if word.count > Self.maxArgumentBytes { return .tooLong(bytes: word.count) }
            if word.contains(0) {
                return SpawnFailure(
                    status: 126, message: "it holds a NUL byte, which no argument can (is -0 missing?)")
            }
        }
        return nil
    }
}
