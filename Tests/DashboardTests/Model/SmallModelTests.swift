import Monitoring
import Testing

@testable import Dashboard

@Suite struct SmallModelTests {
    private func event(_ id: UInt64, _ time: Double, mark: String?) -> PoolEvent {
        PoolEvent(id: id, time: time, kind: .operated, message: "…", mark: mark)
    }

    @Test func resizesInOneGo_areOneMark() throws {
        var marks: [OperatorMark] = []
        for (time, mark) in [(1.0, "4→5"), (1.4, "5→6"), (2.0, "6→7"), (9.0, "7→8")] {
            OperatorMark.add(try #require(OperatorMark(event(1, time, mark: mark))), to: &marks)
        }
        #expect(marks.map(\.label) == ["4→7", "7→8"])
        #expect(marks[0].time == 2)
    }

    @Test func aResizeTakenBackAtOnce_leavesNoMark() throws {
        var marks: [OperatorMark] = []
        for mark in ["4→5", "5→4"] {
            OperatorMark.add(try #require(OperatorMark(event(1, 1, mark: mark))), to: &marks)
        }
        #expect(marks.isEmpty)
    }

    @Test func marksThatAreNoResizes_haveNoNumbers() {
        #expect(OperatorMark(event(1, 1, mark: "intake ‖"))?.label == "intake ■")
        #expect(OperatorMark(event(1, 1, mark: "a→b"))?.to == nil)
        #expect(OperatorMark(event(1, 1, mark: nil)) == nil)
    }

    @Test func theLog_saysWhatItMissed_andReadsNothingTwice() {
        var log = EventLog()
        let events = (5...7).map { event(UInt64($0), Double($0), mark: nil) }
        #expect(log.add(EventPage(events: events, skipped: 4)).count == 3)
        #expect(log.add(EventPage(events: events, skipped: 0)).isEmpty)
        #expect(log.entries.map(\.kind) == ["skipped", "operator", "operator", "operator"])
        #expect(log.entries[0].message == "4 events were dropped unread")
        #expect(log.lastEvent == 7)
        #expect(log.skipped == 4)
    }

    @Test func theLog_isBounded() {
        var log = EventLog()
        for number in 0..<10_000 { log.add("\(number)", kind: "note", time: 0) }
        #expect(log.entries.count <= EventLog.capacity * 5 / 4)
        #expect(log.entries.last?.id == 10_000)
    }

    @Test func failuresThatSayTheSame_areOneGroup() {
        let groups = ErrorGroup.groups(Scenes.failures(12, at: 1_000))
        #expect(groups.map(\.id.type) == ["SMTP 550", "DecodeError"])
        #expect(groups.map(\.failures.count) == [4, 8])
        #expect(groups[0].lostJobs.count == 4)
        #expect(groups[0].latest.id == 12)
        #expect(groups[0].first.id == 3)
    }

    @Test func messages_expire_butErrorsStay() {
        var toasts = ToastList()
        toasts.show("done", now: 10)
        toasts.show("broken", .error, now: 10)
        #expect(toasts.nextExpiry == 16)
        toasts.expire(now: 15.9)
        #expect(toasts.toasts.count == 2)
        toasts.expire(now: 16)
        #expect(toasts.toasts.map(\.text) == ["broken"])
        toasts.dismissErrors()
        #expect(toasts.toasts.isEmpty)
    }

    @Test func aMessageOnTheSameTopic_takesItsPlace() {
        var toasts = ToastList()
        toasts.show("4 workers", topic: .workers(pool: 0), now: 0)
        toasts.show("5 workers", topic: .workers(pool: 0), now: 1)
        #expect(toasts.toasts.map(\.text) == ["5 workers"])
        for number in 0..<9 { toasts.show("\(number)", now: 2) }
        #expect(toasts.toasts.count == ToastList.limit)
    }

    @Test func theLatestFailures_goOnWithOlderOnes() {
        var model = PoolModel()
        var snapshot = PoolSnapshot()
        let all = Scenes.failures(30, at: 1_000)
        snapshot.errors.latest = Array(all.prefix(16))
        model.snapshot = snapshot
        #expect(model.latest(20).count == 16)
        model.take(Array(all.dropFirst(2)))
        #expect(model.latest(20).map(\.id) == Array((11...30).reversed()))
        #expect(model.latest(3).map(\.id) == [30, 29, 28])
    }
}
