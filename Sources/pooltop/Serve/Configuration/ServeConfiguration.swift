import Control

/// What `pooltop serve` is told by its file.
struct ServeConfiguration: Sendable {
    /// Where it listens.
    var listeners: [Listener] = []
    /// The database of its tasks.
    var store = ""
    /// Whether a power failure may cost the tasks of the last moments; otherwise every one that was answered is on disk.
    var isRelaxed = false
    /// How many tasks run at once.
    var workers = 8
    /// How many tasks may wait.
    var capacity = 10_000
    /// How long tasks are kept once they have ended.
    var keep = Duration.seconds(24 * 3_600)
    /// How long those are kept that failed for good.
    var keepDead = Duration.seconds(30 * 24 * 3_600)
    /// How many bytes of each output stream are kept.
    var outputLimit = 64 * 1_024
    /// How long running tasks are given at the end before they are handed back.
    var grace = Duration.seconds(30)
    /// What it can do, by name.
    var kinds: [String: TaskKind] = [:]
}

/// What is wrong with a configuration.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// Where: the file and the line, as far as known.
    var place: String
    /// What is wrong and what to do.
    var message: String

    var description: String { "\(place): \(message)" }
}
