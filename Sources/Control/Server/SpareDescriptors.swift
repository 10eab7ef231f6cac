import Glibc

/// Sees whether there are open files left to be had, before somebody needs them who could not say that there are none.
package enum SpareDescriptors {
    /// An event loop and a few connections, with some left for the program's own work.
    package static let server = 24
    /// Pipes of one command, and what the system's libraries open without asking.
    package static let command = 15

    /// Opens nothing itself: other threads may need one meanwhile.
    ///
    /// - Throws: ``ControlError`` where the limit of open files leaves too few.
    package static func check(for needed: Int = server) throws(ControlError) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        var free = 0
        // Numbers are given from the lowest: what is free below the limit can be had.
        for descriptor in 0..<Int32(clamping: limit.rlim_cur) where fcntl(descriptor, F_GETFD) < 0 {
            free += 1
            if free >= needed { return }
        }
        throw ControlError(.usage, "too many open files: raise the limit with ulimit -n")
    }
}
