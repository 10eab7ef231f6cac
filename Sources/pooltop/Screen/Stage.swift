import CursesTerminal
import Dashboard
import Monitoring
import TerminalUI

/// Where pools are shown: in the cockpit on the controlling terminal, or nowhere, where there is none or none is
/// wanted.
enum Stage {
    case cockpit(Cockpit)
    case plain

    /// Opens the cockpit if that can be; otherwise says in one line why not, unless that is plain to see.
    static func open(
        _ screen: ScreenOptions, source: any MonitorSource, adjust: (inout CockpitOptions) -> Void
    ) -> Stage {
        open(screen, sources: [source], adjust: adjust)
    }

    /// The same with several pools.
    static func open(
        _ screen: ScreenOptions, sources: [any MonitorSource], adjust: (inout CockpitOptions) -> Void
    ) -> Stage {
        if screen.isPlain { return .plain }
        do {
            let terminal = try CursesTerminal.open(options: screen.terminalOptions)
            var options = screen.cockpitOptions
            options.startupNote = terminal.startupNote ?? ""
            adjust(&options)
            return .cockpit(
                Cockpit(
                    sources: screen.isReadOnly ? sources.map { ReadOnlySource(base: $0) } : sources,
                    terminal: terminal, options: options))
        } catch OpenError.noTerminal {
            return .plain
        } catch {
            StandardStreams.tell("no cockpit: \(error); plain lines instead")
            return .plain
        }
    }
}
