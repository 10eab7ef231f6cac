/// Lengths of time as people write them.
package enum DurationText {
    private static let units: [(suffix: String, seconds: Double)] = [
        ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400),
    ]

    /// Reads `5`, `0.5s`, `200ms`, `2m`, `1h`, `1d`; without a unit it is seconds. `nil` where it is none of these,
    /// or beyond 100 years.
    package static func parse(_ text: String) -> Duration? {
        let unit = units.first { text.hasSuffix($0.suffix) }
        let digits = text.dropLast(unit?.suffix.count ?? 0)
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
            let number = Double(digits), number.isFinite
        else { return nil }
        let seconds = number * (unit?.seconds ?? 1)
        guard seconds <= 100 * 365 * 86_400 else { return nil }
        return .nanoseconds(Int64(seconds * 1e9))
    }

    /// Writes a time for people, in three digits or so: `850 us`, `12 ms`, `3.4 s`, `2 m 05 s`, `1 h 02 m`, `3 d 4 h`.
    package static func write(seconds: Double) -> String {
        if !(seconds > 0) { return "0 s" }
        if seconds < 0.000_999_5 { return "\(Int((seconds * 1e6).rounded())) us" }
        if seconds < 0.009_95 { return "\(tenths(seconds * 1e3)) ms" }
        if seconds < 0.999_5 { return "\(Int((seconds * 1e3).rounded())) ms" }
        if seconds < 99.95 { return "\(tenths(seconds)) s" }
        let whole = Int(min(seconds.rounded(), 1e12))
        if whole < 3_600 { return "\(whole / 60) m \(twoDigits(whole % 60)) s" }
        if whole < 86_400 { return "\(whole / 3_600) h \(twoDigits(whole % 3_600 / 60)) m" }
        return "\(whole / 86_400) d \(whole % 86_400 / 3_600) h"
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
