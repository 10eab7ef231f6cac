import Glibc

/// A thread of the system, for work that blocks: never one of the cooperative pool's.
enum OwnThread {
    /// Starts a thread that does `body` once and ends.
    static func start(_ body: @escaping @Sendable () -> Void) throws(CockpitError) {
        let box = Unmanaged.passRetained(Box(body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let box = Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
                box.body()
                return nil
            }, box.toOpaque())
        guard result == 0 else {
            box.release()
            throw .noThread(errno: result)
        }
        pthread_detach(thread)
    }

    private final class Box: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
