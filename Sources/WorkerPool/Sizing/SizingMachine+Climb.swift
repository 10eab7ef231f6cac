import Monitoring

extension SizingMachine {
    /// Measures, and where enough is known decides.
    mutating func climb(_ sample: SizingSample, _ now: UInt64) -> Action {
        guard let closed = turnWindow(sample, now) else { return .stay }
        guard closed.hasBacklog else {
            baseline = ThroughputMeasure()
            return trial == nil ? .stay : goHome("no job waits for a worker")
        }
        if isSettling {
            isSettling = false
            return .stay
        }
        if trial != nil {
            trial?.measure.add(ended: closed.ended, succeeded: closed.succeeded, seconds: closed.seconds)
            return judge(sample, now)
        }
        baseline.add(ended: closed.ended, succeeded: closed.succeeded, seconds: closed.seconds)
        wantedWindows = max(0, wantedWindows - 1)
        guard baseline.count >= Self.windows, wantedWindows == 0 else { return .stay }
        if let restUntil {
            let gain = ThroughputMeasure.gain(from: settled, to: baseline)
            let hasShifted = abs(gain.share) - gain.margin > 0.3
            guard now >= restUntil || hasShifted else { return .stay }
            reopen(stride: hasShifted ? 2 : 1.25)
            leansDown = hasShifted && gain.share < 0
            if hasShifted { baseline.keepLatest(Self.windows) }
        }
        return tryNext(sample, now)
    }

    private struct Closed {
        var ended: UInt64
        var succeeded: UInt64
        var seconds: Double
        var hasBacklog: Bool
    }

    /// Adds a look to the window; returns the window where it is over.
    private mutating func turnWindow(_ sample: SizingSample, _ now: UInt64) -> Closed? {
        guard var current = window else {
            window = Window(start: now, ended: sample.ended, succeeded: sample.succeeded)
            return nil
        }
        current.looks += 1
        if sample.startable > 0 { current.looksWithBacklog += 1 }
        window = current
        let time = elapsed(from: current.start, to: now)
        let ended = sample.ended - min(current.ended, sample.ended)
        guard time >= Self.shortestWindow, ended > 0 else { return nil }
        guard ended >= UInt64(max(level, 4)) || time >= Self.longestWindow else { return nil }
        window = Window(start: now, ended: sample.ended, succeeded: sample.succeeded)
        return Closed(
            ended: ended, succeeded: sample.succeeded - min(current.succeeded, sample.succeeded),
            seconds: Double(time) / 1e9, hasBacklog: current.looksWithBacklog * 4 >= current.looks * 3)
    }

    // MARK: The search

    private func isStrict(_ sample: SizingSample) -> Bool {
        guard let pressure = sample.pressure else { return false }
        return max(pressure.cpu, pressure.io) >= Self.strictPressure
    }

    private func isWaitingForDisks(_ sample: SizingSample) -> Bool {
        (sample.pressure?.io ?? 0) >= Self.strictPressure
    }

    /// Compares the size that is tried with the one before.
    private mutating func judge(_ sample: SizingSample, _ now: UInt64) -> Action {
        guard let trial, trial.measure.count >= Self.windows else { return .stay }
        let isUp = trial.size > home
        let (small, large) = isUp ? (home, trial.size) : (trial.size, home)
        let gain =
            isUp
            ? ThroughputMeasure.gain(from: baseline, to: trial.measure)
            : ThroughputMeasure.gain(from: trial.measure, to: baseline)
        let share = isStrict(sample) ? Self.strictness : Self.ease
        let bar = share * (Double(large) / Double(small) - 1)
        let pays = gain.share - gain.margin > bar
        let paysNot = gain.share + gain.margin < bar
        guard pays || paysNot || trial.measure.count >= ThroughputMeasure.limit else { return .stay }
        let change = Self.signed(isUp ? gain.share : 1 / (1 + gain.share) - 1)
        let speeds =
            "\(home) → \(trial.size): \(Self.rate(baseline.mean)) → \(Self.rate(trial.measure.mean)) (\(change))"
        if isUp ? pays : paysNot {
            return settleAt(trial, isUp ? "\(speeds)" : "\(speeds): fewer do as well", sample, now)
        }
        if isUp { wasteful = trial.size } else { worse = trial.size }
        return goHome(
            pays || paysNot ? "\(speeds): \(isUp ? "not worth it" : "slower")" : "\(speeds): not significant")
    }

    /// The size that was tried is the better one.
    private mutating func settleAt(_ trial: Trial, _ reason: String, _ sample: SizingSample, _ now: UInt64)
        -> Action
    {
        leansDown = trial.size < home
        if leansDown { wasteful = home } else { worse = home }
        (home, knee, baseline, self.trial) = (trial.size, trial.size, trial.measure, nil)
        (stride, rest, wantedWindows) = (2, Self.shortestRest, 0)
        self.reason = reason
        return tryNext(sample, now)
    }

    mutating func goHome(_ reason: String) -> Action {
        trial = nil
        wantedWindows = 2
        return move(to: home, reason)
    }

    /// Tries another size, or rests where there is none left to try.
    private mutating func tryNext(_ sample: SizingSample, _ now: UInt64) -> Action {
        let mayGrow = (sample.pressure?.memory ?? 0) < Self.memoryHold
        let next =
            leansDown || isWaitingForDisks(sample) ? smaller ?? larger(mayGrow) : larger(mayGrow) ?? smaller
        guard let next else {
            settled = baseline
            baseline = ThroughputMeasure()
            restUntil = now + rest
            let seconds = rest / 1_000_000_000
            rest = min(rest * 2, Self.longestRest)
            reason = "\(Self.rate(settled.mean)), best of the sizes near it; looks again in \(seconds) s"
            return .stay
        }
        trial = Trial(size: next)
        return move(to: next, "tries \(next): \(home) did \(Self.rate(baseline.mean))")
    }

    /// The next size above to be tried.
    private func larger(_ mayGrow: Bool) -> Int? {
        let top = min(rails.upperBound, cap?.size ?? rails.upperBound)
        guard mayGrow, home < top else { return nil }
        guard let wasteful else { return min(top, home + max(1, Int(Double(home) * (stride - 1)))) }
        guard wasteful - home > max(1, home / 8) else { return nil }
        return min(top, (home + wasteful) / 2)
    }

    /// The next size below to be tried.
    private var smaller: Int? {
        guard home > rails.lowerBound else { return nil }
        guard let worse else {
            return max(rails.lowerBound, home - max(1, Int(Double(home) * (1 - 1 / stride))))
        }
        guard home - worse > max(1, home / 8) else { return nil }
        return (home + worse) / 2
    }

    // MARK: Words

    /// `41/s`, `4.5/s`, `0.35/s`.
    static func rate(_ perSecond: Double) -> String {
        guard perSecond.isFinite, perSecond < 1e15 else { return "?/s" }
        let scale = perSecond < 0.995 ? 100.0 : perSecond < 9.95 ? 10.0 : 1.0
        let rounded = (perSecond * scale).rounded() / scale
        return rounded == rounded.rounded() ? "\(Int(rounded))/s" : "\(rounded)/s"
    }

    /// `+48 %`, `−3 %`.
    static func signed(_ share: Double) -> String {
        guard share.isFinite, abs(share) < 1e6 else { return "?" }
        let percent = Int((share * 100).rounded())
        return percent < 0 ? "−\(-percent) %" : "+\(percent) %"
    }
}
