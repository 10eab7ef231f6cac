import Monitoring

/// What a worker of a stage does with an item: the stage's function, and the way on.
final class StageAttempt<Item: Sendable, Result: Sendable>: Sendable {
    private let function: StageWork<Item, Result>
    private let exit: StageExit<Result>
    private let turnstile: Turnstile<Result>?

    init(_ function: StageWork<Item, Result>, _ exit: StageExit<Result>, _ turnstile: Turnstile<Result>?) {
        self.function = function
        self.exit = exit
        self.turnstile = turnstile
    }

    /// What there is to do about an item. To be run only while the stage's pool is there, which keeps this: if every
    /// item did, the processors would wait for one another's counts of references.
    @inline(__always)
    func work(on item: Item) -> JobWork {
        let stage = Unmanaged.passUnretained(self)
        if case .plain = function {
            return .atOnce { _, attempt in
                try stage._withUnsafeGuaranteedRef { try $0.runAtOnce(item, &attempt) }
            }
        }
        // A function and not a closure: a closure is not `nonisolated(nonsending)` but converted to it, which costs
        // another allocation and another call that may suspend.
        @Sendable nonisolated(nonsending) func run(_ context: JobContext) async throws {
            try await stage.takeUnretainedValue().run(item, context)
        }
        return .suspending(run)
    }

    @inline(__always)
    private func runAtOnce(_ item: Item, _ attempt: inout AttemptAtOnce) throws -> JobBody? {
        guard case .plain(let work) = function else { return { try await self.run(item, $0) } }
        return try leave(try work(item), &attempt)
    }

    @inline(__always)
    nonisolated(nonsending) private func run(_ item: Item, _ context: JobContext) async throws {
        let result =
            switch function {
            case .plain(let work): try work(item)
            case .suspending(let work): try await work(item)
            case .contextual(let work): try await work(item, context)
            }
        var attempt = AttemptAtOnce(of: nil)
        try await leave(result, &attempt)?(context)
    }

    /// Hands a finished item on from within its job; returns what is left to be waited for.
    @inline(__always)
    private func leave(_ result: Result, _ attempt: inout AttemptAtOnce) throws -> JobBody? {
        if let turnstile { return { try await turnstile.leave(result, as: $0.id) } }
        if try exit.leaveAtOnce(result, &attempt) { return nil }
        let exit = exit
        return { _ in try await exit.leave(result) }
    }
}
