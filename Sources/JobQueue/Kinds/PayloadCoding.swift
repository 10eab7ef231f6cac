// Payloads are JSON, so that operators, scripts and other languages can read them in the store.
import FoundationEssentials

/// Turns payloads and results into bytes and back.
enum PayloadCoding {
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw JobQueueError(.badPayload, "cannot encode \(type(of: value)): \(error)")
        }
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw JobQueueError(.badPayload, "cannot decode \(type): \(error)")
        }
    }
}
