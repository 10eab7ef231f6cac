import Testing
import WorkerPool

@testable import CommandRunner

@Suite struct WorkerCountTests {
    @Test(
        arguments: [
            ("8", .fixed(8)), ("50%", .fixed(2)), ("auto", .adaptive(1...16, start: 4)),
            ("auto:2-32", .adaptive(2...32, start: 4)), ("auto:6-6", .adaptive(6...6)),
        ] as [(String, PoolSize)])
    func size_isANumber_orARangeToFindOneIn(text: String, expected: PoolSize) {
        #expect(WorkerCount.size(text, processors: 4) == expected)
    }

    @Test(arguments: [
        "automatic", "auto:", "auto:4", "auto:0-4", "auto:5-4", "auto:-", "auto:1-2-3", "auto:1-100001",
        "auto2-3", "AUTO",
        "auto:1-99999999999999999999",
    ])
    func size_refusesTheRest(text: String) {
        #expect(WorkerCount.size(text, processors: 4) == nil)
    }
}
