import TerminalUI

/// One command of the palette.
struct PaletteEntry: Sendable, Equatable {
    /// What it does.
    enum Deed: Sendable, Equatable {
        case action(Action)
        /// A command with an argument.
        case with(Argument)
    }

    /// Commands that take an argument.
    enum Argument: Sendable, Equatable {
        case workers, theme, cancel, retry, abandon, show, sort, job, worker, filter, mouse, pool
    }

    /// Its name.
    var command: String
    /// What may follow the name, as help shows it.
    var argument = ""
    /// One line of help.
    var help: String
    /// The key that does the same.
    var key = ""
    var deed: Deed

    /// Everything the palette knows.
    static let all: [PaletteEntry] =
        Keymap.bindings.filter { !$0.command.isEmpty }.map { binding in
            PaletteEntry(
                command: binding.command, help: binding.help, key: binding.keys.first?.label ?? "",
                deed: .action(binding.action))
        } + arguments

    /// What the palette knows of one pool or of several, with durable queues or without.
    static func entries(ofSeveral: Bool, hasQueues: Bool) -> [PaletteEntry] {
        all.filter { entry in
            switch entry.deed {
            case .action(let action):
                (ofSeveral || !action.needsSeveral) && (hasQueues || !action.needsQueues)
            case .with(let argument): ofSeveral || argument != .pool
            }
        }
    }

    private static let arguments: [PaletteEntry] = [
        PaletteEntry(command: "resize", argument: "12", help: "so many workers", deed: .with(.workers)),
        PaletteEntry(
            command: "cancel", argument: "#12", help: "cancel that job (asks)", deed: .with(.cancel)),
        PaletteEntry(command: "retry", argument: "#12", help: "run that job again", deed: .with(.retry)),
        PaletteEntry(
            command: "abandon", argument: "3", help: "give up the job of worker-3 (asks)",
            deed: .with(.abandon)),
        PaletteEntry(command: "job", argument: "#12", help: "details of that job", deed: .with(.job)),
        PaletteEntry(command: "worker", argument: "3", help: "details of worker-3", deed: .with(.worker)),
        PaletteEntry(
            command: "show", argument: "failed", help: "only jobs in that state, or all", deed: .with(.show)),
        PaletteEntry(command: "sort", argument: "elapsed", help: "sort by that column", deed: .with(.sort)),
        PaletteEntry(command: "filter", argument: "text", help: "narrow the list down", deed: .with(.filter)),
        PaletteEntry(command: "pool", argument: "encode", help: "go to that pool", deed: .with(.pool)),
        PaletteEntry(command: "theme", argument: "light", help: "take that theme", deed: .with(.theme)),
        PaletteEntry(command: "mouse", argument: "off", help: "mouse on or off", deed: .with(.mouse)),
    ]

    /// What is typed to get it.
    var full: String { argument.isEmpty ? command : command + " " + argument }
}

/// The palette while it is open.
struct PaletteState: Sendable, Equatable {
    var field = TextField()
    /// Whether there is more than one pool.
    var hasSeveral = false
    /// Whether the pool takes its jobs from durable queues.
    var hasQueues = false
    /// Which of the matches Enter takes.
    var selected = 0
    /// What is wrong with the argument.
    var mistake: String?

    /// The entries that fit what was typed, the best first.
    var matches: [PaletteEntry] { Self.matches(for: field.text, ofSeveral: hasSeveral, hasQueues: hasQueues) }

    static func matches(for text: String, ofSeveral: Bool = false, hasQueues: Bool = false) -> [PaletteEntry]
    {
        let all = PaletteEntry.entries(ofSeveral: ofSeveral, hasQueues: hasQueues)
        let typed = text.lowercased().drop { $0 == " " }
        if typed.isEmpty { return all }
        let words = typed.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        let ranked = all.enumerated().compactMap { place, entry -> (Int, Int, PaletteEntry)? in
            // With an argument typed, only the commands that take one are meant by their whole name.
            if !entry.argument.isEmpty, words.count == 2, words[0] == entry.command {
                return (0, place, entry)
            }
            guard let rank = rank(of: entry.command, for: String(typed)) else { return nil }
            return (rank, place, entry)
        }
        return ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
    }

    /// How well a name fits: 1 it begins so, 2 one of its words does, 3 its letters come in that order.
    static func rank(of name: String, for typed: String) -> Int? {
        if name == typed { return 0 }
        if name.hasPrefix(typed) { return 1 }
        if name.split(separator: " ").contains(where: { $0.hasPrefix(typed) }) { return 2 }
        var rest = name[...]
        for letter in typed where letter != " " {
            guard let place = rest.firstIndex(of: letter) else { return nil }
            rest = rest[rest.index(after: place)...]
        }
        return 3
    }

    /// What follows the first word.
    var argument: String {
        let words = field.text.split(separator: " ", maxSplits: 1)
        return words.count == 2 ? String(words[1]).trimmed : ""
    }
}

extension String {
    /// Without blanks at both ends.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
