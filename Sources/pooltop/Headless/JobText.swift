import Control
import Dashboard
import Monitoring
import TerminalUI

/// A job as a few lines of text.
struct JobText {
    let text: String

    init(_ job: JobDetail) {
        var lines = [Self.line(job.summary)]
        if let payload = job.payload { lines.append("  payload   " + Clean.text(payload)) }
        if let key = job.key { lines.append("  key       " + Clean.text(key)) }
        for attempt in job.attempts {
            let time = attempt.ended.map { Format.duration($0 - attempt.started) } ?? "so far"
            let worker = attempt.worker.map { " on \($0)" } ?? ""
            let message = attempt.message.map { ": " + Clean.text($0) } ?? ""
            lines.append("  attempt \(attempt.number) \(attempt.outcome), \(time)\(worker)\(message)")
        }
        if let usage = job.usage {
            let ending =
                usage.signal ?? usage.exitStatus.map { "exit \($0)" } ?? "pid \(usage.processID ?? 0)"
            lines.append(
                "  used      \(Format.duration(usage.userTime + usage.systemTime)) of processor, "
                    + "\(Format.bytes(usage.maxResidentBytes)); \(ending)")
        }
        for line in job.output?.lines ?? [] {
            lines.append("  \(line.isError ? "!" : "|") " + Clean.text(line.text))
        }
        text = lines.joined(separator: "\n")
    }

    /// A job in one line.
    static func line(_ job: JobSummary) -> String {
        var parts = ["\(job.id)", job.state.rawValue, Clean.text(job.name)]
        if !job.kind.isEmpty { parts.append("[\(Clean.text(job.kind))]") }
        if let worker = job.worker, job.state == .running { parts.append("on \(worker)") }
        if let started = job.started, let ended = job.ended { parts.append(Format.duration(ended - started)) }
        if job.attempt > 1 { parts.append("attempt \(job.attempt) of \(job.maxAttempts)") }
        if let error = job.error { parts.append("- " + Clean.text(error)) }
        return parts.joined(separator: "  ")
    }
}

/// A task as a few lines of text.
struct TaskText {
    let text: String

    init(_ task: TaskStatus) {
        var lines = [Self.line(task)]
        for (name, value) in task.parameters.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(Clean.text(name))=\(Clean.text(value.text))")
        }
        if let key = task.key { lines.append("  key       " + Clean.text(key)) }
        if let result = task.result {
            if let exit = result.exit { lines.append("  exit      \(exit)") }
            if let signal = result.signal { lines.append("  signal    \(Clean.text(signal))") }
            if let status = result.status { lines.append("  status    \(status)") }
            for line in result.stdout.split(separator: "\n") {
                lines.append("  | " + Clean.text(String(line)))
            }
            for line in result.stderr.split(separator: "\n") {
                lines.append("  ! " + Clean.text(String(line)))
            }
        }
        text = lines.joined(separator: "\n")
    }

    /// A task in one line.
    static func line(_ task: TaskStatus) -> String {
        var parts = [Clean.text(task.id), task.dead ? "dead" : task.state.rawValue, Clean.text(task.kind)]
        if task.attempts > 0 { parts.append("attempt \(task.attempts) of \(task.maxAttempts)") }
        if let started = task.started, let ended = task.ended {
            parts.append(Format.duration(ended - started))
        }
        if let error = task.error { parts.append("- " + Clean.text(error)) }
        return parts.joined(separator: "  ")
    }
}

/// Text from outside, so that a terminal shows it and does nothing else with it.
enum Clean {
    static func text(_ text: String) -> String { SafeText(text).string }
}
