import Glibc
import Monitoring
import Synchronization

/// Tells which process groups still have a living member, from `/proc`.
///
/// `kill(-group, 0)` cannot: it counts the group's leader, which stays a zombie until its members are gone, so
/// that its number cannot pass to a stranger meanwhile. One look serves everyone who asked before it began.
final class ProcessGroupCensus: Sendable {
    private struct Look: Sendable {
        var began: UInt64 = 0
        var groups: Set<pid_t> = []
    }

    private let last = Locked(Look())

    /// Whether a member of `group` lived at some time after this call.
    func isAlive(_ group: pid_t) -> Bool {
        let asked = SystemTime.monotonic()
        // Held while looking: those who wait here are served by this same look.
        return last.withLock { look in
            if look.began < asked {
                look = Look(began: SystemTime.monotonic(), groups: Self.livingGroups())
            }
            return look.groups.contains(group)
        }
    }

    private static func livingGroups() -> Set<pid_t> {
        guard let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        var groups: Set<pid_t> = []
        while let entry = readdir(directory) {
            let process = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { atoi($0) }
            }
            if process > 0, let status = ProcessStatus(of: process), status.isAlive {
                groups.insert(status.group)
            }
        }
        return groups
    }
}
