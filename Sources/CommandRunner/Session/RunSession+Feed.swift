import Monitoring
import Synchronization
import WorkerPool

extension RunSession {
    /// Makes a job of each line, as fast as the pool takes them.
    func feed() async {
        var sequence = 0
        var lastStart: UInt64?
        while !isStopping, let records = await input.next() {
            for record in records {
                sequence += 1
                if isDone(record, sequence: sequence) { continue }
                if options.isDryRun {
                    printCommand(of: record, sequence: sequence)
                    continue
                }
                await waitForTurn(after: &lastStart)
                guard await submit(CommandJob(record, sequence: sequence, kit: kit)) else {
                    return input.cancel()
                }
            }
        }
    }

    /// Hands a job to the pool; false where the pool takes no more.
    private func submit(_ job: CommandJob) async -> Bool {
        let jobOptions = JobOptions(name: job.name, timeout: options.timeout, observation: job)
        kit.tally.withLock { $0.submitted += 1 }
        do {
            let id = try await pool.submit(jobOptions) { try await job.run($0) }
            if options.arrangement.keepsOrder { kit.open.submitted(job, as: id) }
            return true
        } catch {
            // It counts as not started: it was read, and the pool has closed.
            return false
        }
    }

    private func isDone(_ record: InputRecord, sequence: Int) -> Bool {
        guard options.isResumed, case .line(let line) = record else { return false }
        let isDone = resume.withLock {
            $0.takes(kit.key.adding(line: line), command: kit.text(of: line, sequence: sequence, slot: 1))
        }
        if isDone {
            kit.tally.withLock { $0.skipped += 1 }
            sink.skip(sequence)
        }
        return isDone
    }

    private func printCommand(of record: InputRecord, sequence: Int) {
        var item = OutputItem(sequence: sequence)
        item.tag = options.isTagged ? record.bytes : nil
        item.output = StoredOutput(
            kit.text(of: record.bytes, sequence: sequence, slot: 1) + [UInt8(ascii: "\n")])
        sink.end(item)
    }

    /// Under `--delay`: waits until a worker is free and the time since the last start has passed, so that the job
    /// starts when it is submitted.
    private func waitForTurn(after last: inout UInt64?) async {
        guard let delay = options.delay?.nanoseconds else { return }
        while !isStopping {
            let now = SystemTime.monotonic()
            let due = last.map { $0 &+ delay } ?? now
            let figures = pool.snapshot()
            if now >= due, figures.workers.idle > 0, figures.queue.depth == 0 { break }
            await SystemTime.sleep(.nanoseconds(Int64(min(max(due, now &+ 1_000_000) - now, 10_000_000))))
        }
        last = SystemTime.monotonic()
    }
}
