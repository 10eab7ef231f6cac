extension Pool {
    /// Returns once no job is queued, running or scheduled, or the waiting task is cancelled. The intake stays open.
    package func waitUntilIdle() async { await waitForQuiet(.nothingIsLeft) }
}
