import CommandRunner
import Control
import Yams

/// One value of a configuration file, which knows its name and line, so that what is wrong with it can be told.
struct ConfigurationNode {
    let node: Node
    /// Its path, such as `kinds.thumbnail.timeout`; empty for the whole file.
    let name: String
    let file: ConfigurationFile

    // MARK: Mappings

    /// The values of a mapping by their names, each once; `nil` where it is left empty.
    func fields(_ known: Set<String>? = nil) throws(ConfigurationError) -> [String: ConfigurationNode] {
        if isEmpty { return [:] }
        guard let mapping = node.mapping else { throw wrong("takes fields, each with a colon: NAME: VALUE") }
        var fields: [String: ConfigurationNode] = [:]
        for (key, value) in mapping {
            guard let field = key.string else { throw wrong("has a field whose name is not a word") }
            let path = name.isEmpty ? field : "\(name).\(field)"
            let child = ConfigurationNode(node: value, name: path, file: file)
            if let known, !known.contains(field) {
                throw child.wrong("is unknown; here can be: \(known.sorted().joined(separator: ", "))")
            }
            fields[field] = child
        }
        return fields
    }

    /// The values of a list; a single value counts as a list of one.
    func list() throws(ConfigurationError) -> [ConfigurationNode] {
        guard let sequence = node.sequence else { return [self] }
        return sequence.enumerated().map { number, item in
            ConfigurationNode(node: item, name: "\(name)[\(number + 1)]", file: file)
        }
    }

    /// Whether it is a list.
    var isList: Bool { node.sequence != nil }

    /// Whether nothing was written after the colon.
    var isEmpty: Bool { node.null != nil }

    // MARK: Values

    func text() throws(ConfigurationError) -> String { try text { $0 } }

    private func text(encode: (String) -> String) throws(ConfigurationError) -> String {
        guard let scalar = node.scalar, !isEmpty else { throw wrong("takes a text") }
        return try file.expanded(scalar.string, in: self, encode: encode)
    }

    /// A text with parameters. Braces that come from the environment mean nothing.
    func template() throws(ConfigurationError) -> ParameterTemplate {
        let text = try text { $0.replacing("{", with: "{{").replacing("}", with: "}}") }
        do throws(TemplateError) { return try ParameterTemplate(text) } catch { throw wrong(error.message) }
    }

    func whole(_ range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        let text = try text()
        guard let number = Int(text), range.contains(number) else {
            throw wrong("takes a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }

    func duration(atLeast shortest: Duration = .milliseconds(1)) throws(ConfigurationError) -> Duration {
        let text = try text()
        guard let duration = DurationText.parse(text), duration >= shortest else {
            throw wrong("takes a time such as 30s, 5m, 24h or 7d, not '\(text)'")
        }
        return duration
    }

    func flag() throws(ConfigurationError) -> Bool {
        switch try text() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        case let text: throw wrong("takes true or false, not '\(text)'")
        }
    }

    /// So many a second: `10/s`, `90/m`, `5/h`.
    func rate() throws(ConfigurationError) -> Double {
        let text = try text()
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let seconds: [Substring: Double] = ["s": 1, "m": 60, "h": 3_600]
        guard parts.count == 2, let number = Double(parts[0]), let unit = seconds[parts[1]],
            QueueChange.rates.contains(number / unit)
        else { throw wrong("takes a rate such as 10/s, 90/m or 5/h, not '\(text)'") }
        return number / unit
    }

    /// What is wrong with it.
    func wrong(_ message: String) -> ConfigurationError {
        let place = node.mark.map { "\(file.path):\($0.line)" } ?? file.path
        return ConfigurationError(
            place: place, message: name.isEmpty ? "the file \(message)" : "\(name) \(message)")
    }
}
