import Monitoring
import WorkerPool
import Synchronization

func ns(_ d: Duration) -> Double { Double(d.components.seconds) * 1e9 + Double(d.components.attoseconds) / 1e9 }

func single(_ workers: Int, _ n: Int) async throws {
    let pool = Pool(PoolConfiguration(workers: workers, capacity: 1024))
    for _ in 0..<50_000 { try await pool.submit { _ in } }
    let start = ContinuousClock.now
    for _ in 0..<n { try await pool.submit { _ in } }
    let mid = ContinuousClock.now
    let report = await pool.drain()
    let end = ContinuousClock.now
    print("submit \(workers) workers: \(ns(end - start) / Double(n)) ns a job (submit \(ns(mid - start) / Double(n))) ok=\(report.counters.isBalanced) waits=\(pool.snapshot().producers.waits)")
}
func bulk(_ n: Int) async throws {
    let pool = Pool(PoolConfiguration(workers: 2, capacity: 1024))
    let start = ContinuousClock.now
    try await pool.submit(contentsOf: (0..<n).lazy.map { _ in Job { _ in } })
    let report = await pool.drain()
    let end = ContinuousClock.now
    print("bulk: \(ns(end - start) / Double(n)) ns a job  ok=\(report.counters.isBalanced) \(report.counters.succeeded)")
}
await Task.detached {
    for workers in [2, 64, 2, 64] { try! await single(workers, 3_000_000) }
    try! await bulk(2_000_000)
}.value
