#if THREAD_SANITIZER
    import Glibc

    /// A lock that the thread sanitizer can see: the slow path of `Synchronization.Mutex` lies in a library that is
    /// not instrumented, so that whatever is handed on through a contended mutex looks like a race.
    package struct Locked<Value>: ~Copyable, @unchecked Sendable {
        // Guarded by the mutex beside it.
        private let value: UnsafeMutablePointer<Value>
        private let mutex: UnsafeMutablePointer<pthread_mutex_t>

        package init(_ initialValue: consuming sending Value) {
            value = .allocate(capacity: 1)
            value.initialize(to: initialValue)
            mutex = .allocate(capacity: 1)
            pthread_mutex_init(mutex, nil)
        }

        deinit {
            value.deinitialize(count: 1)
            value.deallocate()
            pthread_mutex_destroy(mutex)
            mutex.deallocate()
        }

        package borrowing func withLock<Result, E: Error>(
            _ body: (inout sending Value) throws(E) -> sending Result
        ) throws(E) -> sending Result {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            return try body(&value.pointee)
        }
    }
#else
    package import Synchronization

    /// A value with its lock.
    package typealias Locked<Value: ~Copyable> = Mutex<Value>
#endif
