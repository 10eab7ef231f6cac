/// Remembers, beyond the death of the process, which lines a run has read and which of them are done.
///
/// Goes by content: a line is the same job as before where template and directory are the same, too.
package protocol RunState: Sendable {
    /// Begins a run of jobs that have this fingerprint in common. Called once, first.
    func begin(_ key: JobKey) async throws

    /// The next lines that an earlier run had read and not done, in their order; none once there are no more.
    func left() async throws -> [[UInt8]]

    /// Notes lines of the input before they are run; false for those that an earlier run has read: they are done, or
    /// came out of ``left()``.
    func take(_ lines: [[UInt8]]) async throws -> [Bool]

    /// A job has ended, and what it printed is written. Called on the output's thread; must not block.
    func ended(_ key: JobKey, succeeded: Bool)
}

extension RunState {
    /// Takes note of jobs as the job log has them.
    func note(_ entries: [JobLogEntry]) {
        for entry in entries {
            ended(
                entry.key, succeeded: entry.exitStatus == 0 && entry.signal == 0 && entry.output == .written)
        }
    }
}
