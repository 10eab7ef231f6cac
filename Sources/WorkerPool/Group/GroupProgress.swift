/// How far a group is. Every job of the group is in exactly one of the five counts.
public struct GroupProgress: Sendable, Equatable {
    /// Jobs that have not started: they wait for a dependency, for the group's limit, or for a worker.
    public var waiting = 0
    /// Jobs that have started and not ended; those between two attempts are among them.
    public var running = 0
    /// Jobs that ended well.
    public var succeeded = 0
    /// Jobs whose last attempt failed, or that the pool did not take.
    public var failed = 0
    /// Jobs that were cancelled, started or not.
    public var cancelled = 0

    /// All jobs of the group.
    public var total: Int { waiting + running + succeeded + failed + cancelled }
    /// Jobs that reached an end.
    public var finished: Int { succeeded + failed + cancelled }
}
