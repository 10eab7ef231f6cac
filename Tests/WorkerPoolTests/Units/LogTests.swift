import Monitoring
import Testing

@testable import WorkerPool

@Suite struct EventLogTests {
    private func log(_ count: Int) -> EventLog {
        var log = EventLog()
        for number in 0..<count { _ = log.append(.note("event \(number + 1)")) }
        return log
    }

    @Test func append_numbersEventsFromOne_withoutGaps() {
        #expect(log(3).page(after: 0, limit: 10).events.map(\.id) == [1, 2, 3])
    }

    @Test func page_isOldestFirst_andBounded() {
        let page = log(10).page(after: 4, limit: 3)
        #expect(page.events.map(\.id) == [5, 6, 7])
        #expect(page.skipped == 0)
    }

    @Test(arguments: [10, 11, UInt64.max]) func page_afterTheLast_isEmpty(id: UInt64) {
        #expect(log(10).page(after: id, limit: 3) == EventPage(events: [], skipped: 0))
    }

    @Test func page_withANegativeLimit_isEmpty() { #expect(log(3).page(after: 0, limit: -1).events.isEmpty) }

    @Test func page_tellsHowManyAreNoLongerKept() {
        let page = log(EventLog.limit + 10).page(after: 4, limit: 1)
        #expect(page.skipped == 6)
        #expect(page.events.map(\.id) == [11])
    }

    @Test func wait_whenThereIsAnEventOrNoneWillFollow_needsNoWait() {
        var log = log(2)
        let continuation = Parking.continuation()
        defer { continuation.resume() }
        let one = log.nextWaiter()
        let waits = [log.wait(after: 1, as: one, continuation), log.wait(after: 2, as: one, continuation)]
        #expect(waits == [false, true])
        let taken = [log.takeWaiter(one), log.takeWaiter(one)]
        #expect(taken.map { $0 == nil } == [false, true])
        let (left, stillWaits) = (log.close(), log.wait(after: 2, as: one, continuation))
        #expect(left.isEmpty && !stillWaits)
    }
}

@Suite struct FailureLogTests {
    private func failure(_ job: UInt64, attempt: Int, _ outcome: Failure.Outcome) -> Failure {
        Failure(
            id: 0, time: 0, job: JobID(rawValue: job), name: "", kind: "", worker: WorkerID(rawValue: 1),
            attempt: attempt, maxAttempts: 5, duration: 0, type: "Broken", message: "attempt \(attempt)",
            outcome: outcome)
    }

    @Test func latest_isNewestFirst_numberedFromOne() {
        var log = FailureLog()
        for job in UInt64(1)...3 { log.append(failure(job, attempt: 1, .gaveUp)) }
        #expect(log.latest(2).map(\.id) == [3, 2])
        #expect(log.latest(-1).isEmpty)
    }

    @Test func aThousandAreKept() {
        var log = FailureLog()
        for job in UInt64(1)...1_100 { log.append(failure(job, attempt: 1, .gaveUp)) }
        #expect(log.count == 1_000)
        #expect(log.latest(.max).last?.id == 101)
    }

    @Test func aLaterFailure_makesTheEarlierOneFailedAgain() {
        var log = FailureLog()
        log.append(failure(1, attempt: 1, .retry(at: 5)))
        log.append(failure(2, attempt: 1, .retry(at: 6)))
        log.append(failure(1, attempt: 2, .gaveUp))
        #expect(log.latest(3).map(\.outcome) == [.gaveUp, .retry(at: 6), .failedAgain])
    }

    @Test func resolve_touchesOnlyTheLatestOfThatJob() {
        var log = FailureLog()
        log.append(failure(1, attempt: 1, .retry(at: 5)))
        log.append(failure(1, attempt: 2, .retry(at: 9)))
        log.resolve(JobID(rawValue: 1), as: .recovered)
        #expect(log.latest(2).map(\.outcome) == [.recovered, .failedAgain])
        log.resolve(JobID(rawValue: 1), as: .gaveUp)
        #expect(log.latest(2).map(\.outcome) == [.recovered, .failedAgain])
    }

    @Test func message_isThatOfTheLatestFailure() {
        var log = FailureLog()
        log.append(failure(1, attempt: 1, .retry(at: 5)))
        log.append(failure(1, attempt: 2, .gaveUp))
        #expect(log.message(for: JobID(rawValue: 1)) == "attempt 2")
        #expect(log.message(for: JobID(rawValue: 9)) == nil)
    }
}

@Suite struct ReceiptBookTests {
    @Test func numbers_ascendFromOne() {
        var book = ReceiptBook()
        let ids = [book.nextID(), book.nextID()]
        #expect(ids == [1, 2])
    }

    @Test(
        arguments: [
            (CancelCount(), nil, "there is no job to cancel"),
            (CancelCount(), "#4", "#4 has finished already, or is unknown"),
            (CancelCount(outOfReach: 1), "#4", "#4 runs in its producer's task, which alone can stop it"),
        ] as [(CancelCount, String?, String)])
    func open_withNothingToStop_isRefused(count: CancelCount, what: String?, message: String) {
        var book = ReceiptBook()
        let receipt = book.open(7, count, what: what)
        #expect(receipt == Receipt(id: 7, phase: .refused, message: message))
    }

    @Test(
        arguments: [
            (CancelCount(removed: 1), "#4", "#4 cancelled before it started"),
            (CancelCount(removed: 3), nil, "3 jobs cancelled before they started"),
        ] as [(CancelCount, String?, String)])
    func open_withNothingRunning_isDone(count: CancelCount, what: String?, message: String) {
        var book = ReceiptBook()
        let receipt = book.open(7, count, what: what)
        #expect(receipt == Receipt(id: 7, phase: .done, affected: count.removed, message: message))
        #expect(book.count == 0)
    }

    @Test(
        arguments: [
            (CancelCount(signalled: 1), "#4", "cancel sent to #4", "#4 cancelled"),
            (CancelCount(toldBefore: 1), "#4", "#4 told to stop before", "#4 cancelled"),
            (
                CancelCount(removed: 3, signalled: 2), nil,
                "cancelled 3 waiting, cancel sent to 2 running jobs", "5 jobs cancelled"
            ),
        ] as [(CancelCount, String?, String, String)])
    func open_staysOpen_untilTheLastHasStopped(count: CancelCount, what: String?, first: String, last: String)
    {
        var book = ReceiptBook()
        let affected = count.removed + count.signalled + count.toldBefore
        let receipt = book.open(7, count, what: what)
        #expect(receipt == Receipt(id: 7, phase: .signalled, affected: affected, message: first))
        var done: [Receipt] = []
        for _ in 0..<count.signalled + count.toldBefore {
            if let receipt = book.oneStopped(7) { done.append(receipt) }
        }
        #expect(done == [Receipt(id: 7, phase: .done, affected: affected, message: last)])
        #expect(book.count == 0)
    }

    @Test func jobsThatStoppedBeforeTheirReceiptWasWritten_areNotWaitedFor() {
        var book = ReceiptBook()
        let early = book.oneStopped(7)
        let receipt = book.open(7, CancelCount(signalled: 2), what: nil)
        let last = book.oneStopped(7)
        #expect([early?.phase, receipt.phase, last?.phase] == [nil, .signalled, .done])
        _ = book.oneStopped(8)
        let late = book.open(8, CancelCount(signalled: 1), what: "#1")
        #expect(late == Receipt(id: 8, phase: .done, affected: 1, message: "#1 cancelled"))
    }
}

extension PoolEvent {
    static func note(_ message: String) -> PoolEvent {
        PoolEvent(id: 0, time: 0, kind: .note, message: message)
    }
}
