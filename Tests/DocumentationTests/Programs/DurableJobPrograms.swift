import JobQueue
import Logging
import Monitoring
import Testing

@Suite struct DurableJobPrograms {
    private struct Letter: Codable, Sendable {
        var to: String
    }

    @Test func durableJobs() async throws {
        let store = InMemoryJobStore()
        @Sendable func send(_ letter: Letter) async throws -> String { "sent to \(letter.to)" }
        // snippet: kind
        let mail = JobKind("mail", timeout: .seconds(30), maxAttempts: 5) { (letter: Letter, context) in
            context.logger.info("attempt \(context.attempt)")
            return try await send(letter)
        }
        let queue = JobQueue(store, kinds: [mail.raw], JobQueueConfiguration(workers: 8))
        // end

        // snippet: enqueue
        let id = try await queue.enqueue(mail, Letter(to: "ada@example.org"))
        let options = EnqueueOptions(priority: 5, delay: .seconds(1), key: "greeting for ada")
        try await queue.enqueue(mail, Letter(to: "ada@example.org"), options)
        // end
        let again = try await queue.enqueue(mail, Letter(to: "ada@example.org"), options)
        #expect(again.rawValue == 2)

        var printed: [String] = []
        func print(_ text: String) { printed.append(text) }
        // snippet: run
        let running = Task { try await queue.run() }
        let job = try await queue.wait(for: id, timeout: .seconds(30))
        if let job, let receipt = try mail.output(of: job) { print(receipt) }
        await queue.shutdown()
        try await running.value
        // end
        #expect(printed == ["sent to ada@example.org"])

        // snippet: settings
        var settings = QueueSettings()
        settings.concurrency = 2
        settings.rate = 10
        try await queue.configure("default", settings)
        try await queue.retry(.all(.dead, queue: "default", limit: 100))
        // end
        #expect(try await queue.queues().first?.settings == settings)
    }
}
