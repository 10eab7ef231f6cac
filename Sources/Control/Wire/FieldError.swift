/// What is wrong with a field of a request, in one line for who sent it.
struct FieldError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Refuses fields that nobody reads, so that a misspelt one is not passed over in silence.
enum KnownFields {
    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    static func check(_ decoder: any Decoder, _ known: [String]) throws {
        let found = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
        guard let odd = found.filter({ !known.contains($0) }).min() else { return }
        throw FieldError("unknown field '\(odd.prefix(64))': there are \(known.joined(separator: ", "))")
    }
}
