import Monitoring
import Synchronization

/// Hands elements from any thread to the one task that waits for them.
final class Inbox<Element: Sendable>: Sendable {
    private struct Content {
        var elements: [Element] = []
        var isFinished = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let content = Locked(Content())

    /// Adds an element; those that it makes pointless are taken out.
    func post(_ element: Element, replacing isReplaced: (Element) -> Bool = { _ in false }) {
        let waiter = content.withLock { content in
            content.elements.removeAll(where: isReplaced)
            content.elements.append(element)
            return content.waiter.take()
        }
        waiter?.resume()
    }

    /// No more elements come. Those that are there can still be taken.
    func finish() {
        let waiter = content.withLock { content in
            content.isFinished = true
            return content.waiter.take()
        }
        waiter?.resume()
    }

    /// The next element, or `nil` after the last. Only one task may wait.
    func next() async -> Element? {
        while true {
            let (element, isFinished) = content.withLock { content in
                (content.elements.isEmpty ? nil : content.elements.removeFirst(), content.isFinished)
            }
            if let element { return element }
            if isFinished { return nil }
            await withCheckedContinuation { continuation in
                let isReady = content.withLock { content in
                    if !content.elements.isEmpty || content.isFinished { return true }
                    content.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }
}
