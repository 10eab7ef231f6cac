import JobQueue

/// What stands in a row in the place of a time that has not come yet. A row that grows as its job is claimed and ends
/// would no longer fit in its page; that made both a tenth slower.
enum RoomForTime {
    /// Two bytes larger than a time: the state and the session take one more each once a job runs.
    static let started = Int64(-1) << 62
    /// As large as a time.
    static let ended = Int64(-1) << 46
}

extension StoreTime {
    /// When a job started or ended; `nil` where it has not.
    init?(ofJob column: Int64?) {
        guard let column, column > RoomForTime.ended else { return nil }
        self.init(milliseconds: column)
    }
}
