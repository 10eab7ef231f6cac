import Monitoring
import TerminalUI

/// Details of a job.
extension Painter {
    func jobPage(_ id: JobID, width: Int) -> DetailPage {
        var page = DetailPage()
        let detail = pool.job.flatMap { $0.id == id ? $0.detail : nil }
        guard let job = detail?.summary ?? state.summary(of: id) else {
            let isAsked = pool.job?.id == id
            page.head.append(
                StyledText(SafeText(isAsked ? "The pool no longer knows \(id)." : "asking …"), .dim))
            return page
        }
        // A command is often its own name: once is enough, and in full.
        let payload = detail?.payload ?? ""
        describe(job, hasName: payload.isEmpty || payload != job.name, in: &page)
        if !payload.isEmpty {
            page.add(state.hasQueues ? "payload" : "command", wrapped: payload, room: width, most: 4)
        }
        if let tags = detail?.tags, !tags.isEmpty {
            let list = tags.sorted { $0.key < $1.key }.prefix(12).map { "\($0.key)=\($0.value)" }
            page.add("tags", wrapped: list.joined(separator: "  "), room: width, most: 2, style: .dim)
        }
        if let detail { describeTerms(detail, width: width, in: &page) }
        if let usage = detail?.usage { page.add("used", wrapped: Self.usage(usage), room: width, most: 2) }
        if let attempts = detail?.attempts, !attempts.isEmpty { timeline(attempts, in: &page) }
        let failure = pool.failure(of: id)
        let worth =
            job.state == .failed || job.state == .dead || job.state == .scheduled || job.state == .queued
            || failure?.outcome == .gaveUp
        if let error = job.error ?? failure?.message, worth || job.error != nil {
            page.add("error", wrapped: error, room: width, most: 3, style: Style(.failed))
        }
        page.add("", actions(jobActions(job)))
        fill(&page, detail, failure, width: width)
        return page
    }

    private func describe(_ job: JobSummary, hasName: Bool, in page: inout DetailPage) {
        if hasName {
            page.add("name", StyledText(SafeText(job.name, limit: 1_000), Style(.text, bold: true)))
        }
        var line = StyledText(SafeText(job.state.rawValue), Style(Self.role(of: job.state), bold: true))
        func add(_ part: String) { line.append(SafeText("  " + part), .dim) }
        let time = Self.time(of: job, now: now)
        if !time.isEmpty { line.append(SafeText("  " + time)) }
        if let worker = job.worker { add("on \(worker)") }
        if job.maxAttempts > 1 { add("attempt \(max(1, job.attempt)) of \(job.maxAttempts)") }
        page.add("state", line)
        if !job.kind.isEmpty { page.add("kind", StyledText(SafeText(job.kind, limit: 200))) }
        if job.state == .running, let progress = job.progress {
            let bar = ProgressBar(fraction: progress.fraction).text(width: 24, glyphs: grid.glyphs)
            page.add("progress", bar + StyledText(SafeText("  " + progress.note.prefix(200)), .dim))
        }
        var times = "in \(state.environment.clock(job.submitted))"
        if let started = job.started { times += "  started \(state.environment.clock(started))" }
        if let due = job.due, job.state == .scheduled || job.started == nil {
            times += "  due \(state.environment.clock(due))"
        }
        if let ended = job.ended { times += "  ended \(state.environment.clock(ended))" }
        page.add("times", times, .dim)
    }

    /// What the job was promised: how urgent it is, what it is the only one with, and when it must have ended.
    private func describeTerms(_ detail: JobDetail, width: Int, in page: inout DetailPage) {
        let job = detail.summary
        if job.priority != 0 {
            let than = job.priority > 0 ? "before" : "after"
            page.add(
                "priority",
                StyledText(SafeText(Format.count(job.priority)), Style(.text, bold: true))
                    + StyledText(SafeText(", \(than) ordinary jobs"), .dim))
        }
        if let key = detail.key { page.add("key", wrapped: key, room: width, most: 2) }
        if let deadline = detail.deadline { page.add("deadline", deadlineText(deadline, job)) }
    }

    /// `in 12 s, at 12:40:12`, `passed 3 s ago`, or whether the job kept it.
    private func deadlineText(_ deadline: UnixTime, _ job: JobSummary) -> StyledText {
        let clock = StyledText(SafeText(", at " + state.environment.clock(deadline)), .dim)
        if job.state.isFinal {
            let spare = deadline - (job.ended ?? now)
            return spare >= 0
                ? StyledText(SafeText("ended \(Format.whole(spare)) before it")) + clock
                : StyledText("passed", Style(.failed)) + clock
        }
        let left = deadline - now
        if left < 0 {
            return StyledText(SafeText("passed \(Format.whole(-left)) ago"), Style(.failed)) + clock
        }
        return StyledText(SafeText("in \(Format.whole(left))"), left < 10 ? Style(.waiting) : .text) + clock
    }

    /// `1.2 s user, 0.3 s system, at most 14.2 MB, exit 0`.
    private static func usage(_ usage: ResourceUsage) -> String {
        var parts = [
            "\(Format.duration(usage.userTime)) user", "\(Format.duration(usage.systemTime)) system",
        ]
        if usage.maxResidentBytes > 0 { parts.append("\(Format.bytes(usage.maxResidentBytes)) at most") }
        if let status = usage.exitStatus { parts.append("exit \(status)") }
        if let signal = usage.signal { parts.append(signal) }
        if let process = usage.processID { parts.append("pid \(process)") }
        return parts.joined(separator: ", ")
    }

    /// One line for each attempt, on one scale of time.
    private func timeline(_ attempts: [Attempt], in page: inout DetailPage) {
        for (index, attempt) in attempts.suffix(5).enumerated() {
            var line = StyledText(SafeText("\(attempt.number)").padded(to: 3, alignment: .right) + " ", .dim)
            let length = (attempt.ended ?? now) - attempt.started
            line.append(SafeText(state.environment.clock(attempt.started) + "  "), .dim)
            line.append(SafeText(Format.duration(length)).padded(to: 8, alignment: .right) + "  ")
            line.append(SafeText(attempt.outcome, limit: 20), Style(Self.role(of: attempt)))
            if let worker = attempt.worker { line.append(SafeText("  \(worker)"), .dim) }
            if let message = attempt.message { line.append(SafeText("  " + message.prefix(300))) }
            page.add(index == 0 ? "attempts" : "", line)
        }
    }

    private static func role(of attempt: Attempt) -> Role {
        switch attempt.outcome {
        case "succeeded", "running": .working
        case "cancelled": .cancelled
        default: .failed
        }
    }

    private func jobActions(_ job: JobSummary) -> [(String, String)] {
        if state.environment.isReadOnly { return [] }
        let delete = state.hasQueues ? [("D", "delete")] : []
        switch job.state {
        case .running: return [("x", "cancel")]
        case .queued, .scheduled: return [("x", "cancel")] + delete
        case .failed, .cancelled, .dead: return [("r", "run again")] + delete
        case .succeeded, .dropped: return delete
        }
    }

    /// The output, or the error's trace where there is none.
    private func fill(_ page: inout DetailPage, _ detail: JobDetail?, _ failure: Failure?, width: Int) {
        if let output = detail?.output, !output.lines.isEmpty {
            let follows = state.details.last?.follows ?? true
            page.bodyTitle = "Output"
            page.bodyState = StyledText(
                SafeText("\(Format.many(output.lineCount, "line")), \(Format.bytes(output.bytes))"), .dim)
            if detail?.summary.state == .running {
                page.bodyState.append(
                    SafeText(follows ? " · following" : " · paused: G follows"),
                    follows ? .dim : Style(.operated))
            }
            let missing = output.lineCount - min(output.lineCount, UInt64(output.lines.count))
            if missing > 0 {
                page.body.append(
                    StyledText(SafeText("… \(Format.many(missing, "earlier line")) not kept here"), .dim))
            }
            page.body += output.lines.map { line in
                StyledText(SafeText(line.text, limit: max(1, width)), line.isError ? Style(.waiting) : .text)
            }
        } else if let trace = failure?.trace, !trace.isEmpty {
            page.bodyTitle = "Trace"
            page.body = DetailPage.wrap(trace, room: width, most: 400).map { StyledText($0) }
        } else if detail?.output != nil {
            page.bodyTitle = "Output"
            page.body = [StyledText("nothing printed yet", .dim)]
        }
    }
}
