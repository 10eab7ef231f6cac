import Glibc
import HummingbirdCore
import HummingbirdTLS
public import Monitoring
import NIOCore
import NIOPosix
import Synchronization

/// Serves pools, and tasks where there are any, over HTTP: to be watched and steered from anywhere.
///
/// It has one thread of its own and uses no other, so that jobs which keep all of the program's threads busy neither
/// hold it up nor are held up by it.
public final class ControlServer: Sendable {
    private let pools: [any MonitorSource]
    private let tasks: (any TaskService)?
    private let options: ControlOptions
    private let listeners: [Listener]
    private let state = Locked(State())

    private struct State {
        var isStarted = false
        var group: MultiThreadedEventLoopGroup?
        var hub: WatchHub?
        var calls: OpenCalls?
        var doors: [OpenDoor] = []
    }

    /// A server; ``start()`` opens it.
    ///
    /// - Parameters:
    ///   - pools: what is watched, in the order in which it is shown; at least one.
    ///   - tasks: who does tasks; without it there are no task routes.
    ///   - listeners: where it is to be reached.
    ///   - options: what it says of itself, and its bounds.
    /// - Precondition: there is at least one pool.
    public init(
        pools: [any MonitorSource], tasks: (any TaskService)? = nil, listeners: [Listener],
        options: ControlOptions = ControlOptions()
    ) {
        precondition(!pools.isEmpty, "a control server needs a pool to serve")
        self.pools = pools
        self.tasks = tasks
        self.listeners = listeners
        self.options = options
    }

    /// Opens it everywhere; returns once it can be reached. Call it once, and ``close()`` in the end.
    ///
    /// - Returns: where it is to be reached, with the ports the system chose; in the order of the listeners.
    /// - Throws: what is wrong with a listener; nothing is open then.
    @discardableResult
    public func start() async throws(ControlError) -> [ControlAddress] {
        let isFirst = state.withLock { state in
            defer { state.isStarted = true }
            return !state.isStarted
        }
        guard isFirst else { throw ControlError(.usage, "this server was started before: make a new one") }
        for listener in listeners { try listener.validate() }
        try SpareDescriptors.check()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let executor = LoopExecutor(group.any())
        let hub = WatchHub(pools: pools, executor: executor, limit: options.watcherLimit)
        let calls = OpenCalls(executor: executor)
        state.withLock { state in
            state.group = group
            state.hub = hub
            state.calls = calls
        }
        let table = RouteTable(pools: pools, tasks: tasks, info: info, readiness: options.readiness)
        var addresses: [ControlAddress] = []
        do throws(ControlError) {
            for listener in listeners {
                let responder = Responder(
                    doorkeeper: Doorkeeper(listener: listener), table: table, hub: hub, calls: calls,
                    bodyLimit: options.bodyLimit, logger: options.logger)
                let door = try await OpenDoor.open(listener, responder, group: group, executor: executor)
                state.withLock { $0.doors.append(door) }
                addresses.append(door.address)
            }
        } catch {
            await close()
            throw error
        }
        return addresses
    }

    /// Stops accepting, ends streams and calls that wait, lets the other requests finish, and takes sockets away.
    /// Does nothing where the server is not open.
    public func close() async {
        let (group, hub, calls, doors) = state.withLock { state in
            defer { (state.group, state.hub, state.calls, state.doors) = (nil, nil, nil, []) }
            return (state.group, state.hub, state.calls, state.doors)
        }
        guard let group else { return }
        for door in doors { door.removeSocket() }
        hub?.close()
        calls?.close()
        await withDiscardingTaskGroup { tasks in
            for door in doors { tasks.addTask { await door.close() } }
        }
        try? await group.shutdownGracefully()
    }

    /// Serves until the task is cancelled, then closes.
    ///
    /// - Throws: what ``start()`` throws.
    public func run() async throws(ControlError) {
        try await start()
        let (stream, ending) = AsyncStream<Never>.makeStream()
        await withTaskCancellationHandler {
            for await _ in stream {}
        } onCancel: {
            ending.finish()
        }
        await close()
    }

    private var info: ServerInfo {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return ServerInfo(
            kind: options.kind, title: options.title, pid: getpid(),
            started: Double(now.tv_sec) + Double(now.tv_nsec) / 1e9, pools: [], tasks: tasks != nil,
            access: "operator")
    }
}

extension RouteTable {
    /// The routes of a server, in the order in which they are documented.
    init(
        pools: [any MonitorSource], tasks: (any TaskService)?, info: ServerInfo,
        readiness: @escaping @Sendable () async -> String?
    ) {
        let served =
            ServerRoutes(pools: pools, info: info, readiness: readiness).routes
            + PoolRoutes(pools: pools).routes
            + (tasks.map { TaskRoutes(service: $0).routes } ?? [])
        self.init(routes: served + [OpenAPIDocument.route(for: served)])
    }
}
