/// The characters that one place of a ``Pattern`` takes, whatever their case.
struct ScalarSet: Sendable, Equatable {
    private var ranges: [ClosedRange<UInt32>] = []
    private var isInverse = false

    static let any = ScalarSet(inverse: true)
    static let digit = ScalarSet("0"..."9")
    static let word = ScalarSet("0"..."9", "a"..."z", "A"..."Z", "_"..."_", "\u{AA}"..."\u{10FFFF}")
    static let space = ScalarSet("\t"..."\r", " "..." ", "\u{A0}"..."\u{A0}")

    init(_ ranges: ClosedRange<Unicode.Scalar>..., inverse: Bool = false) {
        self.ranges = ranges.map { $0.lowerBound.value...$0.upperBound.value }
        isInverse = inverse
    }

    /// Exactly one character.
    init(_ scalar: Unicode.Scalar) { self.init(scalar...scalar) }

    var inverted: ScalarSet {
        var set = self
        set.isInverse.toggle()
        return set
    }

    mutating func add(_ range: ClosedRange<Unicode.Scalar>) {
        ranges.append(range.lowerBound.value...range.upperBound.value)
    }

    /// Adds all that is in another set, which must not be an inverse one.
    mutating func add(_ other: ScalarSet) { ranges += other.ranges }

    var isInverted: Bool { isInverse }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        if ranges.contains(where: { $0.contains(scalar.value) }) { return !isInverse }
        let other = Self.otherCase(of: scalar)
        if other != scalar, ranges.contains(where: { $0.contains(other.value) }) { return !isInverse }
        return isInverse
    }

    private static func otherCase(of scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x41...0x5A: return Unicode.Scalar(scalar.value + 32) ?? scalar
        case 0x61...0x7A: return Unicode.Scalar(scalar.value - 32) ?? scalar
        case 0..<0x80: return scalar
        default:
            let lower = scalar.properties.lowercaseMapping.unicodeScalars
            if let first = lower.first, lower.count == 1, first != scalar { return first }
            let upper = scalar.properties.uppercaseMapping.unicodeScalars
            return upper.count == 1 ? upper.first ?? scalar : scalar
        }
    }
}
