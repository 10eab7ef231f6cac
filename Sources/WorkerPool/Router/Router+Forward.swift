import Monitoring

extension Router {
    /// What a worker of the intake does with a job: hands it to a pool and waits for its end.
    func forward<Value: Sendable>(
        _ options: JobOptions?, _ body: @escaping @Sendable (JobContext) async throws -> Value
    ) -> @Sendable (JobContext) async throws -> Value {
        let options = options ?? JobOptions()
        let (doors, intake) = (doors, intake)
        return { context in
            // `callerRuns`: the producer does it, here and now.
            guard context.worker.rawValue > 0 else { return try await body(context) }
            while true {
                switch await doors.enter(options, context, from: intake) {
                case .go(let place):
                    let pool = doors.pools[place]
                    defer { doors.leave(place, to: intake) }
                    guard let handle = try await Router.hand(options, body, context, to: pool) else {
                        continue
                    }
                    return try await Router.result(of: handle, in: pool, context, doors, intake)
                case .closed:
                    throw PoolError(.closed, "no pool takes the job any more")
                case .cancelled:
                    throw CancellationError()
                case .ending, .wait, .again:
                    intake.cancel(context.id, by: "router")
                    throw CancellationError()
                }
            }
        }
    }

    /// Submits a job to its pool; `nil` where the pool has just closed.
    private static func hand<Value: Sendable>(
        _ options: JobOptions, _ body: @escaping @Sendable (JobContext) async throws -> Value,
        _ context: JobContext, to pool: Pool
    ) async throws -> JobHandle<Value>? {
        do {
            return try await pool.submit(options.forPool(context), returning: Value.self, overflow: .wait) {
                inner in
                let outer = JobContext(
                    id: context.id, worker: inner.worker, attempt: context.attempt,
                    isAwaited: context.isAwaited)
                return try await body(outer)
            }
        } catch let error as PoolError where error.code == .closed {
            return nil
        }
    }

    /// Waits for a job's end in its pool. Cancelling the task cancels the job.
    private static func result<Value>(
        of handle: JobHandle<Value>, in pool: Pool, _ context: JobContext,
        _ doors: RouterDoors, _ intake: Pool
    ) async throws -> Value {
        do {
            return try await withTaskCancellationHandler {
                try await handle.value
            } onCancel: {
                handle.cancel(by: "router")
            }
        } catch let error as PoolError where error.code == .timedOut {
            doors.countTimeout()
            throw error
        } catch is CancellationError {
            // Cancelled in the pool, by whoever watches that: so it is cancelled in the router too.
            if !Task.isCancelled, pool.job(handle.id)?.summary.state == .cancelled {
                intake.cancel(context.id, by: pool.configuration.name)
            }
            throw CancellationError()
        }
    }
}

extension JobOptions {
    /// What of them counts in the intake.
    var forIntake: JobOptions {
        var options = self
        options.timeout = nil
        return options
    }

    /// What of them counts in a pool: one attempt, now.
    fileprivate func forPool(_ context: JobContext) -> JobOptions {
        var tags = tags
        tags["router"] = "\(context.id)"
        return JobOptions(
            name: name.isEmpty ? "job-\(context.id.rawValue)" : name, kind: kind, priority: priority,
            timeout: timeout, retry: RetryPolicy.none, tags: tags, observation: observation)
    }
}

/// A pool's error that ends a job which came from elsewhere, as the log there shows it.
extension PoolError: JobFailure {
    /// `timeout` where an attempt ran out of time.
    public var failureType: String { code == .timedOut ? "timeout" : "PoolError" }
    /// What a person is told.
    public var failureMessage: String { message }
    /// Trying again does not open a closed pool.
    public var isPermanent: Bool { code == .closed }
}
