/// The top of a graph's scale: a round number that grows at once and shrinks late, so that a graph keeps
/// its shape.
struct GraphScale: Sendable, Equatable {
    /// The value at the upper edge.
    private(set) var top = 1.0

    /// Takes in the largest value to be shown.
    mutating func fit(_ largest: Double) {
        guard largest.isFinite else { return }
        let wanted = Self.round(above: largest)
        if wanted > top || largest < top * 0.4 { top = wanted }
    }

    /// The next of 1, 2, 3, 4, 6, 8, 10, … times a power of ten: all have a whole or short half.
    static func round(above value: Double) -> Double {
        guard value > 1 else { return 1 }
        var unit = 1.0
        while unit * 10 < value { unit *= 10 }
        for step in [1.0, 2, 3, 4, 6, 8] where unit * step >= value { return unit * step }
        return unit * 10
    }
}
