import Monitoring
import TerminalUI

extension CockpitState {
    /// Takes in one message, of the pool with that number where it is of one; returns what is to be done outside.
    ///
    /// What a key asks for is meant for the pool that was on the screen when it was pressed.
    mutating func reduce(_ message: Message, from source: Int = 0, now: UnixTime) -> [Errand] {
        toasts.expire(now: now)
        guard panes.indices.contains(source) else { return [] }
        let effects: [Effect]
        let pool: Int
        if case .input(let input) = message {
            effects = take(input, now: now)
            pool = selected
        } else {
            effects = address(pool: source) { $0.take(message, now: now) }
            pool = source
        }
        return effects.map { effect in
            guard case .perform(_, let request) = effect, let meant = requests[request]?.pool else {
                return Errand(source: pool, effect: effect)
            }
            return Errand(source: meant, effect: effect)
        }
    }

    /// Takes in news of the pool that is addressed.
    private mutating func take(_ message: Message, now: UnixTime) -> [Effect] {
        switch message {
        case .input: return []
        case .snapshot(let snapshot): return take(snapshot, now: now)
        case .jobs(let query, let page): return take(page, for: query, now: now)
        case .job(let id, let detail):
            pool.job = (id, detail)
            return []
        case .failures(let failures):
            pool.take(failures)
            refreshErrors(now: now)
            refreshLatest(now: now)
            return []
        case .events(let page):
            take(page, now: now)
            return []
        case .receipt(let request, let receipt): return take(receipt, for: request, now: now)
        case .undelivered(let request, let reason):
            requests[request] = nil
            toasts.show("\(about)Not sent: \(reason)", .error, topic: .request(request), now: now)
            if quitAfter.contains(request) { quitAfter = [] }
            return []
        case .lost(let reason):
            if connection.lost == nil { connection.lost = (reason, now) }
            connection.check(now: now)
            return []
        case .heard(let time):
            if let answered = connection.answered, time > answered {
                if let lost = connection.lost, time > lost.since {
                    welcomeBack(now: now)
                    connection = Connection()
                }
                connection.answered = time
                connection.check(now: now)
            }
            return []
        case .tick:
            for index in panes.indices {
                panes[index].connection.check(now: now)
                address(pool: index) { $0.tellLoss(now: now) }
            }
            if let end = earliestHold, end <= now { refreshLists(now: now) }
            return []
        }
    }

    /// When something on the screen changes by the passing of time alone.
    func deadline(now: UnixTime) -> UnixTime? {
        var times = [toasts.nextExpiry, earliestHold].compactMap { $0 }
        times += panes.compactMap { $0.connection.nextChange }
        return times.min()
    }

    private var earliestHold: UnixTime? {
        [
            overview.holdEnds, workers.holdEnds, jobs.holdEnds, errors.holdEnds, latest.holdEnds,
            queues.holdEnds,
        ].compactMap { $0 }.min()
    }

    /// Takes over how far the lists were scrolled in the picture that the operator sees.
    private mutating func adoptLayout() {
        overview.top = layout.overviewTop
        workers.top = layout.workersTop
        jobs.top = layout.jobsTop
        errors.top = layout.errorsTop
        log.top = layout.logTop
        latest.top = layout.latestTop
        queues.top = layout.queuesTop
    }

    private mutating func take(_ input: Input, now: UnixTime) -> [Effect] {
        adoptLayout()
        switch input {
        case .key(let key): return press(key, now: now)
        case .mouse(let event): return click(event, now: now)
        case .paste(let text): return paste(text, now: now)
        case .resize(let size):
            self.size = size
            return []
        case .resumed: return [.sampleNow]
        case .wake: return []
        case .hangup: return [.quit(.hangup)]
        }
    }
}
