import Foundation
import JobQueue
import Monitoring
import SQLiteJobStore
import Synchronization
import Testing
import WorkerPool

/// What durable jobs are worth: processes are ended with `kill -9` at every step of the protocol, and whoever comes after
/// them has to find everything. `CRASH_ROUNDS` sets how often; 208 rounds otherwise, some for each step.
struct CrashMatrixTests {
    private static let rounds = ProcessInfo.processInfo.environment["CRASH_ROUNDS"].flatMap { Int($0) } ?? 208

    @Test func whereverAProcessDies_noJobIsLost_andNoneIsDoneTwiceButWhatWasInFlight() async throws {
        let deaths = Numbers()
        try await inParallel(Self.rounds) { number in
            let steps = CrashPoint.allCases.map(\.rawValue)
            let kills = try await Round(seed: UInt64(number)).play(step: steps[number % steps.count])
            for _ in 0..<kills { _ = deaths.take() }
        }
        // Not every process comes to its step so often; most do.
        #expect(deaths.take() > Self.rounds / 2)
    }

    @Test func aProcessThatIsStoppedForLongerThanItsLease_acknowledgesNothingThatOthersTookOver() async throws
    {
        let takenOver = Numbers()
        try await inParallel(16) { number in
            if try await Round(seed: 10_000 + UInt64(number)).playStopped() { _ = takenOver.take() }
        }
        #expect(takenOver.take() > 0, "every process was stopped in the middle of a transaction")
    }

    /// Waiting for a lease to run out is most of a round, so that many fit side by side.
    private func inParallel(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> Void) async throws
    {
        let next = Numbers()
        try await withThrowingTaskGroup { group in
            for _ in 0..<16 {
                group.addTask {
                    while true {
                        let number = next.take()
                        if number >= count { return }
                        try await body(number)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

/// Gives out numbers from 0, each once.
private final class Numbers: Sendable {
    private let next = Atomic(0)

    func take() -> Int { next.add(1, ordering: .relaxed).oldValue }
}

/// Some processes on one store, most of which die.
private final class Round: Sendable {
    private let seed: UInt64
    private let folder: String
    /// Jobs that one process can have in its hands: two that run and two claimed ahead.
    private static let inHand = 4

    init(seed: UInt64) throws {
        self.seed = seed
        folder = NSTemporaryDirectory() + "pooltop-crash-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Ends one or two processes at that step, unless they are done before they come to it, and has another one finish.
    ///
    /// - Returns: how many were ended.
    func play(step: String) async throws -> Int {
        var random = SplitMix(seed: seed)
        var kills = 0
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let number = Int.random(in: 1...4, using: &random)
            let jobs = Int.random(in: 3...7, using: &random)
            let status = try await run(enqueues: jobs, step, number)
            #expect(status == 0 || status == SIGKILL, "seed \(seed), \(step): one ended with \(status)")
            if status == SIGKILL { kills += 1 }
        }
        let status = try await run(enqueues: 1, "none", 1)
        #expect(status == 0, "seed \(seed), \(step): the last one ended with \(status)")
        try await check(step, kills: kills)
        return kills
    }

    /// Stops a process while it works, lets another take over and finish, and then lets the first go on.
    ///
    /// - Returns: whether the other one could take over: it cannot where the first was stopped in the middle of a
    ///   transaction, as it holds the file then.
    func playStopped() async throws -> Bool {
        var random = SplitMix(seed: seed)
        let stopped = try start(enqueues: 6, "stop", Int.random(in: 1...4, using: &random))
        let hasStopped = try await ended(stopped, orStopped: true)
        let status = try await run(enqueues: 1, "none", 1)
        #expect(status == 0 || status == 75, "seed \(seed): the other one ended with \(status)")
        kill(stopped.processIdentifier, SIGCONT)
        #expect(try await ended(stopped) == 0, "seed \(seed): the one that was stopped (\(hasStopped))")
        try await check("stop", kills: 1)
        return status == 0
    }

    private func check(_ step: String, kills: Int) async throws {
        let store = try await SQLiteJobStore(path: "\(folder)/jobs.db")
        let (kept, runs) = (lines("kept"), lines("runs"))
        let context = "seed \(seed), \(step), \(kills) kills"
        let counters = try await store.queues(now: StoreTime(milliseconds: 0)).map(\.counters)
        for counters in counters { #expect(counters.isBalanced, "\(context): \(counters)") }
        let total = counters.reduce(0) { $0 + $1.submitted }
        let succeeded = counters.reduce(0) { $0 + $1.succeeded }
        #expect(succeeded == total, "\(context): \(counters)")
        #expect(total >= UInt64(kept.count), "\(context): \(total) jobs, \(kept.count) acknowledged")
        var extra = 0
        for id in 1...max(Int(total), 1) {
            guard let job = try await store.job(JobID(rawValue: UInt64(id))) else {
                Issue.record("\(context): job \(id) is gone")
                continue
            }
            #expect(job.state == .succeeded, "\(context): job \(id) is \(job.state)")
            let times = runs.count { $0 == "\(id)" }
            let due = job.job.payload == [2] ? 2 : 1
            #expect(times >= due, "\(context): job \(id) is called done and ran \(times) times")
            extra += times - due
            let ends = job.attempts.count { $0.outcome == "succeeded" }
            #expect(ends == 1, "\(context): \(job.attempts)")
        }
        for id in kept {
            #expect((UInt64(id) ?? 0) <= total && (UInt64(id) ?? 0) > 0, "\(context): lost \(id)")
        }
        let lapses = lines("lapses").count
        #expect(extra <= kills * Round.inHand, "\(context), \(lapses) lapses: \(extra) runs too many")
        try await store.close()
    }

    private func lines(_ file: String) -> [String] {
        let text = (try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    // MARK: Processes

    private func run(enqueues: Int, _ step: String, _ number: Int) async throws -> Int32 {
        try await ended(try start(enqueues: enqueues, step, number))
    }

    private func start(enqueues: Int, _ step: String, _ number: Int) throws -> Process {
        let own = URL(fileURLWithPath: CommandLine.arguments[0])
        let process = Process()
        process.executableURL = own.deletingLastPathComponent().appendingPathComponent("CrashWorker")
        process.arguments = [folder, "\(enqueues)", step, "\(number)"]
        process.environment = ["SWIFT_BACKTRACE": "enable=no"]
        try process.run()
        return process
    }

    /// The exit status or signal of a process, once it has ended; with `orStopped` also SIGSTOP, once it is stopped.
    private func ended(_ process: Process, orStopped: Bool = false) async throws -> Int32 {
        // Foundation reaps; whether it is stopped is only to be seen from outside.
        let limit = ContinuousClock.now + .seconds(120)
        while process.isRunning {
            if orStopped, isStopped(process.processIdentifier) { return SIGSTOP }
            guard ContinuousClock.now < limit else {
                kill(process.processIdentifier, SIGKILL)
                Issue.record("seed \(seed): a process did not end")
                return -1
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return process.terminationStatus
    }

    private func isStopped(_ process: pid_t) -> Bool {
        let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        return text.split(separator: ")").last?.split(separator: " ").first == "T"
    }
}
