/// What the programs did, to be looked at when they are through.
actor Notes {
    private(set) var lines: [String] = []

    func add(_ line: String) { lines.append(line) }
}
