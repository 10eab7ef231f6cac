/// Names one job for the life of its pool. Shown as `#42`.
///
/// A pool numbers its jobs from 1 in the order in which they were admitted.
public struct JobID: Hashable, Comparable, Sendable, RawRepresentable, CustomStringConvertible {
    /// The number behind the `#`.
    public var rawValue: UInt64

    /// Wraps a number that a pool gave out.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// `#42`.
    public var description: String { "#\(rawValue)" }

    /// Earlier jobs come first.
    public static func < (left: JobID, right: JobID) -> Bool { left.rawValue < right.rawValue }
}

/// Names one worker slot, stable for as long as the slot exists. Shown as `worker-3`.
///
/// A slot that was retired gives its number back; the lowest free number is used first.
public struct WorkerID: Hashable, Comparable, Sendable, RawRepresentable, CustomStringConvertible {
    /// The number behind `worker-`, from 1. 0 stands for the producer's own task (`callerRuns`).
    public var rawValue: Int

    /// Wraps a slot number.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// `worker-3`, or `caller` for the producer's own task.
    public var description: String { rawValue == 0 ? "caller" : "worker-\(rawValue)" }

    /// Lower slots come first.
    public static func < (left: WorkerID, right: WorkerID) -> Bool { left.rawValue < right.rawValue }
}

extension JobID: Codable {
    /// Reads a bare number.
    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(UInt64.self)
    }

    /// Writes a bare number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension WorkerID: Codable {
    /// Reads a bare number.
    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(Int.self)
    }

    /// Writes a bare number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// A length of time in seconds. Every duration and every time in a snapshot is
/// in seconds, so that its JSON reads the same to a script as to Prometheus.
public typealias Seconds = Double

/// A point in time: seconds since 1970-01-01 00:00:00 UTC.
public typealias UnixTime = Double
