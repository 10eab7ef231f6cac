import CommandRunner
import Foundation
import Yams

/// A YAML file in which `${NAME}` stands for a variable of the environment.
///
/// `${` and `}` have a meaning of their own in YAML, and what a variable holds must never be read as YAML. So each
/// is replaced by a word before the file is parsed, and by the variable's value in the texts that come out.
/// `$${NAME}` is `${NAME}` itself.
struct ConfigurationFile {
    let path: String
    private let environment: [String: String]
    /// What each word stands for.
    private var words: [String: Reference] = [:]

    private enum Reference {
        case variable(String)
        case literal(String)
    }

    /// Larger files are refused, in bytes.
    private static let limit = 4 << 20

    private init(path: String, environment: [String: String]) {
        self.path = path
        self.environment = environment
    }

    /// Reads a file.
    static func read(_ path: String, environment: [String: String] = ProcessInfo.processInfo.environment)
        throws(ConfigurationError) -> ConfigurationNode
    {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            let reason =
                (error as NSError).code == NSFileReadNoSuchFileError
                ? "there is no such file" : "cannot be read"
            throw ConfigurationError(place: path, message: reason)
        }
        guard data.count <= limit else {
            throw ConfigurationError(place: path, message: "is larger than 4 MiB: it is no configuration")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ConfigurationError(place: path, message: "is not UTF-8 text")
        }
        return try parse(text, path: path, environment: environment)
    }

    /// Reads a text.
    static func parse(_ text: String, path: String, environment: [String: String])
        throws(ConfigurationError) -> ConfigurationNode
    {
        var file = ConfigurationFile(path: path, environment: environment)
        let prepared = file.replacingReferences(in: text)
        let node: Node?
        do {
            node = try Yams.compose(yaml: prepared)
        } catch let error as YamlError {
            throw ConfigurationError(place: path, message: "is not YAML: \(file.explain(error))")
        } catch {
            throw ConfigurationError(place: path, message: "is not YAML: \(error)")
        }
        guard let node else {
            throw ConfigurationError(place: path, message: "is empty: it needs at least kinds")
        }
        return ConfigurationNode(node: node, name: "", file: file)
    }

    /// A text with what its words stand for, each as `encode` writes it.
    func expanded(_ text: String, in node: ConfigurationNode, encode: (String) -> String)
        throws(ConfigurationError) -> String
    {
        guard text.contains(Self.mark) else { return text }
        var expanded = text
        for (word, reference) in words where expanded.contains(word) {
            switch reference {
            case .literal(let literal):
                expanded = expanded.replacingOccurrences(of: word, with: encode(literal))
            case .variable(let name):
                guard let value = environment[name] else {
                    throw node.wrong("needs ${\(name)}: the environment has no such variable")
                }
                expanded = expanded.replacingOccurrences(of: word, with: encode(value))
            }
        }
        return expanded
    }

    private static let mark = "xPOOLTOPx"

    private mutating func replacingReferences(in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.range(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            let name = rest[start.upperBound..<end]
            let isName = !name.isEmpty && name.utf8.allSatisfy(Self.isNameByte) && !name.first!.isNumber
            guard isName else {
                result += rest[..<start.upperBound]
                rest = rest[start.upperBound...]
                continue
            }
            let isEscaped = rest[..<start.lowerBound].last == "$"
            let word = "\(Self.mark)\(words.count)x"
            words[word] = isEscaped ? .literal("${\(name)}") : .variable(String(name))
            result += rest[..<start.lowerBound].dropLast(isEscaped ? 1 : 0)
            result += word
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private func explain(_ error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "\(problem) in line \(mark.line), column \(mark.column)"
        case .duplicatedKeysInMapping(let duplicates, _):
            "given more than once: \(duplicates.map { "\($0)" }.joined(separator: ", "))"
        default: "\(error)"
        }
    }
}
