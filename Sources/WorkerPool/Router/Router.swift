public import Monitoring
import Synchronization

/// One bounded intake in front of several pools: a queue in two levels.
///
/// Jobs wait in the intake, and only there: one moves on when the pool that is right for it, by the
/// ``RoutingPolicy``, has a free worker. So late a choice is a good one, and a change of policy, a pause or a shift of
/// workers from one pool to another counts for every job that has not started.
///
/// The intake is a pool itself, whose workers only hand jobs on and wait for their ends. So everything that holds for
/// a ``Pool`` holds for a router: overflow policies, priorities, delays, deadlines, keys and retries (each attempt is
/// routed anew); cancels by ID and receipts, wherever the job is; counters in which every job stands exactly once.
/// Timeouts run in the pool, from the start of the attempt.
///
/// ```swift
/// let router = try Router(
///     intake: PoolConfiguration(name: "intake", workers: 0, capacity: 500),
///     pools: [
///         PoolConfiguration(name: "small", workers: 2), PoolConfiguration(name: "large", workers: 6),
///     ],
///     policy: .byKind(["thumbnail": "small"], otherwise: "large"))
/// let options = JobOptions(name: "a.png", kind: "thumbnail")
/// let id = try await router.submit(options) { _ in try await shrink("a.png") }
/// try router.shift(2, from: "large", to: "small")
/// router.cancel(id)
/// await router.drain()
/// ```
///
/// It lives until ``drain(deadline:grace:)`` or ``shutdownNow(running:grace:)`` has returned.
public final class Router: Sendable {
    let intake: Pool
    let doors: RouterDoors
    /// See what happens to the pools; end with them.
    let followers: [Task<Void, Never>]

    /// Makes a router with its pools and starts their workers.
    ///
    /// - Parameters:
    ///   - intake: How the intake is made: name, capacity, overflow policy, retries, limits and so on. Its number of
    ///     workers is not used: it has as many as the pools together. Jobs that wait for one particular pool are set
    ///     aside, at most as many as `capacity`, so that others can pass them.
    ///   - pools: How the pools are made, each with a name of its own. Their retries are not used; limits and rates
    ///     are the intake's business too, as a pool counts as busy with the jobs that its own hold back.
    ///   - policy: Which job goes where. The default is ``RoutingPolicy/leastBusy``.
    /// - Throws: ``RouterError`` where there is no pool, two have the same name, or the policy names one that is not
    ///   there.
    public init(
        intake: PoolConfiguration = PoolConfiguration(name: "intake", workers: 0), pools: [PoolConfiguration],
        policy: RoutingPolicy = .leastBusy
    ) throws(RouterError) {
        guard !pools.isEmpty else {
            throw RouterError(code: .noPools, message: "a router needs at least one pool")
        }
        let names = pools.map(\.name)
        for (place, name) in names.enumerated() where names[..<place].contains(name) {
            throw RouterError(code: .duplicateName, message: "two pools are called '\(name)'")
        }
        let route = try Route(policy, among: names)
        let members = pools.map(Pool.init)
        let doors = RouterDoors(
            members, policy: policy, route: route,
            asideLimit: intake.capacity ?? PoolConfiguration.workerLimit)
        var configuration = intake
        configuration.workers = min(doors.hands, PoolConfiguration.workerLimit)
        configuration.annotate = { snapshot in
            intake.annotate?(&snapshot)
            doors.annotate(&snapshot)
        }
        let front = Pool(configuration)
        followers = members.map { pool in
            // Ends when the pool has stopped.
            Task.detached {
                var last: UInt64 = 0
                while let page = await pool.nextEvents(after: last) {
                    last = page.events.last?.id ?? last
                    doors.refresh(front)
                }
                doors.refresh(front)
            }
        }
        self.doors = doors
        self.intake = front
    }

    /// Runs `body` with a router, then drains it.
    ///
    /// Where `body` throws, its jobs are cancelled first and the error is thrown on.
    public static func with<Result: Sendable>(
        _ router: Router, _ body: (Router) async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body(router)
            _ = await router.drain()
            return result
        } catch {
            _ = await router.shutdownNow()
            throw error
        }
    }

    /// The pools, in the order in which they were named.
    ///
    /// They may be resized, paused and drained one by one: a paused one gets nothing until it is resumed, one that
    /// drains or has ended gets nothing any more. Jobs that are submitted to one directly run there, but the router
    /// does not know of them.
    public var pools: [Pool] { doors.pools }

    /// The pool of that name.
    public subscript(pool: String) -> Pool? { pools.first { $0.configuration.name == pool } }

    // MARK: Submitting

    /// Submits a job. See ``Pool/submit(_:overflow:_:)-(_,_,JobBody)``.
    ///
    /// - Returns: The job's ID in the router, which its ``JobContext`` has too. The pool that runs it numbers it anew.
    @discardableResult
    public func submit(
        _ options: JobOptions? = nil, overflow: OverflowPolicy? = nil, _ body: @escaping JobBody
    ) async throws -> JobID {
        try await intake.submit(options?.forIntake, overflow: overflow, forward(options, body))
    }

    /// Submits a job whose result is wanted. See ``Pool/submit(_:returning:overflow:_:)``.
    public func submit<Value: Sendable>(
        _ options: JobOptions? = nil, returning type: Value.Type, overflow: OverflowPolicy? = nil,
        _ body: @escaping @Sendable (JobContext) async throws -> Value
    ) async throws -> JobHandle<Value> {
        try await intake.submit(
            options?.forIntake, returning: type, overflow: overflow, forward(options, body))
    }

    /// Submits a job if that can be done at once. See ``Pool/trySubmit(_:_:)-(_,JobBody)``.
    @discardableResult
    public func trySubmit(_ options: JobOptions? = nil, _ body: @escaping JobBody) throws(PoolError) -> JobID
    {
        try intake.trySubmit(options?.forIntake, forward(options, body))
    }

    /// Submits jobs, many under one lock. See ``Pool/submit(contentsOf:)``.
    @discardableResult
    public func submit(contentsOf jobs: some Sequence<Job>) async throws -> Int {
        try await intake.submit(
            contentsOf: jobs.lazy.map { job in
                var forwarded = job
                forwarded.work = job.work.map { .suspending(self.forward(job.options, $0.body)) }
                forwarded.options = job.options?.forIntake
                return forwarded
            })
    }
}
