public import Monitoring
import Synchronization

extension Pool {
    /// Lets a pool of adaptive size move by itself again after someone had resized it. Where it does already, it
    /// looks at all sizes anew.
    ///
    /// - Returns: A receipt; refused where the pool was made with a fixed size, or has stopped.
    @discardableResult
    public func adapt(by operator: String = "program") -> Receipt {
        let id = telemetry.withLock { $0.receipts.nextID() }
        guard let sizer else {
            return Receipt(id: id, phase: .refused, message: "the pool was made with a fixed size")
        }
        let target = state.withLock { $0.isOver ? nil : $0.target }
        guard let target else { return Receipt(id: id, phase: .refused, message: "the pool has stopped") }
        sizer.handBack(at: target, by: `operator`)
        tell(.operated, mark: Sizer.name, "\(`operator`) lets the pool size itself")
        return Receipt(id: id, phase: .done, message: "the pool sizes itself")
    }
}
