package import Monitoring

extension Format {
    /// A length of time in at most seven characters: `0.85 ms`, `310 ms`, `1.2 s`, `48.0 s`, `4 m 12`,
    /// `2 h 05`, `3 d 04`, `412 d`.
    package static func duration(_ seconds: Seconds?) -> String {
        guard let seconds, seconds.isFinite else { return none }
        let time = max(0, seconds)
        if time == 0 { return "0 ms" }
        if time < 0.000_995 { return fixed(max(time * 1_000, 0.01), 2) + " ms" }
        if time < 0.009_95 { return fixed(time * 1_000, 1) + " ms" }
        if time < 0.999_5 { return fixed(time * 1_000, 0) + " ms" }
        if time < 59.95 { return fixed(time, 1) + " s" }
        return whole(time)
    }

    /// A length of time without fractions of a second: `12 s`, `4 m 12`, `2 h 05`, `3 d 04`.
    package static func whole(_ seconds: Seconds?) -> String {
        guard let seconds, seconds.isFinite else { return none }
        let total = Int64(min(max(0, seconds.rounded()), 9e13))
        if total < 60 { return "\(total) s" }
        if total < 3_600 { return "\(total / 60) m \(two(total % 60))" }
        if total < 86_400 { return "\(total / 3_600) h \(two(total % 3_600 / 60))" }
        if total < 8_640_000 { return "\(total / 86_400) d \(two(total % 86_400 / 3_600))" }
        return "\(count(total / 86_400)) d"
    }

    /// A stopwatch: `04:12`, `1:04:12`, `3 d 04:12`.
    package static func stopwatch(_ seconds: Seconds) -> String {
        guard seconds.isFinite else { return none }
        let total = Int64(min(max(0, seconds), 9e13))
        let (hours, minutes) = (total / 3_600, two(total / 60 % 60))
        if hours == 0 { return "\(minutes):\(two(total % 60))" }
        if hours < 24 { return "\(hours):\(minutes):\(two(total % 60))" }
        return "\(count(hours / 24)) d \(two(hours % 24)):\(minutes)"
    }

    /// A time of day, `12:41:03`.
    ///
    /// - Parameter offset: seconds that local time is ahead of UTC.
    package static func clock(_ time: UnixTime?, offset: Seconds) -> String {
        guard let time, (time + offset).isFinite, abs(time + offset) < 9e13 else { return "--:--:--" }
        let seconds = Int64((time + offset).rounded(.down))
        let day = ((seconds % 86_400) + 86_400) % 86_400
        return "\(two(day / 3_600)):\(two(day / 60 % 60)):\(two(day % 60))"
    }

    /// Two digits at least.
    private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
