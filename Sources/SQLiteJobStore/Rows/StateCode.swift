import Foundation
import GRDB
import JobQueue
import Monitoring

/// States as numbers: waiting ones below 2, running 2, ended ones above.
enum StateCode {
    static func of(_ state: JobState) -> Int {
        switch state {
        case .scheduled: 0
        case .queued: 1
        case .running: 2
        case .succeeded: 3
        case .failed: 4
        case .cancelled: 5
        case .dropped: 6
        case .dead: 7
        }
    }

    /// What a query has to say besides that a job is in one of these states, so that a partial index is used: SQLite draws no
    /// conclusions. Empty where none has all of them.
    static func index(of states: some Collection<JobState>) -> String {
        if states.allSatisfy({ of($0) < 3 }) { return " AND state < 3" }
        return states.allSatisfy { of($0) > 2 } ? " AND state > 2" : ""
    }

    static func state(_ code: Int) throws -> JobState {
        guard let state = JobState.allCases.first(where: { of($0) == code }) else {
            throw JobStoreError(.corrupt, "a job is in the unknown state \(code): restore the database")
        }
        return state
    }
}

extension JobState {
    var code: DatabaseValue { StateCode.of(self).databaseValue }
    /// Whether it has yet to start.
    var isWaiting: Bool { self == .scheduled || self == .queued }
}

extension StoreTime {
    var databaseValue: DatabaseValue { milliseconds.databaseValue }
}

extension StoreTime? {
    var databaseValue: DatabaseValue { self?.databaseValue ?? .null }
}

extension JobID {
    /// As the database keeps it.
    var number: Int64 { Int64(bitPattern: rawValue) }
    var databaseValue: DatabaseValue { number.databaseValue }

    init(_ number: Int64) { self.init(rawValue: UInt64(bitPattern: number)) }
}

extension [UInt8] {
    var blob: DatabaseValue { Data(self).databaseValue }
}

extension String? {
    var text: DatabaseValue { self?.databaseValue ?? .null }
}
