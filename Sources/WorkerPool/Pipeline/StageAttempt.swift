import Monitoring

/// What a worker of a stage does with an item: the stage's function, and the way on.
final class StageAttempt<Item: Sendable, Result: Sendable>: Sendable {
    private let function: StageWork<Item, Result>
    private let exit: StageExit<Result>
    private let turnstile: Turnstile<Result>?
    let clock: PoolClock

    init(
        _ function: StageWork<Item, Result>, _ exit: StageExit<Result>, _ turnstile: Turnstile<Result>?,
        _ clock: PoolClock
    ) {
        self.clock = clock
        self.function = function
        self.exit = exit
        self.turnstile = turnstile
    }

    /// What there is to do about an item. To be run only while the stage's pool is there, which keeps this: if every
    /// item did, the processors would wait for one another's counts of references.
    @inline(__always)
    func work(on item: Item) -> JobWork {
        let stage = Unmanaged.passUnretained(self)
        return .atOnce { _, attempt in
            try stage._withUnsafeGuaranteedRef { try $0.begin(item, &attempt) }
        }
    }

    /// Whether finished items may go on together.
    var gathers: Bool {
        guard turnstile == nil, exit.takesGathered, case .plain = function else { return false }
        return true
    }

    /// Hands on what was gathered.
    func handOn(_ gathered: Gathered<Result>, stuckIn stuck: Int?) { exit.handOn(gathered, stuckIn: stuck) }

    /// Gets places for so many items that are about to be finished.
    func begin(_ gathered: Gathered<Result>, count: Int) { exit.begin(gathered, count: count) }

    /// What becomes of an item, where that ``gathers``.
    @inline(__always)
    func result(of item: Item) throws -> Result {
        guard case .plain(let work) = function else {
            preconditionFailure("only what functions return that await nothing is gathered")
        }
        return try work(item)
    }

    /// Does what can be done about an item at once; returns what is left to be waited for.
    @inline(__always)
    func begin(_ item: Item, _ attempt: inout AttemptAtOnce) throws -> JobBody? {
        // Functions and not closures: a closure is not `nonisolated(nonsending)` but converted to it, which costs
        // another allocation and another call that may suspend.
        switch function {
        case .plain(let work): return try leave(try work(item), &attempt)
        case .suspending(let work):
            @Sendable nonisolated(nonsending) func run(_ context: JobContext) async throws {
                try await leave(try await work(item), context)
            }
            return run
        case .contextual(let work):
            @Sendable nonisolated(nonsending) func run(_ context: JobContext) async throws {
                try await leave(try await work(item, context), context)
            }
            return run
        }
    }

    /// Hands a finished item on, once there is room.
    nonisolated(nonsending) private func leave(_ result: Result, _ context: JobContext) async throws {
        var attempt = AttemptAtOnce(of: nil)
        try await leave(result, &attempt)?(context)
    }

    /// Hands a finished item on from within its job; returns what is left to be waited for.
    @inline(__always)
    func leave(_ result: Result, _ attempt: inout AttemptAtOnce) throws -> JobBody? {
        if let turnstile { return { try await turnstile.leave(result, as: $0.id) } }
        if try exit.leaveAtOnce(result, &attempt) { return nil }
        let exit = exit
        return { _ in try await exit.leave(result) }
    }
}
