package import TerminalUI

/// What the environment says about the terminal.
package struct Surroundings: Hashable, Sendable {
    /// The terminal's type; `nil` where none is set.
    package var type: String?
    /// Whether text is UTF-8.
    package var isUTF8: Bool
    /// Whether colours are unwanted.
    package var isColorless: Bool

    /// Reads `TERM`, `NO_COLOR`, and the locale from `LC_ALL`, `LC_CTYPE`, `LANG`: the first that is set and
    /// not empty.
    package init(_ environment: (String) -> String?) {
        func value(_ name: String) -> String? {
            environment(name).flatMap { $0.isEmpty ? nil : $0 }
        }
        type = value("TERM")
        isColorless = value("NO_COLOR") != nil
        let locale = value("LC_ALL") ?? value("LC_CTYPE") ?? value("LANG") ?? "C"
        let codeset = locale.split(separator: ".", maxSplits: 1).dropFirst().first?.split(separator: "@")
            .first
        isUTF8 = ["utf-8", "utf8"].contains(codeset.map { $0.lowercased() })
    }

    /// Whether the terminal can only print lines.
    package var isDumb: Bool { type == nil || type == "dumb" || type == "unknown" }

    /// The characters to use.
    package var glyphs: GlyphSet {
        guard isUTF8 else { return .ascii }
        return type == "linux" || type?.hasPrefix("linux-") == true ? .console : .unicode
    }

    /// The types to try: the terminal's own, and what it most probably understands.
    package var candidates: [String] {
        guard let type else { return [] }
        return [type] + ["xterm-256color", "xterm", "vt100", "ansi"].filter { $0 != type }
    }
}
