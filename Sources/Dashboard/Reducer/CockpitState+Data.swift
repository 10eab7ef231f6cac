import Monitoring
import TerminalUI

extension CockpitState {
    /// How often the hint is worked out: often enough, and slow enough to be read.
    private static let hintPace: Seconds = 5
    /// How often the failures are asked for where nobody looks at them.
    private static let failuresPace: Seconds = 3
    /// How long a resize is waited for to be judged.
    private static let verdictWait: Seconds = 180

    /// Takes in what the pool is now.
    mutating func take(_ snapshot: PoolSnapshot, now: UnixTime) -> [Effect] {
        welcomeBack(now: now)
        connection = Connection()
        connection.answered = now
        let before = pool.snapshot
        let second = pool.history.now
        pool.snapshot = snapshot
        pool.history.record(snapshot)
        pool.gauges.take(snapshot)
        pool.noteTraits(of: snapshot.workers.each.lazy.compactMap(\.job))
        pool.idleSince = snapshot.isIdle ? pool.idleSince ?? snapshot.time : nil
        if pool.history.now != second || before == nil {
            measure(snapshot, now: now)
        }
        if before?.workers.target != snapshot.workers.target || before?.state != snapshot.state
            || before?.paused != snapshot.paused || before?.sizing?.isActive != snapshot.sizing?.isActive
        {
            refreshHint(snapshot)
        }
        if let before, snapshot.lastEvent < before.lastEvent { pool.log.restart() }
        if frozen == nil {
            refreshWorkers(now: now)
            refreshLatest(now: now)
            refreshQueues(now: now)
        }
        return questions(after: before)
    }

    /// What is to be asked for the view in front now that there is a new snapshot.
    private mutating func questions(after before: PoolSnapshot?) -> [Effect] {
        guard let snapshot = pool.snapshot else { return [] }
        var effects: [Effect] = []
        if snapshot.lastEvent > pool.log.lastEvent { effects.append(.fetchEvents(after: pool.log.lastEvent)) }
        if frozen != nil || !isOnScreen { return effects }
        if tab == .jobs { effects.append(.fetchJobs(jobQuery)) }
        if tab == .overview, layout.nextRows > 0 { effects.append(.fetchJobs(nextQuery)) }
        if mustAskForFailures(snapshot) {
            failuresAskedFor = (snapshot.errors, snapshot.time)
            effects.append(.fetchFailures)
        }
        for case .job(let id) in details.map(\.subject) where !isOver(id) { effects.append(.fetchJob(id)) }
        return effects
    }

    /// Whether the failures are to be asked for: at once where somebody looks at them, now and then where only
    /// their kinds are counted.
    private func mustAskForFailures(_ snapshot: PoolSnapshot) -> Bool {
        guard snapshot.errors != failuresAskedFor.errors else { return false }
        if tab == .errors || !details.isEmpty { return true }
        return abs(snapshot.time - failuresAskedFor.time) >= Self.failuresPace
    }

    /// Whether a job shown in detail will not change any more.
    private func isOver(_ id: JobID) -> Bool {
        guard let job = pool.job, job.id == id else { return false }
        return job.detail?.summary.state.isFinal ?? true
    }

    /// Works out what changes once a second.
    private mutating func measure(_ snapshot: PoolSnapshot, now: UnixTime) {
        pool.forecast = QueueForecast(
            depth: snapshot.queue.depth, capacity: snapshot.queue.capacity, history: pool.history
        ).under(snapshot.paused)
        let recent = pool.history.complete.suffix(300)
        pool.rateScale = .fitting(recent.reduce(0) { max($0, $1.completed) }, previous: pool.rateScale)
        pool.depthScale = .fitting(recent.reduce(0) { max($0, $1.depth ?? 0) }, previous: pool.depthScale)
        // What says that there is nothing to measure yet is looked at again at once.
        if abs(snapshot.time - pool.hintAt) >= Self.hintPace || pool.hint.isPreliminary {
            refreshHint(snapshot)
        }
        judge(now: now)
    }

    private mutating func refreshHint(_ snapshot: PoolSnapshot) {
        pool.hintAt = snapshot.time
        pool.hint = SizingHint(
            snapshot, history: pool.history, resized: pool.marks.last { $0.to != nil }?.second,
            knee: pool.knee(at: snapshot.time))
    }

    /// Judges the resizes that have settled.
    private mutating func judge(now: UnixTime) {
        let resizes = pool.marks.indices.filter { pool.marks[$0].to != nil }
        for (place, index) in resizes.enumerated() where pool.marks[index].verdict == nil {
            let mark = pool.marks[index]
            guard Double(pool.history.now) - mark.time < Self.verdictWait, let from = mark.from,
                let to = mark.to
            else { continue }
            let earlier = place > 0 ? pool.marks[resizes[place - 1]].second + ResizeVerdict.settling : .min
            let later = place + 1 < resizes.count ? pool.marks[resizes[place + 1]].second : .max
            guard
                let verdict = ResizeVerdict(
                    from: from, to: to, at: mark.second, history: pool.history, earliest: earlier,
                    latest: later)
            else { continue }
            pool.marks[index].verdict = verdict
            pool.log.add(verdict.text, kind: "verdict", time: pool.snapshot?.time ?? now)
            toasts.show(about + verdict.text, topic: .note(about + "verdict"), now: now)
            refreshLog(now: now)
        }
    }

    /// Takes in new events.
    mutating func take(_ page: EventPage, now: UnixTime) {
        for event in pool.log.add(page) {
            if let mark = OperatorMark(event) { OperatorMark.add(mark, to: &pool.marks) }
            if let receipt = event.receipt, receipts[receipt.id] != nil {
                announce(receipt, topic: .receipt(receipt.id, pool: addressed), now: now)
            }
        }
        refreshLog(now: now)
    }

    /// Takes in the answer to a command.
    mutating func take(_ receipt: Receipt, for request: Int, now: UnixTime) -> [Effect] {
        let topic = requests.removeValue(forKey: request)?.topic ?? .request(request)
        let ofReceipt = Toast.Topic.receipt(receipt.id, pool: addressed)
        if topic == .request(request) { toasts.rename(topic, to: ofReceipt) }
        announce(receipt, topic: topic == .request(request) ? ofReceipt : topic, now: now)
        if quitAfter.remove(request) != nil, quitAfter.isEmpty { return [.quit(.quitCancelled)] }
        // A durable job that had ended may be alive again.
        guard hasQueues, isOnScreen else { return [.sampleNow] }
        return [.sampleNow]
            + details.compactMap { detail in
                if case .job(let id) = detail.subject { .fetchJob(id) } else { nil }
            }
    }

    private mutating func announce(_ receipt: Receipt, topic: Toast.Topic, now: UnixTime) {
        switch receipt.phase {
        case .requested, .signalled:
            if receipts.count >= 1_000 { receipts.removeAll() }
            receipts[receipt.id] = now
            toasts.show(about + receipt.message, .pending, topic: topic, now: now)
        case .done:
            receipts[receipt.id] = nil
            toasts.show(about + receipt.message, .info, topic: topic, now: now)
        case .refused:
            receipts[receipt.id] = nil
            toasts.show(about + receipt.message, .error, topic: topic, now: now)
        }
    }
}
