import Monitoring

/// A command to a pool in JSON: `{"command": "resize", "workers": 12}`.
struct CommandBody: Codable, Equatable {
    enum Name: String, Codable, CaseIterable {
        case resize, adjust, adapt, pauseIntake, resumeIntake, pauseDispatch, resumeDispatch, freeze, thaw,
            cancel,
            cancelAll, retry, abandon, drain, retryDead, delete, pauseQueue, resumeQueue
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case command, workers, by, jobs, worker, queue
    }

    /// The most jobs that one command may name.
    static let mostJobs = 10_000

    let command: OperatorCommand

    init(_ command: OperatorCommand) { self.command = command }

    init(from decoder: any Decoder) throws {
        try KnownFields.check(decoder, CodingKeys.allCases.map(\.rawValue))
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let text = try fields.decode(String.self, forKey: .command)
        guard let name = Name(rawValue: text) else {
            let known = Name.allCases.map(\.rawValue).joined(separator: ", ")
            throw FieldError("unknown command '\(text.prefix(64))': there are \(known)")
        }
        func jobs() throws -> [JobID] {
            let jobs = try fields.decode([JobID].self, forKey: .jobs)
            guard jobs.count <= Self.mostJobs else { throw FieldError("jobs takes at most \(Self.mostJobs)") }
            return jobs
        }
        command =
            switch name {
            case .resize: .resize(to: try Self.workers(fields.decode(Int.self, forKey: .workers)))
            case .adjust: .adjust(by: try Self.step(fields.decode(Int.self, forKey: .by)))
            case .adapt: .adapt
            case .pauseIntake: .pauseIntake
            case .resumeIntake: .resumeIntake
            case .pauseDispatch: .pauseDispatch
            case .resumeDispatch: .resumeDispatch
            case .freeze: .freeze
            case .thaw: .thaw
            case .cancel: .cancel(try jobs())
            case .cancelAll: .cancelAll
            case .retry: .retry(try jobs())
            case .abandon: .abandon(try fields.decode(WorkerID.self, forKey: .worker))
            case .drain: .drain
            case .retryDead: .retryDead(queue: try fields.decode(String.self, forKey: .queue))
            case .delete: .delete(try jobs())
            case .pauseQueue: .pauseQueue(try fields.decode(String.self, forKey: .queue))
            case .resumeQueue: .resumeQueue(try fields.decode(String.self, forKey: .queue))
            }
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        func put(_ name: Name) throws { try fields.encode(name, forKey: .command) }
        switch command {
        case .resize(let count):
            try put(.resize)
            try fields.encode(count, forKey: .workers)
        case .adjust(let difference):
            try put(.adjust)
            try fields.encode(difference, forKey: .by)
        case .adapt: try put(.adapt)
        case .pauseIntake: try put(.pauseIntake)
        case .resumeIntake: try put(.resumeIntake)
        case .pauseDispatch: try put(.pauseDispatch)
        case .resumeDispatch: try put(.resumeDispatch)
        case .freeze: try put(.freeze)
        case .thaw: try put(.thaw)
        case .cancel(let jobs):
            try put(.cancel)
            try fields.encode(jobs, forKey: .jobs)
        case .cancelAll: try put(.cancelAll)
        case .retry(let jobs):
            try put(.retry)
            try fields.encode(jobs, forKey: .jobs)
        case .abandon(let worker):
            try put(.abandon)
            try fields.encode(worker, forKey: .worker)
        case .drain: try put(.drain)
        case .retryDead(let queue):
            try put(.retryDead)
            try fields.encode(queue, forKey: .queue)
        case .delete(let jobs):
            try put(.delete)
            try fields.encode(jobs, forKey: .jobs)
        case .pauseQueue(let queue):
            try put(.pauseQueue)
            try fields.encode(queue, forKey: .queue)
        case .resumeQueue(let queue):
            try put(.resumeQueue)
            try fields.encode(queue, forKey: .queue)
        }
    }

    /// A number of workers that can be asked for from outside.
    static func workers(_ count: Int) throws -> Int {
        guard (0...PoolBounds.mostWorkers).contains(count) else {
            throw FieldError("workers takes 0 to \(PoolBounds.mostWorkers)")
        }
        return count
    }

    private static func step(_ difference: Int) throws -> Int {
        guard difference != 0, difference.magnitude <= UInt(PoolBounds.mostWorkers) else {
            throw FieldError("by takes a number other than 0, at most \(PoolBounds.mostWorkers) either way")
        }
        return difference
    }
}

/// What may be asked of a pool from outside.
enum PoolBounds {
    /// The most workers.
    static let mostWorkers = 10_000
}
