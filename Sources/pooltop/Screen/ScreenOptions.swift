import ArgumentParser
import CursesTerminal
import Dashboard
import TerminalUI

/// The options of every command that can show the cockpit.
struct ScreenOptions: ParsableArguments {
    @Flag(name: .customLong("no-ui"), help: "Plain lines instead of the cockpit.")
    var isPlain = false

    @Flag(name: .customLong("ascii"), help: "Only characters of 7 bits on the screen.")
    var isASCII = false

    @Option(name: .customLong("theme"), help: "Colours: default, light or color-blind.")
    var theme = ThemeArgument.default

    @Flag(name: .customLong("no-mouse"), help: "Leave the mouse to the terminal.")
    var hasNoMouse = false

    @Flag(name: .customLong("read-only"), help: "Refuse every key that would change the pool.")
    var isReadOnly = false

    @Option(
        name: .customLong("refresh"),
        help: ArgumentHelp("Time between two looks at a busy pool, 50ms to 10s.", valueName: "time"))
    var refresh = DurationArgument(.milliseconds(500))

    func validate() throws {
        guard refresh.duration >= .milliseconds(50), refresh.duration <= .seconds(10) else {
            throw ValidationError("--refresh takes a time from 50ms to 10s.")
        }
    }

    /// What the terminal is opened with.
    var terminalOptions: CursesTerminal.Options {
        CursesTerminal.Options(glyphs: isASCII ? .ascii : nil, mouse: !hasNoMouse)
    }

    /// What the cockpit is opened with.
    var cockpitOptions: CockpitOptions {
        CockpitOptions(
            refresh: refresh.duration, theme: theme.theme, readOnly: isReadOnly, mouse: !hasNoMouse)
    }
}

/// The names of the themes on the command line.
enum ThemeArgument: String, ExpressibleByArgument, CaseIterable {
    case `default`, light
    case colorBlind = "color-blind"

    var theme: Theme {
        switch self {
        case .default: .default
        case .light: .light
        case .colorBlind: .colorBlindSafe
        }
    }
}
