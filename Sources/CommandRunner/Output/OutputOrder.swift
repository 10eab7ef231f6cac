/// Decides whose output comes next. Does no output itself.
struct OutputOrder: Sendable {
    private let keepsOrder: Bool
    private var next = 1
    /// Ended jobs whose turn has not come; `nil` for those that have nothing to say.
    private var held: [Int: OutputItem?] = [:]

    /// `keepsOrder`: job 2 comes after job 1, whichever ends first.
    init(keepsOrder: Bool) { self.keepsOrder = keepsOrder }

    /// The job whose turn it is, where anyone waits for it.
    var awaited: Int? { held.isEmpty ? nil : next }

    /// Whether a job may write while it runs.
    func isLive(_ sequence: Int) -> Bool { !keepsOrder || sequence <= next }

    /// A job has ended; returns whose output comes now. A job that is run again after its turn comes at once.
    mutating func ended(_ item: OutputItem) -> [OutputItem] {
        guard keepsOrder, item.sequence >= next else { return [item] }
        held[item.sequence] = item
        return advance()
    }

    /// A job will never have output.
    mutating func skipped(_ sequence: Int) -> [OutputItem] {
        guard keepsOrder, sequence >= next else { return [] }
        held[sequence] = .some(nil)
        return advance()
    }

    /// No more jobs will end: all that is held, in order.
    mutating func finish() -> [OutputItem] {
        defer { held = [:] }
        return held.sorted { $0.key < $1.key }.compactMap(\.value)
    }

    private mutating func advance() -> [OutputItem] {
        var items: [OutputItem] = []
        while let item = held.removeValue(forKey: next) {
            if let item { items.append(item) }
            next += 1
        }
        return items
    }
}
