/// Takes one stream of a command as it comes: a bounded part in memory, the rest in the spool.
struct OutputBuffer {
    /// The most that one stream keeps in memory, in bytes.
    static let memoryLimit = 256 * 1024

    private let spool: Spool
    private var stored = StoredOutput()
    private var recent: [UInt8] = []
    /// Why bytes were lost, where they were.
    private(set) var loss: SystemError?
    /// How many bytes were lost.
    private(set) var lostCount = 0

    init(spool: Spool) { self.spool = spool }

    /// Bytes kept.
    var count: Int { stored.count + recent.count }

    /// Keeps a copy of the bytes, or counts them as lost where the disk is full.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard loss == nil else {
            lostCount += bytes.count
            return
        }
        recent.append(contentsOf: bytes)
        guard recent.count > Self.memoryLimit else { return }
        do throws(SystemError) {
            try stored.append(recent, to: spool)
            recent.removeAll(keepingCapacity: true)
        } catch {
            loss = error
            recent = []
        }
    }

    /// All there is, and begins anew.
    mutating func take() -> StoredOutput {
        stored.append(recent)
        recent = []
        defer { stored = StoredOutput() }
        return stored
    }

    /// All whole lines, and keeps the unfinished one, unless that alone was too long for memory.
    mutating func takeLines() -> StoredOutput {
        if let end = recent.lastIndex(of: UInt8(ascii: "\n")) {
            stored.append(Array(recent[...end]))
            recent.removeFirst(end + 1)
        }
        defer { stored = StoredOutput() }
        return stored
    }
}
