import Monitoring
public import WorkerPool

/// A sort of durable job: its name in the store, how it is tried, and the code that runs it.
///
/// A job can run more than once (<doc:Guarantees>), so the handler must tolerate repetition.
public struct JobKind<Payload: Codable & Sendable, Output: Codable & Sendable>: Sendable {
    /// What the kind is, apart from the types of its payload and result.
    public var raw: RawJobKind

    /// A kind.
    ///
    /// - Parameters:
    ///   - name: Names the kind in the store, for as long as jobs of it are kept there.
    ///   - queue: Where its jobs wait unless told otherwise. The default is `default`.
    ///   - timeout: The longest an attempt may take before it is told to stop; `nil` (the default) means any time.
    ///   - maxAttempts: Attempts in all, 1 ... 1,000. The default is 3.
    ///   - backoff: The delays between them; how many there are is said by `maxAttempts`.
    ///   - run: The work. It is told to stop by the cancellation of its task.
    public init(
        _ name: String, queue: String = "default", timeout: Duration? = nil, maxAttempts: Int = 3,
        backoff: RetryPolicy = RetryPolicy(maxAttempts: 1_000),
        _ run: @escaping @Sendable (Payload, DurableContext) async throws -> Output
    ) {
        raw = RawJobKind(
            name, queue: queue, timeout: timeout, maxAttempts: maxAttempts, backoff: backoff
        ) { payload, context in
            let output = try await run(PayloadCoding.decode(Payload.self, from: payload), context)
            return Output.self == NoOutput.self ? nil : try PayloadCoding.encode(output)
        }
    }

    /// The kind's name.
    public var name: String { raw.name }

    /// What a job of this kind left behind; `nil` where it has not succeeded.
    ///
    /// - Throws: ``JobQueueError`` where it is of another type.
    public func output(of job: StoredJob) throws -> Output? {
        guard job.state == .succeeded, let result = job.result else { return nil }
        return try PayloadCoding.decode(Output.self, from: result)
    }
}

/// What a job leaves behind that leaves nothing.
public struct NoOutput: Codable, Sendable, Equatable {
    /// Nothing.
    public init() {}
}

extension JobKind where Output == NoOutput {
    /// A kind whose jobs leave no result. Everything else is as with the other initialiser.
    public init(
        _ name: String, queue: String = "default", timeout: Duration? = nil, maxAttempts: Int = 3,
        backoff: RetryPolicy = RetryPolicy(maxAttempts: 1_000),
        _ run: @escaping @Sendable (Payload, DurableContext) async throws -> Void
    ) {
        self.init(name, queue: queue, timeout: timeout, maxAttempts: maxAttempts, backoff: backoff) {
            try await run($0, $1)
            return NoOutput()
        }
    }
}

/// A sort of durable job whose payload and result are bytes.
public struct RawJobKind: Sendable {
    /// The work: bytes in, bytes out; `nil` where it leaves nothing.
    public typealias Run = @Sendable (_ payload: [UInt8], _ context: DurableContext) async throws -> [UInt8]?

    /// Names the kind in the store.
    public var name: String
    /// Where its jobs wait unless told otherwise.
    public var queue: String
    /// The longest an attempt may take; `nil` means any time.
    public var timeout: Duration?
    /// Reads from a payload what is the longest that its attempts may take, where that is less; `nil` (the default) where
    /// payloads say nothing of that.
    public var timeoutOf: (@Sendable (_ payload: [UInt8]) -> Duration?)?
    /// Attempts in all.
    public var maxAttempts: Int
    /// The delays between them.
    public var backoff: RetryPolicy
    /// The work.
    public var run: Run

    /// A kind. The parameters are those of ``JobKind``; `maxAttempts` is brought into its range.
    public init(
        _ name: String, queue: String = "default", timeout: Duration? = nil, maxAttempts: Int = 3,
        backoff: RetryPolicy = RetryPolicy(maxAttempts: 1_000), _ run: @escaping Run
    ) {
        self.name = name
        self.queue = queue
        self.timeout = timeout
        self.maxAttempts = min(max(maxAttempts, 1), 1_000)
        self.backoff = backoff
        self.run = run
    }
}
