import Glibc

/// Tells whether the kernel killed processes for want of memory.
struct MemoryPressure: Sendable {
    private let before = Self.killCount()

    /// What to say of a process that was killed and not by us, having used at most `bytes`.
    func hint(maxResidentBytes bytes: UInt64) -> String {
        let used = "it used up to \(ByteText.write(bytes))"
        if let before, let now = Self.killCount(), now > before {
            return "the kernel has killed for want of memory since this run began; \(used)"
        }
        return "killed from outside, perhaps for want of memory; \(used)"
    }

    private static func killCount() -> Int? {
        let file = open("/proc/vmstat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let text = withUnsafeTemporaryAllocation(byteCount: 32_768, alignment: 1) { buffer in
            String(
                decoding: buffer.prefix(max(0, read(file, buffer.baseAddress, buffer.count))), as: UTF8.self)
        }
        let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line.flatMap { Int($0.dropFirst("oom_kill ".count)) }
    }
}

/// Amounts of bytes for people.
package enum ByteText {
    /// `512 B`, `1.4 MB`, `23 GB`: powers of 1,000.
    package static func write(_ bytes: UInt64) -> String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        let isWhole = unit == 0 || tenths >= 100 || tenths % 10 == 0
        return isWhole
            ? "\(Int(value.rounded())) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
