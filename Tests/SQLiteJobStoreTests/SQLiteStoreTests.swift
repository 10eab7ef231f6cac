import Foundation
import JobQueue
import JobStoreTesting
import Monitoring
import SQLiteJobStore
import Testing

@Test(arguments: JobStoreConformance.rows)
func sqliteStore_keepsThePromise(_ row: JobStoreConformance.Row) async throws {
    let place = try Place()
    defer { place.remove() }
    try await row.check { try await SQLiteJobStore(path: place.file) }
}

/// A folder for the files of a test.
struct Place {
    let folder: String
    var file: String { "\(folder)/jobs.db" }

    init() throws {
        folder = NSTemporaryDirectory() + "pooltop-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
