/// Which jobs of a group wait for which. Free of cycles at every instant.
struct GroupGraph: Sendable {
    private(set) var names: [String] = []
    /// For each job, those that wait for it.
    private(set) var dependents: [[Int]] = []
    /// For each job, those it waits for.
    private(set) var dependencies: [[Int]] = []
    private var places: [String: Int] = [:]

    var count: Int { names.count }

    /// Adds a job that waits for others.
    mutating func add(_ name: String, after needed: [Int]) throws(GroupError) -> Int {
        guard !name.isEmpty else { throw GroupError(.noName, "a job of a group needs a name") }
        guard places[name] == nil else {
            throw GroupError(.duplicateName, "the group has a job '\(name)' already")
        }
        let index = names.count
        names.append(name)
        places[name] = index
        dependents.append([])
        dependencies.append([])
        for other in needed { connect(index, to: other) }
        return index
    }

    /// The job of that name.
    func place(of name: String) throws(GroupError) -> Int {
        if let place = places[name] { return place }
        throw GroupError(.unknownJob, "'\(name)' is not in the group")
    }

    /// The job of that name, for which a new job wants to wait.
    func place(of name: String, forNew job: String) throws(GroupError) -> Int {
        if let place = places[name] { return place }
        guard name != job else {
            throw GroupError(.cycle, "'\(name)' would wait for itself: \(name) → \(name)")
        }
        throw GroupError(.unknownJob, "'\(job)' waits for '\(name)', which is not in the group")
    }

    /// Has one job wait for another.
    mutating func order(_ job: Int, after needed: Int) throws(GroupError) {
        if let path = path(from: needed, to: job) {
            let circle = ([job] + path).map { names[$0] }.joined(separator: " → ")
            throw GroupError(.cycle, "jobs would wait for one another: \(circle)")
        }
        connect(job, to: needed)
    }

    private mutating func connect(_ job: Int, to needed: Int) {
        guard !dependencies[job].contains(needed) else { return }
        dependencies[job].append(needed)
        dependents[needed].append(job)
    }

    /// The shortest way from a job over those it waits for to another; both ends included.
    private func path(from start: Int, to end: Int) -> [Int]? {
        var cameFrom: [Int: Int] = [start: start]
        var frontier = [start]
        while !frontier.isEmpty, cameFrom[end] == nil {
            var next: [Int] = []
            for job in frontier {
                for needed in dependencies[job] where cameFrom[needed] == nil {
                    cameFrom[needed] = job
                    next.append(needed)
                }
            }
            frontier = next
        }
        guard cameFrom[end] != nil else { return nil }
        var path = [end]
        while let last = path.last, last != start, let before = cameFrom[last] { path.append(before) }
        return path.reversed()
    }
}
