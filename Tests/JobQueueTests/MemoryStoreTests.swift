import JobQueue
import JobStoreTesting
import Testing

@Test(arguments: JobStoreConformance.volatileRows)
func memoryStore_keepsThePromise(_ row: JobStoreConformance.Row) async throws {
    try await row.check { InMemoryJobStore() }
}

@Test func conformance_hasNoTwoRowsOfOneName() {
    let names = JobStoreConformance.rows.map(\.name)
    #expect(Set(names).count == names.count)
}
