/// Schemas, in the words of JSON Schema.
extension JSON {
    /// A schema that is told elsewhere in the document.
    static func ref(_ name: String) -> JSON { ["$ref": .string("#/components/schemas/\(name)")] }

    /// Any value of a type.
    static func type(_ name: String) -> JSON { ["type": .string(name)] }

    /// One of these strings.
    static func choice(_ names: [String]) -> JSON {
        ["type": "string", "enum": .array(names.map { .string($0) })]
    }

    /// An object; all of its fields are there.
    static func record(_ fields: [String: JSON]) -> JSON { schema(fields, required: fields.keys.sorted()) }

    /// An object with optional fields.
    static func schema(_ fields: [String: JSON], required: [String]) -> JSON {
        var schema: [String: JSON] = ["type": "object", "properties": .object(fields)]
        if !required.isEmpty { schema["required"] = .array(required.sorted().map { .string($0) }) }
        return .object(schema)
    }

    /// A list.
    static func list(of element: JSON) -> JSON { ["type": "array", "items": element] }

    /// An object with any names and values of one kind.
    static func map(of value: JSON) -> JSON { ["type": "object", "additionalProperties": value] }

    /// The schema of a value, read off two of its kind: one with all that it may have, one with the least.
    ///
    /// - Parameter known: schemas for fields of those names, wherever they are.
    static func schema(full: JSON, least: JSON, known: [String: JSON] = [:]) -> JSON {
        switch full {
        case .string: return .type("string")
        case .number: return .type("number")
        case .boolean: return .type("boolean")
        case .null: return [:]
        case .array(let elements):
            return .list(of: elements.first.map { schema(full: $0, least: $0, known: known) } ?? [:])
        case .object(let fields):
            let rest = least.fields
            let properties = fields.map { name, value in
                (name, known[name] ?? schema(full: value, least: rest[name] ?? value, known: known))
            }
            return schema(
                Dictionary(properties) { $1 }, required: fields.keys.filter { rest[$0] != nil })
        }
    }
}
