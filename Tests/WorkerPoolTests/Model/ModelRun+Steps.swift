import Monitoring
import Synchronization

@testable import WorkerPool

extension ModelRun {
    /// Does something, anything, to both.
    func step() {
        switch random(1...100) {
        case ...30: submit()
        case ...36: submitMany()
        case ...60: endSomething()
        case ...66: cancelSomething()
        case ...67: cancelAll()
        case ...69: cancelProducer()
        case ...75: resize()
        case ...80: switchIntake()
        case ...85: switchDispatch()
        case ...88: switchFreeze()
        case ...89: abandon()
        default:
            let time = Duration.milliseconds(
                [1, 500, 1_000, 3_000, 10_000].randomElement(using: &generator) ?? 1)
            tell("\(time) pass")
            pass(time)
        }
    }

    private func submit() {
        var policies: [OverflowPolicy] = [.wait, .wait(for: .seconds(random(0...5)))]
        if !isOrdered { policies += [.wait, .reject, .dropOldest, .dropNewest, .callerRuns] }
        let policy = policies.randomElement(using: &generator) ?? .wait
        let tag = newTag()
        let plan = reference.plans[tag] ?? Reference.Plan()
        let left = predict([tag], policy)
        let (pool, theatre) = (pool, theatre)
        let producer = produce {
            try await pool.submit(
                theatre.options(tag, plan), returning: Void.self, overflow: policy, theatre.body(tag, plan))
        }
        standInLine(left, producer)
        handles[tag] = producer
        tell("submit \(tag), \(policy), by \(producer)")
    }

    private func submitMany() {
        let tags = (0..<random(2...10)).map { _ in newTag() }
        let jobs = tags.map { theatre.job($0, reference.plans[$0] ?? Reference.Plan()) }
        let left = predict(tags, .wait)
        let pool = pool
        let producer = produce {
            try await pool.submit(contentsOf: jobs)
            return nil
        }
        standInLine(left, producer)
        tell("submit \(tags) by \(producer)")
    }

    private func standInLine(_ tags: [Int], _ producer: Int) {
        guard !tags.isEmpty else { return }
        reference.line.append(Reference.Waiter(producer: producer, tags: tags, submittedAt: reference.now))
    }

    /// Does to the reference what a submit does to the pool; returns the jobs that have to wait.
    private func predict(_ tags: [Int], _ policy: OverflowPolicy) -> [Int] {
        let mayWait = policy.description == "wait"
        if reference.isClosed || (reference.isIntakePaused && !mayWait) {
            reference.rejected += UInt64(tags.count)
            return []
        }
        if reference.isIntakePaused || (mayWait && !reference.line.isEmpty) { return tags }
        // How much room a batch takes up depends on how far it has come, which only its worker knows.
        let (room, oldest) = pool.state.withLock { machine in
            if machine.occupied >= machine.capacity { _ = machine.hasRoomAfterAll(now: reference.now) }
            return (max(machine.capacity - machine.occupied, 0), machine.queue.oldest()?.id.rawValue)
        }
        for tag in tags.prefix(room) { reference.admit(tag, submittedAt: reference.now) }
        let left = Array(tags.dropFirst(room))
        guard !mayWait, let tag = left.first else { return left }
        predictOverflow(tag, policy, oldest.flatMap { id in reference.jobs.first { $0.value.id == id }?.key })
        return []
    }

    private func predictOverflow(_ tag: Int, _ policy: OverflowPolicy, _ oldest: Int?) {
        if policy == .callerRuns {
            reference.admit(tag, submittedAt: reference.now, phase: .inline)
        } else if policy == .dropNewest {
            reference.admit(tag, submittedAt: reference.now, phase: .dropped)
        } else if policy == .dropOldest, let oldest {
            reference.jobs[oldest]?.phase = .dropped
            reference.admit(tag, submittedAt: reference.now)
        } else {
            reference.rejected += 1
        }
    }

    private func endSomething() {
        guard let tag = theatre.onStage.sorted().randomElement(using: &generator) else { return }
        var endings: [Reference.Ending] = [.well, .well, .well, .failed, .failed, .failedForGood]
        // At once means before or after the next one: what comes first then is anyone's guess.
        endings.append(.failedFor(seconds: UInt64(random((isOrdered ? 1 : 0)...10))))
        let ending = endings.randomElement(using: &generator) ?? .well
        tell("job \(tag) ends: \(ending)")
        end(tag, ending)
    }

    private func cancelSomething() {
        guard let tag = reference.plans.keys.sorted().randomElement(using: &generator) else { return }
        let id = reference.jobs[tag]?.id ?? 999_999
        tell("cancel \(tag)")
        let phase = reference.cancel(tag)
        let receipt = pool.cancel(JobID(rawValue: id))
        if receipt.phase != phase { complain("the receipt for job \(tag) says \(receipt)") }
    }

    private func cancelAll() {
        tell("cancel all")
        for tag in reference.jobs.keys { _ = reference.cancel(tag) }
        pool.cancelAll()
    }

    private func cancelProducer() {
        guard let waiter = reference.line.randomElement(using: &generator) else { return }
        tell("cancel producer \(waiter.producer)")
        _ = reference.leaveLine(waiter.producer)
        producers[waiter.producer]?.cancel()
    }

    private func resize() {
        let count = isOrdered ? random(0...1) : random(0...6)
        let wantsRequeue = chance(40)
        reference.resize(to: count)
        let youngest = reference.surplusByAge()
        // Of those that started at the same instant any may be chosen, so that nothing could be predicted.
        let requeues = wantsRequeue && youngest != nil
        if requeues, let youngest { reference.requeue(on: youngest) }
        tell("resize to \(count)\(requeues ? ", requeue" : "")")
        pool.resize(to: count, shrink: requeues ? .requeueYoungest : .finish)
    }

    private func switchIntake() {
        tell("switch intake")
        reference.isIntakePaused.toggle()
        if reference.isIntakePaused { pool.pauseIntake() } else { pool.resumeIntake() }
    }

    private func switchDispatch() {
        tell("switch dispatch")
        reference.isDispatchPaused.toggle()
        if reference.isDispatchPaused { pool.pauseDispatch() } else { pool.resumeDispatch() }
    }

    private func switchFreeze() {
        tell("switch freeze")
        if reference.frozenSince == nil {
            reference.freeze()
            pool.freeze()
        } else {
            reference.thaw()
            pool.thaw()
        }
    }

    private func abandon() {
        guard let number = reference.workers.keys.sorted().randomElement(using: &generator) else { return }
        tell("abandon worker \(number)")
        let isBusy = reference.workers[number]?.job != nil
        reference.abandon(number)
        let receipt = pool.abandon(WorkerID(rawValue: number))
        if (receipt.phase == .done) != isBusy { complain("the receipt says \(receipt)") }
    }
}
