import Glibc
import Monitoring
import Testing

@testable import CommandRunner

@Suite struct ProcessTests {
    @Test func exitStatus_isKept() async throws {
        let host = try ProcessHost()
        let result = try await host.shell("exit 7")
        #expect(result.outcome.ending == .ended(.exited(7)))
        #expect(result.failure?.failureType == "exit 7")
        #expect(result.outcome.usage?.exitStatus == 7)
        host.close()
    }

    @Test func bothStreams_areKeptApart() async throws {
        let host = try ProcessHost()
        let result = try await host.shell("echo out; echo err >&2")
        #expect((text(result.output), text(result.error)) == ("out\n", "err\n"))
        #expect(result.failure == nil)
        host.close()
    }

    @Test(arguments: [("SEGV", "SIGSEGV"), ("KILL", "SIGKILL"), ("PIPE", "SIGPIPE"), ("USR1", "SIGUSR1")])
    func deathBySignal_isNamed(signal: String, expected: String) async throws {
        let host = try ProcessHost()
        let result = try await host.shell("kill -\(signal) $$")
        #expect(result.failure?.failureType == expected)
        #expect(result.outcome.usage?.signal == expected)
        host.close()
    }

    @Test func usage_tellsProcessorTimeAndMemory() async throws {
        let host = try ProcessHost()
        // More than this process has with all its tests: what could be our own is not taken for the command's.
        let result = try await host.shell("dd if=/dev/zero of=/dev/null bs=1000M count=1")
        let usage = try #require(result.outcome.usage)
        #expect(usage.userTime + usage.systemTime > 0.001)
        #expect((1_000_000_000..<1_100_000_000).contains(usage.maxResidentBytes))
        #expect(result.outcome.duration > 0.001)
        host.close()
    }

    @Test func memoryThatCouldBeOurOwn_isNotTakenForTheCommands() async throws {
        let ballast = [UInt8](repeating: 1, count: 64 << 20)
        let host = try ProcessHost()
        let result = try await host.shell("true")
        let size = try #require(result.outcome.usage).maxResidentBytes
        #expect(size == 0, "\(ballast.count) bytes are ours")
        host.close()
    }

    @Test func process_leadsItsOwnSessionAndGroup_withNothingToRead() async throws {
        let host = try ProcessHost()
        let result = try await host.shell(
            "ps -o pid=,pgid=,sid= -p $$; cat; ls /proc/self/fd | wc -l; trap; umask >&2")
        let lines = text(result.output).split(separator: "\n")
        let identity = try #require(lines.first).split(separator: " ")
        #expect(Set(identity).count == 1)
        // 0, 1, 2, and the one by which `ls` reads the directory.
        #expect(lines.last == "4")
        host.close()
    }

    @Test func commandThatDoesNotExist_saysSo() async throws {
        let host = try ProcessHost()
        let result = try await host.run(Command(words: [bytes("no-such-command-here")]))
        #expect(
            result.outcome.ending
                == .notStarted(
                    SpawnFailure(
                        status: 127, message: "no-such-command-here: No such file or directory")))
        #expect(result.failure?.isPermanent == true)
        host.close()
    }

    @Test func fileThatIsNoProgram_saysSo() async throws {
        let host = try ProcessHost()
        let result = try await host.run(Command(words: [bytes("/etc/passwd")]))
        #expect(result.failure?.failureMessage == "/etc/passwd: Permission denied")
        host.close()
    }

    @Test func missingDirectory_isNotTakenForAMissingCommand() async throws {
        let host = try ProcessHost()
        let result = try await host.run(Command(words: [bytes("true")], directory: bytes("/no/such/place")))
        #expect(result.failure?.failureMessage == "cannot work in /no/such/place: No such file or directory")
        host.close()
    }

    @Test func directoryAndVariables_reachTheCommand() async throws {
        let scratch = try Scratch()
        let host = try ProcessHost()
        let result = try await host.run(
            Command(
                shell: bytes("pwd; echo $ONE"), directory: bytes(scratch.path), variables: [bytes("ONE=1 2")])
        )
        #expect(text(result.output) == "\(scratch.path)\n1 2\n")
        host.close()
    }

    @Test(arguments: [131_071, 131_072])
    func longestArgument_passes_andOneByteMoreIsRefusedInWords(count: Int) async throws {
        let host = try ProcessHost()
        let result = try await host.run(
            Command(words: [bytes("true"), [UInt8](repeating: UInt8(ascii: "x"), count: count)]))
        if count == 131_071 {
            #expect(result.failure == nil)
        } else {
            #expect(result.failure?.failureMessage.contains("131072 bytes") == true)
        }
        host.close()
    }

    @Test func argumentsTooLongTogether_areRefusedInWords() async throws {
        let host = try ProcessHost()
        let word = [UInt8](repeating: UInt8(ascii: "x"), count: 131_000)
        let result = try await host.run(Command(words: [bytes("true")] + Array(repeating: word, count: 60)))
        #expect(result.failure?.failureMessage.contains("too long for the system") == true)
        host.close()
    }

    @Test func nulByte_isRefusedInWords() async throws {
        let host = try ProcessHost()
        let result = try await host.run(Command(shell: [0x65, 0, 0x66]))
        #expect(result.failure?.failureMessage.contains("NUL byte") == true)
        host.close()
    }

    @Test func invalidUtf8_passesThrough() async throws {
        let host = try ProcessHost()
        let word: [UInt8] = [0x61, 0xff, 0xfe, 0x80]
        let result = try await host.run(Command(words: [bytes("printf"), bytes("%s"), word]))
        #expect(result.output == word)
        host.close()
    }

    @Test func threads_endWithTheHost() async throws {
        let host = try ProcessHost()
        let one = Task { try await host.shell("echo 1") }
        let two = Task { try await host.shell("echo 2") }
        #expect(try await (one.value.failure, two.value.failure) == (nil, nil))
        host.close()
        #expect(!host.isBusy)
    }
}

@Suite struct TerminationTests {
    @Test(
        arguments: [
            (0x0000, "exit 0", 0), (0x0700, "exit 7", 7), (0xff00, "exit 255", 255), (0x0009, "SIGKILL", 137),
            (0x008b, "SIGSEGV", 139), (0x0022, "SIGRTMIN+0", 162),
        ] as [(Int32, String, Int32)])
    func waitStatus_isReadAsTheSystemMeansIt(status: Int32, name: String, shell: Int32) {
        let termination = Termination(waitStatus: status)
        #expect((termination.name, termination.shellStatus) == (name, shell))
        #expect(termination.isSuccess == (status == 0))
    }

    @Test func statusOfAShell_hintsAtTheSignalBehindIt() {
        #expect(Termination.exited(139).hint == "a shell's way of saying SIGSEGV")
        #expect(Termination.exited(127).hint == "the command was not found")
        #expect(Termination.exited(1).hint == nil)
    }

    @Test func processStatus_isReadPastAnyName() throws {
        let line = "42 (a) b (c) S 1 40 39 0 -1 4194304 100 0 0 0 250 50 10 20 20 0 1 0 100 1000000 25 0"
        let status = try #require(ProcessStatus(bytes(line)))
        #expect((status.group, status.isAlive) == (40, true))
        #expect(status.userTime == 2.6)
        #expect(ProcessStatus(bytes("42 (a")) == nil)
        let zombie = try #require(ProcessStatus(bytes(line.replacing(") S", with: ") Z"))))
        #expect(!zombie.isAlive)
    }
}
