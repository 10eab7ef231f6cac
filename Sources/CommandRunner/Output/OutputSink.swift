import Glibc
import Monitoring
import Synchronization

/// Writes what jobs print to standard output and error, job by job, on a thread of its own.
///
/// What a slow reader has not taken yet waits, in memory up to a budget, beyond it in the spool; where too much
/// waits, jobs that have ended keep their workers until there is room again. Where standard output is closed or full, the observer hears of it once; what jobs print from then
/// on is lost, and the job log says so.
package final class OutputSink: Sendable {
    /// How output is arranged.
    package struct Arrangement: Sendable {
        /// Whether jobs come in the order of the input.
        package var keepsOrder = false
        /// Descriptor for standard output.
        package var output: Int32 = 1
        /// Descriptor for standard error.
        package var error: Int32 = 2
        /// The most that waits in memory, in bytes.
        package var memoryBudget = 64 << 20
        /// The most that waits for its reader before jobs are held up, in bytes.
        package var backlogLimit = 256 << 20

        /// In order of completion, to the program's own streams.
        package init() {}
    }

    /// What the observer is told, each once.
    package enum Trouble: Sendable, Equatable {
        /// Standard output takes no more.
        case output(SystemError)
        /// The job log takes no more.
        case jobLog(SystemError)
    }

    private struct State: Sendable {
        var order: OutputOrder
        var queue: [OutputItem] = []
        var memory = 0
        /// Bytes whose turn has come and that are not written yet.
        var backlog = 0
        /// How much of the queue is in the job log already, while output is held back.
        var logged = 0
        var isHeld = false
        var isClosing = false
        var isIdle = false
        var observer: (@Sendable (Trouble) -> Void)?
        var told: [Trouble] = []
    }

    let spool: Spool
    private let arrangement: Arrangement
    private let jobLog: JobLogWriter?
    private let logged: @Sendable ([JobLogEntry]) -> Void
    private let state: Locked<State>
    private let wake: WakeEvent
    private let thread = Locked<SystemThread?>(nil)

    /// A sink, and its thread.
    ///
    /// - Parameter logged: told of jobs whose output is written, or held back, as the job log has them; on the
    ///   thread that wrote it.
    package init(
        _ arrangement: Arrangement, spool: Spool, jobLog: JobLogWriter? = nil,
        logged: @escaping @Sendable ([JobLogEntry]) -> Void = { _ in }
    ) throws(SystemError) {
        self.logged = logged
        self.arrangement = arrangement
        self.spool = spool
        self.jobLog = jobLog
        state = Locked(State(order: OutputOrder(keepsOrder: arrangement.keepsOrder)))
        wake = try WakeEvent()
        let started = try SystemThread(name: "pooltop-output") { self.writeAll() }
        thread.withLock { $0 = started }
    }

    /// Calls `observer` when something can no longer be written, from the sink's thread; `nil` for nobody.
    package func observe(_ observer: (@Sendable (Trouble) -> Void)?) {
        state.withLock { $0.observer = observer }
    }

    // MARK: From jobs

    /// A job has ended, and this is all of its output that was not written before.
    ///
    /// Blocks on the spool, and, where `mayWait`, until the reader has taken enough of what waits for it.
    package func end(_ item: OutputItem, mayWait: Bool = true) {
        if item.isOnlyLogEntry, let entry = item.logEntry {
            // Nothing to write first, so no reason to wake another thread for a line in a file.
            jobLog?.append([entry])
            logged([entry])
            if let failure = jobLog?.error { tell(.jobLog(failure)) }
            return skip(item.sequence)
        }
        let item = fitted(item)
        enqueue { $0.order.ended(item) }
        if mayWait { waitForRoom() }
    }

    /// A job will never have output.
    package func skip(_ sequence: Int) { enqueue { $0.order.skipped(sequence) } }

    /// Whether a job may write lines while it runs.
    package func isLive(_ sequence: Int) -> Bool { state.withLock { $0.order.isLive(sequence) } }

    /// Lines of a running job that ``isLive(_:)``. Blocks as ``end(_:mayWait:)`` does.
    package func write(_ item: OutputItem) {
        let item = fitted(item)
        enqueue { _ in [item] }
        waitForRoom()
    }

    /// A line from the program itself for standard error. The newline is added.
    package func tell(_ message: String) {
        var item = OutputItem(sequence: 0)
        item.notice = Array("\(message)\n".utf8)
        enqueue { _ in [item] }
    }

    /// The job that others wait for under ``Arrangement/keepsOrder``, where there is one.
    package var awaited: Int? { state.withLock { $0.order.awaited } }

    // MARK: Holding back

    /// Writes nothing until ``release()``, because a screen is up. The job log goes on.
    package func hold() { state.withLock { $0.isHeld = true } }

    /// Writes what was held back, and goes on writing.
    package func release() {
        state.withLock { $0.isHeld = false }
        wake.set()
    }

    /// Writes all that is left, held or not, and waits until that is done. Nothing may be handed in afterwards.
    package func close() {
        state.withLock { state in
            state.isHeld = false
            state.isClosing = true
            state.queue += state.order.finish()
        }
        wake.set()
        thread.withLock { $0.take() }?.join()
    }

    // MARK: The thread

    /// Puts what does not fit into memory any more into the spool. Where that is full too, memory has to do.
    private func fitted(_ item: OutputItem) -> OutputItem {
        let size = item.countInMemory
        guard size > 0 else { return item }
        let isOver = state.withLock { state in
            state.memory += size
            return state.memory > arrangement.memoryBudget
        }
        guard isOver else { return item }
        var item = item
        do throws(SystemError) {
            try item.output.moveOut(to: spool)
            try item.error.moveOut(to: spool)
        } catch {}
        let left = item.countInMemory
        state.withLock { $0.memory -= size - left }
        return item
    }

    /// Polls, because a reader that has fallen this far behind is not waited for often, nor to the millisecond.
    private func waitForRoom() {
        while state.withLock({ $0.backlog > arrangement.backlogLimit && !$0.isHeld && !$0.isClosing }) {
            usleep(10_000)
        }
    }

    private func enqueue(_ decide: (inout State) -> [OutputItem]) {
        let mustWake = state.withLock { state in
            for item in decide(&state) where !item.isEmpty {
                state.queue.append(item)
                state.backlog += item.count
            }
            guard state.isIdle, !state.queue.isEmpty else { return false }
            state.isIdle = false
            return true
        }
        if mustWake { wake.set() }
    }

    private func writeAll() {
        var writer = OutputWriter(output: arrangement.output, error: arrangement.error, spool: spool)
        while true {
            let (items, isHeld, isOver) = state.withLock { state in
                var items: [OutputItem] = []
                if state.isHeld {
                    for index in state.logged..<state.queue.count where state.queue[index].logEntry != nil {
                        var item = OutputItem(sequence: state.queue[index].sequence)
                        item.logEntry = state.queue[index].logEntry.take()
                        items.append(item)
                    }
                    state.logged = state.queue.count
                } else {
                    swap(&items, &state.queue)
                    state.logged = 0
                }
                state.isIdle = items.isEmpty
                return (items, state.isHeld, state.isClosing && state.queue.isEmpty && items.isEmpty)
            }
            if isOver { return }
            if items.isEmpty {
                wake.wait()
                continue
            }
            let entries = writer.write(items)
            jobLog?.append(entries)
            if !entries.isEmpty { logged(entries) }
            if !isHeld {
                let memory = items.reduce(0) { $0 + $1.countInMemory }
                let size = items.reduce(0) { $0 + $1.count }
                state.withLock { state in
                    state.memory -= memory
                    state.backlog -= size
                }
            }
            if let failure = writer.failure { tell(.output(failure)) }
            if let failure = jobLog?.error { tell(.jobLog(failure)) }
        }
    }

    private func tell(_ trouble: Trouble) {
        let observer = state.withLock { state -> (@Sendable (Trouble) -> Void)? in
            guard !state.told.contains(trouble) else { return nil }
            state.told.append(trouble)
            return state.observer
        }
        observer?(trouble)
    }
}
