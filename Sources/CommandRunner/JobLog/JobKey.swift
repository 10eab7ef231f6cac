/// What makes two jobs the same job for `--resume`: template, line and directory, as a fingerprint.
///
/// FNV-1a with 128 bits: among a thousand million jobs the chance of any two sharing one is below 10⁻²⁰.
package struct JobKey: Hashable, Sendable, CustomStringConvertible {
    private static let prime: UInt128 = (1 << 88) + 0x13b
    private static let basis: UInt128 = (0x6c62_272e_07bb_0142 << 64) + 0x62b8_2175_6295_c58d

    private var state = Self.basis

    /// The fingerprint of what all jobs of a run share.
    package init(template: CommandTemplate, directory: [UInt8]) {
        mix(template.identity)
        mix(directory)
    }

    /// The fingerprint of one job of the run.
    package func adding(line: [UInt8]) -> JobKey {
        var key = self
        key.mix(line)
        return key
    }

    /// Reads what ``description`` wrote.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 32, let state = UInt128(text, radix: 16) else { return nil }
        self.state = state
    }

    /// 32 hexadecimal digits.
    package var description: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }

    private mutating func mix(_ bytes: [UInt8]) {
        for byte in bytes { state = (state ^ UInt128(byte)) &* Self.prime }
        // A byte string and its length, so that the pieces cannot run into each other.
        var length = UInt64(bytes.count)
        for _ in 0..<8 {
            state = (state ^ UInt128(length & 0xff)) &* Self.prime
            length >>= 8
        }
    }
}
