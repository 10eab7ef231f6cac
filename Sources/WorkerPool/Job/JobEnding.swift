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
    /// How far it is: what most jobs need, which end well before anybody waits for them.
    private enum Stage: UInt8, AtomicRepresentable {
        case open, awaited, succeeded, ended
    }

    private let stage = Atomic(Stage.open)
    /// Those who wait, and how the job ended where that was not well: most jobs need neither.
    private struct Audience {
        var waiters: [UnsafeContinuation<Void, any Error>] = []
        var failure: (any Error)?
    }

    private let audience = Locked(Audience())

    @usableFromInline
    override init() {}

    override func end(_ end: JobEnd) {
        let failure = end.error
        if failure == nil, move(from: .open, to: .succeeded) { return }
        let waiters = audience.withLock { audience -> [UnsafeContinuation<Void, any Error>] in
            // The first end stands.
            let end = failure == nil ? Stage.succeeded : .ended
            guard move(from: .awaited, to: end) || move(from: .open, to: end) else { return [] }
            audience.failure = failure
            defer { audience.waiters = [] }
            return audience.waiters
        }
        for waiter in waiters { waiter.resume(failure) }
    }

    private func move(from expected: Stage, to desired: Stage) -> Bool {
        stage.compareExchange(expected: expected, desired: desired, ordering: .acquiringAndReleasing)
            .exchanged
    }

    /// Whether the job has ended well.
    @usableFromInline
    final var hasSucceeded: Bool { stage.load(ordering: .acquiring) == .succeeded }

    /// Returns once the job has ended well.
    ///
    /// - Throws: what says how else it ended.
    @usableFromInline
    final func success() async throws {
        try await withUnsafeThrowingContinuation { continuation in
            let (isOver, failure) = audience.withLock { audience -> (Bool, (any Error)?) in
                // Fails where it is awaited already, or over.
                _ = move(from: .open, to: .awaited)
                let isOver = stage.load(ordering: .acquiring) != .awaited
                if !isOver { audience.waiters.append(continuation) }
                return (isOver, audience.failure)
            }
            if isOver { continuation.resume(failure) }
        }
    }
}

extension UnsafeContinuation<Void, any Error> {
    /// Resumes the task, with that error where there is one.
    fileprivate func resume(_ failure: (any Error)?) {
        if let failure { resume(throwing: failure) } else { resume() }
    }
}
