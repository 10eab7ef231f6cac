/// Where the present task works: lets a job's context reach its pool without
/// holding it, which would cost every job four atomic operations on lines that
/// all workers share.
final class Seat: Sendable {
    let pool: Pool
    /// `nil` where a producer runs the job itself.
    let slot: WorkerSlot?

    init(pool: Pool, slot: WorkerSlot?) {
        self.pool = pool
        self.slot = slot
    }

    /// Set for the whole life of a worker's task; inherited by a job's child tasks.
    @TaskLocal static var current: Seat?
}
