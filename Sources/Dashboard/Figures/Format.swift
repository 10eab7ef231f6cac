/// Numbers as people read them: three significant digits, a unit that fits, thousands
/// separated, ``none`` where there is nothing to say; never `nan` or `inf`.
package enum Format {
    /// Stands where there is no figure.
    package static let none = "—"

    /// `10,495`.
    package static func count(_ value: some BinaryInteger) -> String {
        let digits = String(value.magnitude)
        var text = value < 0 ? "-" : ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// At most five characters: `982`, `9,999`, `10.5k`, `1.24M`.
    package static func short(_ value: some BinaryInteger) -> String {
        if value.magnitude < 10_000 { return count(value) }
        var scaled = Double(value)
        for unit in ["k", "M", "G", "T", "P", "E"] {
            scaled /= 1_000
            if abs(scaled) < 999.5 { return significant(scaled) + unit }
        }
        return count(value)
    }

    /// Three significant digits without a unit: `0.03`, `4.12`, `41.2`, `412`, `4,120`.
    package static func significant(_ value: Double) -> String {
        guard value.isFinite else { return none }
        let size = abs(value)
        if size < 0.005 { return "0" }
        if size < 9.995 { return fixed(value, 2) }
        if size < 99.95 { return fixed(value, 1) }
        if size < 9e15 { return count(Int64(value.rounded())) }
        return none
    }

    /// A speed, jobs a second: as ``significant(_:)``, one decimal at most from 1 on.
    package static func rate(_ value: Double) -> String {
        guard value.isFinite, value >= 0 else { return none }
        if value >= 0.95, value < 99.95 { return fixed(value, 1) }
        if value >= 99_999.5 { return short(Int64(min(value, 9e15))) }
        return significant(value)
    }

    /// `82 %` of 0.82.
    package static func percent(_ share: Double) -> String {
        guard share.isFinite, abs(share) < 1e9 else { return none }
        return count(Int64((share * 100).rounded())) + " %"
    }

    /// `+92 %` or `−3 %` of 0.92 or -0.03, with a true minus sign.
    package static func change(_ share: Double) -> String {
        guard share.isFinite, abs(share) < 1e7 else { return none }
        let points = Int64((share * 100).rounded())
        if points == 0 { return "±0 %" }
        return (points < 0 ? "−" : "+") + count(points.magnitude) + " %"
    }

    /// `14.2 MB`, in steps of 1,000.
    package static func bytes(_ value: UInt64) -> String {
        if value < 1_000 { return "\(value) B" }
        var scaled = Double(value)
        var unit = "B"
        for next in ["kB", "MB", "GB", "TB", "PB", "EB"] where scaled >= 999.5 {
            scaled /= 1_000
            unit = next
        }
        return significant(scaled) + " " + unit
    }

    /// `1 job`, `2 jobs`, `1,024 jobs`.
    package static func many(_ value: some BinaryInteger, _ singular: String, _ plural: String? = nil)
        -> String
    {
        count(value) + " " + (value == 1 ? singular : plural ?? singular + "s")
    }

    /// A number with that many decimals, thousands separated.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        let scale = [1.0, 10, 100, 1_000][min(max(decimals, 0), 3)]
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e15 else { return none }
        let whole = count(Int64(scaled / scale))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + whole }
        let rest = String(Int64(scaled) % Int64(scale))
        return sign + whole + "." + String(repeating: "0", count: decimals - rest.count) + rest
    }
}
