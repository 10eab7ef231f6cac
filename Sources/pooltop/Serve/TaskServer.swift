import AsyncHTTPClient
import CommandRunner
import Control
import Foundation
import Glibc
import JobQueue
import Logging
import SQLiteJobStore
import Synchronization

/// Everything that `pooltop serve` consists of, put together.
struct TaskServer {
    private let configuration: ServeConfiguration
    private let title: String
    private let storePath: String

    /// A server as that file wants it; its database lies beside the file unless its path says otherwise.
    init(_ configuration: ServeConfiguration, file: String) {
        self.configuration = configuration
        let place = URL(fileURLWithPath: file)
        title = place.deletingPathExtension().lastPathComponent
        storePath =
            URL(fileURLWithPath: configuration.store, relativeTo: place.deletingLastPathComponent()).path
    }

    /// Serves until a signal ends it.
    ///
    /// - Throws: where it cannot start.
    func run() async throws {
        var options = SQLiteJobStore.Options()
        options.durability = configuration.isRelaxed ? .normal : .full
        let store = try await SQLiteJobStore(path: storePath, options: options)
        do {
            try await serve(store)
        } catch {
            try? await store.close()
            throw error
        }
        try await store.close()
    }

    private func serve(_ store: SQLiteJobStore) async throws {
        let host = try ProcessHost()
        var settings = HTTPClient.Configuration()
        // A refused connection is an attempt that has failed: the kind says how many there are.
        settings.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        let runner = TaskRunner(host: host, client: client, outputLimit: configuration.outputLimit)
        let kinds = configuration.kinds.values.sorted { $0.name < $1.name }.map(runner.jobKind)
        let queue = JobQueue(store, kinds: kinds, queueConfiguration)
        try await declareLimits(queue)
        let tasks = DurableTasks(
            queue, kinds: configuration.kinds, jobKinds: kinds, retention: queueConfiguration.retention)
        let source = JobQueueSource(queue)
        var options = ControlOptions(kind: "serve", title: title)
        options.logger = logger
        options.readiness = { queue.isRunning ? nil : "the queue does not run" }
        let server = ControlServer(
            pools: [source], tasks: tasks, listeners: configuration.listeners, options: options)
        let addresses = try await server.start()
        for address in addresses { StandardStreams.tell("listening on \(address)") }
        let live = LiveSocket(kind: "serve", title: title, pools: [source], tasks: tasks)
        try watchSignals(queue, host)
        try await queue.run()
        tasks.close()
        await live.close()
        await server.close()
        try? await client.shutdown()
        StandardStreams.tell("ended; what waits is kept in \(storePath)")
    }

    private var queueConfiguration: JobQueueConfiguration {
        var queue = JobQueueConfiguration(workers: configuration.workers)
        queue.name = title
        queue.capacity = configuration.capacity
        queue.retention.succeeded = configuration.keep
        queue.retention.cancelled = configuration.keep
        queue.retention.dead = configuration.keepDead
        let shortest = min(configuration.keep, configuration.keepDead)
        queue.cleanInterval = min(queue.cleanInterval, max(shortest, .seconds(1)))
        queue.grace = configuration.grace
        queue.logger = logger
        return queue
    }

    private var logger: Logger {
        var logger = Logger(label: "pooltop") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        return logger
    }

    /// The limits of the file hold from the first start on, or when they have changed there; what an operator has changed
    /// since then stays, and so does a pause.
    private func declareLimits(_ queue: JobQueue) async throws {
        let stored = try await queue.queues()
        for kind in configuration.kinds.values {
            var settings = stored.first { $0.name == kind.name }?.settings ?? QueueSettings()
            let limits = QueueLimits(concurrency: kind.concurrency, rate: kind.rate)
            guard settings.declared != limits else { continue }
            settings.declared = limits
            settings.concurrency = kind.concurrency
            settings.rate = kind.rate
            settings.burst = max(kind.rate.map { Int($0) } ?? 1, 1)
            try await queue.configure(kind.name, settings)
        }
    }

    private func watchSignals(_ queue: JobQueue, _ host: ProcessHost) throws {
        let count = Atomic(0)
        try SignalWatch.start([SIGINT, SIGTERM, SIGQUIT]) { number in
            switch count.add(1, ordering: .relaxed).newValue {
            case 1:
                StandardStreams.tell(
                    "ending: no more tasks are started, running ones finish; once more stops them")
                // Ends when the queue has; the process ends after that.
                Task.detached { await queue.shutdown() }
            case 2:
                StandardStreams.tell("stopping running tasks: they run again with the next start")
                queue.handBack()
                host.killAll()
            default:
                LiveSocket.removeFiles()
                host.killAll()
                _exit(128 + number)
            }
        }
    }
}
