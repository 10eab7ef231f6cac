import Monitoring
import TerminalUI

extension CockpitState {
    /// The most workers that can be asked for here.
    static let mostWorkers = 10_000

    /// Sends a command; its answer takes the place of the message that says it was sent.
    mutating func perform(
        _ command: OperatorCommand, _ asked: String, topic: Toast.Topic? = nil, now: UnixTime
    ) -> [Effect] {
        let request = nextRequest
        nextRequest += 1
        let topic = topic ?? .request(request)
        requests[request] = (topic, addressed)
        toasts.show(about + asked, .pending, topic: topic, now: now)
        return [.perform(command, request: request)]
    }

    /// Does what can be undone by doing the opposite, so that it needs no question.
    mutating func steer(_ action: Action, now: UnixTime) -> [Effect] {
        let paused = pool.snapshot?.paused ?? Pauses()
        switch action {
        case .more:
            return perform(.adjust(by: 1), "One worker more", topic: .workers(pool: addressed), now: now)
        case .fewer:
            return perform(.adjust(by: -1), "One worker fewer", topic: .workers(pool: addressed), now: now)
        case .setWorkers:
            overlay = .workers(TextField(), mistake: nil)
            return []
        case .applyHint:
            if shown.snapshot?.sizing?.isActive == true {
                toasts.show("The pool sizes itself: there is no hint to apply", .info, now: now)
                return []
            }
            guard let advised = shown.hint.suggestion else {
                toasts.show("The hint advises no other number of workers now", .info, now: now)
                return []
            }
            return resize(to: advised, now: now)
        case .adapt: return adapt(now: now)
        case .pauseIntake:
            return paused.intake == nil
                ? perform(.pauseIntake, "Pausing the intake", now: now)
                : perform(.resumeIntake, "Resuming the intake", now: now)
        case .pauseDispatch:
            return paused.dispatch == nil
                ? perform(.pauseDispatch, "Pausing dispatch", now: now)
                : perform(.resumeDispatch, "Resuming dispatch", now: now)
        case .freezeJobs:
            return paused.frozen == nil
                ? perform(.freeze, "Freezing the running jobs", now: now)
                : perform(.thaw, "Letting the running jobs go on", now: now)
        default: return []
        }
    }

    /// Hands the number of workers back to a pool that can choose it by itself.
    private mutating func adapt(now: UnixTime) -> [Effect] {
        guard let sizing = pool.snapshot?.sizing else {
            toasts.show("This pool does not size itself: + - = set its workers", .warning, now: now)
            return []
        }
        let bounds = "\(Format.count(sizing.min))–\(Format.count(sizing.max)) workers"
        guard !sizing.isActive else {
            toasts.show("The pool sizes itself already, \(bounds)", .info, now: now)
            return []
        }
        return perform(
            .adapt, "Handing the size back to the pool, \(bounds)", topic: .workers(pool: addressed), now: now
        )
    }

    mutating func resize(to count: Int, now: UnixTime) -> [Effect] {
        perform(
            .resize(to: count), "\(Format.many(count, "worker")) from now on",
            topic: .workers(pool: addressed), now: now)
    }

    /// Reads a number of workers: the number, or what is wrong with what was typed.
    static func workers(in text: String) -> Result<Int, Pattern.Mistake> {
        let typed = text.trimmed.filter { $0 != "," }
        guard !typed.isEmpty, typed.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            return .failure(Pattern.Mistake(message: "a whole number, 0 … \(Format.count(mostWorkers))"))
        }
        guard let count = Int(typed), count <= mostWorkers else {
            return .failure(Pattern.Mistake(message: "at most \(Format.count(mostWorkers))"))
        }
        return .success(count)
    }
}
