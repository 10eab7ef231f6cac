import CPlatform
import Glibc

/// Sees one started process through to its end, on the calling thread: reads what it prints, climbs the kill
/// ladder when asked, and returns when the process may be reaped.
struct ProcessWatch: ~Copyable {
    /// How long children of an ended command may go on printing.
    private static let linger: UInt64 = 100_000_000
    /// How often to look whether a stopped command's children are gone, and whether a process without a handle is.
    private static let look: UInt64 = 20_000_000
    private static let pulse: UInt64 = 100_000_000
    /// For how long only the end of the process is waited for. Most short commands end within it, and then one
    /// wake-up serves for the end and for all they printed.
    private static let calm: UInt64 = 2_000_000

    private var child: cp_child
    private var ladder: KillLadder
    private let census: ProcessGroupCensus
    private let calmUntil: UInt64
    private var hasEnded = false
    /// When the process was seen to have ended.
    private(set) var ended: UInt64
    /// Whether it was told to stop before it ended by itself.
    private(set) var wasStopped = false

    init(child: cp_child, began: UInt64, grace: UInt64, census: ProcessGroupCensus) {
        self.child = child
        self.census = census
        ladder = KillLadder(grace: grace)
        ended = began
        calmUntil = child.handle < 0 ? began : began &+ Self.calm
    }

    deinit {
        for descriptor in [child.output, child.error, child.handle] where descriptor >= 0 {
            close(descriptor)
        }
    }

    mutating func run(control: ProcessControl, receiver: some OutputReceiver, bench: WorkBench) {
        withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 4) { entries in
            while true {
                climb(control)
                let now = SystemTime.monotonic()
                if isOver(now: now) { break }
                prepare(entries, wake: bench.wake, now: now)
                let ready = poll(entries.baseAddress, 4, timeout(now: now, needsPulse: receiver.needsPulse))
                if receiver.needsPulse { receiver.pulse() }
                if ready > 0 || child.handle < 0 { attend(entries, receiver: receiver, bench: bench) }
            }
            drain(receiver: receiver, bench: bench)
        }
    }

    private func prepare(_ entries: UnsafeMutableBufferPointer<pollfd>, wake: WakeEvent, now: UInt64) {
        let input = Int16(POLLIN)
        let isCalm = now < calmUntil && !hasEnded
        entries[0] = pollfd(fd: isCalm ? -1 : child.output, events: input, revents: 0)
        entries[1] = pollfd(fd: isCalm ? -1 : child.error, events: input, revents: 0)
        entries[2] = pollfd(fd: hasEnded ? -1 : child.handle, events: input, revents: 0)
        entries[3] = pollfd(fd: wake.descriptor, events: input, revents: 0)
    }

    private mutating func attend(
        _ entries: UnsafeMutableBufferPointer<pollfd>, receiver: some OutputReceiver, bench: WorkBench
    ) {
        if entries[3].revents != 0 { bench.wake.clear() }
        if entries[0].revents != 0 { Self.read(from: &child.output, isError: false, receiver, bench) }
        if entries[1].revents != 0 { Self.read(from: &child.error, isError: true, receiver, bench) }
        guard !hasEnded, entries[2].revents != 0 || child.handle < 0 else { return }
        notice()
        if hasEnded { drain(receiver: receiver, bench: bench) }
    }

    /// Sees whether the process has ended, and leaves it a zombie: its number stays its own.
    private mutating func notice() {
        var information = siginfo_t()
        let found = waitid(P_PID, id_t(child.process), &information, WEXITED | WNOHANG | WNOWAIT)
        guard found == 0, information.si_signo == SIGCHLD, !hasEnded else { return }
        hasEnded = true
        ended = SystemTime.monotonic()
    }

    private mutating func climb(_ control: ProcessControl) {
        let wish = control.wish
        if wish == .none, !ladder.isClimbing { return }
        if !ladder.isClimbing {
            notice()
            if hasEnded { return }
            wasStopped = true
        }
        let now = SystemTime.monotonic()
        var signals = ladder.tick(now: now)
        if wish == .stop { signals += ladder.stop(now: now) }
        if wish == .kill { signals += ladder.kill(now: now) }
        for number in signals { control.signal(number) }
    }

    private func isOver(now: UInt64) -> Bool {
        guard hasEnded else { return false }
        if ladder.isClimbing { return ladder.hasGivenUp(now: now) || !census.isAlive(child.process) }
        return child.output < 0 && child.error < 0 || now >= ended &+ Self.linger
    }

    private func timeout(now: UInt64, needsPulse: Bool) -> Int32 {
        var wait: UInt64?
        func atMost(_ nanoseconds: UInt64) { wait = min(wait ?? .max, nanoseconds) }
        if let deadline = ladder.deadline { atMost(deadline > now ? deadline - now : 0) }
        if hasEnded {
            let end = ended &+ Self.linger
            atMost(ladder.isClimbing ? Self.look : end > now ? end - now : 0)
        }
        if child.handle < 0 { atMost(Self.look) }
        if !hasEnded, now < calmUntil { atMost(calmUntil - now) }
        if needsPulse { atMost(Self.pulse) }
        return pollTimeout(wait)
    }

    private static func read(
        from descriptor: inout Int32, isError: Bool, _ receiver: some OutputReceiver, _ bench: WorkBench
    ) {
        let count = Glibc.read(descriptor, bench.buffer.baseAddress, bench.buffer.count)
        if count > 0 {
            receiver.receive(UnsafeRawBufferPointer(rebasing: bench.buffer[..<count]), isError: isError)
        } else if count == 0 || errno != EINTR && errno != EAGAIN {
            close(descriptor)
            descriptor = -1
        }
    }

    /// Takes what still lies in the pipes, without waiting.
    private mutating func drain(receiver: some OutputReceiver, bench: WorkBench) {
        var left = 64
        while left > 0, child.output >= 0 || child.error >= 0 {
            var entries = (
                pollfd(fd: child.output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: child.error, events: Int16(POLLIN), revents: 0)
            )
            let ready = withUnsafeMutableBytes(of: &entries) {
                poll($0.baseAddress?.assumingMemoryBound(to: pollfd.self), 2, 0)
            }
            if ready <= 0 { return }
            if entries.0.revents != 0 { Self.read(from: &child.output, isError: false, receiver, bench) }
            if entries.1.revents != 0 { Self.read(from: &child.error, isError: true, receiver, bench) }
            left -= 1
        }
    }
}
