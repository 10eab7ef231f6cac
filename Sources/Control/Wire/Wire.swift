import FoundationEssentials
import NIOCore
import NIOFoundationCompat

/// JSON of values that are sent, and back.
enum Wire {
    static func bytes(_ value: some Encodable) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // JSON has no such numbers; one odd figure shall not take the others with it.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return ByteBuffer(data: try encoder.encode(value))
    }

    static func text(_ value: some Encodable) throws -> String { String(buffer: try bytes(value)) }

    static func value<Value: Decodable>(_ type: Value.Type, from buffer: ByteBuffer) throws -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        if hasTrailingComma(buffer.readableBytesView) {
            throw FieldError("the body is not JSON: a comma ends a list")
        }
        return try decoder.decode(type, from: Data(buffer: buffer))
    }

    /// Whether a comma stands before a closing bracket: the decoder lets that pass, JSON does not.
    private static func hasTrailingComma(_ bytes: some Sequence<UInt8>) -> Bool {
        var isText = false
        var isEscaped = false
        var last: UInt8 = 0
        for byte in bytes {
            if isText {
                isText = isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): continue
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "}"), UInt8(ascii: "]"): if last == UInt8(ascii: ",") { return true }
            default: break
            }
            last = byte
        }
        return false
    }

    /// What is wrong with JSON that could not be read, in one line for who sent it.
    static func complaint(_ error: any Error, about body: ByteBuffer) -> String {
        switch error {
        case let error as FieldError: return error.description
        case DecodingError.keyNotFound(let key, let context):
            return "\(place(context))'\(key.stringValue)' is missing"
        case DecodingError.typeMismatch(let type, let context):
            return "\(place(context))this takes \(name(of: type))"
        case DecodingError.valueNotFound(let type, let context):
            return "\(place(context))null stands where \(name(of: type)) belongs"
        case DecodingError.dataCorrupted(let context):
            if let under = context.underlyingError as? FieldError { return under.description }
            if !context.codingPath.isEmpty { return "\(place(context))bad value" }
            // The decoder says neither where nor what.
            return (try? value(JSON.self, from: body)) == nil
                ? "the body is not JSON" : "a number is not whole, or too large"
        default: return "the body is not JSON"
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
        return path.isEmpty ? "" : String(path.joined(separator: ".").prefix(64)) + ": "
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is Double.Type: "a number"
        case is any FixedWidthInteger.Type: "a whole number"
        default: "an object or a list"
        }
    }
}
