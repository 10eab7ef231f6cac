import Monitoring

/// A list as an operator works with it: a cursor that holds on to its item, marks, a filter, an order.
///
/// The cursor is on an item, not on a row. Where that item goes away, the cursor stays where it was, on
/// nothing, until it is moved: nothing that is done then can hit an item nobody chose.
struct ListState<ID: Hashable & Sendable>: Sendable, Equatable {
    /// For so long after the cursor was moved the rows keep their places, those of items that are gone too.
    static var holdTime: Seconds { 5 }

    /// The items shown, in order.
    private(set) var rows: [ID] = []
    /// How many there are before the filter.
    private(set) var total = 0
    /// The chosen item.
    private(set) var cursor: ID?
    /// The row of the cursor.
    private(set) var index = 0
    /// The row that is shown first.
    var top = 0
    /// The marked items.
    private(set) var marks: Set<ID> = []
    /// What narrows the list.
    var filter = Filter.none
    /// By which of its columns it is sorted.
    var sort = 0
    /// Whether the last comes first.
    var isReversed = false
    /// When the cursor was last moved.
    private(set) var movedAt: UnixTime?
    /// Whether the rows kept their places against the sort order at the last update.
    private(set) var isHeld = false
    /// Whether there is a cursor at all.
    private(set) var isEntered = false
    /// Whether somebody moved the cursor. One that was only put there takes the row's next item.
    private(set) var isTouched = false

    /// Whether rows keep their places now, because somebody is aiming.
    func isAiming(_ now: UnixTime) -> Bool { movedAt.map { now - $0 < Self.holdTime && now >= $0 } ?? false }

    /// Takes new rows in, sorted as they should be. While somebody is aiming, new ones are added at the end.
    mutating func update(_ sorted: [ID], total: Int, now: UnixTime, mayHold: Bool = true) {
        self.total = total
        if mayHold, isAiming(now), sorted != rows {
            let known = Set(rows)
            rows += sorted.filter { !known.contains($0) }
            isHeld = true
        } else {
            rows = sorted
            isHeld = false
        }
        settle()
    }

    /// Finds the cursor's item again.
    private mutating func settle() {
        guard let id = cursor else {
            index = min(index, max(0, rows.count - 1))
            return
        }
        if index < rows.count, rows[index] == id { return }
        if let place = rows.firstIndex(of: id) {
            index = place
        } else {
            index = min(index, max(0, rows.count - 1))
            cursor = isTouched || rows.isEmpty ? nil : rows[index]
        }
    }

    /// Puts a cursor on the first row where there is none yet, without holding the order.
    mutating func enter() {
        guard !isEntered, !rows.isEmpty else { return }
        isEntered = true
        index = min(top, rows.count - 1)
        cursor = rows[index]
    }

    /// Puts the cursor on a row.
    mutating func select(row: Int, now: UnixTime) {
        guard !rows.isEmpty else { return }
        index = min(max(0, row), rows.count - 1)
        cursor = rows[index]
        movedAt = now
        isEntered = true
        isTouched = true
    }

    /// Puts the cursor on an item.
    mutating func select(_ id: ID, now: UnixTime) {
        guard let row = rows.firstIndex(of: id) else { return }
        select(row: row, now: now)
    }

    /// Moves the cursor by so many rows; the first move in a list without a cursor goes to its edge.
    mutating func move(by rows: Int, now: UnixTime) {
        if isEntered {
            select(row: index + rows, now: now)
        } else {
            select(row: rows >= 0 ? top : min(top, self.rows.count - 1), now: now)
        }
    }

    /// Puts the cursor on the last row without anybody having moved it there.
    mutating func follow() {
        guard !rows.isEmpty else { return }
        isEntered = true
        index = rows.count - 1
        cursor = rows[index]
    }

    /// Takes the cursor away.
    mutating func leave() {
        cursor = nil
        isEntered = false
        isTouched = false
        movedAt = nil
        index = 0
        top = 0
    }

    /// Ends the hold on the order: the operator asked for another one.
    mutating func release() { movedAt = nil }

    /// Marks the item under the cursor, or takes its mark away.
    mutating func toggleMark() {
        guard let cursor else { return }
        if marks.remove(cursor) == nil { marks.insert(cursor) }
    }

    /// Takes all marks away.
    mutating func clearMarks() { marks = [] }

    /// The first row to show where `height` rows fit, so that the cursor is among them.
    func firstVisible(height: Int) -> Int {
        guard height > 0 else { return 0 }
        var first = min(max(0, top), max(0, rows.count - height))
        if isEntered {
            if index < first { first = index }
            if index >= first + height { first = index - height + 1 }
        }
        return first
    }

    /// When the rows are sorted again, if they keep their places now.
    var holdEnds: UnixTime? { isHeld ? movedAt.map { $0 + Self.holdTime } : nil }
}
