/// A text in which `{name}` stands for a parameter; `{{` and `}}` are braces.
///
/// What a parameter holds is put in as it is and never looked at again: braces in it mean nothing.
struct ParameterTemplate: Sendable, Equatable {
    private enum Part: Sendable, Equatable {
        case text(String)
        case parameter(String)
    }

    private var parts: [Part] = []

    /// Reads a template.
    ///
    /// - Throws: what is wrong with it, in a few words.
    init(_ template: String) throws(TemplateError) {
        var text = ""
        var rest = template[...]
        while let character = rest.popFirst() {
            switch character {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                text.append(character)
                rest.removeFirst()
            case "{":
                guard let end = rest.firstIndex(of: "}") else { throw TemplateError("has a { without a }") }
                let name = String(rest[..<end])
                guard Self.isName(name) else {
                    throw TemplateError(
                        "has '{\(name)}', which is no parameter's name; {{ stands for a brace")
                }
                if !text.isEmpty { parts.append(.text(text)) }
                text = ""
                parts.append(.parameter(name))
                rest = rest[rest.index(after: end)...]
            case "}": throw TemplateError("has a } without a {; }} stands for a brace")
            default: text.append(character)
            }
        }
        if !text.isEmpty { parts.append(.text(text)) }
    }

    /// The parameters it needs.
    var parameters: Set<String> {
        Set(
            parts.compactMap { part in
                if case .parameter(let name) = part { name } else { nil }
            })
    }

    /// The text with its parameters in place, each as `encode` writes it; one that is not there leaves nothing.
    func filled(_ values: [String: String], encode: (String) -> String = { $0 }) -> String {
        parts.reduce(into: "") { text, part in
            switch part {
            case .text(let piece): text += piece
            case .parameter(let name): text += encode(values[name] ?? "")
            }
        }
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first), name.utf8.count <= 64 else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }
}

/// What is wrong with a template.
struct TemplateError: Error, Equatable {
    var message: String

    init(_ message: String) { self.message = message }
}
