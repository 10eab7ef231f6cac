import ArgumentParser
import CommandRunner
import Glibc

/// `pooltop demo real`: hashes, compresses and counts the files of a directory.
struct RealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "real",
        abstract: "Hash, compress and count the files of a directory: real processes, real load.",
        discussion: """
            Does what this does, and stays when all files are done:

              find DIR -type f -print0 | pooltop run -0 --tag '\(RealCommand.work)'
            """)

    /// What is done to each file. Nothing is written.
    static let work = "sha256sum < {} && gzip -9 < {} | wc -c && wc -l < {}"

    @Argument(help: "The directory.")
    var directory = "."

    @Option(help: "Workers to begin with, 0 to 10,000.")
    var workers = WorkerCount.processors

    @OptionGroup var screen: ScreenOptions

    func validate() throws {
        guard (0...10_000).contains(workers) else { throw ValidationError("--workers takes 0 to 10,000") }
    }

    func run() async throws {
        var status = stat()
        guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
            access(directory, R_OK | X_OK) == 0
        else { throw ValidationError("'\(directory)' is not a directory that can be read.") }
        setenv("POOLTOP_DEMO_DIRECTORY", directory, 1)
        guard
            let files = popen(
                "exec find \"$POOLTOP_DEMO_DIRECTORY\" -type f -readable -print0 2>/dev/null", "r")
        else { throw ValidationError("find could not be started.") }
        var options = RunOptions()
        options.template = CommandTemplate(shell: [Array(RealCommand.work.utf8)])
        options.sources = [.file(Array("/dev/fd/\(fileno(files))".utf8))]
        options.separator = 0
        options.workers = workers
        options.interval = .seconds(1)
        // The figures are in the cockpit; nobody needs thousands of hashes afterwards.
        options.arrangement.output = open("/dev/null", O_WRONLY | O_CLOEXEC)
        let session = try RunCommand.open(options)
        let show = RunShow(session: session, title: "real work in \(directory)", kind: "demo", stays: true)
        try await show.perform(on: show.open(screen))
        let outcome = await session.finish()
        // Closing its end first would have find told by a signal that nobody reads on.
        pclose(files)
        print(outcome.summary.lines.joined(separator: "\n"))
        if outcome.status != 0 { throw ExitCode(outcome.status) }
    }
}
