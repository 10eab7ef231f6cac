/// Whether two series of measurements differ by more than chance.
///
/// Welch's unequal variances t-test (B. L. Welch, "The generalization of 'Student's' problem when several
/// different population variances are involved", Biometrika 34, 1947), two-sided, at a level of 1 %: stricter
/// than the customary 5 %, because figures of neighbouring seconds are not independent. The critical value
/// comes from the expansion 26.7.5 in Abramowitz and Stegun, good to 0.03 from nine degrees of freedom on,
/// fewer than a verdict ever has.
struct WelchTest: Sendable, Equatable {
    /// The means of the two series.
    var before: Double
    var after: Double
    /// Whether they differ.
    var isSignificant: Bool

    /// Compares the two series; fewer than two values on a side are never significant.
    init(_ first: [Double], _ second: [Double]) {
        let (one, two) = (Self.moments(first), Self.moments(second))
        before = one.mean
        after = two.mean
        guard first.count > 1, second.count > 1 else {
            isSignificant = false
            return
        }
        let (left, right) = (one.variance / Double(first.count), two.variance / Double(second.count))
        let spread = left + right
        guard spread > 1e-12 else {
            isSignificant = abs(before - after) > 1e-9
            return
        }
        let score = abs(before - after) / spread.squareRoot()
        let freedom =
            spread * spread
            / (left * left / Double(first.count - 1) + right * right / Double(second.count - 1))
        isSignificant = score > Self.critical(freedom)
    }

    /// Student's t at 99.5 % for that many degrees of freedom.
    static func critical(_ freedom: Double) -> Double {
        let z = 2.575_829
        let cube = z * z * z
        let freedom = max(1, freedom)
        return z + (cube + z) / (4 * freedom)
            + (5 * cube * z * z + 16 * cube + 3 * z) / (96 * freedom * freedom)
    }

    private static func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
        guard !values.isEmpty else { return (0, 0) }
        let mean = values.reduce(0, +) / Double(values.count)
        guard values.count > 1 else { return (mean, 0) }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, squares / Double(values.count - 1))
    }
}
