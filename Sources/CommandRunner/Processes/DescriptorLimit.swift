import Glibc
import Monitoring
import Synchronization

/// Makes room for the descriptors of many commands at once, without passing the change on to them.
final class DescriptorLimit: Sendable {
    /// Two pipes, a process handle and a wake-up, and both other ends while it starts.
    private static let perCommand = 6
    /// For everything else in the program, at least half of what there is where that is little.
    private static let reserve = 128

    private let original: rlimit
    private let raised = Locked(false)

    init() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        original = limit
    }

    /// How many commands fit below the hard limit at a time, at least one.
    var capacity: Int {
        let limit = Int(clamping: original.rlim_max)
        return max(1, (limit - min(Self.reserve, limit / 2)) / Self.perCommand)
    }

    /// Raises the soft limit to the hard one, once, where `commands` at a time do not fit below it.
    func makeRoom(for commands: Int) {
        guard commands * Self.perCommand + Self.reserve > Int(clamping: original.rlim_cur) else { return }
        raised.withLock { raised in
            guard !raised, original.rlim_cur < original.rlim_max else { return }
            var limit = rlimit(rlim_cur: original.rlim_max, rlim_max: original.rlim_max)
            raised = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        }
    }

    /// The words that run `words` under the limit this program was started with.
    func restoring(_ words: [[UInt8]]) -> [[UInt8]] {
        guard raised.withLock({ $0 }) else { return words }
        let script = "ulimit -Sn \(original.rlim_cur); exec \"$@\""
        return ["/bin/sh", "-c", script, "sh"].map { Array($0.utf8) } + words
    }
}
