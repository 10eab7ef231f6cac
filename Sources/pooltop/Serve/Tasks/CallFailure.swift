import Control
import JobQueue
import WorkerPool

/// Why an attempt at a task failed, with what came of it all the same.
struct CallFailure: DurableFailure {
    /// What came of it.
    var result: TaskResult
    /// `exit 7`, `SIGSEGV`, `call failed` and so on.
    var failureType: String
    /// One line for the client.
    var failureMessage: String
    /// Whether another attempt must fail too.
    var isPermanent: Bool
    /// When to try again, where the other side said so.
    var retryAfter: Duration?

    var failureTrace: String? { nil }
    var durableResult: [UInt8]? { result.encoded() }

    init(result: TaskResult, type: String = "call failed", message: String, isPermanent: Bool = false) {
        self.result = result
        failureType = type
        failureMessage = message
        self.isPermanent = isPermanent
    }
}
