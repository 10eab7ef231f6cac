import Monitoring
import Testing

@testable import WorkerPool

@Suite struct SizingMachineTests {
    @Test(arguments: [1, 2, 3, 4, 8, 13, 32, 64], [1, 4, 64])
    func cpuBoundJobs_getAboutAsManyWorkersAsThereAreProcessors(processors: Int, start: Int) {
        var plant = Plant(1...64, start: start, throughput: Plant.processors(processors))
        plant.run(seconds: 240)
        #expect(abs(plant.home - processors) <= max(1, processors / 4), "\(plant.sizes)")
        #expect(plant.throughput(plant.home) >= 0.85 * plant.throughput(64))
    }

    @Test(arguments: [5, 20, 40, 100], [1, 2, 100])
    func ioBoundJobs_getAsManyWorkersAsTheServiceServes(slots: Int, start: Int) {
        var plant = Plant(1...200, start: start, throughput: Plant.service(slots: slots))
        plant.run(seconds: 300)
        #expect(abs(plant.home - slots) <= max(1, slots / 4), "\(plant.sizes)")
    }

    @Test(arguments: [1, 8, 60])
    func contendedJobs_getNoMoreWorkersThanHelp(start: Int) {
        var plant = Plant(1...64, start: start, throughput: Plant.contended)
        plant.run(seconds: 300)
        let best = (1...64).max { Plant.contended($0) < Plant.contended($1) } ?? 0
        #expect(plant.home <= best, "\(plant.sizes)")
        #expect(Plant.contended(plant.home) >= 0.75 * Plant.contended(best), "\(plant.home) of \(best)")
    }

    @Test func climbing_fromOne_takesSeconds_notMinutes() {
        var plant = Plant(1...64, throughput: Plant.service(slots: 64))
        plant.run(seconds: 30)
        #expect(plant.home == 64)
        #expect(plant.sizes.prefix(7) == [1, 2, 4, 8, 16, 32, 64])
        #expect(plant.reasons.first == "tries 2: 1 did 5/s")
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func anything_withinTheRails_staysWithinThem(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let low = Int.random(in: 1...20, using: &generator)
        let rails = low...Int.random(in: low...80, using: &generator)
        var plant = Plant(rails, start: .random(in: -5...100, using: &generator), noise: 0.9, seed: seed) {
            _ in 30
        }
        for _ in 0..<40 {
            plant.demand = Bool.random(using: &generator) ? nil : (.random(in: 0...90, using: &generator), 0)
            let memory = Double.random(in: 0...40, using: &generator)
            plant.pressure = { _ in PressureFigures(cpu: 50, memory: memory, io: 70) }
            plant.run(seconds: 20)
        }
        #expect(plant.sizes.allSatisfy(rails.contains), "seed \(seed): \(rails) \(plant.sizes)")
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func noise_movesNothing_onceItHasSettled(seed: UInt64) {
        var plant = Plant(1...32, start: 8, noise: 0.3, seed: seed, throughput: Plant.processors(8))
        plant.run(seconds: 300)
        var homes = [plant.home]
        for _ in 0..<360 {
            plant.run(seconds: 5)
            if plant.home != homes.last { homes.append(plant.home) }
        }
        #expect(homes.count <= 4, "seed \(seed): \(homes)")
        #expect(homes.allSatisfy { (6...14).contains($0) }, "seed \(seed): \(homes)")
    }

    @Test func restingPool_looksAgain_everMoreRarely() {
        var plant = Plant(1...32, start: 8, throughput: Plant.processors(8))
        plant.run(seconds: 120)
        let before = plant.sizes.count
        plant.run(seconds: 3_600)
        #expect(plant.home == 8)
        // Six moves a look, there and back: far up, up, down.
        #expect(plant.sizes.count - before <= 6 * (5 + 3_600 / 480))
    }

    @Test func machineThatBecomesSlower_isNoticed_beforeTheRestIsOver() {
        var plant = Plant(1...64, start: 8, throughput: Plant.service(slots: 32))
        plant.run(seconds: 600)
        #expect(abs(plant.home - 32) <= 4)
        plant.throughput = Plant.processors(4)
        plant.run(seconds: 60)
        #expect(plant.home <= 6, "\(plant.sizes)")
    }

    @Test func failingFast_isNoThroughput() {
        // More than 8 at a time and the service refuses all the rest at once.
        var plant = Plant(1...64, start: 2) { $0 <= 8 ? Double($0) * 5 : Double($0) * 500 }
        plant.failing = { $0 <= 8 ? 0 : 1 - 40 / (Double($0) * 500) }
        plant.run(seconds: 120)
        #expect((7...9).contains(plant.home), "\(plant.sizes)")
    }

    @Test func jobsThatAllFail_areMeasuredAllTheSame() {
        var plant = Plant(1...64, start: 1, throughput: Plant.processors(8))
        plant.failing = { _ in 1 }
        plant.run(seconds: 120)
        #expect((7...9).contains(plant.home))
    }

    // MARK: Demand

    @Test func withoutWaitingJobs_thePoolNeverGrows() {
        var plant = Plant(1...64, start: 8, throughput: Plant.service(slots: 64))
        plant.demand = (8, 0)
        plant.run(seconds: 600)
        #expect(plant.sizes == [8])
        #expect(plant.machine.reason == "no job waits for a worker")
    }

    @Test func jobsHeldBackByLimits_doNotMakeItGrow() {
        var plant = Plant(1...64, start: 8, throughput: Plant.service(slots: 64))
        plant.demand = (7, 500)
        plant.run(seconds: 20)
        #expect(plant.sizes == [8])
        #expect(
            plant.machine.reason == "500 jobs are held back by limits, not for want of workers")
    }

    @Test func sample_tellsJobsThatCouldStart_fromThoseThatLimitsHoldBack() {
        var snapshot = PoolSnapshot()
        snapshot.queue.depth = 10
        snapshot.counters.succeeded = 5
        snapshot.counters.failed = 2
        snapshot.counters.retried = 3
        var limit = LimitFigures(kind: "send")
        limit.held = 4
        snapshot.limits = [limit]
        var sample = SizingSample(snapshot, pressure: nil)
        #expect((sample.startable, sample.held, sample.ended, sample.succeeded) == (6, 4, 10, 5))
        var whole = LimitFigures(kind: "")
        whole.rate = RateFigures(perSecond: 10, burst: 5, available: 3, wait: 0)
        snapshot.limits = [whole, limit]
        #expect(SizingSample(snapshot, pressure: nil).startable == 6)
        whole.rate?.available = 0.4
        snapshot.limits = [whole, limit]
        sample = SizingSample(snapshot, pressure: nil)
        #expect((sample.startable, sample.held) == (0, 10))
    }

    @Test func idlePool_shrinksToWhatItNeeds_andComesBackAtOnce() {
        var plant = Plant(2...64, start: 16, throughput: Plant.processors(16))
        plant.run(seconds: 120)
        let knee = plant.home
        plant.demand = (4, 0)
        plant.run(seconds: 45)
        #expect(plant.size == 5)
        #expect(plant.reasons.last == "no job waited for 30 s, at most 4 busy")
        plant.demand = (0, 0)
        plant.run(seconds: 100)
        #expect(plant.size == 2)
        plant.demand = nil
        plant.run(seconds: 0.5)
        #expect(plant.size == knee)
        #expect(plant.reasons.last == "jobs wait again: back to what was best")
    }

    @Test func queueThatRunsEmptyDuringATrial_endsIt() {
        var plant = Plant(1...64, start: 8, throughput: Plant.service(slots: 64))
        plant.run(seconds: 4)
        #expect(plant.size == 16)
        plant.demand = (3, 0)
        plant.run(seconds: 5)
        #expect(plant.size == 8)
    }

    @Test func pausedDispatch_teachesNothing() {
        var plant = Plant(1...64, start: 8, throughput: Plant.processors(8))
        plant.run(seconds: 120, paused: true)
        #expect(plant.sizes == [8])
        #expect(plant.machine.reason == "waits while dispatch is paused")
    }

    @Test func jobsOfTenMinutes_moveNothing_beforeOneHasEnded() {
        var plant = Plant(1...64, start: 4) { Double($0) / 600 }
        plant.run(seconds: 100)
        #expect(plant.sizes == [4])
    }

    // MARK: Pressure

    @Test func memoryPressure_takesAQuarterOfTheWorkers_andKeepsThem() {
        var plant = Plant(1...64, start: 32, throughput: Plant.service(slots: 64))
        plant.run(seconds: 40)
        #expect(plant.home == 64)
        plant.pressure = { PressureFigures(cpu: 0, memory: $0 > 30 ? 35 : 2, io: 0) }
        plant.run(seconds: 0.5)
        #expect(plant.size == 48)
        #expect(plant.reasons.last == "memory pressure 35 %: gives way")
        plant.run(seconds: 40)
        #expect(plant.sizes.suffix(3).allSatisfy { $0 <= 48 })
        #expect(plant.size <= 30)
        #expect(plant.sizes.filter { $0 > 48 }.last == 64)
    }

    @Test func memoryPressure_thatIsSlight_onlyStopsGrowth() {
        var plant = Plant(1...64, start: 8, throughput: Plant.service(slots: 64))
        plant.pressure = { _ in PressureFigures(cpu: 0, memory: 12, io: 0) }
        plant.run(seconds: 60)
        #expect(plant.home == 8)
        #expect(plant.sizes.allSatisfy { $0 <= 8 })
    }

    @Test func ioPressure_makesItTryFewerFirst_andKeepThem_unlessMorePay() {
        // A disk that serves 12 at a time hardly faster than 4.
        var plant = Plant(1...64, start: 12) { $0 <= 4 ? Double($0) * 10 : 40 + Double($0 - 4) * 4 }
        plant.pressure = { _ in PressureFigures(cpu: 0, memory: 0, io: 90) }
        plant.run(seconds: 120)
        #expect((4...5).contains(plant.home), "\(plant.sizes)")
        #expect(plant.sizes[1] < 12)
        plant.pressure = { _ in nil }
        plant.run(seconds: 600)
        #expect(plant.home > 12, "\(plant.sizes)")
    }

    // MARK: Operators

    @Test func operatorsSize_stands_untilItIsHandedBack() {
        var plant = Plant(1...64, start: 8, throughput: Plant.service(slots: 64))
        plant.machine.yield(to: "eva")
        plant.run(seconds: 100)
        #expect(plant.sizes == [8])
        #expect(!plant.machine.isActive)
        #expect(plant.machine.reason == "eva set the size; stays until it is handed back")
        plant.machine.handBack(at: 90, by: "eva")
        plant.run(seconds: 0.5)
        #expect(plant.size == 64)
        #expect(plant.reasons == ["back between 1 and 64"])
    }

    // MARK: Parts

    @Test func gain_isTheShare_withAMarginThatShrinksWithMoreWindows() {
        var slow = ThroughputMeasure()
        var fast = ThroughputMeasure()
        for jobs in [90, 110, 90, 110] as [UInt64] {
            slow.add(ended: jobs, succeeded: jobs, seconds: 1)
            fast.add(ended: jobs * 2, succeeded: jobs * 2, seconds: 1)
        }
        let early = ThroughputMeasure.gain(from: slow, to: fast)
        #expect(early.share == 1)
        for jobs in [90, 110, 90, 110] as [UInt64] {
            slow.add(ended: jobs, succeeded: jobs, seconds: 1)
            fast.add(ended: jobs * 2, succeeded: jobs * 2, seconds: 1)
        }
        let late = ThroughputMeasure.gain(from: slow, to: fast)
        #expect(late.share == 1 && late.margin < early.margin && late.margin > 0)
    }

    @Test func size_isBroughtIntoItsRails() {
        #expect(PoolSize.adaptive(0...8, start: 0) == .adaptive(1...8, start: 1))
        #expect(PoolSize.adaptive(2...200_000, start: 300_000).start == 100_000)
        #expect(PoolSize.adaptive(-9...(-3)).rails == 1...1)
        #expect(PoolSize.adaptive(1...1_000).start >= 1)
        #expect((8 as PoolSize) == .fixed(8))
        var configuration = PoolConfiguration(size: .adaptive(4...8, start: 5))
        #expect(configuration.workers == 5)
        configuration.workers = 3
        #expect(configuration.size == .fixed(3))
    }
}
