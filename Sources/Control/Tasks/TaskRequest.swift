public import Monitoring

/// A task to be done.
///
/// In JSON: `{"kind": "thumbnail", "parameters": {"size": 200}, "priority": 5, "delay": "5s", "key": "…"}`; all but
/// the kind may be left out, and a field that is none of these is refused.
public struct TaskRequest: Sendable, Equatable {
    /// What is to be done.
    public var kind: String
    /// With what.
    public var parameters: [String: ParameterValue] = [:]
    /// How urgent it is, -100 ... 100; higher comes first. The default is 0.
    public var priority = 0
    /// How long to wait before it is due; `nil` where it is due at once.
    public var delay: Duration?
    /// When it is due; not together with ``delay``.
    public var at: UnixTime?
    /// What no two live tasks share, at most 512 bytes; `nil` where that does not matter.
    public var key: String?
    /// The time an attempt may take, where that differs from its kind's.
    public var timeout: Duration?

    /// A task of a kind, due at once.
    public init(kind: String, parameters: [String: ParameterValue] = [:]) {
        self.kind = kind
        self.parameters = parameters
    }
}

extension TaskRequest: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case kind, parameters, priority, delay, at, key, timeout
    }

    /// Reads the JSON form.
    ///
    /// - Throws: where a field is unknown, of another type, or out of its range, saying which.
    public init(from decoder: any Decoder) throws {
        try KnownFields.check(decoder, CodingKeys.allCases.map(\.rawValue))
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        kind = try fields.decode(String.self, forKey: .kind)
        parameters = try fields.decodeIfPresent([String: ParameterValue].self, forKey: .parameters) ?? [:]
        priority = try fields.decodeIfPresent(Int.self, forKey: .priority) ?? 0
        guard (-100...100).contains(priority) else { throw FieldError("priority takes -100 to 100") }
        delay = try fields.decodeIfPresent(WireDuration.self, forKey: .delay)?.duration
        at = try fields.decodeIfPresent(Double.self, forKey: .at)
        guard delay == nil || at == nil else { throw FieldError("use either delay or at, not both") }
        if let at, !(at >= 0 && at < 253_402_300_800) {
            throw FieldError("at takes a time in seconds since 1970")
        }
        key = try fields.decodeIfPresent(String.self, forKey: .key)
        if let key, !(1...512).contains(key.utf8.count) { throw FieldError("key takes 1 to 512 bytes") }
        timeout = try fields.decodeIfPresent(WireDuration.self, forKey: .timeout)?.duration
        if let timeout, timeout <= .zero { throw FieldError("timeout takes a time above 0") }
    }

    /// Writes the JSON form.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(kind, forKey: .kind)
        try fields.encode(parameters, forKey: .parameters)
        if priority != 0 { try fields.encode(priority, forKey: .priority) }
        try fields.encodeIfPresent(delay.map(WireDuration.init), forKey: .delay)
        try fields.encodeIfPresent(at, forKey: .at)
        try fields.encodeIfPresent(key, forKey: .key)
        try fields.encodeIfPresent(timeout.map(WireDuration.init), forKey: .timeout)
    }
}
