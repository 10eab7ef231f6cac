import Monitoring

/// What the log and the messages say of a source that is lost and comes back.
extension CockpitState {
    /// Says in the log that the source is lost, once it has been for a while.
    mutating func tellLoss(now: UnixTime) {
        guard let lost = connection.lost, !connection.isTold, now - lost.since >= Connection.newsworthy else {
            return
        }
        connection.isTold = true
        pool.log.add("no answer: \(lost.reason)", kind: "link", level: .warning, time: poolTime(now))
        refreshLog(now: now)
    }

    /// Says that the source answers again, where it was said to be lost.
    mutating func welcomeBack(now: UnixTime) {
        guard connection.isTold, let lost = connection.lost else { return }
        let text = "answers again, after \(Format.whole(now - (connection.answered ?? lost.since)))"
        pool.log.add(text, kind: "link", time: poolTime(now))
        toasts.show(hasSeveral ? about + text : "The pool " + text, topic: .note(about + "link"), now: now)
        refreshLog(now: now)
    }

    /// The time there, as far as it is known.
    private func poolTime(_ now: UnixTime) -> UnixTime {
        guard let snapshot = pool.snapshot, let answered = connection.answered else { return now }
        return snapshot.time + max(0, now - answered)
    }
}
