import Monitoring
import TerminalUI

extension CockpitState {
    /// Rows moved by one notch of the wheel.
    private static let notch = 3

    /// Takes in what was done with the mouse.
    mutating func click(_ event: MouseEvent, now: UnixTime) -> [Effect] {
        guard mouseIsOn else { return [] }
        switch event.kind {
        case .wheelUp, .wheelDown: return wheel(event.kind == .wheelUp ? -Self.notch : Self.notch, now: now)
        case .press, .doubleClick: break
        case .otherPress: return []
        }
        toasts.dismissErrors()
        let target = layout.target(at: event.position)
        switch overlay {
        case .question: return pressOverlay(.mouse(event), now: now)
        case .help:
            overlay = nil
            return []
        case .palette:
            if case .paletteRow(let row)? = target, event.kind == .press {
                return choose(paletteRow: row, now: now)
            }
            overlay = nil
            return []
        case .filter, .workers, nil: break
        }
        guard let target else { return [] }
        return hit(target, isDouble: event.kind == .doubleClick, now: now)
    }

    private mutating func hit(_ target: Layout.Spot.Target, isDouble: Bool, now: UnixTime) -> [Effect] {
        switch target {
        case .action(let action): return isDouble ? [] : run(action, now: now)
        case .poolRow(let index):
            select(pool: index, now: now)
            return isDouble ? show(.overview, now: now) : []
        case .overviewRow(let row):
            details = []
            latest.leave()
            focus = .workers
            overview.select(row: row, now: now)
        case .latestRow(let row):
            details = []
            overview.leave()
            focus = .errors
            latest.select(row: row, now: now)
        case .workerRow(let row):
            details = []
            workers.select(row: row, now: now)
        case .jobRow(let row):
            details = []
            jobs.select(row: row, now: now)
        case .errorRow(let row):
            details = []
            errors.select(row: row, now: now)
        case .logRow(let row):
            details = []
            log.select(row: row, now: now)
        case .queueRow(let row):
            details = []
            queues.select(row: row, now: now)
        case .paletteRow: return []
        }
        return isDouble ? open(now: now, mayApplyHint: false) : []
    }

    private mutating func wheel(_ rows: Int, now: UnixTime) -> [Effect] {
        if case .help(let top)? = overlay {
            overlay = .help(top: min(max(0, top + rows), layout.helpEnd))
            return []
        }
        guard overlay == nil else { return [] }
        let action: Action = rows < 0 ? .up : .down
        if details.isEmpty, tab == .overview, focus == .home { return [] }
        var effects: [Effect] = []
        for _ in 0..<abs(rows) { effects += move(action, now: now) }
        return effects.isEmpty ? [] : [effects[effects.count - 1]]
    }
}
