/// Leaves out what ncurses sends and the terminal does not need.
///
/// - The name of the character set (`ESC ( B`), which comes with every change of looks. No other set is ever
///   chosen here.
/// - Going back to the default colour (`ESC [ 39 m`, with or without `;49`) right before all looks are reset
///   (`ESC [ m`).
struct Trimming {
    private static let set = Array("\u{1B}(B".utf8)
    private static let reset = Array("\u{1B}[m".utf8)
    private static let colors = [Array("\u{1B}[39m".utf8), Array("\u{1B}[39;49m".utf8)]

    /// The bytes without what is not needed.
    static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bytes.count) { result, count in
            for byte in bytes {
                result[count] = byte
                count += 1
                let sent = UnsafeBufferPointer(rebasing: result[..<count])
                switch byte {
                case UInt8(ascii: "B") where ends(sent, with: set):
                    count -= set.count
                case UInt8(ascii: "m") where ends(sent, with: reset):
                    let before = UnsafeBufferPointer(rebasing: result[..<(count - reset.count)])
                    guard let color = colors.first(where: { ends(before, with: $0) }) else { continue }
                    count -= color.count
                    for (offset, byte) in reset.enumerated() { result[count - reset.count + offset] = byte }
                default: continue
                }
            }
        }
    }

    private static func ends(_ bytes: UnsafeBufferPointer<UInt8>, with tail: [UInt8]) -> Bool {
        bytes.count >= tail.count && bytes[(bytes.count - tail.count)...].elementsEqual(tail)
    }
}
