import Monitoring
import Synchronization

/// Takes items: a stage, or what is behind the last one.
protocol Inlet<Item>: AnyObject, Sendable {
    associatedtype Item: Sendable

    /// Takes the item if that can be done at once; false where there is no room.
    ///
    /// - Parameter time: Set to the machine's time where it had to be read.
    /// - Throws: ``PoolError/Code/closed`` where nothing is taken any more.
    func offer(_ item: Item, _ time: inout UInt64?) throws -> Bool

    /// Takes the item once there is room.
    ///
    /// - Throws: ``PoolError`` where it was not taken; `CancellationError` where the task was cancelled while it
    ///   waited.
    func push(_ item: Item) async throws

    /// Whether it takes several items together.
    var takesGathered: Bool { get }

    /// Keeps places for items that are about to be finished; returns how many, at most `count`.
    func reserve(_ count: Int, for gathered: Gathered<Item>) -> Int

    /// Takes the items that are finished. The places that are left are given back, but for one where the batch is not over.
    ///
    /// - Returns: How many items were taken, and how many were not, as nothing is any more.
    func take(_ gathered: Gathered<Item>, stuckIn stuck: Int?) -> (taken: Int, refused: Int)
}

extension Inlet {
    func offer(_ item: Item) throws -> Bool {
        var time: UInt64?
        return try offer(item, &time)
    }

    // What takes each item by itself.
    var takesGathered: Bool { false }
    func reserve(_ count: Int, for gathered: Gathered<Item>) -> Int { 0 }
    func take(_ gathered: Gathered<Item>, stuckIn stuck: Int?) -> (taken: Int, refused: Int) { (0, 0) }
}

/// Takes the outputs of a pipeline that nobody wants: those that are `Void`.
final class Sink<Item: Sendable>: Inlet {
    private let lock = Locked(())

    func offer(_ item: Item, _ time: inout UInt64?) -> Bool { true }
    func push(_ item: Item) {}

    var takesGathered: Bool { true }

    func reserve(_ count: Int, for gathered: Gathered<Item>) -> Int {
        lock.withLock { _ in gathered.get(count) }
        return count
    }

    func take(_ gathered: Gathered<Item>, stuckIn stuck: Int?) -> (taken: Int, refused: Int) {
        lock.withLock { _ in
            let items = gathered.take(stuckIn: stuck).items
            gathered.giveUp(items)
            return (items.count, 0)
        }
    }
}
