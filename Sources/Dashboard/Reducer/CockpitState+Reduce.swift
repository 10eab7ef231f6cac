import Monitoring
import TerminalUI

extension CockpitState {
    /// Takes in one message; returns what is to be done outside.
    mutating func reduce(_ message: Message, now: UnixTime) -> [Effect] {
        toasts.expire(now: now)
        switch message {
        case .input(let input): return take(input, now: now)
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
            toasts.show("Not sent: \(reason)", .error, topic: .request(request), now: now)
            if quitAfter == request { quitAfter = nil }
            return []
        case .lost(let reason):
            if connection.lost == nil { connection.lost = (reason, now) }
            return []
        case .heard(let time):
            if let answered = connection.answered, time > answered {
                connection.answered = time
                connection.isStale = false
            }
            return []
        case .tick:
            checkAge(now: now)
            if let end = earliestHold, end <= now { refreshLists(now: now) }
            return []
        }
    }

    /// When something on the screen changes by the passing of time alone.
    func deadline(now: UnixTime) -> UnixTime? {
        var times = [toasts.nextExpiry, earliestHold].compactMap { $0 }
        if let answered = connection.answered, !connection.isStale, connection.lost == nil {
            times.append(answered + Connection.patience)
        }
        return times.min()
    }

    private var earliestHold: UnixTime? {
        [
            overview.holdEnds, workers.holdEnds, jobs.holdEnds, errors.holdEnds, latest.holdEnds,
        ].compactMap { $0 }.min()
    }

    private mutating func checkAge(now: UnixTime) {
        guard let answered = connection.answered else { return }
        connection.isStale = now - answered >= Connection.patience
    }

    /// Takes over how far the lists were scrolled in the picture that the operator sees.
    private mutating func adoptLayout() {
        overview.top = layout.overviewTop
        workers.top = layout.workersTop
        jobs.top = layout.jobsTop
        errors.top = layout.errorsTop
        log.top = layout.logTop
        latest.top = layout.latestTop
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
