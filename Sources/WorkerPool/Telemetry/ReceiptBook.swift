import Monitoring

/// The receipts that are still open: commands whose jobs have yet to stop.
struct ReceiptBook {
    private struct Open {
        var left: Int
        var affected: Int
        var message: String
    }

    private var lastID: UInt64 = 0
    private var open: [UInt64: Open] = [:]

    mutating func nextID() -> UInt64 {
        lastID += 1
        return lastID
    }

    /// Keeps a receipt open until `left` jobs have stopped.
    mutating func keepOpen(_ id: UInt64, left: Int, affected: Int, message: String) {
        open[id] = Open(left: left, affected: affected, message: message)
    }

    /// One of its jobs has stopped. Returns the receipt once that was the last.
    mutating func oneStopped(_ id: UInt64) -> Receipt? {
        guard var entry = open[id] else { return nil }
        entry.left -= 1
        open[id] = entry.left > 0 ? entry : nil
        guard entry.left <= 0 else { return nil }
        return Receipt(id: id, phase: .done, affected: entry.affected, message: entry.message)
    }
}
