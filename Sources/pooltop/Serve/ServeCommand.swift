import ArgumentParser
import Control
import JobQueue

/// `pooltop serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Do tasks that come over HTTP, and keep them on disk until they are done.",
        discussion: """
            The file names kinds of tasks, each a command whose parameters become words of its command line, or a call \
            of another server:

              listen: 127.0.0.1:8080            # or unix:/path; a list for several
              store: jobs.db                    # beside this file
              workers: 8
              tokens: { operator: ${POOLTOP_TOKEN}, reader: ${POOLTOP_READER} }
              kinds:
                thumbnail:
                  command: ["convert", "{input}", "-resize", "{size}", "{output}"]
                  timeout: 30s
                  retries: 3
                  concurrency: 2
                  rate: 10/s

              curl -d '{"kind": "thumbnail", "parameters": {"input": "a.png", "size": "64", "output": "b.png"}}' \
            http://127.0.0.1:8080/v1/tasks

            pooltop attach http://127.0.0.1:8080 shows the cockpit; http://127.0.0.1:8080/openapi.json describes the rest.

            INT or TERM takes no more tasks, lets those that run finish within the grace period and hands the rest back; \
            a second one stops them at once, and they run again with the next start, for which what was waiting waits, \
            too. pooltop drain does what is queued first. What ran when the process was killed runs again.

            Exit status: 0 ended by a signal, 64 the file is wrong, 69 it cannot listen or use its database.
            """)

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("The YAML file that says what to do.", valueName: "file"))
    var file: String

    @Flag(name: .customLong("check"), help: "Only read the file and say whether it is right.")
    var onlyChecks = false

    func run() async throws {
        let configuration: ServeConfiguration
        do throws(ConfigurationError) {
            configuration = try ServeConfiguration(reading: file)
        } catch {
            StandardStreams.tell("\(error)")
            throw ExitCode(64)
        }
        if onlyChecks {
            return StandardStreams.tell("\(file) is right: \(configuration.kinds.count) kinds of tasks")
        }
        do {
            try await TaskServer(configuration, file: file).run()
        } catch let error as ControlError {
            StandardStreams.tell("\(error)")
            throw ExitCode(69)
        } catch let error as JobStoreError {
            StandardStreams.tell("\(error)")
            throw ExitCode(69)
        }
    }
}
