/// Counts times in classes 6 % wide, so that quantiles of any number of them cost 8 KB.
struct TimeHistogram: Sendable {
    private static let perOctave = 16

    private var counts = [UInt64](repeating: 0, count: 64 * perOctave)
    /// How many were counted.
    private(set) var count: UInt64 = 0
    /// The longest, in seconds.
    private(set) var longest = 0.0

    /// Counts one, in seconds.
    mutating func record(_ seconds: Double) {
        counts[Self.index(of: seconds)] += 1
        count += 1
        longest = max(longest, seconds)
    }

    /// The time that a share of those counted (0 ... 1) do not exceed, in seconds, 6 % exact.
    func quantile(_ share: Double) -> Double {
        let wanted = max(1, (share * Double(count)).rounded(.up))
        var seen = 0.0
        for (index, count) in counts.enumerated() where count > 0 {
            seen += Double(count)
            if seen >= wanted { return min(Self.upperBound(of: index), longest) }
        }
        return longest
    }

    private static func index(of seconds: Double) -> Int {
        let nanoseconds = UInt64(min(max(seconds, 0) * 1e9, 9e18)) + 1
        let octave = 63 - nanoseconds.leadingZeroBitCount
        let place = octave < 4 ? nanoseconds << UInt64(4 - octave) : nanoseconds >> UInt64(octave - 4)
        return octave * perOctave + Int(place & 15)
    }

    private static func upperBound(of index: Int) -> Double {
        let octave = Double(1 << UInt64(min(index / perOctave, 62)))
        return octave * (1 + Double(index % perOctave + 1) / 16) / 1e9
    }
}
