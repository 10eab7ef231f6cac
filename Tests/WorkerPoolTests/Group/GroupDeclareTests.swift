import Testing

@testable import WorkerPool

/// What is refused when it is declared.
@Suite struct GroupDeclareTests {
    private func refusal(_ work: () throws -> Void) -> GroupError? {
        do {
            try work()
            return nil
        } catch { return error as? GroupError }
    }

    @Test func aNameThatIsTaken_isRefused() throws {
        let group = JobGroup()
        try group.add("a") {}
        let error = refusal { try group.add("a") {} }
        #expect(error == GroupError(.duplicateName, "the group has a job 'a' already"))
        #expect(group.progress.total == 1)
    }

    @Test func aJobWithoutAName_isRefused() {
        let error = refusal { try JobGroup().add(JobOptions(kind: "compile")) {} }
        #expect(error?.code == .noName)
    }

    @Test func anUnknownDependency_isRefusedAndNamed() throws {
        let group = JobGroup()
        try group.add("a") {}
        let error = refusal { try group.add("b", after: ["a", "c"]) { _ in } }
        #expect(error == GroupError(.unknownJob, "'b' waits for 'c', which is not in the group"))
        #expect(group.progress.total == 1)
        #expect(refusal { try group.order("a", after: "z") }?.code == .unknownJob)
        #expect(refusal { try group.order("z", after: "a") }?.code == .unknownJob)
    }

    @Test func aDependencyOfAnotherGroup_isRefused() throws {
        let step = try JobGroup().add("a") { 1 }
        let error = refusal { try JobGroup().add("b", after: [step]) { _ in } }
        #expect(error == GroupError(.unknownJob, "'b' waits for 'a', which is a job of another group"))
    }

    @Test func aJobThatWaitsForItself_isRefused() throws {
        let group = JobGroup()
        #expect(
            refusal { try group.add("a", after: ["a"]) { _ in } }
                == GroupError(.cycle, "'a' would wait for itself: a → a"))
        try group.add("a") {}
        #expect(refusal { try group.order("a", after: "a") }?.code == .cycle)
    }

    @Test func aCycle_isRefusedAndShown() throws {
        let group = JobGroup()
        for name in ["a", "b", "c", "d"] { try group.add("\(name)") {} }
        try group.order("a", after: "b")
        try group.order("b", after: "c")
        try group.order("b", after: "d")
        let error = refusal { try group.order("c", after: "a") }
        #expect(error == GroupError(.cycle, "jobs would wait for one another: c → a → b → c"))
        #expect(refusal { try group.order("b", after: "a") }?.message.hasSuffix("b → a → b") == true)
    }

    @Test func aRefusedCycle_leavesTheGroupAsItWas() async throws {
        let group = JobGroup()
        let a = try group.add("a") { 1 }
        let b = try group.add("b", after: a) { $0 + 1 }
        _ = refusal { try group.order("a", after: "b") }
        let pool = Pool(.still(workers: 1))
        let results = try await group.run(on: pool)
        #expect(try results[b] == 2)
        await pool.drain()
    }

    @Test func aDependencyNamedTwice_isWaitedForOnce() async throws {
        let group = JobGroup()
        let a = try group.add("a") { 1 }
        let b = try group.add("b", after: a, a, [a]) { $0 + $1 + $2[0] }
        try group.order("b", after: "a")
        let pool = Pool(.still(workers: 1))
        #expect(try await group.run(on: pool)[b] == 3)
        await pool.drain()
    }
}
