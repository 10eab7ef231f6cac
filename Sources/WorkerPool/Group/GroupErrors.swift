/// What a group does when a job does not succeed.
public struct GroupErrors: Sendable, Equatable {
    private enum Value { case firstWins, collectAll }
    private let value: Value

    /// The first job that fails, or is cancelled by someone, ends the group: the others are cancelled, those that
    /// have not started never start, and ``JobGroup/run(on:)`` throws a ``GroupFailure``. The default.
    public static let firstWins = GroupErrors(value: .firstWins)

    /// Only what hangs on the job is cancelled; the others go on, and ``JobGroup/run(on:)`` returns with all errors
    /// in its results (`make -k`).
    public static let collectAll = GroupErrors(value: .collectAll)
}
