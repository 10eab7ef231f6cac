/// How an input line becomes a command.
package struct CommandTemplate: Sendable {
    private enum Part: Sendable {
        case literal([UInt8])
        case replacement(Replacement, ShellContext)

        var isReplacement: Bool { if case .replacement = self { true } else { false } }

        func bytes(_ value: (Replacement, ShellContext) -> [UInt8]) -> [UInt8] {
            switch self {
            case .literal(let bytes): bytes
            case .replacement(let replacement, let context): value(replacement, context)
            }
        }
    }

    private enum Form: Sendable {
        /// The line is the command.
        case line
        /// One text for the shell.
        case shell([Part])
        /// Words for the system, no shell between.
        case words([[Part]])
    }

    private let form: Form

    /// Lines that are commands.
    package static let lineIsCommand = CommandTemplate(form: .line)

    private init(form: Form) { self.form = form }

    /// A template for `/bin/sh`: the words joined by spaces. What replaces is quoted to fit its place; a template
    /// that uses no part of the line, nor the job's or worker's number, has the line appended.
    package init(shell words: [[UInt8]]) {
        let text = Array(words.joined(separator: [UInt8(ascii: " ")]))
        var context = ShellContext()
        var parts = Self.split(text, context: &context)
        if !parts.contains(where: \.isReplacement) {
            context.read([UInt8(ascii: " ")])
            parts += [.literal([UInt8(ascii: " ")]), .replacement(.line, context)]
        }
        form = .shell(parts)
    }

    /// A template whose words are argv. A template that uses no part of the line, nor the job's or worker's
    /// number, has the line appended as one more word.
    package init(argv words: [[UInt8]]) {
        var context = ShellContext()
        var words = words.map { Self.split($0, context: &context) }
        if !words.contains(where: { $0.contains(where: \.isReplacement) }) {
            words.append([.replacement(.line, ShellContext())])
        }
        form = .words(words)
    }

    /// Whether blank lines are no jobs: a blank line is no command.
    package var skipsBlankLines: Bool { if case .line = form { true } else { false } }

    /// The words to run.
    package func words(for input: TemplateInput) -> [[UInt8]] {
        switch form {
        case .line, .shell: Command.shellWords(text(for: input))
        case .words(let words):
            words.map { word in word.flatMap { $0.bytes { replacement, _ in replacement.value(in: input) } } }
        }
    }

    /// The command as the user would type it: for the shell, or with each word quoted where there is none.
    package func text(for input: TemplateInput) -> [UInt8] {
        switch form {
        case .line: input.line
        case .shell(let parts):
            parts.flatMap {
                $0.bytes { replacement, context in context.quoted(replacement.value(in: input)) }
            }
        case .words:
            Array(words(for: input).map { ShellQuoting.word($0) }.joined(separator: [UInt8(ascii: " ")]))
        }
    }

    /// What distinguishes this template from others, whatever the input.
    package var identity: [UInt8] {
        let parts: [Part]
        switch form {
        case .line: return Array("line".utf8)
        case .shell(let shell): parts = [.literal(Array("shell ".utf8))] + shell
        case .words(let words):
            parts = [.literal(Array("argv ".utf8))] + words.joined(separator: [.literal([0])])
        }
        return parts.flatMap { $0.bytes { replacement, _ in Array(replacement.rawValue.utf8) } }
    }

    private static func split(_ text: [UInt8], context: inout ShellContext) -> [Part] {
        var parts: [Part] = []
        var literal: [UInt8] = []
        var rest = text[...]
        while let byte = rest.first {
            let found = Replacement.allCases.first { rest.starts(with: $0.rawValue.utf8) }
            guard let found else {
                literal.append(byte)
                rest = rest.dropFirst()
                continue
            }
            context.read(literal)
            if !literal.isEmpty { parts.append(.literal(literal)) }
            rest = rest.dropFirst(found.rawValue.utf8.count)
            parts.append(.replacement(found, context.before(rest.first)))
            // What is put in is an ordinary character to what follows.
            context.read([UInt8(ascii: "x")])
            literal = []
        }
        context.read(literal)
        if !literal.isEmpty { parts.append(.literal(literal)) }
        return parts
    }
}
