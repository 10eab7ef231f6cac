/// A length of time in JSON and in queries: `"5s"`, `"200ms"`, `"2m"`, `"1h"`, `"1d"`, or a number of seconds.
struct WireDuration: Codable, Sendable, Equatable {
    var duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    /// Reads a number with or without a unit; without one it is in seconds. `nil` where it is neither, negative, or
    /// longer than 36,500 days.
    init?(_ text: String) {
        let units: [(String, Double)] = [
            ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("", 1),
        ]
        for (unit, factor) in units where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.count)
            guard let first = digits.utf8.first, (48...57).contains(first), let last = digits.utf8.last,
                (48...57).contains(last), digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }),
                let number = Double(digits)
            else { continue }
            self.init(seconds: number * factor)
            return
        }
        return nil
    }

    init?(seconds: Double) {
        guard seconds.isFinite, seconds >= 0, seconds <= 36_500 * 86_400 else { return nil }
        duration = .seconds(seconds)
    }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self), let read = WireDuration(text) {
            self = read
        } else if let number = try? value.decode(Double.self), let read = WireDuration(seconds: number) {
            self = read
        } else {
            let field = decoder.codingPath.last?.stringValue ?? "a time"
            throw FieldError("\(field) takes a time such as \"5s\", \"200ms\", \"2m\" or \"1h\"")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(text)
    }

    /// In milliseconds where there are any, in seconds otherwise.
    var text: String {
        let milliseconds = Int64((duration / .milliseconds(1)).rounded())
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
    }
}
