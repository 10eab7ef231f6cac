import Glibc

/// Writes all of `bytes`, waiting as long as it takes, also where the file does not block.
func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32, doing action: @autoclosure () -> String)
    -> SystemError?
{
    var rest = bytes
    while !rest.isEmpty {
        let count = write(file, rest.baseAddress, rest.count)
        if count > 0 {
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if count == 0 {
            return SystemError(EIO, doing: action())
        } else if errno == EAGAIN {
            var entry = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
            poll(&entry, 1, -1)
        } else if errno != EINTR {
            return SystemError(errno, doing: action())
        }
    }
    return nil
}

/// Writes all of `bytes`, waiting as long as it takes.
func writeAll(_ bytes: [UInt8], to file: Int32, doing action: @autoclosure () -> String) -> SystemError? {
    bytes.withUnsafeBytes { writeAll($0, to: file, doing: action()) }
}
