/// When to stop before all jobs are done, as given to `--halt`.
package struct HaltRule: Sendable, Equatable {
    /// What is counted.
    package enum Reason: String, Sendable { case fail, success, done }

    /// How many are enough.
    package enum Threshold: Sendable, Equatable {
        /// That many jobs, from 1.
        case count(Int)
        /// That share of all jobs, 1 ... 100 percent. It can only be told once the whole input is known.
        case percent(Int)
    }

    /// Whether running jobs are killed; otherwise they finish.
    package var isNow: Bool
    /// What is counted.
    package var reason: Reason
    /// How many are enough.
    package var threshold: Threshold

    /// Reads `now,fail=1`, `soon,success=3`, `soon,done=20%`, and GNU parallel's short forms `1`, `2`, `-1`, `-2` and `20%`;
    /// `.some(nil)` for `never`; `nil` where it is none.
    package static func parse(_ text: String) -> HaltRule?? {
        switch text {
        case "never", "0": return .some(nil)
        case "1": return parse("soon,fail=1")
        case "2": return parse("now,fail=1")
        case "-1": return parse("soon,success=1")
        case "-2": return parse("now,success=1")
        default: break
        }
        if text.hasSuffix("%"), !text.contains(",") { return parse("soon,fail=\(text)") }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "now" || parts[0] == "soon" else { return nil }
        let terms = parts[1].split(separator: "=", omittingEmptySubsequences: false)
        guard terms.count == 2, let reason = Reason(rawValue: String(terms[0])) else { return nil }
        let isPercent = terms[1].hasSuffix("%")
        guard let number = Int(isPercent ? terms[1].dropLast() : terms[1]), number > 0,
            !isPercent || number <= 100,
            !terms[1].hasPrefix("+")
        else { return nil }
        return HaltRule(
            isNow: parts[0] == "now", reason: reason, threshold: isPercent ? .percent(number) : .count(number)
        )
    }

    /// Whether the number of all jobs must be known.
    package var needsTotal: Bool { if case .percent = threshold { true } else { false } }

    /// As it was given to `--halt`.
    package var text: String {
        let count =
            switch threshold {
            case .count(let count): "\(count)"
            case .percent(let percent): "\(percent)%"
            }
        return "\(isNow ? "now" : "soon"),\(reason.rawValue)=\(count)"
    }

    /// Whether to stop, and with which exit status.
    ///
    /// - Parameters:
    ///   - failed: jobs that have failed so far.
    ///   - succeeded: jobs that have succeeded so far.
    ///   - total: all jobs, where the whole input is known.
    ///   - lastStatus: the exit status of the job that ended last, as a shell gives it.
    package func verdict(failed: Int, succeeded: Int, total: Int?, lastStatus: Int32) -> Int32? {
        let counted =
            switch reason {
            case .fail: failed
            case .success: succeeded
            case .done: failed + succeeded
            }
        switch threshold {
        case .count(let count):
            guard counted >= count else { return nil }
            if reason == .success { return 0 }
            if reason == .fail, count == 1 { return lastStatus == 0 ? 1 : lastStatus }
            return Int32(min(failed, 101))
        case .percent(let percent):
            guard let total, total > 0, counted > 0, counted * 100 >= percent * total else { return nil }
            return reason == .success ? 0 : Int32(failed * 100 / total)
        }
    }
}
