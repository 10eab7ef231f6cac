public import JobQueue

/// What every store of durable jobs has to do, as checks with names.
///
/// A store's tests run each of the ``rows`` as a test of its own, at a place of its own: `@Test(arguments:
/// JobStoreConformance.rows)`, with `row.check { try await MyStore(place) }` as its body.
public enum JobStoreConformance {
    /// Opens the one store that a row works with: empty at the first call and, where the store persists, with what was
    /// kept when it is called again after the store was closed.
    public typealias Open = @Sendable () async throws -> any JobStore

    /// One promise.
    public struct Row: Sendable, CustomStringConvertible {
        /// The promise as a claim.
        public let name: String
        /// Whether it is about what is kept when a store is closed and opened again.
        public let persists: Bool
        private let body: @Sendable (Open) async throws -> Void

        init(_ name: String, persists: Bool = false, _ body: @escaping @Sendable (Open) async throws -> Void)
        {
            self.name = name
            self.persists = persists
            self.body = body
        }

        /// A row that needs one store and leaves its closing to the suite.
        init(_ name: String, _ body: @escaping @Sendable (Bench) async throws -> Void) {
            self.init(name) { open in
                let bench = Bench(try await open())
                do {
                    try await body(bench)
                } catch {
                    try? await bench.store.close()
                    throw error
                }
                try await bench.store.close()
            }
        }

        /// Throws ``ConformanceFailure`` where the store breaks the promise, or what the store threw.
        public func check(_ open: Open) async throws { try await body(open) }

        /// The name.
        public var description: String { name }
    }

    /// Every promise; those with ``Row/persists`` are for stores that outlive their process.
    public static let rows: [Row] =
        intake + order + keys + leases + settling + rescuing + operating + limits + looking + waking + models
        + persisting

    /// The rows for a store that keeps nothing once it is closed.
    public static let volatileRows: [Row] = rows.filter { !$0.persists }
}

/// What a store did otherwise than promised.
public struct ConformanceFailure: Error, Sendable, CustomStringConvertible {
    /// What was expected, what came, and where.
    public let description: String

    /// A failure.
    public init(_ description: String) { self.description = description }
}

/// - Throws: ``ConformanceFailure`` where two values differ.
func expectEqual<Value: Equatable>(
    _ actual: Value, _ expected: Value, _ what: @autoclosure () -> String, file: String = #fileID,
    line: Int = #line
) throws {
    guard actual != expected else { return }
    throw ConformanceFailure("\(what()): expected \(expected), got \(actual) (\(file):\(line))")
}

/// - Throws: ``ConformanceFailure`` where it does not hold.
func expect(
    _ holds: Bool, _ what: @autoclosure () -> String, file: String = #fileID, line: Int = #line
) throws {
    guard !holds else { return }
    throw ConformanceFailure("\(what()) (\(file):\(line))")
}
