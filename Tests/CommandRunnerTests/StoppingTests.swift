import Glibc
import Monitoring
import Testing

@testable import CommandRunner

/// What it takes to end a command and all it has started. A pipe tells when something has happened: it is at its
/// end once the last process that held it is gone.
@Suite struct StoppingTests {
    /// Starts a command and cancels it once it has created a file.
    private func cancel(_ script: String, grace: Duration) async throws -> (CommandResult, Scratch) {
        let scratch = try Scratch()
        let host = try ProcessHost(grace: grace)
        try #require(mkfifo(scratch("ready"), 0o600) == 0)
        let running = Task {
            try await host.run(Command(shell: bytes(script), directory: bytes(scratch.path)))
        }
        // Blocks until the command has written.
        await SystemThread.perform { _ = contents(of: scratch("ready")) }
        running.cancel()
        let result = try await running.value
        await SystemThread.perform { host.close() }
        return (result, scratch)
    }

    private func isAlive(_ scratch: Scratch, _ file: String) throws -> Bool {
        let process = try scratch.process(file)
        return kill(process, 0) == 0 && ProcessStatus(of: process)?.isAlive == true
    }

    @Test func cancel_endsByTerm() async throws {
        let (result, _) = try await cancel("echo > ready; sleep 100", grace: .seconds(60))
        #expect(result.outcome.ending == .ended(.signalled(SIGTERM)))
        #expect(result.outcome.wasStopped)
        #expect(result.failure?.failureType == "cancelled")
    }

    @Test func commandThatIgnoresTerm_isKilledAfterTheGrace() async throws {
        let (result, _) = try await cancel(
            "trap '' TERM; echo > ready; while :; do sleep 0.01; done", grace: .milliseconds(80))
        #expect(result.outcome.ending == .ended(.signalled(SIGKILL)))
        #expect(result.outcome.duration >= 0.08)
        #expect(result.failure?.failureMessage == "cancelled and had to be killed")
    }

    @Test func childrenOfTheCommand_dieWithIt() async throws {
        let (_, scratch) = try await cancel(
            "sleep 100 & echo $! > child; echo > ready; wait", grace: .seconds(60))
        #expect(try !isAlive(scratch, "child"))
    }

    @Test func grandchildThatIgnoresTerm_isKilledAlthoughItsLeaderIsGone() async throws {
        let script =
            "(trap '' TERM; sh -c 'echo $$ > child; echo > ready; while :; do sleep 0.01; done') & exec sleep 100"
        let (result, scratch) = try await cancel(script, grace: .milliseconds(80))
        #expect(result.outcome.ending == .ended(.signalled(SIGTERM)))
        #expect(try !isAlive(scratch, "child"))
    }

    @Test func commandThatLeavesCleanlyOnTerm_hasNotDoneItsWork() async throws {
        let (result, _) = try await cancel(
            "trap 'exit 0' TERM; echo > ready; while :; do sleep 0.01; done", grace: .seconds(60))
        #expect(result.outcome.ending == .ended(.exited(0)))
        #expect(!result.outcome.isSuccess)
        #expect(result.failure?.failureType == "cancelled")
    }

    @Test func stoppedCommand_heedsTermAllTheSame() async throws {
        let (result, _) = try await cancel("echo > ready; kill -STOP $$; sleep 100", grace: .seconds(60))
        #expect(result.outcome.ending == .ended(.signalled(SIGTERM)))
    }

    @Test func commandStoppedBeforeItStarts_neverDoes() async throws {
        let scratch = try Scratch()
        let host = try ProcessHost()
        let control = ProcessControl()
        control.stop()
        let outcome = try await host.perform(control: control) { bench in
            host.run(
                Command(shell: bytes("touch \(scratch("mark"))")), control: control, receiver: Silent(),
                on: bench)
        }
        #expect(outcome.ending == .withdrawn)
        #expect(scratch.read("mark") == nil)
        host.close()
    }

    @Test func killAll_skipsTheGrace() async throws {
        let scratch = try Scratch()
        let host = try ProcessHost(grace: .seconds(600))
        try #require(mkfifo(scratch("ready"), 0o600) == 0)
        let running = Task {
            try await host.shell(
                "cd \(scratch.path); trap '' TERM; echo > ready; while :; do sleep 0.01; done")
        }
        await SystemThread.perform { _ = contents(of: scratch("ready")) }
        host.killAll()
        #expect(try await running.value.outcome.ending == .ended(.signalled(SIGKILL)))
        host.close()
    }

    @Test func backgroundChild_neitherHoldsUpNorDies() async throws {
        let scratch = try Scratch()
        let host = try ProcessHost()
        let result = try await host.shell("cd \(scratch.path); sleep 100 & echo $! > child; echo done")
        #expect(text(result.output) == "done\n")
        #expect(result.failure == nil)
        #expect(try isAlive(scratch, "child"))
        kill(try scratch.process("child"), SIGKILL)
        host.close()
    }

    @Test func frozenCommand_standsStill_andGoesOnWhenThawed() async throws {
        let scratch = try Scratch()
        let host = try ProcessHost()
        for name in ["ready", "go"] { try #require(mkfifo(scratch(name), 0o600) == 0) }
        let running = Task {
            try await host.shell(
                "cd \(scratch.path); echo $$ > leader; echo > ready; read line < go; echo $line")
        }
        await SystemThread.perform { _ = contents(of: scratch("ready")) }
        let leader = try scratch.process("leader")
        host.freeze(true)
        await SystemThread.perform {
            var information = siginfo_t()
            waitid(P_PID, id_t(leader), &information, WSTOPPED | WNOWAIT)
        }
        #expect(ProcessStatus(of: leader)?.state == UInt8(ascii: "T"))
        host.freeze(false)
        await SystemThread.perform {
            if let file = fopen(scratch("go"), "w") {
                fputs("went on\n", file)
                fclose(file)
            }
        }
        #expect(text(try await running.value.output) == "went on\n")
        host.close()
    }

    private final class Silent: OutputReceiver {
        func receive(_ bytes: UnsafeRawBufferPointer, isError: Bool) {}
        var needsPulse: Bool { false }
        func pulse() {}
    }
}
