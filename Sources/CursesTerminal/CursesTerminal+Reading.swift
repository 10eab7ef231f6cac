import CPlatform
import Glibc
public import TerminalUI

extension CursesTerminal {
    /// How often a process in the background looks whether it was brought to the foreground.
    private static let backgroundCheck: Duration = .seconds(1)

    /// Waits for input, and returns all there is. Meanwhile it sends what a slow terminal did not take.
    public func read(timeout: Duration?) -> [Input] {
        guard state != .closed else { return [.hangup] }
        if !unread.isEmpty {
            defer { unread = [] }
            return unread
        }
        let clock = ContinuousClock()
        let deadline = timeout.map { clock.now + $0 }
        while true {
            let left = deadline.map { max(.zero, clock.now.duration(to: $0)) }
            let limits = [left, parser.patience, state == .left ? Self.backgroundCheck : nil]
            let ready = wait(for: limits.compactMap { $0 }.min())
            var inputs = takeSignals()
            if event.take() { inputs.append(.wake) }
            if state == .left && !hasHungUp { inputs += returnToScreen() }
            if ready.output { flush() }
            if ready.input {
                inputs += receive()
            } else if let patience = parser.patience, !ready.any, left.map({ patience <= $0 }) ?? true {
                inputs += parser.giveUp()
            }
            if !inputs.isEmpty || deadline.map({ clock.now >= $0 }) ?? false { return inputs }
        }
    }

    private struct Ready {
        var input = false
        var output = false
        var any = false
    }

    private func wait(for time: Duration?) -> Ready {
        // A terminal that is gone, or not ours, is not looked at: it would be ready all the time.
        let isWatched = state == .entered && !hasHungUp
        let wanted = Int16(POLLIN) | (unsent.isEmpty ? 0 : Int16(POLLOUT))
        var files = [
            pollfd(fd: event.file, events: Int16(POLLIN), revents: 0),
            pollfd(fd: isWatched ? tty.file : -1, events: wanted, revents: 0),
        ]
        let count = poll(&files, 2, time.map(Self.milliseconds) ?? -1)
        guard count > 0 else { return Ready(any: count < 0) }
        let seen = files[1].revents
        return Ready(
            input: seen & ~Int16(POLLOUT) != 0, output: seen & Int16(POLLOUT) != 0, any: true)
    }

    /// Rounded up, so that a wait is not over too early and begun again for nothing.
    private static func milliseconds(_ time: Duration) -> Int32 {
        let (seconds, attoseconds) = time.components
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: min(seconds, 1_000_000) * 1000 + fraction)
    }

    private func receive() -> [Input] {
        var inputs: [Input] = []
        // Bounded, so that a flood of input cannot hold up everything else.
        for _ in 0..<16 {
            switch tty.receive() {
            case .bytes(let bytes):
                inputs += parser.take(bytes, now: ContinuousClock.now - Self.start)
            case .nothing:
                return inputs
            case .gone:
                hasHungUp = true
                unsent = []
                return inputs + [.hangup]
            }
        }
        return inputs
    }

    private static let start = ContinuousClock.now

    private func takeSignals() -> [Input] {
        let seen = cp_terminal_take_signals()
        var inputs: [Input] = []
        if seen & CP_TERMINAL_STOP_ASKED.rawValue != 0 { inputs.append(.key(.control("z"))) }
        if seen & CP_TERMINAL_CONTINUED.rawValue != 0 { loseScreen() }
        if seen & CP_TERMINAL_RESIZED.rawValue != 0 { inputs += takeSize() }
        return inputs
    }

    func takeSize() -> [Input] {
        let now = tty.size
        guard now != size else { return [] }
        size = now
        canvas.resize(to: now)
        return [.resize(now)]
    }
}
