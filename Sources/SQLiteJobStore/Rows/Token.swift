import JobQueue

/// Fencing tokens: they grow from claim to claim of a job, and say in their last bits whose job it is, which need not be
/// looked up then.
enum Token {
    private static let queueBits: Int64 = 20
    /// How many queues a store can have.
    static let queueLimit: Int64 = 1 << queueBits
    /// What a claim adds to the token of a job.
    static let step: Int64 = queueLimit

    /// Before the first claim: a step ahead of none, so that the next takes no more bytes.
    static func first(of queue: Int64) -> Int64 { step + queue }

    /// The number of the queue.
    static func queue(_ token: Int64) -> Int64 { token & (queueLimit - 1) }
}
