/// Any JSON value, for documents that have no type of their own.
enum JSON: Sendable, Equatable {
    case string(String), number(Double), boolean(Bool), null
    case array([JSON])
    case object([String: JSON])

    subscript(key: String) -> JSON? {
        if case .object(let fields) = self { fields[key] } else { nil }
    }

    /// The fields of an object, none of anything else.
    var fields: [String: JSON] {
        if case .object(let fields) = self { fields } else { [:] }
    }
}

extension JSON: Codable {
    private struct FieldName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        if let fields = try? decoder.container(keyedBy: FieldName.self) {
            var object: [String: JSON] = [:]
            for key in fields.allKeys { object[key.stringValue] = try fields.decode(JSON.self, forKey: key) }
            self = .object(object)
        } else if var elements = try? decoder.unkeyedContainer() {
            var array: [JSON] = []
            while !elements.isAtEnd { array.append(try elements.decode(JSON.self)) }
            self = .array(array)
        } else {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let text = try? value.decode(String.self) {
                self = .string(text)
            } else if let flag = try? value.decode(Bool.self) {
                self = .boolean(flag)
            } else {
                self = .number(try value.decode(Double.self))
            }
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let object):
            var fields = encoder.container(keyedBy: FieldName.self)
            for (name, value) in object { try fields.encode(value, forKey: FieldName(stringValue: name)) }
        case .array(let array):
            var elements = encoder.unkeyedContainer()
            for value in array { try elements.encode(value) }
        case .string(let text):
            var value = encoder.singleValueContainer()
            try value.encode(text)
        case .boolean(let flag):
            var value = encoder.singleValueContainer()
            try value.encode(flag)
        case .number(let number):
            var value = encoder.singleValueContainer()
            if let whole = Int64(exactly: number) {
                try value.encode(whole)
            } else {
                try value.encode(number)
            }
        case .null:
            var value = encoder.singleValueContainer()
            try value.encodeNil()
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .number(Double(value)) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
    init(arrayLiteral elements: JSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements) { $1 })
    }
}
