import DequeModule
import Monitoring
import Synchronization

/// The bounded buffer between the last stage and whoever reads the outputs.
final class Outlet<Item: Sendable>: Inlet {
    private enum Delivery {
        case item(Item)
        case end((any Error)?)
        case cancelled
    }

    private final class Producer: Sendable {
        enum End { case taken, closed, cancelled }
        let item: Item
        // Set once, before it is put in line.
        nonisolated(unsafe) var continuation: UnsafeContinuation<End, Never>?
        init(_ item: Item) { self.item = item }
    }

    private final class Consumer: Sendable {
        // Set once, before it is put in line.
        nonisolated(unsafe) var continuation: UnsafeContinuation<Delivery, Never>?
    }

    private struct State {
        var items: Deque<Item> = []
        var producers: Deque<Producer> = []
        var consumers: Deque<Consumer> = []
        var isClosed = false
        /// Set at the end of the run.
        var end: (any Error)??

        /// Those who wait move up once half of the buffer is empty, so that not every item costs a wake-up.
        mutating func moveUp(_ capacity: Int) -> [Producer] {
            guard !producers.isEmpty, items.count <= capacity / 2 else { return [] }
            var moved: [Producer] = []
            while items.count < capacity, let producer = producers.popFirst() {
                items.append(producer.item)
                moved.append(producer)
            }
            return moved
        }
    }

    private let capacity: Int
    private let state = Locked(State())

    init(capacity: Int) { self.capacity = capacity }

    // MARK: Producers

    func offer(_ item: Item, _ time: inout UInt64?) throws -> Bool {
        let (isTaken, consumer) = try state.withLock { state -> (Bool, Consumer?) in
            if state.isClosed { throw PoolError.closed }
            if let consumer = state.consumers.popFirst() { return (true, consumer) }
            guard state.producers.isEmpty, state.items.count < capacity else { return (false, nil) }
            state.items.append(item)
            return (true, nil)
        }
        consumer?.continuation?.resume(returning: .item(item))
        return isTaken
    }

    func push(_ item: Item) async throws {
        if try offer(item) { return }
        let producer = Producer(item)
        let end = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                producer.continuation = continuation
                let (end, consumer) = state.withLock { state -> (Producer.End?, Consumer?) in
                    if state.isClosed { return (.closed, nil) }
                    if Task.isCancelled { return (.cancelled, nil) }
                    if let consumer = state.consumers.popFirst() { return (.taken, consumer) }
                    if state.producers.isEmpty, state.items.count < capacity {
                        state.items.append(item)
                        return (.taken, nil)
                    }
                    state.producers.append(producer)
                    return (nil, nil)
                }
                consumer?.continuation?.resume(returning: .item(item))
                if let end { continuation.resume(returning: end) }
            }
        } onCancel: {
            let left = state.withLock { state in
                guard let place = state.producers.firstIndex(where: { $0 === producer }) else { return false }
                state.producers.remove(at: place)
                return true
            }
            if left { producer.continuation?.resume(returning: .cancelled) }
        }
        switch end {
        case .taken: return
        case .closed: throw PoolError.closed
        case .cancelled: throw CancellationError()
        }
    }

    // MARK: Consumers

    /// The next output, in the order in which they came out; `nil` after the last one.
    ///
    /// - Throws: what ended the run, once all outputs have been read; `CancellationError` where the task is cancelled
    ///   while it waits.
    func next() async throws -> Item? {
        let consumer = Consumer()
        let delivery = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                consumer.continuation = continuation
                let (delivery, producers) = state.withLock { state -> (Delivery?, [Producer]) in
                    if let item = state.items.popFirst() { return (.item(item), state.moveUp(capacity)) }
                    if let end = state.end { return (.end(end), []) }
                    if Task.isCancelled { return (.cancelled, []) }
                    state.consumers.append(consumer)
                    return (nil, [])
                }
                for producer in producers { producer.continuation?.resume(returning: .taken) }
                if let delivery { continuation.resume(returning: delivery) }
            }
        } onCancel: {
            let left = state.withLock { state in
                guard let place = state.consumers.firstIndex(where: { $0 === consumer }) else { return false }
                state.consumers.remove(at: place)
                return true
            }
            if left { consumer.continuation?.resume(returning: .cancelled) }
        }
        switch delivery {
        case .item(let item): return item
        case .end(nil): return nil
        case .end(let error?): throw error
        case .cancelled: throw CancellationError()
        }
    }

    // MARK: The end

    /// Takes no output any more.
    func close() {
        let refused = state.withLock { state in
            state.isClosed = true
            defer { state.producers = [] }
            return state.producers
        }
        for producer in refused { producer.continuation?.resume(returning: .closed) }
    }

    /// The run is over: after the outputs that are there comes its end.
    func end(_ failure: (any Error)?) {
        close()
        let consumers = state.withLock { state in
            state.end = .some(failure)
            defer { state.consumers = [] }
            return state.consumers
        }
        for consumer in consumers { consumer.continuation?.resume(returning: .end(failure)) }
    }
}
