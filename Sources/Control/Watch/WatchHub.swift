import Monitoring
import NIOCore
import NIOHTTPTypes
import Synchronization

/// Sends pools' snapshots to all who watch.
///
/// However many watch the same pool at the same pace, it is looked at once and its snapshot encoded once; the same
/// bytes go to each, straight from the event loop. Nobody is waited for: a watcher whose connection takes no more
/// misses frames. A pool that is idle and has not changed makes no frames, only a sign of life now and then.
final class WatchHub: Sendable {
    /// More than so many may not watch at once.
    let limit: Int
    private let pools: [any MonitorSource]
    private let executor: LoopExecutor
    private let state = Locked(State())

    /// The time after which a silent stream gives a sign of life.
    private static let heartbeat: Duration = .seconds(15)

    private struct State {
        var rooms: [Watch: [Int: Watcher]] = [:]
        var nextID = 0
        var count = 0
        var isClosed = false
    }

    /// Somebody who watches.
    private struct Watcher {
        let channel: any Channel
        let ending: AsyncStream<Never>.Continuation
    }

    /// A place among the watchers, until ``leave()``.
    struct Membership: Sendable {
        let hub: WatchHub
        let watch: Watch
        let id: Int
        private let ending: AsyncStream<Never>

        fileprivate init(hub: WatchHub, watch: Watch, id: Int, ending: AsyncStream<Never>) {
            self.hub = hub
            self.watch = watch
            self.id = id
            self.ending = ending
        }

        /// Returns once the watcher has left, or the hub has closed.
        func end() async { for await _ in ending {} }

        func leave() { hub.leave(watch, id) }
    }

    init(pools: [any MonitorSource], executor: LoopExecutor, limit: Int) {
        self.pools = pools
        self.executor = executor
        self.limit = limit
    }

    /// How many watch now.
    var count: Int { state.withLock { $0.count } }

    /// A frame of the pool as it is now.
    func frame(of watch: Watch) async throws -> ByteBuffer {
        try Self.frame(try await pools[watch.pool].snapshot())
    }

    /// Takes a watcher in; `nil` where there is no room, or the hub has closed.
    func join(_ watch: Watch, _ channel: any Channel) -> Membership? {
        let (stream, ending) = AsyncStream<Never>.makeStream()
        let (id, isFirst): (Int?, Bool) = state.withLock { state in
            guard !state.isClosed, state.count < limit else { return (nil, false) }
            let id = state.nextID
            state.nextID += 1
            state.count += 1
            let isFirst = state.rooms[watch] == nil
            state.rooms[watch, default: [:]][id] = Watcher(channel: channel, ending: ending)
            return (id, isFirst)
        }
        guard let id else { return nil }
        if isFirst {
            // Ends when the room is empty.
            Task(executorPreference: executor) { await self.serve(watch) }
        }
        return Membership(hub: self, watch: watch, id: id, ending: stream)
    }

    /// Ends all streams; nobody can join any more.
    func close() {
        let all = state.withLock { state in
            state.isClosed = true
            state.count = 0
            defer { state.rooms = [:] }
            return state.rooms.values.flatMap(\.values)
        }
        for watcher in all { watcher.ending.finish() }
    }

    private func leave(_ watch: Watch, _ id: Int) {
        let gone = state.withLock { state in
            let gone = state.rooms[watch]?.removeValue(forKey: id)
            if gone != nil { state.count -= 1 }
            return gone
        }
        gone?.ending.finish()
    }

    /// Looks and sends until nobody watches.
    private func serve(_ watch: Watch) async {
        var last: PoolSnapshot?
        var silence: Duration = .zero
        while true {
            await executor.sleep(watch.pace.duration)
            guard let channels = channels(of: watch) else { return }
            silence += watch.pace.duration
            // A source that does not answer now may do so the next time; the sign of life shows that we are here.
            if let snapshot = try? await pools[watch.pool].snapshot(),
                last.map({ !snapshot.isUnchanged(since: $0) }) ?? true, let frame = try? Self.frame(snapshot)
            {
                last = snapshot
                silence = .zero
                send(frame, to: channels)
            } else if silence >= Self.heartbeat {
                silence = .zero
                send(Self.signOfLife, to: channels)
            }
        }
    }

    /// The connections of a room; an empty room is taken away.
    private func channels(of watch: Watch) -> [any Channel]? {
        state.withLock { state in
            guard let room = state.rooms[watch], !room.isEmpty else {
                state.rooms[watch] = nil
                return nil
            }
            return room.values.map(\.channel)
        }
    }

    private func send(_ bytes: ByteBuffer, to channels: [any Channel]) {
        for channel in channels where channel.isWritable {
            channel.writeAndFlush(HTTPResponsePart.body(bytes), promise: nil)
        }
    }

    private static let signOfLife = ByteBuffer(string: ": idle\n\n")

    private static func frame(_ snapshot: PoolSnapshot) throws -> ByteBuffer {
        var json = try Wire.bytes(snapshot)
        var frame = ByteBuffer()
        frame.reserveCapacity(json.readableBytes + 8)
        frame.writeString("data: ")
        frame.writeBuffer(&json)
        frame.writeString("\n\n")
        return frame
    }
}
