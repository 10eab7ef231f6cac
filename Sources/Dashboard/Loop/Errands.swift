import Monitoring

/// Carries commands to one of the pools, in their order, and asks it for what the view in front needs.
final class Errands: Sendable {
    private let source: any MonitorSource
    private let number: Int
    private let mailbox: Mailbox
    private let operatorName: String
    private let commands = Inbox<(command: OperatorCommand, request: Int)>()
    private let questions = Inbox<Effect>()

    init(source: any MonitorSource, number: Int = 0, mailbox: Mailbox, operatorName: String) {
        self.source = source
        self.number = number
        self.mailbox = mailbox
        self.operatorName = operatorName
    }

    /// Takes an effect that needs the source; all others are the caller's.
    func take(_ effect: Effect) {
        switch effect {
        case .perform(let command, let request): commands.post((command, request))
        case .fetchJobs: questions.post(effect) { if case .fetchJobs = $0 { true } else { false } }
        case .fetchJob: questions.post(effect) { $0 == effect }
        case .fetchFailures: questions.post(effect) { $0 == .fetchFailures }
        case .fetchEvents: questions.post(effect) { if case .fetchEvents = $0 { true } else { false } }
        default: break
        }
    }

    /// Carries commands until ``finish()``.
    @concurrent
    func runCommands() async {
        while let (command, request) = await commands.next() {
            do {
                let receipt = try await source.perform(command, by: operatorName)
                mailbox.post(.receipt(request: request, receipt), from: number)
            } catch {
                mailbox.post(.undelivered(request: request, Self.reason(error)), from: number)
            }
        }
    }

    /// Asks questions until ``finish()``.
    @concurrent
    func runQuestions() async {
        while let question = await questions.next() {
            do {
                if let answer = try await answer(to: question) {
                    mailbox.post(answer, from: number)
                }
            } catch {
                mailbox.lose(Self.reason(error), from: number)
            }
        }
    }

    /// No more errands.
    func finish() {
        commands.finish()
        questions.finish()
    }

    private func answer(to question: Effect) async throws -> Message? {
        switch question {
        case .fetchJobs(let query): .jobs(query, try await source.jobs(query))
        case .fetchJob(let id): .job(id, try await source.job(id))
        case .fetchFailures: .failures(try await source.failures(limit: 1_000))
        case .fetchEvents(let id): .events(try await source.events(after: id, limit: 1_000))
        default: nil
        }
    }

    private static func reason(_ error: any Error) -> String { String("\(error)".prefix(200)) }
}
