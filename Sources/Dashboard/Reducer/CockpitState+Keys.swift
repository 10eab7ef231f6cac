import Monitoring
import TerminalUI

extension CockpitState {
    /// Takes in a key.
    mutating func press(_ key: Key, now: UnixTime) -> [Effect] {
        // An interrupt is one whatever is on the screen.
        if key == .control("c") { return run(.interrupt, now: now) }
        let hadErrors = toasts.toasts.contains { $0.level == .error }
        toasts.dismissErrors()
        if overlay != nil { return pressOverlay(key, now: now) }
        if hadErrors, key == .escape { return [] }
        guard let action = Keymap.action(for: key, in: place, ofSeveral: hasSeveral, hasQueues: hasQueues)
        else { return [] }
        return run(action, now: now)
    }

    /// Pasted text never acts: it can only become text.
    mutating func paste(_ text: String, now: UnixTime) -> [Effect] {
        let line = String(text.split(whereSeparator: \.isNewline).first ?? "")
        switch overlay {
        case .filter, .palette, .workers: return pressOverlay(.paste(line), now: now)
        case .question(let question) where question.dialog.field != nil:
            return pressOverlay(.paste(line), now: now)
        default:
            toasts.show("Pasted text was ignored: there is no field to put it in", .warning, now: now)
            return []
        }
    }

    /// Does what was asked for.
    mutating func run(_ action: Action, now: UnixTime) -> [Effect] {
        if environment.isReadOnly, action.steers {
            toasts.show("Read-only: this cockpit watches and changes nothing", .warning, now: now)
            return []
        }
        switch action {
        case .view(let tab): return show(tab, now: now)
        case .nextView: return show(tab.moved(by: 1, ofSeveral: hasSeveral, hasQueues: hasQueues), now: now)
        case .nextPool: return go(toPool: (selected + 1) % panes.count, now: now)
        case .previousPool: return go(toPool: (selected + panes.count - 1) % panes.count, now: now)
        case .previousView:
            return show(tab.moved(by: -1, ofSeveral: hasSeveral, hasQueues: hasQueues), now: now)
        case .up, .down, .pageUp, .pageDown, .first, .last: return move(action, now: now)
        case .limits:
            openLimits(now: now)
            return []
        case .open: return open(now: now, mayApplyHint: true)
        case .stepIn: return open(now: now, mayApplyHint: false)
        case .stepOut:
            if details.popLast() == nil, hasSeveral { return show(.pools, now: now) }
            return []
        case .back: return back(now: now)
        case .mark, .clearMarks, .sort, .reverseSort, .states: return arrange(action, now: now)
        case .filter:
            overlay = .filter(TextField(filterInFront.source), before: filterInFront)
            return []
        case .palette:
            overlay = .palette(PaletteState(hasSeveral: hasSeveral, hasQueues: hasQueues))
            return []
        case .help:
            overlay = .help(top: 0)
            return []
        case .more, .fewer, .setWorkers, .applyHint, .adapt, .pauseIntake, .pauseDispatch, .freezeJobs:
            return steer(action, now: now)
        case .pauseQueue: return pauseQueue(now: now)
        case .cancel, .cancelAll, .retry, .retryDead, .delete, .abandon, .drain: return ask(action, now: now)
        case .freezeDisplay:
            toggleFreeze(now: now)
            return []
        case .theme:
            let place = Theme.all.firstIndex(of: theme) ?? 0
            take(Theme.all[(place + 1) % Theme.all.count], now: now)
            return []
        case .mouse: return switchMouse(on: !mouseIsOn, now: now)
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        case .interrupt: return environment.hasInterrupt ? [.interrupt] : leave(now: now)
        case .quit: return leave(now: now)
        }
    }

    mutating func take(_ theme: Theme, now: UnixTime) {
        self.theme = theme
        toasts.show("Theme: \(theme.name)", topic: .note("theme"), now: now)
    }

    mutating func switchMouse(on: Bool, now: UnixTime) -> [Effect] {
        mouseIsOn = on
        toasts.show(
            on ? "Mouse on" : "Mouse off: the terminal selects text again", topic: .note("mouse"), now: now)
        return [.setMouse(on)]
    }

    private mutating func toggleFreeze(now: UnixTime) {
        if frozen == nil {
            frozen = (panes.map(\.pool), pool.snapshot?.time ?? now)
        } else {
            frozen = nil
            for index in panes.indices { address(pool: index) { $0.refreshLists(now: now) } }
        }
    }

    /// Out of what is in front: details, then the filter, then marks, then the queue, then the selection.
    private mutating func back(now: UnixTime) -> [Effect] {
        if details.popLast() != nil { return [] }
        if filterInFront.isActive || !filterInFront.source.isEmpty { return setFilter(.none, now: now) }
        switch tab {
        case .pools: break
        case .overview:
            if !overview.marks.isEmpty {
                overview.clearMarks()
            } else if focus != .home || !hasSeveral {
                goHome()
            } else {
                return show(.pools, now: now)
            }
        case .workers: workers.clearMarks()
        case .jobs where jobs.marks.isEmpty && jobQueue != nil: return showJobs(jobState, of: nil)
        case .jobs: jobs.clearMarks()
        case .errors: errors.clearMarks()
        case .log: log.select(row: log.rows.count - 1, now: now)
        case .queues: break
        }
        return []
    }

    /// Takes the cursor off the Overview's lists.
    mutating func goHome() {
        focus = .home
        overview.leave()
        latest.leave()
    }
}
