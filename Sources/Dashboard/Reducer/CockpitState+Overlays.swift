import Monitoring
import TerminalUI

extension CockpitState {
    /// Gives an input to what lies over the view.
    mutating func pressOverlay(_ key: Key, now: UnixTime) -> [Effect] { pressOverlay(.key(key), now: now) }

    mutating func pressOverlay(_ input: Input, now: UnixTime) -> [Effect] {
        switch overlay {
        case nil: return []
        case .help(let top):
            pressHelp(input, top: top)
            return []
        case .question(let question): return answer(question, input, now: now)
        case .palette(let palette): return pressPalette(palette, input, now: now)
        case .filter(let field, let before): return pressFilter(field, before: before, input, now: now)
        case .workers(let field, _): return pressWorkers(field, input, now: now)
        }
    }

    private mutating func pressHelp(_ input: Input, top: Int) {
        guard case .key(let key) = input else { return }
        let end = layout.helpEnd
        let page = max(1, size.height - 4)
        let wanted: Int
        switch key {
        case .char("j"), .down: wanted = top + 1
        case .char("k"), .up: wanted = top - 1
        case .pageDown, .char(" "), .control("d"), .control("f"): wanted = top + page
        case .pageUp, .control("u"), .control("b"): wanted = top - page
        case .char("g"), .home: wanted = 0
        case .char("G"), .end: wanted = end
        default:
            overlay = nil
            return
        }
        overlay = .help(top: min(max(0, wanted), end))
    }

    private mutating func answer(_ question: Question, _ input: Input, now: UnixTime) -> [Effect] {
        var question = question
        // Where a number must be typed, Enter accepts the right one and nothing else.
        if let required = question.required, input == .key(.enter) {
            let typed = question.dialog.field?.text.filter { $0 != "," && $0 != " " }
            guard typed != required else { return follow(question.answers[0], now: now) }
            overlay = nil
            toasts.show("Not done: \(required) was not typed", .info, now: now)
            return []
        }
        switch question.dialog.handle(input, in: layout.stage) {
        case .open:
            overlay = .question(question)
            return []
        case .dismissed:
            overlay = nil
            return []
        case .pressed(let index):
            let typed = question.dialog.field?.text
            if index == 0, let required = question.required, typed != required {
                overlay = .question(question)
                return []
            }
            guard question.answers.indices.contains(index) else { return [] }
            return follow(question.answers[index], now: now)
        }
    }

    private mutating func follow(_ answer: Question.Answer, now: UnixTime) -> [Effect] {
        overlay = nil
        switch answer {
        case .nothing: return []
        case .perform(let command, let asked):
            if case .cancel = command { forgetMarks() }
            if case .retry = command { forgetMarks() }
            if case .delete(let ids) = command {
                forgetMarks()
                details.removeAll { detail in
                    if case .job(let id) = detail.subject { ids.contains(id) } else { false }
                }
            }
            return perform(command, asked, now: now)
        case .quit(let exit): return [.quit(exit)]
        case .cancelAllAndQuit:
            var effects: [Effect] = []
            quitAfter = []
            for index in panes.indices {
                quitAfter.insert(nextRequest)
                effects += address(pool: index) {
                    $0.perform(.cancelAll, "Cancelling all jobs", now: now)
                }
            }
            return effects
        }
    }

    private mutating func forgetMarks() {
        guard details.isEmpty else { return }
        switch tab {
        case .pools: break
        case .overview: overview.clearMarks()
        case .workers: workers.clearMarks()
        case .jobs: jobs.clearMarks()
        case .errors: errors.clearMarks()
        case .log, .queues: break
        }
    }

    private mutating func pressFilter(
        _ field: TextField, before: Filter, _ input: Input, now: UnixTime
    ) -> [Effect] {
        switch input {
        case .key(.enter):
            overlay = nil
            return []
        case .key(.escape):
            overlay = nil
            return setFilter(before, now: now)
        case .key(.up): return move(.up, now: now)
        case .key(.down): return move(.down, now: now)
        case .key(.pageUp): return move(.pageUp, now: now)
        case .key(.pageDown): return move(.pageDown, now: now)
        case .key(.backspace) where field.text.isEmpty:
            overlay = nil
            return setFilter(.none, now: now)
        default:
            var field = field
            guard field.handle(input) else { return [] }
            overlay = .filter(field, before: before)
            return field.text == filterInFront.source ? [] : setFilter(Filter(field.text), now: now)
        }
    }

    private mutating func pressWorkers(_ field: TextField, _ input: Input, now: UnixTime) -> [Effect] {
        switch input {
        case .key(.escape):
            overlay = nil
            return []
        case .key(.enter):
            switch Self.workers(in: field.text) {
            case .failure(let mistake):
                overlay = .workers(field, mistake: mistake.message)
                return []
            case .success(let count):
                overlay = nil
                return resize(to: count, now: now)
            }
        default:
            var field = field
            if field.handle(input) { overlay = .workers(field, mistake: nil) }
            return []
        }
    }
}
