public import Monitoring

extension Router {
    /// Which job goes where.
    public var policy: RoutingPolicy { doors.policy }

    /// Routes by another policy from now on, all jobs included that have not gone to a pool.
    ///
    /// - Throws: ``RouterError`` where it names a pool that is not there; all stays as it was.
    public func setPolicy(_ policy: RoutingPolicy, by operator: String = "program") throws(RouterError) {
        try doors.change(to: policy, intake)
        intake.tell(.operated, mark: "route", "\(`operator`) routes \(policy)")
    }

    /// Moves workers from one pool to another, never more than there are. Busy ones finish their jobs first.
    ///
    /// - Returns: How many were moved.
    /// - Throws: ``RouterError/Code/unknownPool``.
    @discardableResult
    public func shift(_ count: Int, from source: String, to target: String, by operator: String = "program")
        throws(RouterError) -> Int
    {
        let (giver, taker) = (try member(source), try member(target))
        guard count > 0, giver !== taker,
            let (before, after) = giver.apply(by: `operator`, .finish, { $0 - min(count, $0) })
        else { return 0 }
        guard taker.apply(by: `operator`, .finish, { $0.adding(before - after) }) != nil else {
            // It has ended.
            giver.adjust(by: before - after, by: `operator`)
            return 0
        }
        doors.refresh(intake)
        return before - after
    }

    private func member(_ name: String) throws(RouterError) -> Pool {
        if let pool = self[name] { return pool }
        let names = pools.map(\.configuration.name).joined(separator: ", ")
        throw RouterError(code: .unknownPool, message: "no pool '\(name)': there are \(names)")
    }

    /// Submits wait or are refused, as their overflow policy says, until ``resumeIntake(by:)``.
    public func pauseIntake(by operator: String = "program") { intake.pauseIntake(by: `operator`) }

    /// Submits are taken again.
    public func resumeIntake(by operator: String = "program") { intake.resumeIntake(by: `operator`) }

    /// The intake goes on taking jobs, but none goes to a pool until ``resumeDispatch(by:)``.
    ///
    /// Jobs that had left its queue by then, and wait for a particular pool, still go.
    public func pauseDispatch(by operator: String = "program") { intake.pauseDispatch(by: `operator`) }

    /// Jobs go to the pools again.
    public func resumeDispatch(by operator: String = "program") { intake.resumeDispatch(by: `operator`) }

    // MARK: Cancelling

    /// Cancels jobs, in the intake or in a pool. See ``Pool/cancel(_:by:)-([JobID],_)``.
    @discardableResult
    public func cancel(_ ids: [JobID], by operator: String = "program") -> Receipt {
        intake.cancel(ids, by: `operator`)
    }

    /// Cancels one job. See ``cancel(_:by:)-([JobID],_)``.
    @discardableResult
    public func cancel(_ id: JobID, by operator: String = "program") -> Receipt {
        intake.cancel([id], by: `operator`)
    }

    /// Cancels every job of the router that has not ended.
    @discardableResult
    public func cancelAll(by operator: String = "program") -> Receipt { intake.cancelAll(by: `operator`) }
}
