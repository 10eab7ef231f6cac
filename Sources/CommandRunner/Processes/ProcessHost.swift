import CPlatform
import Glibc
import Monitoring
import Synchronization

/// Runs commands as child processes, each on a thread that does nothing else meanwhile.
///
/// Each process leads a session and group of its own, so that it cannot disturb the terminal and its children
/// can be reached. A command is over when its process has ended; where children of it still hold its output
/// open, they have 100 ms more to say something.
public final class ProcessHost: Sendable {
    let census = ProcessGroupCensus()
    let environment: ChildEnvironment
    let grace: UInt64
    let emptyInput: Int32
    let descriptors = DescriptorLimit()
    let ownMemory = OwnMemory()
    private let threads: WorkThreads
    private let running = Locked(Running())

    private static let pause = Duration.milliseconds(20)
    private static let patience = 500

    private struct Running: Sendable {
        var controls: [ObjectIdentifier: ProcessControl] = [:]
        var starting = 0
        var isFrozen = false
        /// How often all were killed.
        var kills = 0
    }

    /// A host.
    ///
    /// - Parameter grace: from TERM to KILL; the default is 5 seconds.
    /// - Throws: where `/dev/null` cannot be opened.
    public convenience init(grace: Duration = .seconds(5)) throws {
        try self.init(environment: ChildEnvironment(), grace: grace)
    }

    package init(environment: ChildEnvironment, grace: Duration) throws(SystemError) {
        self.environment = environment
        threads = WorkThreads(name: "pooltop-job", limit: descriptors.capacity)
        self.grace = grace.nanoseconds
        emptyInput = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard emptyInput >= 0 else { throw SystemError(errno, doing: "opening /dev/null") }
    }

    deinit { Glibc.close(emptyInput) }

    /// Does blocking work on a thread of this host: work that runs commands with ``run(_:control:receiver:on:)``.
    ///
    /// Cancelling the task stops the command behind `control`; this returns once the work has ended all the same.
    func perform<Result: Sendable>(
        control: ProcessControl, _ work: @escaping @Sendable (WorkBench) -> Result
    ) async throws(SystemError) -> Result {
        var patience = Self.patience
        while true {
            descriptors.makeRoom(for: threads.count + 1)
            let outcome = await attempt(control: control, work)
            guard case .failure(let error) = outcome, SpawnFailure.isPassing(error.code), patience > 0,
                !Task.isCancelled
            else { return try outcome.get() }
            // As long as others hold the threads or descriptors we lack, waiting helps.
            if threads.count == 0 { patience -= 1 }
            await SystemTime.sleep(Self.pause)
        }
    }

    private func attempt<Result: Sendable>(
        control: ProcessControl, _ work: @escaping @Sendable (WorkBench) -> Result
    ) async -> Swift.Result<Result, SystemError> {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                do throws(SystemError) {
                    try threads.perform { bench in
                        let result = work(bench)
                        return { continuation.resume(returning: .success(result)) }
                    }
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        } onCancel: {
            control.stop()
        }
    }

    /// Stops all running processes where they are, and starts no others; or lets them go on. When this returns,
    /// there is no process that does not know.
    public func freeze(_ isFrozen: Bool) {
        running.withLock { $0.isFrozen = isFrozen }
        // A process that is just being started exists and cannot be reached yet, for a millisecond or so.
        var patience = 5_000
        while patience > 0, running.withLock({ $0.starting > 0 }) {
            usleep(200)
            patience -= 1
        }
        for control in running.withLock({ Array($0.controls.values) }) {
            control.signal(isFrozen ? SIGSTOP : SIGCONT)
        }
    }

    /// How many commands can run at a time, for the open files that they need.
    public var capacity: Int { descriptors.capacity }

    /// Whether any command runs.
    var isBusy: Bool { running.withLock { !$0.controls.isEmpty } }

    /// Ends all running commands at once, those included whose process is just being made.
    public func killAll() {
        let controls = running.withLock { running in
            running.kills += 1
            return Array(running.controls.values)
        }
        for control in controls { control.kill() }
    }

    /// Waits until every thread has left. No command may run, and none be started afterwards.
    public func close() { threads.close() }

    /// A start that is being made.
    struct Start {
        fileprivate let kills: Int
    }

    /// Announces a start; `nil` while none may be made.
    func beginStart() -> Start? {
        running.withLock { running in
            guard !running.isFrozen else { return nil }
            running.starting += 1
            return Start(kills: running.kills)
        }
    }

    /// The announced start has been made, and the process can be reached; or it has failed.
    func end(_ start: Start, _ control: ProcessControl?) {
        let (isFrozen, isKilled) = running.withLock { running in
            running.starting -= 1
            if let control { running.controls[ObjectIdentifier(control)] = control }
            return (running.isFrozen, running.kills != start.kills)
        }
        // Only where ``freeze(_:)`` has lost patience.
        if isFrozen { control?.signal(SIGSTOP) }
        if isKilled { control?.kill() }
    }

    func unregister(_ control: ProcessControl) {
        _ = running.withLock { $0.controls.removeValue(forKey: ObjectIdentifier(control)) }
    }
}
