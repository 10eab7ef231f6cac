import Glibc

/// What the system refused, in words for the user.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The errno value.
    package var code: Int32
    /// What was being done, such as `opening jobs.txt`.
    package var action: String

    /// An error with a known errno value.
    package init(_ code: Int32, doing action: String) {
        self.code = code
        self.action = action
    }

    /// The system's own words for the errno value.
    package var reason: String { SystemError.words(for: code) }

    /// Such as `opening jobs.txt: Permission denied`.
    package var description: String { "\(action): \(reason)" }

    /// The system's own words for an errno value.
    package static func words(for code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count) == 0 else {
                return "error \(code)"
            }
            return String(cString: base)
        }
    }
}
