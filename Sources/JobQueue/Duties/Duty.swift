import WorkerPool

/// Something a job queue does in the background again and again.
protocol Duty: Sendable {
    /// What one pass did.
    associatedtype Swept: Sendable

    /// Names it in logs.
    var name: String { get }
    /// What it works for.
    var core: QueueCore { get }
    /// Wakes it before its time.
    var bell: Bell { get }

    /// One pass.
    func sweep() async throws -> Swept
    /// When the next pass is due.
    func next(after swept: Swept) -> DutyPause
}

/// How long a duty rests.
enum DutyPause: Sendable, Equatable {
    /// Not at all.
    case none
    /// Until its bell rings.
    case untilRung
    /// That long in any case, and then until its bell rings.
    case rest(Duration)
    /// Until its bell rings, at most that long.
    case atMost(Duration)
}

extension Duty {
    /// Passes again and again until the task is cancelled. A pass that throws is told and done again, later each time.
    func run() async {
        var failures = 0
        while !Task.isCancelled {
            do {
                let pause = next(after: try await sweep())
                if failures > 0 { core.noteRecovery(of: name) }
                failures = 0
                switch pause {
                case .none: await Task.yield()
                case .untilRung: await bell.wait()
                case .rest(let time):
                    try? await core.clock.sleep(until: core.clock.now() + time.nanoseconds)
                    await bell.wait()
                case .atMost(let time):
                    await bell.wait(until: core.clock.now() + time.nanoseconds, on: core.clock)
                }
            } catch {
                guard !Task.isCancelled else { return }
                core.note(error, of: name)
                failures += 1
                let delay = Duration.milliseconds(min(50 << min(failures, 7), 5_000))
                try? await core.clock.sleep(until: core.clock.now() + delay.nanoseconds)
            }
        }
    }
}
