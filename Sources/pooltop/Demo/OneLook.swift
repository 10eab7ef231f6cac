import ArgumentParser
import CommandRunner
import Dashboard
import FoundationEssentials
import Glibc
import Monitoring
import TerminalUI

/// One look at pools instead of a live screen, for scripts and bug reports.
enum OneLook: String, EnumerableFlag {
    case once, json

    static func help(for value: OneLook) -> ArgumentHelp? {
        switch value {
        case .once: "Print the screen once, as text, after --duration (2s by default), and leave."
        case .json:
            "Print the pool's snapshot once, as JSON (of several pools in an array), after --duration (2s by default), and leave."
        }
    }

    /// What is printed.
    func text(of snapshots: [PoolSnapshot], _ jobs: JobPage?, _ screen: ScreenOptions, title: String) throws
        -> String
    {
        switch self {
        case .once:
            var size = winsize()
            let isTerminal = ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 1
            let cells =
                isTerminal
                ? Size(width: Int(size.ws_col), height: Int(size.ws_row) - 1) : Size(width: 80, height: 24)
            return Cockpit.once(
                snapshots, size: cells, glyphs: screen.isASCII ? .ascii : .unicode, title: title,
                jobs: jobs)
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let json =
                if let only = snapshots.first, snapshots.count == 1 {
                    try encoder.encode(only)
                } else {
                    try encoder.encode(snapshots)
                }
            return String(decoding: json, as: UTF8.self)
        }
    }
}
