import CPlatform
import Glibc

/// A thread of its own for work that blocks, so that no thread of the cooperative pool ever does.
package struct SystemThread: @unchecked Sendable {  // pthread_t is a plain handle
    private let handle: pthread_t

    /// Starts a thread. `name` is what `top -H` shows, at most 15 bytes.
    ///
    /// - Throws: the errno value as a `SystemError` where the system has no thread to give.
    package init(name: String, body: @escaping @Sendable () -> Void) throws(SystemError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 512 * 1024)
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var handle = pthread_t()
        let failure = pthread_create(
            &handle, &attributes,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                cp_name_thread(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        guard failure == 0 else {
            start.release()
            throw SystemError(failure, doing: "starting a thread")
        }
        self.handle = handle
    }

    /// Waits until the thread has ended. Call it once.
    package func join() { pthread_join(handle, nil) }

    /// Lets the thread's end go unnoticed. Call it instead of ``join()``.
    package func detach() { pthread_detach(handle) }

    /// Does work that blocks on a thread of its own, without holding up the caller's.
    package static func perform(_ work: @escaping @Sendable () -> Void) async {
        await withUnsafeContinuation { continuation in
            do throws(SystemError) {
                let thread = try SystemThread(name: "pooltop-work") {
                    work()
                    continuation.resume()
                }
                thread.detach()
            } catch {
                // No thread is left: better to block than not to do it.
                work()
                continuation.resume()
            }
        }
    }

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
