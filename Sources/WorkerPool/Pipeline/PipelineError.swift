/// Why a pipeline did not take an item, or could not be made or go on. ``code`` tells the caller what to do.
public struct PipelineError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the caller can do about it.
    public struct Code: Sendable, Equatable {
        fileprivate enum Value { case closed, stageClosed, unknownStage, wrongType }
        fileprivate let value: Value

        /// The source was closed: start another run.
        public static let closed = Code(value: .closed)
        /// The pool of a stage was drained or shut down while items were still on their way to it: steer the run
        /// and not its pools, to end it.
        public static let stageClosed = Code(value: .stageClosed)
        /// There is no stage of that name.
        public static let unknownStage = Code(value: .unknownStage)
        /// The stage takes or gives another type than the function offered for it.
        public static let wrongType = Code(value: .wrongType)
    }

    /// What the caller can do about it.
    public let code: Code
    /// One line for a person.
    public let message: String

    /// One line for a person.
    public var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static let closed = PipelineError(.closed, "the pipeline takes no more items: its source was closed")

    static func nextStageClosed(after stage: String) -> PipelineError {
        PipelineError(
            .stageClosed, "the stage after '\(stage)' was ended while items were on their way to it")
    }
}
