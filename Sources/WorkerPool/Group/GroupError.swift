/// Why a job could not be added to a group, or the group not be run. ``code`` tells the caller what to do.
public struct GroupError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the caller can do about it.
    public struct Code: Sendable, Equatable {
        private enum Value { case cycle, unknownJob, duplicateName, noName, running }
        private let value: Value

        /// Jobs would wait for one another in a circle: leave one of the dependencies out.
        public static let cycle = Code(value: .cycle)
        /// No job of that name or key is in the group: add it first.
        public static let unknownJob = Code(value: .unknownJob)
        /// Another job of the group has that name: take another one.
        public static let duplicateName = Code(value: .duplicateName)
        /// The job has no name: give it one.
        public static let noName = Code(value: .noName)
        /// The group is running: wait for its end.
        public static let running = Code(value: .running)
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

    static let running = GroupError(
        .running, "the group is running: it can be changed and run again once it has ended")
}
