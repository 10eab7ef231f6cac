/// Where a job is in its life.
public enum JobState: String, Codable, Sendable, CaseIterable {
    /// Not due yet: delayed, or waiting for its next attempt.
    case scheduled
    /// Waiting for a worker.
    case queued
    /// In a worker's hands.
    case running
    /// Ended well.
    case succeeded
    /// Its last attempt failed.
    case failed
    /// Cancelled, waiting or running.
    case cancelled
    /// Given up by the overflow policy after it was admitted.
    case dropped
    /// Given up for good and kept for the operator: a dead letter of a durable queue. Counted as failed.
    case dead

    /// Whether the job will never run again.
    public var isFinal: Bool {
        switch self {
        case .scheduled, .queued, .running: false
        case .succeeded, .failed, .cancelled, .dropped, .dead: true
        }
    }
}
