/// Jobs that are ready to be admitted: their records were filled in where no lock is held.
///
/// Belongs to the submit that made it, and to the pool's lock while that stands in line.
final class PreparedJobs: @unchecked Sendable {
    private let records: [Held]
    private var place = 0

    /// Takes what the jobs consist of, and leaves it the options that the records held, to be given up with them.
    ///
    /// - Parameter spare: Records to be used again, at most as many as there are jobs.
    init(_ jobs: inout [Job], _ spare: [Held]) {
        var records = spare
        records.reserveCapacity(jobs.count)
        for record in records.prefix(PoolMachine.ahead) { record.prefetch() }
        for place in jobs.indices {
            if place == records.count { records.append(Held.passRetained(JobRecord())) }
            if place + PoolMachine.ahead < spare.count { spare[place + PoolMachine.ahead].prefetch() }
            records[place]._withUnsafeGuaranteedRef { $0.take(&jobs[place]) }
        }
        self.records = records
    }

    deinit { while let record = next() { record.release() } }

    /// How many are left.
    var count: Int { records.count - place }

    var isEmpty: Bool { place == records.count }

    /// Takes the next one out.
    @inline(__always)
    func next() -> Held? {
        guard place < records.count else { return nil }
        defer { place += 1 }
        return records[place]
    }
}
