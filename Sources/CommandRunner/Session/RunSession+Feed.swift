import Monitoring
import Synchronization
import WorkerPool

extension RunSession {
    /// Makes a job of each line, as fast as the pool takes them.
    func feed() async {
        var sequence = 0
        var lastStart: UInt64?
        // Of the lines that are known, so many run all the same: they were left by an earlier run.
        var left = 0
        do {
            left = try await feedWhatIsLeft(&sequence, &lastStart)
        } catch {
            return lost(error)
        }
        while !isStopping, let records = await input.next() {
            let isNew: [Bool]
            do {
                isNew = try await notesOf(records)
            } catch {
                return lost(error)
            }
            for (record, isNew) in zip(records, isNew) {
                sequence += 1
                if !isNew || isDone(record, sequence: sequence) {
                    let wasLeft = !isNew && left > 0
                    if wasLeft { left -= 1 } else { kit.tally.withLock { $0.skipped += 1 } }
                    sink.skip(sequence)
                    continue
                }
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

    // MARK: What is remembered

    /// Runs what an earlier run had read and not done; returns how many lines that are.
    private func feedWhatIsLeft(_ sequence: inout Int, _ lastStart: inout UInt64?) async throws -> Int {
        guard let memory = kit.memory else { return 0 }
        try await memory.begin(kit.key)
        while !isStopping {
            let lines = try await memory.left()
            if lines.isEmpty { break }
            for line in lines {
                sequence += 1
                await waitForTurn(after: &lastStart)
                guard await submit(CommandJob(.line(line), sequence: sequence, kit: kit)) else {
                    return sequence
                }
            }
        }
        return sequence
    }

    /// Has lines remembered; tells which of them are to be run.
    private func notesOf(_ records: [InputRecord]) async throws -> [Bool] {
        guard let memory = kit.memory else { return records.map { _ in true } }
        var isNew = records.map { _ in true }
        var places: [Int] = []
        var lines: [[UInt8]] = []
        for (place, record) in records.enumerated() {
            guard case .line(let line) = record else { continue }
            places.append(place)
            lines.append(line)
        }
        for (place, verdict) in zip(places, try await memory.take(lines)) { isNew[place] = verdict }
        return isNew
    }

    /// The state can no longer be written.
    private func lost(_ error: any Error) {
        sink.tell("pooltop: \(error): no more jobs are started, so that nothing is lost")
        stop(.trouble, by: "state")
    }

    // MARK: Into the pool

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
        return resume.withLock {
            $0.takes(kit.key.adding(line: line), command: kit.text(of: line, sequence: sequence, slot: 1))
        }
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
