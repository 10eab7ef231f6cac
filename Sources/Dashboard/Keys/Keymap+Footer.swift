import Monitoring
import TerminalUI

extension Keymap {
    /// One hint of the footer, and what a click on it does.
    struct FooterHint {
        var action: Action
        var hint: HintBar.Hint
    }

    /// The order of the footer: help, then what is done most, then the way out.
    private static let footerOrder: [Action] = [
        .help, .more, .fewer, .setWorkers, .adapt, .pauseIntake, .pauseQueue, .pauseDispatch,
        .cancel, .retry, .retryDead, .delete, .open,
        .mark, .sort, .states, .filter, .palette, .nextPool, .nextView, .quit,
    ]

    /// The hints for the place the keyboard is in.
    static func footer(for state: CockpitState) -> [FooterHint] {
        if case .help? = state.overlay {
            return [
                FooterHint(action: .help, hint: HintBar.Hint("Esc", "close", priority: 9)),
                FooterHint(action: .down, hint: HintBar.Hint("j k", "scroll", priority: 8)),
            ]
        }
        if case .palette? = state.overlay {
            return [
                FooterHint(action: .open, hint: HintBar.Hint("Enter", "run", priority: 9)),
                FooterHint(action: .down, hint: HintBar.Hint("↑ ↓", "choose", priority: 8)),
                FooterHint(action: .nextView, hint: HintBar.Hint("Tab", "complete", priority: 7)),
                FooterHint(action: .back, hint: HintBar.Hint("Esc", "close", priority: 9)),
            ]
        }
        let place = state.place
        let useful = bindings(ofSeveral: state.hasSeveral, hasQueues: state.hasQueues)
        var hints: [FooterHint] = footerOrder.compactMap { action in
            guard
                let binding = useful.first(where: {
                    $0.action == action && $0.places.contains(place)
                }),
                !(state.environment.isReadOnly && action.steers), let key = binding.keys.first
            else { return nil }
            let title = self.title(of: binding, state)
            if title.isEmpty, action != .more, action != .fewer { return nil }
            return FooterHint(
                action: action,
                hint: HintBar.Hint(SafeText(key.label), SafeText(title), priority: weight(of: binding, state))
            )
        }
        if !state.details.isEmpty {
            hints.insert(FooterHint(action: .back, hint: HintBar.Hint("Esc", "back", priority: 8)), at: 1)
        }
        return hints
    }

    /// The footer's word, which tells what the key would do now.
    private static func title(of binding: Binding, _ state: CockpitState) -> String {
        let paused = state.pool.snapshot?.paused
        let isNarrow = state.size.width < 60
        switch binding.action {
        case .pauseIntake where isNarrow: return "intake"
        case .pauseDispatch where isNarrow: return paused?.dispatch == nil ? "" : "dispatch"
        case .pauseIntake where paused?.intake != nil: return "resume intake"
        case .pauseDispatch where paused?.dispatch != nil: return "resume dispatch"
        case .open where state.tab == .overview && state.focus == .home && state.details.isEmpty:
            return state.shown.hint.suggestion.map { "\($0) workers" } ?? ""
        case .open where state.place == .pools: return "open"
        case .open where state.place == .queues: return "jobs"
        case .pauseQueue where state.queueInFront?.paused != nil: return "resume queue"
        case .open where state.place == .jobDetail: return ""
        case .open where state.place == .limitsDetail: return ""
        case .open where state.place == .errorDetail || state.place == .workerDetail: return "job"
        case .adapt: return state.pool.snapshot?.sizing?.isActive == false ? binding.title : ""
        case .fewer: return isNarrow ? "" : "workers"
        default: return binding.title
        }
    }

    /// What is switched off is switched on again before anything else.
    private static func weight(of binding: Binding, _ state: CockpitState) -> Int {
        let paused = state.pool.snapshot?.paused
        switch binding.action {
        case .pauseDispatch where paused?.dispatch != nil: return 8
        case .pauseIntake where paused?.intake != nil: return 8
        default: return binding.weight
        }
    }
}
