import Monitoring
import Synchronization
import TerminalUI
import Testing

@testable import Dashboard

/// The whole cockpit, with a pool that is made up.
@Suite(.timeLimit(.minutes(1))) struct CockpitTests {
    /// A cockpit that runs, and how to end it.
    private struct Running {
        let source: FakeSource
        let terminal: LiveTerminal
        let cockpit: Cockpit
        let exit: Task<CockpitExit, any Error>

        init(
            _ snapshot: PoolSnapshot = Scenes.busy(),
            options: CockpitOptions = CockpitOptions(refresh: .milliseconds(50))
        ) {
            source = FakeSource(snapshot)
            terminal = LiveTerminal()
            let cockpit = Cockpit(source: source, terminal: terminal, options: options)
            self.cockpit = cockpit
            // Ends when the test leaves the cockpit or closes it.
            exit = Task { try await cockpit.run() }
        }
    }

    @Test func aPoolIsShown_andLeft() async throws {
        let running = Running()
        _ = await running.terminal.see("worker-4")
        running.terminal.type(.char("q"))
        #expect(try await running.exit.value == .quit)
        #expect(running.terminal.isClosed)
    }

    /// A picture may be a second old: there is nothing in it yet, and all the same something would be lost.
    @Test func q_asksWhereThePictureIsBehind() async throws {
        var options = CockpitOptions(refresh: .milliseconds(50), canLoseJobs: true)
        let isOver = Locked(false)
        options.isOver = { isOver.withLock { $0 } }
        let running = Running(Scenes.empty(), options: options)
        _ = await running.terminal.see("no jobs yet")
        running.terminal.type(.char("q"))
        _ = await running.terminal.see("Not all is done")
        running.terminal.type(.char("s"))
        isOver.withLock { $0 = true }
        _ = await running.terminal.see("ALL DONE")
        running.terminal.type(.char("q"))
        #expect(try await running.exit.value == .quit)
    }

    @Test func keysBecomeCommands_inTheirOrder_andAnswersAreShown() async throws {
        var options = CockpitOptions(refresh: .milliseconds(50))
        options.operatorName = "ann"
        let running = Running(options: options)
        _ = await running.terminal.see("worker-4")
        running.terminal.type(.char("+"), .char("+"), .char("p"), .char("-"))
        _ = await running.terminal.see("done: 4")
        #expect(
            running.source.now.commands == [.adjust(by: 1), .adjust(by: 1), .pauseIntake, .adjust(by: -1)])
        #expect(running.source.now.operators == ["ann"])
        _ = await running.terminal.see("4/5 workers busy")
        running.cockpit.close()
        #expect(try await running.exit.value == .ended)
    }

    @Test func viewsAskForWhatTheyNeed() async throws {
        let running = Running()
        _ = await running.terminal.see("worker-4")
        running.terminal.type(.char("3"))
        _ = await running.terminal.see("1 of 161")
        running.terminal.type(.enter)
        _ = await running.terminal.see("block 60 of 60 written")
        running.terminal.type(.char("4"))
        _ = await running.terminal.see("mailbox unavailable")
        running.cockpit.close()
        _ = try await running.exit.value
    }

    @Test func aLostSource_isShown_andComesBack() async throws {
        let running = Running()
        _ = await running.terminal.see("worker-4")
        running.source.change { $0.error = .init(description: "connection refused") }
        _ = await running.terminal.see("NO ANSWER")
        running.terminal.type(.char("p"))
        _ = await running.terminal.see("Not sent: connection refused")
        running.source.change {
            $0.error = nil
            $0.snapshot.time += 1
        }
        _ = await running.terminal.frame { !$0.text.contains("NO ANSWER") }
        running.cockpit.close()
        _ = try await running.exit.value
    }

    @Test func ofTwoSources_bothAreShown_andOneThatIsLostHoldsUpNeitherTheOtherNorItsCommands() async throws {
        var snapshots = [Scenes.busy(), Scenes.busy()]
        for (index, name) in ["one", "two"].enumerated() { snapshots[index].name = name }
        let sources = snapshots.map { FakeSource($0) }
        let terminal = LiveTerminal()
        let cockpit = Cockpit(
            sources: sources, terminal: terminal, options: CockpitOptions(refresh: .milliseconds(50)))
        let exit = Task { try await cockpit.run() }  // ends when the cockpit is closed
        _ = await terminal.frame { $0.text.contains("one") && $0.text.contains("two") }
        sources[0].change { $0.error = .init(description: "connection refused") }
        _ = await terminal.see("NO ANSWER")
        terminal.type(.char("]"), .char("+"))
        _ = await terminal.see("two: done: 1")
        _ = await terminal.see("4/5")
        #expect(sources[1].now.commands == [.adjust(by: 1)])
        #expect(sources[0].now.commands.isEmpty)
        let looks = sources[1].now.looks
        await sources[1].looked(looks + 3)
        cockpit.close()
        #expect(try await exit.value == .ended)
    }

    @Test func aSourceThatNeverAnswers_holdsUpNobody() async throws {
        let silent = SilentSource()
        let terminal = LiveTerminal()
        let cockpit = Cockpit(
            sources: [silent, FakeSource(Scenes.busy())], terminal: terminal,
            options: CockpitOptions(refresh: .milliseconds(50)))
        let exit = Task { try await cockpit.run() }  // ends when the cockpit is left
        _ = await terminal.frame { $0.text.contains("connecting …") && $0.text.contains("backpressure") }
        terminal.type(.char("q"))
        #expect(try await exit.value == .quit)
        silent.letGo()
    }

    @Test func aTerminalThatGoes_endsTheCockpit() async throws {
        let running = Running()
        running.terminal.send([.hangup])
        #expect(try await running.exit.value == .hangup)
    }

    @Test func aCancelledTask_endsTheCockpit() async throws {
        let running = Running()
        _ = await running.terminal.see("worker-4")
        running.exit.cancel()
        #expect(try await running.exit.value == .ended)
        #expect(running.terminal.isClosed)
    }

    @Test func controlKeys_reachTerminalAndProgram() async throws {
        let interrupts = Locked(0)
        var options = CockpitOptions(refresh: .milliseconds(50))
        options.onInterrupt = { interrupts.withLock { $0 += 1 } }
        let running = Running(options: options)
        _ = await running.terminal.see("worker-4")
        running.terminal.type(.control("c"), .control("l"), .control("z"), .char("m"))
        _ = await running.terminal.see("Mouse off")
        #expect(interrupts.withLock { $0 } == 1)
        #expect(running.terminal.redraws == 1 && running.terminal.suspensions == 1)
        #expect(!running.terminal.mouseEnabled)
        running.cockpit.close()
        _ = try await running.exit.value
    }

    @Test func aSourceThatNeverAnswers_doesNotKeepTheOperatorIn() async throws {
        let terminal = LiveTerminal()
        let cockpit = Cockpit(source: Silence(), terminal: terminal)
        // Ends when the cockpit is left.
        let exit = Task { try await cockpit.run() }
        _ = await terminal.see("connecting")
        terminal.type(.char("q"))
        #expect(try await exit.value == .quit)
    }

    /// Waits for ever.
    private struct Silence: MonitorSource {
        private func wait<Value>() async throws -> Value {
            try await Task.sleep(for: .seconds(3_600))
            throw CancellationError()
        }

        func snapshot() async throws -> PoolSnapshot { try await wait() }
        func jobs(_ query: JobQuery) async throws -> JobPage { try await wait() }
        func job(_ id: JobID) async throws -> JobDetail? { try await wait() }
        func failures(limit: Int) async throws -> [Failure] { try await wait() }
        func events(after id: UInt64, limit: Int) async throws -> EventPage { try await wait() }
        func perform(_ command: OperatorCommand, by operator: String) async throws -> Receipt {
            try await wait()
        }
    }

    @Test func aCockpit_runsOnce() async throws {
        let running = Running()
        running.cockpit.close()
        _ = try await running.exit.value
        await #expect(throws: CockpitError.self) { try await running.cockpit.run() }
    }

    @Test func anIdlePool_isDrawnOnce_andWakesNobody() async throws {
        let running = Running(Scenes.empty())
        _ = await running.terminal.see("IDLE since")
        let looks = running.source.now.looks
        let drawn = running.terminal.drawn
        // Two more looks have been posted when a third begins.
        await running.source.looked(looks + 3)
        #expect(running.terminal.drawn == drawn)
        running.cockpit.close()
        _ = try await running.exit.value
    }

    // MARK: Replay

    @Test func scriptedKeys_areReplayedWithoutATerminal() {
        let terminal = ScriptedTerminal(
            size: Size(width: 80, height: 24),
            capabilities: Capabilities(colorDepth: .none, glyphs: .ascii, mouse: true),
            script: [
                [], [.key(.char("2")), .key(.down), .key(.down)], [.key(.enter)],
                [.resize(Size(width: 100, height: 30))],
                [.key(.escape), .key(.char("t")), .key(.char("?"))], [.key(.char("G"))],
                [.key(.escape), .key(.char("q"))],
            ])
        let mailbox = Mailbox(waker: terminal.waker)
        mailbox.post(Scenes.thousand(), at: Stage.start)
        var loop = ScreenLoop(
            terminal: terminal, mailbox: mailbox, clock: WallClock(standingAt: Stage.start),
            options: CockpitOptions(title: "replay"),
            errands: [Errands(source: FakeSource(Scenes.busy()), mailbox: mailbox, operatorName: "ann")],
            hurry: {})
        #expect(loop.run() == .quit)
        #expect(terminal.isClosed)
        #expect(terminal.theme == .light)
        let texts = terminal.frames.map(\.text)
        guard texts.count == 7 else {
            Issue.record("\(texts.count) frames")
            return
        }
        #expect(texts[0].contains("connecting"))
        #expect(texts[1].contains("replay"))
        #expect(texts[2].contains("> worker-3"))
        #expect(texts[3].contains("Workers > worker-3"))
        #expect(terminal.frames[4].grid.size == Size(width: 100, height: 30))
        #expect(texts[6].contains("interrupt, as the signal does"))
    }

    @Test func helpOpenedAndScrolled_inOneBatchOfKeys_isScrolled() {
        let keys: [Input] = [.key(.char("?")), .key(.char("G"))]
        let terminal = ScriptedTerminal(size: Size(width: 40, height: 10), script: [keys])
        let mailbox = Mailbox(waker: terminal.waker)
        var loop = ScreenLoop(
            terminal: terminal, mailbox: mailbox, clock: WallClock(standingAt: Stage.start),
            options: CockpitOptions(),
            errands: [Errands(source: FakeSource(Scenes.busy()), mailbox: mailbox, operatorName: "")],
            hurry: {}
        )
        #expect(loop.run() == .hangup)
        #expect(terminal.frames.last?.text.contains("interrupt, as the") == true)
    }

    // MARK: Parts

    @Test func snapshotsOfAnIdlePool_areTheSame_whateverTheTime() {
        var later = Scenes.empty(at: Stage.start + 9)
        later.uptime += 9
        #expect(later.isUnchanged(since: Scenes.empty()))
        later.workers.target = 5
        #expect(!later.isUnchanged(since: Scenes.empty()))
        #expect(!Scenes.busy().isUnchanged(since: Scenes.busy()))
    }

    @Test func theMailbox_keepsTheLatest_andIsBounded() {
        let wakes = Locked(0)
        let mailbox = Mailbox(waker: Waker { wakes.withLock { $0 += 1 } })
        for second in 0..<100 { mailbox.post(Scenes.empty(at: Double(second)), at: Double(second)) }
        mailbox.end(.ended)
        mailbox.end(.quit)
        let (messages, exit) = mailbox.take()
        #expect(messages.count == 9)
        #expect(messages[7].message == .snapshot(Scenes.empty(at: 99)))
        #expect(messages[8].message == .heard(99))
        #expect(exit == .ended)
        #expect(wakes.withLock { $0 } == 102)
        #expect(mailbox.take().messages.map(\.message) == [.heard(99)])
    }

    @Test func theExecutor_runsTasks_andKeepsTime() async throws {
        let executor = try ThreadExecutor()
        let start = ThreadExecutor.now()
        await Task(executorPreference: executor) {
            await executor.sleep(.milliseconds(20))
        }.value
        #expect(ThreadExecutor.now() - start >= .milliseconds(20))
        let sleeper = Task(executorPreference: executor) { await executor.sleep(.seconds(3_600)) }
        let waker = Task(executorPreference: executor) {
            // Runs after the sleeper has gone to sleep: there is one thread for both.
            await Task.yield()
            executor.wakeSleepers()
        }
        await waker.value
        executor.wakeSleepers()
        await sleeper.value
        executor.end()
    }
}
