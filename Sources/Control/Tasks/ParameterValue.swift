/// A parameter of a task: a JSON string, number or boolean.
public enum ParameterValue: Sendable, Hashable {
    /// A string.
    case string(String)
    /// A number without a fraction.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    /// True or false.
    case boolean(Bool)

    /// The value as one word, the way it becomes part of a command.
    public var text: String {
        switch self {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        }
    }
}

extension ParameterValue: Codable {
    /// Reads a JSON scalar.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            self = .string(text)
        } else if let flag = try? value.decode(Bool.self) {
            self = .boolean(flag)
        } else if let number = try? value.decode(Int64.self) {
            self = .integer(number)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else {
            throw FieldError("a parameter is a string, a number or a boolean")
        }
    }

    /// Writes a JSON scalar.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .string(let text): try value.encode(text)
        case .integer(let number): try value.encode(number)
        case .number(let number): try value.encode(number)
        case .boolean(let flag): try value.encode(flag)
        }
    }
}

extension ParameterValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }

    /// A number.
    public init(integerLiteral value: Int64) { self = .integer(value) }

    /// True or false.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
}
