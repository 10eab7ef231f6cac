import Monitoring
import Synchronization
import TerminalUI

/// What the screen's thread is to know, by source. The latest news take the place of older ones of the same kind that were
/// not read yet, so that a slow terminal never makes a queue.
final class Mailbox: Sendable {
    private struct Box {
        var snapshots: [PoolSnapshot] = []
        var answers: [Message] = []
        var lost: String?
        var heard: UnixTime?
    }

    private struct Content {
        var boxes: [Box]
        var exit: CockpitExit?
    }

    /// More snapshots than these are not kept.
    private static let mostSnapshots = 8

    private let content: Locked<Content>
    private let waker: Waker

    /// A mailbox for so many sources.
    init(waker: Waker, sources: Int = 1) {
        self.waker = waker
        content = Locked(Content(boxes: Array(repeating: Box(), count: max(1, sources))))
    }

    /// A snapshot arrived.
    func post(_ snapshot: PoolSnapshot, from source: Int = 0, at time: UnixTime) {
        content.withLock { content in
            if content.boxes[source].snapshots.count >= Self.mostSnapshots {
                content.boxes[source].snapshots.removeLast()
            }
            content.boxes[source].snapshots.append(snapshot)
            content.boxes[source].heard = time
            content.boxes[source].lost = nil
        }
        waker.wake()
    }

    /// The source answered, and nothing has changed: nobody is woken for it.
    func hear(from source: Int = 0, at time: UnixTime) {
        content.withLock { $0.boxes[source].heard = time }
    }

    /// The source cannot be reached.
    func lose(_ reason: String, from source: Int = 0) {
        content.withLock { $0.boxes[source].lost = reason }
        waker.wake()
    }

    /// An answer to a question or a command arrived.
    func post(_ answer: Message, from source: Int = 0) {
        content.withLock { $0.boxes[source].answers.append(answer) }
        waker.wake()
    }

    /// The cockpit is to end. The first reason stays.
    func end(_ exit: CockpitExit) {
        content.withLock { $0.exit = $0.exit ?? exit }
        waker.wake()
    }

    /// Takes everything out.
    func take() -> (messages: [(source: Int, message: Message)], exit: CockpitExit?) {
        content.withLock { content in
            var all: [(source: Int, message: Message)] = []
            for (source, box) in content.boxes.enumerated() {
                var messages = box.snapshots.map { Message.snapshot($0) } + box.answers
                if let lost = box.lost { messages.append(.lost(lost)) }
                if let heard = box.heard { messages.append(.heard(heard)) }
                all += messages.map { (source, $0) }
                content.boxes[source].snapshots = []
                content.boxes[source].answers = []
                content.boxes[source].lost = nil
            }
            return (all, content.exit)
        }
    }
}
