import Glibc

/// A piece of Swift: as a document shows it, or as a program of these tests has it.
struct Listing {
    /// Where it stands, such as `README.md:99`.
    let place: String
    /// Its lines without the indentation they share, without blank lines at both ends, and without imports.
    let lines: [String]
    /// The modules it imports.
    let imports: Set<String>

    init(place: String, lines: [String]) {
        self.place = place
        imports = Set(lines.compactMap(Listing.imported))
        let code = lines.filter { Listing.imported(by: $0) == nil }
        let indentation =
            code.filter { !Listing.isBlank($0) }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        var body = code.map { Listing.isBlank($0) ? "" : String($0.dropFirst(indentation)) }[...]
        while body.first == "" { body.removeFirst() }
        while body.last == "" { body.removeLast() }
        self.lines = Array(body)
    }

    private static func isBlank(_ line: String) -> Bool { line.allSatisfy { $0 == " " } }

    private static func imported(by line: String) -> String? {
        line.hasPrefix("import ") ? String(line.dropFirst("import ".count)) : nil
    }
}

extension Listing {
    /// The listings of a document: what stands between "```swift" and "```", in a doc comment or not.
    static func shown(in text: String, of file: String) -> [Listing] {
        var found: [Listing] = []
        var open: (line: Int, lines: [String])?
        for (number, line) in lines(of: text).enumerated() {
            let line = withoutComment(line)
            let mark = line.drop { $0 == " " }
            if let block = open {
                if mark == "```" {
                    found.append(Listing(place: "\(file):\(block.line)", lines: block.lines))
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if mark == "```swift" {
                open = (number + 1, [])
            }
        }
        return found
    }

    /// The listings of a program: what stands between "// snippet: name" and "// end".
    static func run(in text: String, of file: String) -> [Listing] {
        let all = lines(of: text)
        let imports = all.filter { $0.hasPrefix("import ") }
        var found: [Listing] = []
        var open: (name: String, lines: [String])?
        for line in all {
            let mark = line.drop { $0 == " " }
            if let block = open {
                if mark == "// end" {
                    found.append(Listing(place: "\(file): \(block.name)", lines: imports + block.lines))
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if mark.hasPrefix("// snippet: ") {
                open = (String(mark.dropFirst("// snippet: ".count)), [])
            }
        }
        return found
    }

    private static func lines(of text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static func withoutComment(_ line: String) -> String {
        let mark = line.drop { $0 == " " }
        if mark == "///" { return "" }
        return mark.hasPrefix("/// ") ? String(mark.dropFirst(4)) : line
    }
}

/// The files of the repository.
enum Files {
    /// The folder of the package, with a slash at its end.
    static var root: String {
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/"
    }

    /// The paths below a folder whose names end so, in order.
    static func all(below folder: String, ending suffix: String) -> [String] {
        guard let directory = opendir(root + folder) else { return [] }
        defer { closedir(directory) }
        var found: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(".") { continue }
            let path = "\(folder)/\(name)"
            if name.hasSuffix(suffix) { found.append(path) }
            if entry.pointee.d_type == DT_DIR { found += all(below: path, ending: suffix) }
        }
        return found.sorted()
    }

    /// The text of a file; `nil` where it cannot be read.
    static func read(_ path: String) -> String? {
        guard let file = fopen(root + path, "r") else { return nil }
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
}
