import Monitoring
import TerminalUI

extension CockpitState {
    mutating func pressPalette(_ palette: PaletteState, _ input: Input, now: UnixTime) -> [Effect] {
        var palette = palette
        let matches = palette.matches
        switch input {
        case .key(.escape):
            overlay = nil
            return []
        case .key(.backspace) where palette.field.text.isEmpty:
            overlay = nil
            return []
        case .key(.up), .key(.backTab): palette.selected = max(0, palette.selected - 1)
        case .key(.down): palette.selected = min(max(0, matches.count - 1), palette.selected + 1)
        case .key(.tab):
            guard matches.indices.contains(palette.selected) else { return [] }
            let entry = matches[palette.selected]
            palette.field = TextField(entry.command + (entry.argument.isEmpty ? "" : " "))
            palette.selected = 0
        case .key(.enter): return take(palette, matches, now: now)
        default:
            guard palette.field.handle(input) else { return [] }
            palette.selected = 0
            palette.mistake = nil
        }
        overlay = .palette(palette)
        return []
    }

    /// Runs the entry that was chosen with a click.
    mutating func choose(paletteRow row: Int, now: UnixTime) -> [Effect] {
        guard case .palette(var palette)? = overlay else { return [] }
        palette.selected = row
        return take(palette, palette.matches, now: now)
    }

    private mutating func take(_ palette: PaletteState, _ matches: [PaletteEntry], now: UnixTime) -> [Effect]
    {
        var palette = palette
        guard matches.indices.contains(palette.selected) else {
            palette.mistake = palette.field.text.isEmpty ? nil : "no such command"
            overlay = .palette(palette)
            return []
        }
        let entry = matches[palette.selected]
        switch entry.deed {
        case .action(let action):
            overlay = nil
            return run(action, now: now)
        case .with(let argument):
            let typed = palette.argument
            guard !typed.isEmpty else {
                palette.field = TextField(entry.command + " ")
                palette.selected = 0
                palette.mistake = "such as \(entry.full)"
                overlay = .palette(palette)
                return []
            }
            return run(argument, typed, palette, now: now)
        }
    }

    private mutating func run(
        _ argument: PaletteEntry.Argument, _ typed: String, _ palette: PaletteState, now: UnixTime
    ) -> [Effect] {
        let steers = [.workers, .cancel, .retry, .abandon].contains(argument)
        if steers, environment.isReadOnly {
            overlay = nil
            return run(.more, now: now)
        }
        func refuse(_ reason: String) -> [Effect] {
            var palette = palette
            palette.mistake = reason
            overlay = .palette(palette)
            return []
        }
        switch argument {
        case .workers:
            switch Self.workers(in: typed) {
            case .failure(let mistake): return refuse(mistake.message)
            case .success(let count):
                overlay = nil
                return resize(to: count, now: now)
            }
        case .theme:
            guard let theme = Theme.all.first(where: { $0.name.hasPrefix(typed.lowercased()) }) else {
                return refuse(Theme.all.map(\.name).joined(separator: ", "))
            }
            overlay = nil
            take(theme, now: now)
        case .cancel, .retry, .job:
            guard let number = Self.number(in: typed) else { return refuse("a job's number, such as #12") }
            let id = JobID(rawValue: number)
            overlay = nil
            return argument == .cancel
                ? askCancel([id], now: now) : argument == .retry ? askRetry([id], now: now) : openJob(id)
        case .worker, .abandon:
            let digits = typed.hasPrefix("worker-") ? String(typed.dropFirst(7)) : typed
            guard let number = Int(digits), shown.worker(WorkerID(rawValue: number)) != nil else {
                return refuse("there is no worker \(typed.prefix(20))")
            }
            overlay = nil
            if argument == .abandon {
                askAbandon(WorkerID(rawValue: number), now: now)
            } else {
                details.append(Detail(.worker(WorkerID(rawValue: number))))
            }
        case .pool:
            let wanted = typed.lowercased()
            let names = panes.indices.map { name(of: $0).lowercased() }
            guard
                let index = names.firstIndex(of: wanted) ?? names.firstIndex(where: { $0.hasPrefix(wanted) })
            else { return refuse("there is no pool \(typed.prefix(20))") }
            overlay = nil
            return go(toPool: index, now: now)
        case .show:
            guard let state = JobState(rawValue: typed.lowercased()) ?? nil else {
                guard typed.lowercased() == "all" else {
                    return refuse("all, " + JobState.allCases.map(\.rawValue).joined(separator: ", "))
                }
                overlay = nil
                return show(.jobs, now: now) + showJobs(nil, of: nil)
            }
            overlay = nil
            return show(.jobs, now: now) + showJobs(state, of: nil)
        case .sort:
            let names = sortNames
            guard !names.isEmpty else { return refuse("only workers, jobs and errors are sorted") }
            guard let column = names.firstIndex(where: { $0.hasPrefix(typed.lowercased()) }) else {
                return refuse(names.joined(separator: ", "))
            }
            overlay = nil
            sort(by: column, now: now)
        case .filter:
            overlay = nil
            return setFilter(Filter(typed), now: now)
        case .mouse:
            guard ["on", "off"].contains(typed.lowercased()) else { return refuse("on or off") }
            overlay = nil
            return switchMouse(on: typed.lowercased() == "on", now: now)
        }
        return []
    }

    /// What the list in front can be sorted by.
    private var sortNames: [String] {
        switch tab {
        case .workers: WorkerSort.allCases.map(\.title)
        case .jobs: JobSort.allCases.map(\.title)
        case .errors: ErrorSort.allCases.map(\.title)
        case .pools, .overview, .log, .queues: []
        }
    }

    /// `12` or `#12`.
    private static func number(in text: String) -> UInt64? {
        UInt64(text.hasPrefix("#") ? String(text.dropFirst()) : text)
    }
}
