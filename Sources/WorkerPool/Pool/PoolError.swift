/// Why a pool did not take or finish a job. ``code`` tells the caller what to do.
public struct PoolError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the caller can do about it.
    public struct Code: Sendable, Equatable {
        fileprivate enum Value {
            case queueFull, intakePaused, closed, dropped, timedOut, unknownJob, duplicateKey
        }
        fileprivate let value: Value

        /// The queue is full: try later, or submit with ``OverflowPolicy/wait``.
        public static let queueFull = Code(value: .queueFull)
        /// An operator paused the intake: try later.
        public static let intakePaused = Code(value: .intakePaused)
        /// The pool is draining or has stopped: it takes no job any more.
        public static let closed = Code(value: .closed)
        /// The job was given up by the overflow policy and never ran.
        public static let dropped = Code(value: .dropped)
        /// The last attempt ran out of time, or the job did not end by its deadline.
        public static let timedOut = Code(value: .timedOut)
        /// The pool does not know a job of that ID, or no longer.
        public static let unknownJob = Code(value: .unknownJob)
        /// A live job has the same key: wait for it, or submit with ``DuplicatePolicy/join``.
        public static let duplicateKey = Code(value: .duplicateKey)
    }

    /// What the caller can do about it.
    public let code: Code
    /// One line for a person.
    public let message: String

    /// One line for a person.
    public var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
