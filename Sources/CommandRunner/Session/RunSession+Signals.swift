import Glibc
import Monitoring
import Synchronization
import WorkerPool

extension RunSession {
    /// A signal has come that is for the run: each means what the manual says. Returns at once.
    ///
    /// - Returns: False where the program is to leave at once: the user has asked for it often enough.
    package func receive(signal number: Int32) -> Bool {
        switch number {
        case SIGHUP:
            sink.tell("pooltop: \(SignalName.of(number)): no more jobs are started, running ones finish")
            stop(.signal(number), by: SignalName.of(number))
        case SIGUSR1: pool.adjust(by: 1, by: SignalName.of(number))
        // As with xargs, one worker is always left.
        case SIGUSR2: if pool.snapshot().workers.target > 1 { pool.adjust(by: -1, by: SignalName.of(number)) }
        default: return interrupt(number)
        }
        return true
    }

    /// Stops all jobs where they are, before this program is stopped itself; or lets them go on, unless an
    /// operator had frozen them before.
    package func freeze(_ isFrozen: Bool) {
        let mayAct = wasFrozenBySignal.withLock { wasFrozen in
            defer { wasFrozen = isFrozen && pool.snapshot().paused.frozen == nil }
            return isFrozen || wasFrozen
        }
        guard mayAct else { return }
        if isFrozen { pool.freeze(by: "SIGTSTP") } else { pool.thaw(by: "SIGCONT") }
    }

    private func interrupt(_ number: Int32) -> Bool {
        let name = SignalName.of(number)
        let count = interrupts.withLock { count in
            count += 1
            return count
        }
        let busy = pool.snapshot().workers.busy
        let jobs = busy == 1 ? "1 running job" : "\(busy) running jobs"
        switch count {
        case 1:
            let finish = busy == 1 ? "finishes" : "finish"
            let rest = busy == 0 ? "" : ", \(jobs) \(finish); once more cancels \(busy == 1 ? "it" : "them")"
            sink.tell("pooltop: \(name): no more jobs are started\(rest)")
            // The cockpit shows who has paused the dispatch, and so what the next one does.
            stop(.signal(number), by: busy == 0 ? name : "\(name); once more cancels")
        case 2:
            let grace = DurationText.write(seconds: options.grace.inSeconds)
            sink.tell(
                "pooltop: \(name): \(jobs) cancelled, by force after \(grace); once more kills them now")
            pool.cancelAll(by: "\(name); once more kills")
        case 3:
            sink.tell(
                "pooltop: \(name): \(jobs) killed; once more leaves at once, whatever is still to be written")
            host.killAll()
        default: return false
        }
        return true
    }
}
