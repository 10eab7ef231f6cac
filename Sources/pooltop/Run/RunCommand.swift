import ArgumentParser
import CommandRunner
import Control
import Glibc
import JobQueue

/// `pooltop run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a command for each line of input, many at a time.",
        usage: "pooltop run [OPTIONS] [TEMPLATE ...] [::: ARGUMENT ...]",
        discussion: """
            Each line of standard input, of the files given with -a, or each argument after ::: is one job. In the \
            template these stand for parts of it, quoted for the shell to fit their place:

              {}    the line                     {/}   its last path component
              {.}   without its extension        {/.}  that without its extension
              {//}  its directory                {#}   the job's number
              {%}   the worker's number

            A template with none of them has the line appended; without a template, a line is a command.

              find . -name '*.log' | pooltop run -j 8 gzip
              pooltop run 'convert {} {.}.png' ::: *.jpg
              pooltop run -j 4 --joblog jobs.log --resume -a commands.txt

            While it runs: INT or TERM starts no more jobs, a second cancels, a third kills; HUP starts no more; \
            USR1 and USR2 give one worker more or fewer; TSTP stops the jobs too, and CONT lets them go on.

            Exit status: 0 all jobs succeeded, 1-100 that many did not, 101 more than that, 130 or 143 interrupted, \
            141 standard output was closed, 64 bad usage.
            """)

    @Option(
        name: [.customShort("j", allowingJoined: true), .customLong("jobs")],
        help: ArgumentHelp(
            """
            How many jobs run at once: N, N% of the processors, +N more than there are; 0 starts none until a worker is \
            added; auto finds out how many pay, 1 to 4 for each processor, auto:MIN-MAX between those.
            """,
            valueName: "N"))
    var jobs: String?

    @Option(
        name: [.customShort("a"), .customLong("arg-file")],
        help: ArgumentHelp("Read lines from this file; may be given more than once.", valueName: "file"))
    var files: [String] = []

    @Flag(
        name: [.customShort("0"), .customLong("null")], help: "Input ends lines with NUL, not with newline.")
    var endsWithNull = false

    @Flag(name: .customLong("shuf"), help: "Take lines in random order; reads all of them first.")
    var isShuffled = false

    @Flag(name: .customLong("no-shell"), help: "Run the template's words directly, without a shell.")
    var skipsShell = false

    @Flag(
        name: [.customShort("k"), .customLong("keep-order")], help: "Print output in the order of the input.")
    var keepsOrder = false

    @Flag(name: .customLong("tag"), help: "Begin each line of output with the job's input line and a tab.")
    var isTagged = false

    @Flag(
        name: .customLong("line-buffer"),
        help: "Print lines as they come; those of different jobs may alternate.")
    var isLineBuffered = false

    @Option(
        name: .customLong("results"),
        help: ArgumentHelp(
            "Also keep each job's output in files DIR/1/LINE/stdout and stderr.", valueName: "dir"))
    var results: String?

    @Option(
        name: .customLong("joblog"),
        help: ArgumentHelp(
            "Write a line for each job that ended: GNU parallel's columns and more.", valueName: "file"))
    var jobLog: String?

    @Flag(
        name: .customLong("resume"),
        help: "Leave out jobs that succeeded according to --joblog: same template, line and directory.")
    var isResumed = false

    @Option(
        name: .customLong("state"),
        help: ArgumentHelp(
            "Keep the run in this file: where it was killed, the same command goes on where it stopped.",
            valueName: "file"))
    var state: String?

    @Option(
        name: .customLong("retries"),
        help: ArgumentHelp("Try a job that fails up to N times in all.", valueName: "n"))
    var attempts = 1

    @Option(
        name: .customLong("timeout"),
        help: ArgumentHelp("End an attempt that takes longer: 5, 0.5s, 2m, 1h, 1d.", valueName: "duration"))
    var timeout: String?

    @Option(name: .customLong("delay"), help: ArgumentHelp("Time between two starts.", valueName: "duration"))
    var delay: String?

    @Option(
        name: .customLong("halt"),
        help: ArgumentHelp(
            "Stop early: now or soon (running jobs finish), then fail=N, success=N or done=N, or N% of all jobs. 1 is short for soon,fail=1, 2 for now,fail=1.",
            valueName: "when,why=N"))
    var halt: String?

    @Flag(name: .customLong("dry-run"), help: "Print the commands and run nothing.")
    var isDryRun = false

    @Option(
        name: .customLong("env"),
        help: ArgumentHelp(
            "Set a variable for the jobs; NAME alone must be set here.", valueName: "name=value"))
    var variables: [String] = []

    @Option(
        name: .customLong("workdir"), help: ArgumentHelp("Run the jobs in this directory.", valueName: "dir"))
    var directory: String?

    @Flag(name: .customLong("stay"), help: "Leave the cockpit up when all jobs are done.")
    var stays = false

    @OptionGroup(title: "Screen options")
    var screen: ScreenOptions

    @Option(
        name: .customLong("interval"),
        help: ArgumentHelp("Time between two lines of progress; 0 for none.", valueName: "duration"))
    var interval = "10s"

    @Flag(name: .customLong("quiet"), help: "Print no progress and no summary; failures are still told.")
    var isQuiet = false

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp(
            "The template, then ::: and the arguments where there are any.", valueName: "template"))
    var words: [String] = []

    func validate() throws { _ = try runOptions() }

    func run() async throws {
        let options = try runOptions()
        let memory = try await remember()
        let session = try Self.open(options, state: memory)
        let show = RunShow(session: session, title: title, kind: isDryRun ? nil : "run", stays: stays)
        var screen = screen
        // A terminal cannot give both the lines and the keys.
        if isDryRun || session.input.readsTerminal { screen.isPlain = true }
        let stage = try show.open(screen)
        if session.input.readsTerminal {
            StandardStreams.tell("reading lines from the terminal; Ctrl-D ends them")
        }
        if options.workers == 0, !isDryRun, case .plain = stage {
            StandardStreams.tell("-j 0: nothing is started until a worker is added: kill -USR1 \(getpid())")
        }
        try await show.perform(on: stage)
        let outcome = await session.finish()
        await memory?.close()
        if !isQuiet, !isDryRun {
            StandardStreams.tell(outcome.summary.lines.joined(separator: "\n"))
        }
        if outcome.status != 0 { throw ExitCode(outcome.status) }
    }

    /// What the cockpit calls the run: its template.
    private var title: String {
        let template = words.prefix { $0 != ":::" }.filter { $0 != "--" }.joined(separator: " ")
        return template.isEmpty ? "run" : "run \(template)"
    }

    /// Opens the state of the run, where there is one.
    private func remember() async throws -> DurableRun? {
        guard let state, !isDryRun else { return nil }
        do {
            return try await DurableRun.open(state)
        } catch let error as JobStoreError {
            StandardStreams.tell("--state: \(error)")
            throw ExitCode(64)
        }
    }

    /// Opens what a run needs.
    ///
    /// - Throws: the exit status of bad usage, after it has said what is wrong.
    static func open(_ options: RunOptions, state memory: DurableRun? = nil) throws -> RunSession {
        do {
            try SpareDescriptors.check(for: SpareDescriptors.command)
            return try RunSession(options, state: memory)
        } catch {
            StandardStreams.tell("\(error)")
            throw ExitCode(64)
        }
    }
}
