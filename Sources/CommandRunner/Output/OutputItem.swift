/// What one job has for the outside: all of it at its end, or a few lines while it runs.
package struct OutputItem: Sendable {
    /// The job's number, from 1.
    var sequence: Int
    /// Written before each line, with a tab, where output is tagged.
    var tag: [UInt8]?
    /// For standard output.
    var output = StoredOutput()
    /// For standard error, before the job's own: what the user must know of it.
    var notice: [UInt8] = []
    /// For standard error.
    var error = StoredOutput()
    /// For the job log, once the rest is written.
    var logEntry: JobLogEntry?

    init(sequence: Int) { self.sequence = sequence }

    /// Whether nothing comes of writing it.
    var isEmpty: Bool { output.isEmpty && error.isEmpty && notice.isEmpty && logEntry == nil }

    /// Whether there is nothing to write but a line in the job log.
    var isOnlyLogEntry: Bool { output.isEmpty && error.isEmpty && notice.isEmpty && logEntry != nil }

    /// Bytes to be written.
    var count: Int { output.count + error.count + notice.count }

    /// Bytes it holds in memory.
    var countInMemory: Int { output.countInMemory + error.countInMemory + notice.count }
}
