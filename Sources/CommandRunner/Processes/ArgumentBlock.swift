import Glibc

/// Byte strings laid out as C wants them: each closed by NUL, and a NULL-terminated array of pointers to them.
struct ArgumentBlock: ~Copyable {
    private let bytes: UnsafeMutablePointer<CChar>
    private let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    let count: Int

    init(_ strings: [[UInt8]]) {
        count = strings.count
        bytes = .allocate(capacity: strings.reduce(1) { $0 + $1.count + 1 })
        pointers = .allocate(capacity: strings.count + 1)
        var next = bytes
        for (index, string) in strings.enumerated() {
            pointers[index] = next
            string.withUnsafeBytes { source in
                if let base = source.baseAddress { memcpy(next, base, source.count) }
            }
            next[string.count] = 0
            next += string.count + 1
        }
        pointers[strings.count] = nil
    }

    deinit {
        bytes.deallocate()
        pointers.deallocate()
    }

    /// argv, valid as long as this block.
    var argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> { pointers }

    /// Each string.
    var each: [UnsafeMutablePointer<CChar>] { (0..<count).compactMap { pointers[$0] } }
}
