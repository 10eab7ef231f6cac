import Glibc

/// The environment every command starts from: this program's own, with changes.
package final class ChildEnvironment: @unchecked Sendable {  // never changes after init
    private let variables: [UnsafeMutablePointer<CChar>]

    /// Takes this program's environment at this moment, sets `changes` (each `NAME=VALUE`), and leaves out
    /// `removed` (names).
    package init(changes: [[UInt8]] = [], removed: [String] = []) {
        var taken = Set(removed.map { Array($0.utf8) })
        var variables: [UnsafeMutablePointer<CChar>] = []
        for change in changes.reversed() where taken.insert(Self.name(of: change)).inserted {
            if let copy = strdup(change.map(CChar.init(bitPattern:)) + [0]) { variables.append(copy) }
        }
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
        while let entry = next?.pointee {
            let bytes = Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry)))
            if !taken.contains(Self.name(of: bytes)), let copy = strdup(entry) { variables.append(copy) }
            next = next?.advanced(by: 1)
        }
        self.variables = variables
    }

    deinit { variables.forEach { free($0) } }

    /// The value of a variable, as it stands here.
    package func value(of name: String) -> [UInt8]? {
        let wanted = Array(name.utf8) + [UInt8(ascii: "=")]
        for variable in variables {
            let bytes = UnsafeRawBufferPointer(start: variable, count: strlen(variable))
            if bytes.starts(with: wanted) { return Array(bytes.dropFirst(wanted.count)) }
        }
        return nil
    }

    /// Calls `body` with envp: these variables and `additions`, each a NUL-terminated `NAME=VALUE`.
    func withPointers<Result>(
        adding additions: [UnsafeMutablePointer<CChar>],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(
            of: UnsafeMutablePointer<CChar>?.self, capacity: variables.count + additions.count + 1
        ) { buffer in
            var index = 0
            for pointer in variables {
                buffer[index] = pointer
                index += 1
            }
            for pointer in additions {
                buffer[index] = pointer
                index += 1
            }
            buffer[index] = nil
            guard let base = buffer.baseAddress else {
                preconditionFailure("a buffer for at least one pointer")
            }
            return body(base)
        }
    }

    private static func name(of variable: [UInt8]) -> [UInt8] {
        Array(variable.prefix { $0 != UInt8(ascii: "=") })
    }
}
