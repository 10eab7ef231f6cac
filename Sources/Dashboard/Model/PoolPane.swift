import Monitoring

/// One pool in the cockpit: what is known of it, and where the operator is in its lists.
struct PoolPane: Sendable {
    /// The pool as the source tells it.
    var pool = PoolModel()
    /// Whether the source answers.
    var connection = Connection()

    /// The workers on the Overview, and those of the view of their own.
    var overview = ListState<WorkerID>()
    var workers = ListState<WorkerID>()
    var jobs = ListState<JobID>()
    var errors = ListState<ErrorGroup.Key>()
    var log = ListState<UInt64>()
    /// The durable queues, by name.
    var queues = ListState<String>()
    /// The failures shown on the Overview.
    var latest = ListState<UInt64>()
    /// Which of the Overview's lists has the cursor.
    var focus = OverviewFocus.home
    /// The one state the list of jobs shows; `nil` shows all.
    var jobState: JobState?
    /// The one durable queue whose jobs the list shows; `nil` shows all.
    var jobQueue: String?
    /// Where the page of jobs begins.
    var jobOffset = 0
    /// Where the cursor goes once the page of jobs asked for is there.
    var jobJump: JobJump?

    /// The failures that were last asked for, and when, in the pool's time.
    var failuresAskedFor: (errors: ErrorFigures, time: UnixTime) = (ErrorFigures(), 0)
    /// Receipts of commands that are not done yet.
    var receipts: [UInt64: UnixTime] = [:]
}
