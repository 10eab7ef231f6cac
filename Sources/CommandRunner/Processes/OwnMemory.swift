import Glibc
import Monitoring
import Synchronization

/// This program's own largest resident set, which the system takes for that of every process it starts until the
/// process has outgrown it.
final class OwnMemory: Sendable {
    private static let shelfLife: UInt64 = 1_000_000_000

    private struct Reading: Sendable {
        var peak: UInt64 = 0
        var taken: UInt64 = 0
    }

    private let last = Locked(Reading())

    /// Whether a size in bytes may be our own. The kernel counts a few pages late, hence the margin.
    func hides(_ size: UInt64) -> Bool {
        let peak = peak()
        return size <= peak + peak / 16
    }

    /// In bytes, at most a second old.
    private func peak() -> UInt64 {
        let now = SystemTime.monotonic()
        return last.withLock { reading in
            if reading.taken == 0 || now &- reading.taken > Self.shelfLife {
                reading = Reading(peak: Self.read(), taken: now)
            }
            return reading.peak
        }
    }

    private static func read() -> UInt64 {
        let file = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return 0 }
        defer { close(file) }
        let text = withUnsafeTemporaryAllocation(byteCount: 8_192, alignment: 1) { buffer in
            String(
                decoding: buffer.prefix(max(0, Glibc.read(file, buffer.baseAddress, buffer.count))),
                as: UTF8.self)
        }
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kibibytes = line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { UInt64($0) }
        return (kibibytes ?? 0) * 1024
    }
}
