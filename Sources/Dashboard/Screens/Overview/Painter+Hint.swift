import Monitoring
import TerminalUI

/// The sizing hint in words, as many as fit.
extension Painter {
    /// The hint on one line.
    func hintText(room: Int) -> StyledText {
        if state.isOver == true { return farewell(room: room)[0] }
        if let sizing = activeSizing { return sizingText(sizing, room: room) }
        switch pool.hint {
        case .none where pool.snapshot?.counters.submitted == 0:
            return StyledText(SafeText(state.environment.emptyMessage), .dim)
        case .none(let reason): return StyledText(SafeText(reason), .dim)
        case .measuring: return StyledText("measuring …", .dim)
        case .finishing(let left, let time):
            var text = StyledText(SafeText("nothing arrives; \(Format.many(left, "job")) left"))
            if let time { text.append(SafeText(", done in \(Format.whole(time))"), .dim) }
            return text
        case .advice(let advice):
            let key = hintKey
            let forms = [
                load(advice) + StyledText("; ") + situation(advice) + advised(advice, isLong: true),
                load(advice) + StyledText("; ") + have(advice) + advised(advice, isLong: true),
                load(advice) + StyledText("; ") + have(advice) + advised(advice, isLong: false),
                shortLoad(advice) + advised(advice, isLong: false),
                advisedAlone(advice),
            ].map { key.isEmpty ? $0 : $0 + StyledText(" ") + key }
            return forms.first { $0.width <= room } ?? forms[forms.count - 1].truncated(to: max(0, room))
        }
    }

    /// The hint on two lines: the measured load, and what follows from it.
    func hintLines(room: Int) -> [StyledText] {
        if state.isOver == true { return farewell(room: room) }
        if let sizing = activeSizing { return sizingLines(sizing, room: room, most: 2) }
        guard case .advice(let advice) = pool.hint else { return [hintText(room: room)] }
        var second = situation(advice) + advised(advice, isLong: true)
        if !hintKey.isEmpty { second += StyledText(" ") + hintKey }
        if second.width > room {
            second = have(advice) + advised(advice, isLong: true) + StyledText(" ") + hintKey
        }
        let samples = StyledText(SafeText("  (\(Format.count(advice.samples)) runs)"), .dim)
        let first = load(advice)
        return [first.width + samples.width <= room ? first + samples : first, second]
    }

    /// How all went, and what to press: on a line of its own where both do not fit on one.
    private func farewell(room: Int) -> [StyledText] {
        let counters = pool.snapshot?.counters ?? Counters()
        var text = StyledText(SafeText("all done: \(Format.count(counters.succeeded)) succeeded"))
        if counters.failed > 0 {
            text.append(SafeText(", \(Format.count(counters.failed)) failed"), Style(.failed))
        }
        if counters.cancelled > 0 { text.append(SafeText(", \(Format.count(counters.cancelled)) cancelled")) }
        var keys = StyledText()
        if counters.failed > 0, !state.environment.isReadOnly {
            keys += StyledText("r", .footerKey) + " runs one again   "
        }
        keys += StyledText("q", .footerKey) + " leaves"
        return text.width + 3 + keys.width <= room ? [text + StyledText("   ") + keys] : [text, keys]
    }

    /// The key that applies the hint now.
    private var hintKey: StyledText {
        guard pool.hint.suggestion != nil, !state.environment.isReadOnly else { return StyledText() }
        let isEnter = state.tab == .overview && state.focus == .home && state.details.isEmpty
        return StyledText(isEnter ? "[Enter]" : "[a]", .footerKey)
    }

    /// `57.1/s in × 97 ms = 5.5 busy`.
    private func load(_ advice: SizingAdvice) -> StyledText {
        let least = advice.isAtLeast ? "≥ " : ""
        return StyledText(
            SafeText(
                "\(least)\(Format.rate(advice.arrivals))/s in × \(Format.duration(advice.service)) = \(least)\(Self.busy(advice.load)) busy"
            ))
    }

    private func shortLoad(_ advice: SizingAdvice) -> StyledText {
        StyledText(SafeText("load \(Self.busy(advice.load)), have \(advice.have)"))
    }

    private static func busy(_ load: Double) -> String {
        load < 99.95 ? Format.fixed(load, 1) : Format.significant(load)
    }

    private func have(_ advice: SizingAdvice) -> StyledText { StyledText(SafeText("have \(advice.have)")) }

    /// What the load means for the workers there are.
    private func situation(_ advice: SizingAdvice) -> StyledText {
        guard advice.growth > 0.05 * advice.arrivals else { return have(advice) }
        let consequence =
            advice.queueIsFull
            ? "producers are held back" : "backlog grows \(Format.rate(advice.growth))/s"
        return have(advice) + StyledText(SafeText(": " + consequence))
    }

    private func advised(_ advice: SizingAdvice, isLong: Bool) -> StyledText {
        guard let count = advice.suggestion else {
            if advice.isPastTheKnee { return StyledText("; more did not help", .dim) }
            let share = Format.percent(min(1, advice.utilisation(with: advice.have)))
            return StyledText(SafeText(isLong ? ": \(share) busy, it fits" : ": it fits"), .dim)
        }
        var text = StyledText(isLong && advice.growth > 0.05 * advice.arrivals ? "; " : ": ")
        let verb = count < advice.have ? "would do" : ""
        text.append(
            SafeText(count < advice.have ? "\(count) \(verb)" : "try \(count)"), Style(.operated, bold: true))
        let share = advice.utilisation(with: count)
        if isLong, share <= 1 { text.append(SafeText(" → \(Format.percent(share)) busy"), .dim) }
        return text
    }

    private func advisedAlone(_ advice: SizingAdvice) -> StyledText {
        guard let count = advice.suggestion else { return StyledText("it fits", .dim) }
        return StyledText(
            SafeText(count < advice.have ? "\(count) would do" : "try \(count)"), Style(.operated, bold: true)
        )
    }
}
