import Monitoring
import Synchronization
import TerminalUI

/// What the screen's thread is to know. The latest news take the place of older ones of the same kind that were
/// not read yet, so that a slow terminal never makes a queue.
final class Mailbox: Sendable {
    private struct Content {
        var snapshots: [PoolSnapshot] = []
        var answers: [Message] = []
        var lost: String?
        var heard: UnixTime?
        var exit: CockpitExit?
    }

    /// More snapshots than these are not kept.
    private static let mostSnapshots = 8

    private let content = Mutex(Content())
    private let waker: Waker

    init(waker: Waker) { self.waker = waker }

    /// A snapshot arrived.
    func post(_ snapshot: PoolSnapshot, at time: UnixTime) {
        content.withLock { content in
            if content.snapshots.count >= Self.mostSnapshots { content.snapshots.removeLast() }
            content.snapshots.append(snapshot)
            content.heard = time
            content.lost = nil
        }
        waker.wake()
    }

    /// The source answered, and nothing has changed: nobody is woken for it.
    func hear(at time: UnixTime) { content.withLock { $0.heard = time } }

    /// The source cannot be reached.
    func lose(_ reason: String) {
        content.withLock { $0.lost = reason }
        waker.wake()
    }

    /// An answer to a question or a command arrived.
    func post(_ answer: Message) {
        content.withLock { $0.answers.append(answer) }
        waker.wake()
    }

    /// The cockpit is to end. The first reason stays.
    func end(_ exit: CockpitExit) {
        content.withLock { $0.exit = $0.exit ?? exit }
        waker.wake()
    }

    /// Takes everything out.
    func take() -> (messages: [Message], exit: CockpitExit?) {
        content.withLock { content in
            var messages = content.snapshots.map { Message.snapshot($0) } + content.answers
            if let lost = content.lost { messages.append(.lost(lost)) }
            if let heard = content.heard { messages.append(.heard(heard)) }
            content.snapshots = []
            content.answers = []
            content.lost = nil
            return (messages, content.exit)
        }
    }
}
