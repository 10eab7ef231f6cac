import Glibc

extension OpenError {
    /// The failure of a system call, with the system's reason.
    static func failed(_ what: String) -> OpenError {
        .system("\(what): \(String(cString: strerror(errno)))")
    }
}
