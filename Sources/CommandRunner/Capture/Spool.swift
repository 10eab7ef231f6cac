import CPlatform
import Glibc
import Monitoring
import Synchronization

/// One nameless temporary file for all output that is too much for memory.
///
/// Space is handed out from the end of the file only; what is released is punched out, so that the file takes
/// no more of the disk than is still needed. The system removes it with the process, however that ends.
package final class Spool: Sendable {
    /// A range of the file.
    package struct Extent: Sendable, Equatable {
        var offset: Int
        /// In bytes.
        package var length: Int
    }

    private struct State: Sendable {
        var file: Int32 = -1
        var end = 0
        var used = 0
    }

    private let directory: String
    private let state = Locked(State())

    /// A spool in `directory`; the file is made when it is first needed.
    package init(directory: String) { self.directory = directory }

    /// In `TMPDIR`, else in `/tmp`.
    package convenience init() {
        let named = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        self.init(directory: named.isEmpty ? "/tmp" : named)
    }

    deinit { state.withLock { if $0.file >= 0 { close($0.file) } } }

    /// Bytes kept now.
    package var used: Int { state.withLock { $0.used } }

    /// Keeps a copy of `bytes`. Blocks while the disk does.
    ///
    /// - Throws: where the file cannot be made or the disk is full; nothing is kept then.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Extent {
        let (file, extent) = try allocate(bytes.count)
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(file, rest.baseAddress, rest.count, extent.offset + done)
            if count > 0 {
                done += count
            } else if errno != EINTR {
                let error = SystemError(errno, doing: "keeping output in \(directory)")
                release(extent)
                throw error
            }
        }
        return extent
    }

    /// Copies from `extent`, from its byte `start` on, as much as fits into `buffer`; returns how much.
    package func read(
        _ extent: Extent, from start: Int, into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        let wanted = min(buffer.count, extent.length - start)
        guard wanted > 0 else { return 0 }
        let file = state.withLock { $0.file }
        while true {
            let count = pread(file, buffer.baseAddress, wanted, extent.offset + start)
            if count > 0 { return count }
            if count == 0 || errno != EINTR {
                throw SystemError(count == 0 ? EIO : errno, doing: "reading output kept in \(directory)")
            }
        }
    }

    /// Gives the space of `extent` back. It must not be read again.
    package func release(_ extent: Extent) {
        state.withLock { state in
            state.used -= extent.length
            if state.used == 0 {
                state.end = 0
                _ = ftruncate(state.file, 0)
            } else {
                _ = cp_punch_hole(state.file, extent.offset, extent.length)
            }
        }
    }

    private func allocate(_ length: Int) throws(SystemError) -> (Int32, Extent) {
        try state.withLock { state throws(SystemError) in
            if state.file < 0 {
                state.file = cp_temporary_file(directory)
                guard state.file >= 0 else {
                    throw SystemError(errno, doing: "making a temporary file in \(directory)")
                }
            }
            let extent = Extent(offset: state.end, length: length)
            state.end += length
            state.used += length
            return (state.file, extent)
        }
    }
}
