import Monitoring
import Testing
import WorkerPool

@Suite struct TuningPrograms {
    @Test func limits() async throws {
        // snippet: limits
        var configuration = PoolConfiguration(workers: 8, capacity: 500, overflow: .wait(for: .seconds(2)))
        configuration.limits["report"] = KindLimit(concurrency: 1)
        configuration.limits["mail"] = KindLimit(rate: RateLimit(10, burst: 5))
        configuration.rate = RateLimit(1_000)
        configuration.aging = .seconds(2)
        let pool = Pool(configuration)
        // end
        let limits = pool.snapshot().limits
        #expect(limits.map(\.kind) == ["", "mail", "report"])
        #expect(limits.map { $0.rate?.burst } == [100, 5, nil])
        await pool.drain()
    }

    @Test func urgency() async throws {
        let pool = Pool(PoolConfiguration(workers: 0))
        let notes = Notes()
        @Sendable func page(_ name: String) async throws { await notes.add(name) }
        // snippet: urgency
        try await pool.submit(JobOptions(name: "backup", priority: -5)) { _ in try await page("backup") }
        try await pool.submit(JobOptions(name: "alarm", priority: 10)) { _ in try await page("alarm") }
        // end
        pool.resize(to: 1)
        await pool.drain()
        #expect(await notes.lines == ["alarm", "backup"])
    }

    @Test func threads() async throws {
        // snippet: threads
        let pool = Pool(PoolConfiguration(name: "disk", workers: 16, executor: .dedicatedThreads))
        // end
        let number = try await pool.submit(returning: Int.self) { _ in 7 }
        #expect(try await number.value == 7)
        await pool.drain()
    }

    @Test func adaptiveSize() async throws {
        // snippet: adaptive
        struct KernelPressure: PressureSource {
            func pressure() -> PressureFigures? {
                PressureFigures(cpu: 12, memory: 0, io: 3)  // such as avg10 of /proc/pressure/*
            }
        }
        let pool = Pool(PoolConfiguration(size: .adaptive(2...64), pressure: KernelPressure()))
        // end
        func print(_ reason: String) { #expect(!reason.isEmpty) }
        // snippet: why
        if let sizing = pool.snapshot().sizing {
            print("\(sizing.min) ... \(sizing.max): \(sizing.reason)")
        }
        pool.resize(to: 12)  // it stays there
        pool.adapt()  // it moves by itself again
        // end
        #expect(pool.snapshot().sizing?.isActive == true)
        await pool.drain()
    }

    @Test func docComments() {
        // snippet: sizes
        let fixed = PoolConfiguration(size: 8)
        let moving = PoolConfiguration(size: .adaptive(1...64))
        // end
        #expect(fixed.workers == 8 && moving.size.rails == 1...64)
    }

    @Test func docCommentOfPool() async throws {
        let files = ["a", "b"]
        @Sendable func compress(_ file: String) throws {}
        // snippet: pool
        try await Pool.with(PoolConfiguration(workers: 4)) { pool in
            for file in files {
                try await pool.submit { _ in try compress(file) }  // waits while the queue is full
            }
        }
        // end
    }
}
