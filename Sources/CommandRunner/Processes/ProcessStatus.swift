import Glibc

/// What `/proc/PID/stat` tells of a process.
struct ProcessStatus: Equatable {
    /// `R`, `S`, `D`, `T`, `Z`, …
    var state: UInt8
    /// Its process group.
    var group: pid_t
    /// Processor time in user mode, its waited-for children included, in seconds.
    var userTime: Double
    /// Processor time in the kernel, its waited-for children included, in seconds.
    var systemTime: Double
    /// Resident bytes now.
    var residentBytes: UInt64

    /// Neither a zombie nor dead.
    var isAlive: Bool { state != UInt8(ascii: "Z") && state != UInt8(ascii: "X") }

    /// Reads a process's status; `nil` where there is no such process.
    init?(of process: pid_t) {
        let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let text = withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { buffer in
            Array(buffer.prefix(max(0, read(file, buffer.baseAddress, buffer.count))))
        }
        self.init(text)
    }

    /// Reads the one line of the file.
    init?(_ text: [UInt8]) {
        // The program's name stands in parentheses and may hold anything, parentheses too.
        guard let end = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = text[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 21, let state = fields[0].first else { return nil }
        func number(_ index: Int) -> Int64 {
            Int64(String(decoding: fields[index], as: UTF8.self)) ?? 0
        }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        self.state = state
        group = pid_t(truncatingIfNeeded: number(2))
        userTime = Double(number(11) + number(13)) / ticks
        systemTime = Double(number(12) + number(14)) / ticks
        residentBytes = UInt64(max(0, number(21))) * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
