import Monitoring
import Synchronization

/// How a job ended, told to whoever waits for its result.
enum JobEnd: Sendable {
    case succeeded
    case failed(any Error)
    case cancelled
    case dropped

    /// What those who wait for the result are told.
    var error: (any Error)? {
        switch self {
        case .succeeded: nil
        case .failed(let error): error
        case .cancelled: CancellationError()
        case .dropped: PoolError(.dropped, "the job was dropped because the queue was full")
        }
    }
}

/// Takes the end of a job. A class, as a reference to one is half as large as to any that conforms to a protocol.
@usableFromInline
class JobCompletion: @unchecked Sendable {
    /// The job has ended. Called once, with no lock held.
    func end(_ end: JobEnd) {}
}

/// Lets tasks wait for the end of a job.
@usableFromInline
class JobEnding: JobCompletion, @unchecked Sendable {
    private enum State {
        case open([UnsafeContinuation<Void, any Error>])
        case ended(JobEnd)
    }

    private let state = Locked(State.open([]))

    @usableFromInline
    override init() {}

    override func end(_ end: JobEnd) {
        let waiters = state.withLock { state -> [UnsafeContinuation<Void, any Error>] in
            guard case .open(let waiters) = state else { return [] }
            state = .ended(end)
            return waiters
        }
        for waiter in waiters {
            if let error = end.error { waiter.resume(throwing: error) } else { waiter.resume() }
        }
    }

    /// How it ended; `nil` until then.
    private var known: JobEnd? {
        state.withLock { state in if case .ended(let end) = state { end } else { nil } }
    }

    /// Returns once the job has ended well.
    ///
    /// - Throws: what says how else it ended.
    @usableFromInline
    final func success() async throws {
        if let known {
            if let error = known.error { throw error }
            return
        }
        try await withUnsafeThrowingContinuation { continuation in
            let end = state.withLock { state -> JobEnd? in
                switch state {
                case .open(let waiters):
                    state = .open(waiters + [continuation])
                    return nil
                case .ended(let end): return end
                }
            }
            guard let end else { return }
            if let error = end.error { continuation.resume(throwing: error) } else { continuation.resume() }
        }
    }
}
