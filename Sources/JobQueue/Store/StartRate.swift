package import Monitoring

/// When the jobs of a queue with a rate may start: the generic cell rate algorithm (ITU-T I.371).
package struct StartRate: Sendable {
    /// When the next start would be due, in milliseconds, had all been evenly spaced: all that has to be kept.
    package private(set) var nextStart: Double

    /// As it was kept; 0 where nothing ever started.
    package init(nextStart: Double = 0) { self.nextStart = nextStart }

    /// Whether the clock was set back since the last start. To be asked before each claim.
    package func isAhead(_ settings: QueueSettings, of now: StoreTime) -> Bool {
        latest(settings, at: now).map { nextStart > $0 } ?? false
    }

    /// Takes notice of that: nobody waits for longer than a burst takes.
    package mutating func setBack(_ settings: QueueSettings, to now: StoreTime) {
        nextStart = min(nextStart, latest(settings, at: now) ?? nextStart)
    }

    private func latest(_ settings: QueueSettings, at now: StoreTime) -> Double? {
        Self.interval(settings).map { Double(now.milliseconds) + $0 * Double(Self.burst(settings)) }
    }

    /// Whether one more job may start.
    package func isOpen(_ settings: QueueSettings, at now: StoreTime) -> Bool {
        guard let interval = Self.interval(settings) else { return true }
        return nextStart - interval * Double(Self.burst(settings) - 1) <= Double(now.milliseconds)
    }

    /// A job was started.
    package mutating func start(_ settings: QueueSettings, at now: StoreTime) {
        guard let interval = Self.interval(settings) else { return }
        nextStart = max(nextStart, Double(now.milliseconds)) + interval
    }

    /// How far it is used; `nil` where there is no rate.
    package func figures(_ settings: QueueSettings, at now: StoreTime) -> RateFigures? {
        guard let rate = settings.rate, let interval = Self.interval(settings) else { return nil }
        let burst = Double(Self.burst(settings))
        let used = max(nextStart - Double(now.milliseconds), 0) / interval
        let available = max(burst - used, 0)
        return RateFigures(
            perSecond: rate, burst: Int(burst), available: available,
            wait: available >= 1 ? 0 : (1 - available) * interval / 1_000)
    }

    private static func burst(_ settings: QueueSettings) -> Int { max(settings.burst, 1) }

    /// Milliseconds between two starts; `nil` where there is no rate.
    private static func interval(_ settings: QueueSettings) -> Double? {
        // Longer than any store lives, rather than infinity, with which no sum makes sense.
        settings.rate.map { $0 > 0 ? 1_000 / $0 : 1e15 }
    }
}
