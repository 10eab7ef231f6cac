import CPlatform
import Glibc

/// Something a thread can wait for in `poll`, and any other thread can set off.
package final class WakeEvent: Sendable {
    /// What to give to `poll`.
    package let descriptor: Int32

    /// - Throws: where no descriptor is left.
    package init() throws(SystemError) {
        descriptor = cp_event()
        guard descriptor >= 0 else { throw SystemError(errno, doing: "making an event") }
    }

    deinit { close(descriptor) }

    /// Wakes whoever waits, now or at the next wait.
    package func set() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Takes the wake-up back.
    package func clear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
    }

    /// Waits until it is set, at most `nanoseconds` (for ever where nil), and clears it. False where time ran out.
    @discardableResult
    package func wait(nanoseconds: UInt64? = nil) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let ready = poll(&entry, 1, pollTimeout(nanoseconds))
            if ready > 0 {
                clear()
                return true
            }
            if ready == 0 { return false }
        }
    }
}

/// A timeout for `poll`, rounded up to milliseconds so that nothing spins; -1 where there is none.
package func pollTimeout(_ nanoseconds: UInt64?) -> Int32 {
    guard let nanoseconds else { return -1 }
    return Int32(min((nanoseconds + 999_999) / 1_000_000, 3_600_000))
}
