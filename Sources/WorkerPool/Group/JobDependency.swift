/// What a job of a group can wait for, and get the result of: a ``Step``, or an array of them.
public protocol JobDependency: Sendable {
    /// What the job that waits for it gets.
    associatedtype Value: Sendable
    /// The jobs it stands for.
    var steps: [StepReference] { get }
    /// Its value, once all of them have succeeded.
    func value(of results: borrowing StepValues) throws -> Value
}

/// A job of a ``JobGroup``, and the key to its result.
public struct Step<Value: Sendable>: JobDependency {
    let reference: StepReference

    /// What the job is called.
    public var name: String { reference.name }
    /// Itself.
    public var steps: [StepReference] { [reference] }

    /// The job's result.
    public func value(of results: borrowing StepValues) throws -> Value { try results.value(of: self) }
}

/// Several jobs: their results come in the same order.
extension Array: JobDependency where Element: JobDependency {
    /// The jobs of all elements.
    public var steps: [StepReference] { flatMap(\.steps) }

    /// The results of all elements.
    public func value(of results: borrowing StepValues) throws -> [Element.Value] {
        var values: [Element.Value] = []
        values.reserveCapacity(count)
        for element in self { values.append(try element.value(of: results)) }
        return values
    }
}

/// Names a job of a group without the type of its result.
public struct StepReference: Sendable {
    /// What the job is called.
    public let name: String
    let index: Int
    let group: GroupIdentity
}

/// The results of jobs that have succeeded, by their places.
public struct StepValues: Sendable {
    var values: [Int: any Sendable] = [:]

    func value<Value>(of step: Step<Value>) throws -> Value {
        guard let value = values[step.reference.index] as? Value else {
            throw GroupError(.unknownJob, "the job '\(step.name)' has no value")
        }
        return value
    }
}

/// Tells the steps of one group from those of another.
final class GroupIdentity: Sendable {}
