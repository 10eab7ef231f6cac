/// Anything a cockpit can watch and steer: a pool in this process, one over a
/// socket, or a recording.
///
/// The functions throw only where the source cannot be reached; a command that
/// the pool refuses comes back as a receipt that says so.
public protocol MonitorSource: Sendable {
    /// The pool at this instant.
    func snapshot() async throws -> PoolSnapshot

    /// A page of jobs.
    func jobs(_ query: JobQuery) async throws -> JobPage

    /// One job, or `nil` where the pool no longer knows it.
    func job(_ id: JobID) async throws -> JobDetail?

    /// The failures that are still kept, newest first, at most `limit` (1 ... 1,000).
    func failures(limit: Int) async throws -> [Failure]

    /// The events numbered above `id`, oldest first, at most `limit` (1 ... 1,000).
    func events(after id: UInt64, limit: Int) async throws -> EventPage

    /// Carries a command out, or refuses it. `operator` is who asked, for the log.
    func perform(_ command: OperatorCommand, by operator: String) async throws -> Receipt
}
