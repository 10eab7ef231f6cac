import Glibc

/// Sees whether there are open files left to be had, before somebody needs them who could not say that there are none.
package enum SpareDescriptors {
    /// An event loop and a few connections, with some left for the program's own work.
    private static let needed = 24

    /// - Throws: ``ControlError`` where the limit of open files leaves too few.
    package static func check() throws(ControlError) {
        var held: [Int32] = []
        defer { for descriptor in held { close(descriptor) } }
        while held.count < needed {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw ControlError(
                    .usage, "\(String(cString: strerror(errno)).lowercased()): raise the limit with ulimit -n"
                )
            }
            held.append(descriptor)
        }
    }
}
