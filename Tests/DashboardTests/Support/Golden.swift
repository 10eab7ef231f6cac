import Glibc
import Testing

/// Pictures kept as files in `Goldens`, so that a change of the screen is seen in a review.
///
/// `POOLTOP_RECORD_GOLDENS=1 swift test --filter DashboardTests` writes them anew.
enum Golden {
    /// Compares a text with the file of that name.
    static func check(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let path = folder + "/" + name + ".txt"
        if getenv("POOLTOP_RECORD_GOLDENS") != nil {
            write(text, to: path)
            return
        }
        guard let kept = read(path) else {
            Issue.record(
                "there is no \(path): run with POOLTOP_RECORD_GOLDENS=1", sourceLocation: sourceLocation)
            return
        }
        guard kept != text else { return }
        let (old, new) = (
            kept.split(separator: "\n", omittingEmptySubsequences: false),
            text.split(separator: "\n", omittingEmptySubsequences: false)
        )
        let line = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }
        let place =
            line.map { "line \($0.offset + 1):\n- \($0.element.0)\n+ \($0.element.1)" } ?? "the length"
        Issue.record("\(name) differs in \(place)", sourceLocation: sourceLocation)
    }

    private static var folder: String {
        let parts = #filePath.split(separator: "/").dropLast(2)
        return "/" + parts.joined(separator: "/") + "/Goldens"
    }

    static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ text: String, to path: String) {
        guard let file = fopen(path, "w") else {
            Issue.record("cannot write \(path)")
            return
        }
        defer { fclose(file) }
        fputs(text, file)
    }
}
