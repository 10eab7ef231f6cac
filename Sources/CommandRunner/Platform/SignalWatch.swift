import CPlatform
import Glibc

/// Takes the signals by which a user steers a program, on a thread of its own, where anything may be done.
package enum SignalWatch {
    /// INT, TERM, HUP, USR1, USR2, TSTP and CONT.
    package static let steering = [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGTSTP, SIGCONT]

    /// Calls `handler` with each of these signals, one after the other, for the life of the program; those that
    /// are ignored stay ignored. Call it once in a program.
    package static func start(
        _ numbers: [Int32] = steering, _ handler: @escaping @Sendable (Int32) -> Void
    ) throws(SystemError) {
        let pipe = cp_watch_signals(numbers, Int32(numbers.count))
        guard pipe >= 0 else { throw SystemError(errno, doing: "watching for signals") }
        _ = try SystemThread(name: "pooltop-signals") {
            var number: UInt8 = 0
            while true {
                let count = read(pipe, &number, 1)
                if count == 1 { handler(Int32(number)) }
                if count == 0 { return }
            }
        }
    }
}
