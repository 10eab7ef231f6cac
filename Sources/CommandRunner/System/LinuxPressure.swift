import Glibc
package import Monitoring
import WorkerPool

/// Linux's pressure stall information: that of the control group this program is in, where it has one of version 2
/// with such files, otherwise that of the whole machine.
///
/// Where the kernel offers neither (before 4.20, or started with `psi=0`) it tells nothing.
package struct LinuxPressure: PressureSource {
    /// The files of cpu, memory and io; `nil` where there are none.
    private let files: [String]?

    /// Finds the files below `root`, which is for tests.
    package init(root: String = "") {
        var folders = ["\(root)/proc/pressure/"]
        if let path = Self.text(of: "\(root)/proc/self/cgroup").flatMap(Self.groupPath) {
            folders.insert("\(root)/sys/fs/cgroup\(path)/", at: 0)
        }
        let names = ["cpu", "memory", "io"]
        let candidates = [
            names.map { "\(folders[0])\($0).pressure" }, names.map { "\(folders.last ?? "")\($0)" },
        ]
        files = candidates.first { files in
            files.allSatisfy { Self.text(of: $0).flatMap(Self.someAverage) != nil }
        }
    }

    package func pressure() -> PressureFigures? {
        guard let files else { return nil }
        let figures = files.compactMap { Self.text(of: $0).flatMap(Self.someAverage) }
        guard figures.count == 3 else { return nil }
        return PressureFigures(cpu: figures[0], memory: figures[1], io: figures[2])
    }

    /// Reads the percentage of `some avg10=1.23 avg60=…`: the share of the last ten seconds in which some task
    /// waited.
    static func someAverage(_ text: String) -> Double? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("some ") }) else {
            return nil
        }
        let word = line.split(separator: " ").first { $0.hasPrefix("avg10=") }
        guard let value = word.flatMap({ Double($0.dropFirst("avg10=".count)) }), value.isFinite else {
            return nil
        }
        return min(max(value, 0), 100)
    }

    /// Reads the path of the version 2 group from `/proc/self/cgroup`; `nil` where there is none, or it is the root,
    /// which has no figures of its own.
    static func groupPath(_ text: String) -> String? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("0::/") }
        guard let path = line.map({ String($0.dropFirst(3)) }), path != "/" else { return nil }
        return path
    }

    private static func text(of path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { buffer in
            let count = read(file, buffer.baseAddress, buffer.count)
            return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
        }
    }
}
