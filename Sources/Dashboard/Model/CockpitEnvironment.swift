import Monitoring
import TerminalUI

/// What stays the same for as long as a cockpit is up.
struct CockpitEnvironment: Sendable, Equatable {
    /// What the state line calls the pool; empty takes the pool's own name.
    var title = ""
    /// Who steers, for the log.
    var operatorName = "cockpit"
    /// What an empty pool is waiting for.
    var emptyMessage = "no jobs yet"
    /// Whether everything that changes the pool is refused.
    var isReadOnly = false
    /// Whether jobs are lost when the cockpit's process ends.
    var canLoseJobs = false
    /// Whether the process does something of its own on Ctrl-C; without it that is `q`.
    var hasInterrupt = false
    /// Seconds that local time is ahead of UTC.
    var timeZoneOffset: Seconds = 0
    /// What the terminal can do.
    var capabilities = Capabilities(colorDepth: .none, glyphs: .unicode, mouse: false)

    /// A time of day here.
    func clock(_ time: UnixTime?) -> String { Format.clock(time, offset: timeZoneOffset) }
}
