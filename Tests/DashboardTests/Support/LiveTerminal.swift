import Glibc
import TerminalUI

/// A terminal whose reader waits, as a real one's does, until a test types something or the waker is called.
final class LiveTerminal: Terminal, @unchecked Sendable {
    // All that changes is protected by `mutex`.
    private var inputs: [Input] = []
    private var isWoken = false
    private var watchers: [(test: (Frame) -> Bool, found: CheckedContinuation<Frame, Never>)] = []
    private var latest: Frame?
    private(set) var drawn = 0
    private(set) var isClosed = false
    private(set) var redraws = 0
    private(set) var suspensions = 0
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    let size: Size
    let capabilities = Capabilities(colorDepth: .indexed256, glyphs: .unicode, mouse: true)
    var mouseEnabled = true

    init(size: Size = Size(width: 120, height: 40)) {
        self.size = size
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    var waker: Waker {
        Waker {
            self.locked { self.isWoken = true }
            pthread_cond_signal(self.condition)
        }
    }

    /// Types keys.
    func type(_ keys: Key...) { send(keys.map { .key($0) }) }

    /// Has these inputs read.
    func send(_ new: [Input]) {
        locked { inputs += new }
        pthread_cond_signal(condition)
    }

    /// Waits for a frame of which that is true.
    func frame(where test: @escaping (Frame) -> Bool) async -> Frame {
        await withCheckedContinuation { continuation in
            let known: Frame? = locked {
                if let latest, test(latest) { return latest }
                watchers.append((test, continuation))
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Waits until a text is on the screen.
    func see(_ text: String) async -> Frame { await frame { $0.text.contains(text) } }

    func draw(_ frame: Frame, theme: Theme) {
        let found = locked { () -> [CheckedContinuation<Frame, Never>] in
            latest = frame
            drawn += 1
            let found = watchers.filter { $0.test(frame) }.map(\.found)
            watchers.removeAll { $0.test(frame) }
            return found
        }
        for continuation in found { continuation.resume(returning: frame) }
    }

    func read(timeout: Duration?) -> [Input] {
        locked {
            var deadline = timespec()
            clock_gettime(CLOCK_REALTIME, &deadline)
            if let timeout {
                let nanoseconds = deadline.tv_nsec + Int(timeout.components.attoseconds / 1_000_000_000)
                deadline.tv_sec += Int(timeout.components.seconds) + nanoseconds / 1_000_000_000
                deadline.tv_nsec = nanoseconds % 1_000_000_000
            }
            while inputs.isEmpty, !isWoken {
                if timeout == nil {
                    pthread_cond_wait(condition, mutex)
                } else if pthread_cond_timedwait(condition, mutex, &deadline) != 0 {
                    break
                }
            }
            isWoken = false
            defer { inputs = [] }
            return inputs
        }
    }

    func redraw() { locked { redraws += 1 } }

    func suspend() { locked { suspensions += 1 } }

    func close() { locked { isClosed = true } }
}
