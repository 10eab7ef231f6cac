import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

/// A real pool and the reference beside it: whatever is done to one is done to the other, and after each step both
/// must look the same.
final class ModelRun {
    let seed: UInt64
    let clock = ManualClock()
    let theatre = Theatre()
    let pool: Pool
    var reference: Reference
    var generator: SplitMix
    /// Whether jobs can only start in the order of their turns.
    let isOrdered: Bool
    var producers: [Int: Task<JobHandle<Void>?, Never>] = [:]
    /// Who submitted a job of which there is a handle.
    var handles: [Int: Int] = [:]
    /// Jobs that were told how to end and have not said that they did.
    private var toldToEnd: Set<Int> = []
    private var unread: [Theatre.Line] = []
    /// Producers in line before one who was let in.
    private var overtaken: Set<Int> = []
    private var lastTag = 0
    private var lastProducer = 0
    /// What was done so far, for whoever has to find out.
    private(set) var story: [String] = []
    private(set) var hasFailed = false

    init(seed: UInt64) {
        self.seed = seed
        generator = SplitMix(seed: seed)
        isOrdered = seed.isMultiple(of: 3)
        let workers = isOrdered ? 1 : Int.random(in: 0...5, using: &generator)
        let capacity = [1, 2, 3, 5, 8, 16, 40].randomElement(using: &generator) ?? 1
        pool = Pool(.still(workers: workers, capacity: capacity, clock: clock))
        reference = Reference(capacity: capacity, workers: workers, now: clock.now)
        story.append("\(workers) workers, capacity \(capacity)")
    }

    func random(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    func chance(_ percent: Int) -> Bool { random(1...100) <= percent }
    func tell(_ line: String) { story.append(line) }

    func newTag() -> Int {
        lastTag += 1
        var plan = Reference.Plan()
        if chance(25) { plan.timeout = UInt64(random(1...20)) * 1_000_000_000 }
        if chance(40) { plan.maxAttempts = random(2...4) }
        plan.isCooperative = chance(70)
        reference.plans[lastTag] = plan
        return lastTag
    }

    /// Starts a task that submits, and says how that ended.
    func produce(_ submit: @escaping @Sendable () async throws -> JobHandle<Void>?) -> Int {
        lastProducer += 1
        let (producer, theatre) = (lastProducer, theatre)
        producers[producer] = Task {
            do {
                let handle = try await submit()
                theatre.note(.submitted(producer: producer, nil))
                return handle
            } catch {
                theatre.note(.submitted(producer: producer, error as? PoolError))
                return nil
            }
        }
        return producer
    }

    func end(_ tag: Int, _ ending: Reference.Ending) {
        toldToEnd.insert(tag)
        theatre.end(tag, ending)
    }

    func complain(_ complaint: String) {
        guard !hasFailed else { return }
        hasFailed = true
        Issue.record("seed \(seed): \(complaint)\n  \(story.suffix(40).joined(separator: "\n  "))")
    }

    // MARK: Bringing both together

    /// Waits until the pool looks as the reference says. Where nothing stirs any more and it does not, a little time
    /// passes: a worker may be wanted that is woken only then.
    func settle() async {
        let limit = ContinuousClock.now + .seconds(60)
        var calm = 0
        while !hasFailed {
            absorb()
            if reference.isClosed, reference.counters.unfinished == 0 { return }
            let difference = difference()
            if difference == nil, isStill { return }
            calm = isStill ? calm + 1 : 0
            if calm > 20 {
                calm = 0
                pass(.milliseconds(2))
            }
            if ContinuousClock.now > limit {
                complain("never settled: \(difference ?? "it never came to rest")")
            }
            await Task.yield()
        }
    }

    func pass(_ time: Duration) {
        clock.advance(by: time)
        reference.pass(to: clock.now)
    }

    /// Whether every worker is parked or on stage, and nothing is about to happen.
    private var isStill: Bool {
        let onStage = theatre.onStage
        return toldToEnd.isEmpty && overtaken.isEmpty && !reference.expectsStop
            && pool.state.withLock { machine in
                machine.parked.count + machine.slots.count { $0.current != nil } == machine.slots.count
                    && !machine.isWaking
            }
            && Set(reference.running + reference.inline).isSubset(of: onStage) && pool.timers.next > clock.now
    }

    /// Tells the reference what jobs and producers said.
    func absorb() {
        unread += theatre.takeLines()
        guard absorbAdmissions() else { return }
        for line in unread {
            // What is due at once may have come of the line before.
            reference.pass(to: clock.now)
            switch line {
            case .started(let tag, let context): absorbStart(of: tag, context)
            case .ended(let tag, let ending): absorbEnd(of: tag, ending)
            case .submitted(let producer, nil):
                if reference.line.contains(where: { $0.producer == producer }) {
                    complain("producer \(producer) is through and its jobs are not")
                }
            case .submitted(let producer, _):
                overtaken.remove(producer)
                reference.rejected += UInt64(reference.leaveLine(producer))
            }
        }
        unread = []
    }

    /// Lets those in who were let in; false where it cannot be seen yet who they were.
    private func absorbAdmissions() -> Bool {
        let submitted = pool.counters.submitted
        while UInt64(reference.jobs.count) < submitted {
            let id = JobID(rawValue: UInt64(reference.jobs.count) + 1)
            guard let name = pool.job(id)?.summary.name, let tag = Int(name) else { return false }
            guard let place = reference.line.firstIndex(where: { $0.tags.first == tag }) else {
                complain("job \(tag) is in, and it was not its turn")
                return false
            }
            // Those in front must have run out of patience, and are going to say so.
            overtaken.formUnion(reference.line[..<place].map(\.producer))
            reference.admitNext(inLineAt: place)
        }
        return true
    }

    private func absorbEnd(of tag: Int, _ ending: Reference.Ending) {
        toldToEnd.remove(tag)
        if ending == .toldToStop, reference.jobs[tag]?.stop == nil, !reference.zombies.contains(tag) {
            complain(
                "job \(tag) was cancelled and nobody had asked for it: \(String(describing: reference.jobs[tag]))"
            )
        }
        reference.end(tag, ending)
    }

    private func absorbStart(of tag: Int, _ context: JobContext) {
        guard let job = reference.jobs[tag] else { return complain("job \(tag) runs and was never admitted") }
        if job.id != context.id.rawValue { complain("job \(tag) is \(context.id) and should be #\(job.id)") }
        if context.attempt != job.failures + 1 { complain("attempt \(context.attempt) of job \(tag)") }
        if job.phase == .inline {
            reference.jobs[tag]?.runs += 1
            return
        }
        guard job.phase == .waiting else { return complain("job \(tag) runs and was \(job.phase)") }
        let number = context.worker.rawValue
        guard let worker = reference.workers[number], worker.job == nil, !worker.isRetiring else {
            return complain("job \(tag) runs on worker \(number), which is busy or gone")
        }
        if !reference.isDispatching { complain("job \(tag) was started while dispatch was stopped") }
        if isOrdered, reference.next != tag {
            complain("job \(tag) was started before job \(reference.next ?? 0)")
        }
        let startedAt = pool.state.withLock { machine in
            machine.slots.first { $0.id.rawValue == number }?.startedAt.load(ordering: .relaxed)
        }
        reference.start(tag, on: number, at: startedAt ?? clock.now)
    }

    /// What is not as the reference says.
    private func difference() -> String? {
        if reference.expectsStart {
            return "jobs \(reference.waiting) wait while \(reference.idleWorkers) are idle"
        }
        let snapshot = pool.snapshot()
        let expected = reference.counters
        if snapshot.counters != expected { return "\(snapshot.counters)\n  instead of \(expected)" }
        let workers = snapshot.workers
        let numbers = [workers.target, workers.live, workers.busy, workers.idle, workers.retiring]
        let running = reference.running.count
        let live = reference.workers.count
        let retiring = reference.workers.values.count(where: \.isRetiring)
        let wanted = [reference.target, live, running, live - running, retiring]
        if numbers != wanted {
            return "target, live, busy, idle, retiring are \(numbers) instead of \(wanted)"
        }
        if workers.each.map(\.id.rawValue) != reference.workers.keys.sorted() {
            return "other workers than expected"
        }
        if snapshot.producers.waiting != reference.line.count {
            return "\(snapshot.producers.waiting) producers wait instead of \(reference.line.count)"
        }
        if pool.liveTasks != live + reference.zombies.count { return "\(pool.liveTasks) tasks live" }
        return unsoundness(snapshot)
    }

    /// What must never be, whatever the reference says.
    private func unsoundness(_ snapshot: PoolSnapshot) -> String? {
        if !snapshot.counters.isBalanced { return "the counters do not add up" }
        let (occupied, handed, returning) = pool.state.withLock { machine in
            (machine.occupied, machine.handed, machine.slots.reduce(0) { $0 + $1.handed })
        }
        if handed != returning { return "\(handed) jobs are handed out, \(returning) by the workers' count" }
        let queued = Int(snapshot.counters.queued)
        if occupied < queued { return "\(occupied) places are occupied by \(queued) jobs" }
        let isOpen = !reference.isIntakePaused && !reference.isClosed
        if isOpen, !reference.line.isEmpty {
            if queued == 0 { return "producers wait at an empty queue" }
            let isStopped = !reference.isDispatching || reference.target == 0
            if isStopped, occupied < reference.capacity { return "producers wait although there is room" }
        }
        return nil
    }
}
