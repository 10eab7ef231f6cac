import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

/// Pressure as a test sets it.
final class FakePressure: PressureSource {
    private let figures = Locked<PressureFigures?>(nil)
    func set(memory: Double) {
        figures.withLock { $0 = PressureFigures(cpu: 1, memory: memory, io: 2) }
    }
    func pressure() -> PressureFigures? { figures.withLock { $0 } }
}

@Suite struct SizerTests {
    private static func configuration(
        _ size: PoolSize, clock: ManualClock, pressure: (any PressureSource)? = nil
    ) -> PoolConfiguration {
        var configuration = PoolConfiguration(size: size, capacity: nil, pressure: pressure)
        configuration.clock = .manual(clock)
        return configuration
    }

    @Test func pool_underMemoryPressure_shrinks_andSaysWhy() async throws {
        let clock = ManualClock()
        let pressure = FakePressure()
        let pool = Pool(Self.configuration(.adaptive(2...16, start: 8), clock: clock, pressure: pressure))
        await until("the duty sleeps") { clock.sleeperCount == 1 }
        var sizing = try #require(pool.snapshot().sizing)
        #expect((sizing.min, sizing.max, sizing.isActive, sizing.pressure) == (2, 16, true, nil))
        pressure.set(memory: 40)
        clock.advance(by: .milliseconds(500))
        await until("it has moved") { pool.snapshot().workers.target == 6 }
        await until("the duty sleeps") { clock.sleeperCount == 1 }
        sizing = try #require(pool.snapshot().sizing)
        #expect(sizing.pressure == PressureFigures(cpu: 1, memory: 40, io: 2))
        #expect(sizing.reason == "memory pressure 40 %: gives way")
        let event = try #require(pool.allEvents.last)
        #expect((event.kind, event.mark) == (.operated, "8→6"))
        #expect(event.message == "auto resized the pool from 8 to 6 workers: memory pressure 40 %: gives way")
        await pool.drain()
        #expect(pool.liveTasks == 0 && clock.sleeperCount == 0)
    }

    @Test func operatorsResize_isYieldedTo_untilHandedBack() async throws {
        let clock = ManualClock()
        let pressure = FakePressure()
        let pool = Pool(Self.configuration(.adaptive(2...16, start: 8), clock: clock, pressure: pressure))
        await until("the duty sleeps") { clock.sleeperCount == 1 }
        #expect(await pool.perform(.resize(to: 12), by: "eva").phase == .done)
        #expect(pool.snapshot().sizing?.isActive == false)
        #expect(pool.snapshot().sizing?.reason == "eva set the size; stays until it is handed back")
        pressure.set(memory: 90)
        let sizer = try #require(pool.sizer)
        #expect(sizer.sweep(pool) == .stay)
        #expect(pool.snapshot().workers.target == 12)
        let receipt = await pool.perform(.adapt, by: "eva")
        #expect((receipt.phase, receipt.message) == (.done, "the pool sizes itself"))
        #expect(pool.allEvents.last?.mark == "auto")
        #expect(pool.snapshot().sizing?.isActive == true)
        #expect(sizer.sweep(pool) == .move(to: 9, because: "memory pressure 90 %: gives way"))
        #expect(pool.snapshot().workers.target == 9)
        await pool.drain()
        #expect(pool.adapt().phase == .refused)
    }

    @Test func sizeThatStaysTheSame_isTheOperatorsToo() async throws {
        let pool = Pool(Self.configuration(.adaptive(2...16, start: 8), clock: ManualClock()))
        pool.resize(to: 8, by: "eva")
        #expect(pool.snapshot().sizing?.isActive == false)
        await pool.drain()
    }

    @Test func fixedPool_hasNoSizing_andRefusesToAdapt() async {
        let clock = ManualClock()
        let pool = Pool(Self.configuration(4, clock: clock))
        #expect(pool.snapshot().sizing == nil)
        #expect(await pool.perform(.adapt, by: "eva").phase == .refused)
        #expect(clock.sleeperCount == 0)
        await pool.drain()
    }

    @Test func poolThatIsBusy_grows_asLongAsThroughputDoes() async throws {
        let clock = ManualClock()
        let pool = Pool(Self.configuration(.adaptive(1...4, start: 1), clock: clock))
        await until("the duty sleeps") { clock.sleeperCount == 1 }
        // Each job lasts until the clock has moved on, so that throughput is in proportion to the workers.
        let tick = Locked(Signal())
        try await pool.submit(
            contentsOf: (0..<400).map { _ in Job { _ in await tick.withLock { $0 }.wait() } })
        for _ in 0..<120 where pool.snapshot().workers.target < 4 {
            let size = pool.snapshot().workers.target
            await until("all work") { pool.snapshot().workers.busy == size }
            let before = pool.counters.succeeded
            tick.withLock { signal in
                defer { signal = Signal() }; return signal
            }.fire()
            await until("each has done a job") { pool.counters.succeeded >= before + UInt64(size) }
            clock.advance(by: .milliseconds(500))
            await until("the duty sleeps") { clock.sleeperCount == 1 }
        }
        #expect(pool.snapshot().workers.target == 4)
        #expect(pool.allEvents.compactMap(\.mark) == ["1→2", "2→4"])
        // The rest finds the signal fired.
        tick.withLock { $0 }.fire()
        #expect(await pool.drain().counters.succeeded == 400)
    }

    @Test func startingAndStopping_leavesNoTask() async {
        for number in 1...30 {
            let pool = Pool(PoolConfiguration(size: .adaptive(1...4)))
            if number.isMultiple(of: 2) { pool.resize(to: 2) }
            _ = try? await pool.submit { _ in }
            let report = await pool.drain()
            #expect(report.isComplete && report.counters.succeeded == 1 && pool.liveTasks == 0)
        }
    }
}
