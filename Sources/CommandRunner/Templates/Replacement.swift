/// What can stand in a template for a part of the input line or for a number.
enum Replacement: String, CaseIterable, Sendable {
    /// The line.
    case line = "{}"
    /// The line without its extension.
    case withoutExtension = "{.}"
    /// The line's last path component.
    case name = "{/}"
    /// The line's directory.
    case directory = "{//}"
    /// The last path component without its extension.
    case nameWithoutExtension = "{/.}"
    /// The job's number, from 1.
    case sequence = "{#}"
    /// The worker's number, from 1.
    case slot = "{%}"

    /// Whether it stands for a part of the line.
    var isOfLine: Bool { self != .sequence && self != .slot }

    /// What it stands for in one job.
    func value(in input: TemplateInput) -> [UInt8] {
        switch self {
        case .line: input.line
        case .withoutExtension: Self.withoutExtension(input.line)
        case .name: Self.name(input.line)
        case .directory: Self.directory(input.line)
        case .nameWithoutExtension: Self.withoutExtension(Self.name(input.line))
        case .sequence: Array(String(input.sequence).utf8)
        case .slot: Array((input.slot.map { String($0) } ?? rawValue).utf8)
        }
    }

    private static let slash = UInt8(ascii: "/")

    private static func name(_ path: [UInt8]) -> [UInt8] {
        path.lastIndex(of: slash).map { Array(path[($0 + 1)...]) } ?? path
    }

    private static func withoutExtension(_ path: [UInt8]) -> [UInt8] {
        guard let dot = path.lastIndex(of: UInt8(ascii: ".")), !path[dot...].contains(slash) else {
            return path
        }
        return Array(path[..<dot])
    }

    private static func directory(_ path: [UInt8]) -> [UInt8] {
        func trimmed(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            path.prefix((path.lastIndex { $0 != slash } ?? path.startIndex - 1) - path.startIndex + 1)
        }
        guard let cut = trimmed(path[...]).lastIndex(of: slash) else {
            return path.contains(slash) && path.allSatisfy { $0 == slash } ? [slash] : [UInt8(ascii: ".")]
        }
        let parent = trimmed(path[..<cut])
        return parent.isEmpty ? [slash] : Array(parent)
    }
}

/// What a template is filled with for one job.
package struct TemplateInput: Sendable, Equatable {
    /// The input line, without its end.
    package var line: [UInt8]
    /// The job's number, from 1.
    package var sequence: Int
    /// The worker's number, from 1; `nil` where it is not known yet.
    package var slot: Int?

    /// One job's input.
    package init(line: [UInt8], sequence: Int, slot: Int?) {
        self.line = line
        self.sequence = sequence
        self.slot = slot
    }
}
