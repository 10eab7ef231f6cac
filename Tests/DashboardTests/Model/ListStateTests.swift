import Testing

@testable import Dashboard

@Suite struct ListStateTests {
    private func list(_ rows: [Int], cursor: Int? = nil, now: Double = 0) -> ListState<Int> {
        var list = ListState<Int>()
        list.update(rows, total: rows.count, now: now)
        if let cursor { list.select(cursor, now: now) }
        return list
    }

    @Test func theCursor_followsItsItem() {
        var list = list([1, 2, 3, 4], cursor: 3)
        list.update([4, 3, 2, 1], total: 4, now: 100)
        #expect(list.cursor == 3)
        #expect(list.index == 1)
    }

    @Test func whileAiming_rowsKeepTheirPlaces_andNewOnesComeLast() {
        var list = list([1, 2, 3], cursor: 2, now: 10)
        list.update([9, 3, 1], total: 3, now: 12)
        #expect(list.rows == [1, 2, 3, 9])
        #expect(list.isHeld)
        #expect(list.cursor == 2)
        #expect(list.holdEnds == 15)
        list.update([9, 3, 1], total: 3, now: 15)
        #expect(list.rows == [9, 3, 1])
        #expect(!list.isHeld)
    }

    @Test func anItemThatGoes_leavesTheCursorOnNothing() {
        var list = list([1, 2, 3], cursor: 2)
        list.update([1, 3], total: 2, now: 100)
        #expect(list.cursor == nil)
        #expect(list.index == 1)
        list.move(by: 1, now: 101)
        #expect(list.cursor == 3)
    }

    @Test func aCursorNobodyMoved_takesTheRowsNextItem() {
        var list = list([1, 2, 3])
        list.enter()
        #expect(list.cursor == 1)
        list.update([2, 3], total: 2, now: 1)
        #expect(list.cursor == 2)
        #expect(!list.isHeld)
    }

    @Test func movement_staysInTheList() {
        var list = list([1, 2, 3])
        list.move(by: -1, now: 0)
        #expect(list.cursor == 1)
        list.move(by: 100, now: 0)
        #expect(list.cursor == 3)
        var empty = ListState<Int>()
        empty.move(by: 1, now: 0)
        empty.enter()
        #expect(empty.cursor == nil)
        #expect(empty.firstVisible(height: 5) == 0)
    }

    @Test func marks_belongToItems() {
        var list = list([1, 2, 3], cursor: 2)
        list.toggleMark()
        list.update([3, 1], total: 2, now: 100)
        #expect(list.marks == [2])
        list.toggleMark()
        #expect(list.marks == [2])
        list.clearMarks()
        #expect(list.marks.isEmpty)
    }

    @Test func theCursor_isAlwaysSeen() {
        var list = list(Array(0..<100), cursor: 50)
        #expect(list.firstVisible(height: 10) == 41)
        list.top = 41
        list.select(45, now: 0)
        #expect(list.firstVisible(height: 10) == 41)
        list.select(3, now: 0)
        #expect(list.firstVisible(height: 10) == 3)
        list.top = 99
        list.leave()
        list.top = 99
        #expect(list.firstVisible(height: 10) == 90)
    }
}
