import Monitoring

/// What a pool did in each of the last seconds.
///
/// Counters are cumulative, so the figures of a second are right whatever the pace of the snapshots: what
/// happened between two of them is spread evenly over the time between. Where snapshots stayed away for
/// longer than ``patience``, only what cannot be known (the depth of the queue) is left blank.
struct History: Sendable, Equatable {
    /// One second of a pool's life.
    struct Second: Sendable, Equatable {
        /// Which second since 1970.
        var time: Int
        /// Jobs that workers ended.
        var completed = 0.0
        /// Jobs admitted.
        var admitted = 0.0
        /// Jobs refused at the intake.
        var refused = 0.0
        /// Attempts that are made again.
        var retried = 0.0
        /// Jobs in the queue, the mean of what was seen; `nil` where nobody looked.
        var depth: Double?
        /// Producers held back, the mean of what was seen.
        var waiting = 0.0
        /// The most producers seen held back at once.
        var mostWaiting = 0
        /// Workers asked for, and workers there, at the end of the second.
        var target = 0
        var live = 0
        /// Whether intake, dispatch or the jobs stood still at any time of it.
        var isPaused = false
        /// How many snapshots fell into it.
        var looks = 0

        init(time: Int) { self.time = time }
    }

    /// How many seconds are kept.
    static let capacity = 3_600
    /// The longest time between two snapshots over which the queue is taken to have moved in a straight line.
    static let patience: Seconds = 3

    /// Oldest first and without holes; the last one is still under way.
    private var seconds: [Second] = []
    private var previous: Mark?

    /// The counters at the snapshot before.
    private struct Mark: Sendable, Equatable {
        var time: UnixTime
        var completed: UInt64
        var admitted: UInt64
        var refused: UInt64
        var retried: UInt64
        var depth: Double

        init(_ snapshot: PoolSnapshot) {
            time = snapshot.time
            completed = snapshot.counters.succeeded &+ snapshot.counters.failed
            admitted = snapshot.counters.submitted
            refused = snapshot.counters.rejected
            retried = snapshot.counters.retried
            depth = Double(snapshot.queue.depth)
        }
    }

    init() {}

    /// The seconds that are over, oldest first.
    var complete: ArraySlice<Second> { seconds.dropLast() }

    /// Takes a snapshot in. One that is not newer than the last changes nothing.
    mutating func record(_ snapshot: PoolSnapshot) {
        let mark = Mark(snapshot)
        guard mark.time.isFinite, abs(mark.time) < 9e13 else { return }
        defer { previous = mark }
        guard let last = previous, mark.time > last.time, mark.time - last.time < Double(Self.capacity),
            mark.admitted >= last.admitted, mark.completed >= last.completed
        else {
            if let last = previous, mark.time <= last.time, mark.admitted >= last.admitted { return }
            seconds = [Second(time: Self.second(of: mark.time))]
            look(at: snapshot)
            return
        }
        spread(from: last, to: mark)
        look(at: snapshot)
        if seconds.count > Self.capacity + Self.capacity / 4 {
            seconds.removeFirst(seconds.count - Self.capacity)
        }
    }

    /// The seconds that are over from `start` on, before `end`, without those in which something was paused.
    func working(from start: Int, before end: Int) -> [Second] {
        guard let first = seconds.first?.time, start < end else { return [] }
        let low = min(max(0, start - first), seconds.count)
        let high = min(max(low, end - first), max(low, seconds.count - 1))
        return seconds[low..<high].filter { !$0.isPaused }
    }

    /// The second that is under way.
    var now: Int { seconds.last?.time ?? 0 }

    /// Where the second with that number is, if it is kept.
    subscript(time: Int) -> Second? {
        guard let first = seconds.first?.time, time >= first, time - first < seconds.count else { return nil }
        return seconds[time - first]
    }

    private mutating func spread(from last: Mark, to mark: Mark) {
        let length = mark.time - last.time
        let end = Self.second(of: mark.time)
        var time = Self.second(of: last.time)
        // A pool that did nothing has been as it was.
        let isSame =
            mark.admitted == last.admitted && mark.completed == last.completed && mark.depth == last.depth
        let blind = length > Self.patience && !isSame
        while time <= end {
            if time > (seconds.last?.time ?? time) {
                var next = Second(time: time)
                next.target = seconds.last?.target ?? 0
                next.live = seconds.last?.live ?? 0
                if !blind, time < end {
                    let share = (Double(time) + 0.5 - last.time) / length
                    next.depth = last.depth + (mark.depth - last.depth) * share
                }
                seconds.append(next)
            }
            let overlap = min(mark.time, Double(time + 1)) - max(last.time, Double(time))
            let share = max(0, overlap / length)
            let place = seconds.count - 1
            seconds[place].completed += Double(mark.completed - last.completed) * share
            seconds[place].admitted += Double(mark.admitted - last.admitted) * share
            seconds[place].refused += Double(mark.refused &- min(last.refused, mark.refused)) * share
            seconds[place].retried += Double(mark.retried &- min(last.retried, mark.retried)) * share
            time += 1
        }
    }

    /// Adds what can only be seen at an instant.
    private mutating func look(at snapshot: PoolSnapshot) {
        guard var second = seconds.popLast() else { return }
        let looks = Double(second.looks)
        second.depth = ((second.depth ?? 0) * looks + Double(snapshot.queue.depth)) / (looks + 1)
        second.waiting = (second.waiting * looks + Double(snapshot.producers.waiting)) / (looks + 1)
        second.mostWaiting = max(second.mostWaiting, snapshot.producers.waiting)
        second.target = snapshot.workers.target
        second.live = snapshot.workers.live
        second.isPaused =
            second.isPaused || snapshot.paused.intake != nil || snapshot.paused.dispatch != nil
            || snapshot.paused.frozen != nil
        second.looks += 1
        seconds.append(second)
    }

    private static func second(of time: UnixTime) -> Int { Int(time.rounded(.down)) }
}
