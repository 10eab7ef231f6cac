import CPlatform
import Glibc
import TerminalUI

/// A terminal device, opened a second time so that it can be non-blocking without anybody noticing.
///
/// Owned and used by one thread.
final class TTY {
    /// The open file.
    let file: Int32
    /// Its modes when it was opened.
    let originalModes: termios

    init(path: String) throws(OpenError) {
        file = Glibc.open(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard file >= 0 else {
            throw errno == ENXIO || errno == ENOENT ? .noTerminal : .failed("opening \(path)")
        }
        var modes = termios()
        guard tcgetattr(file, &modes) == 0 else {
            let error = errno == ENOTTY ? OpenError.noTerminal : .failed("reading the modes of \(path)")
            Glibc.close(file)
            throw error
        }
        originalModes = modes
    }

    deinit {
        Glibc.close(file)
    }

    /// Whether the process may use the terminal now. One that is not its controlling terminal it always may.
    var isForeground: Bool {
        let group = tcgetpgrp(file)
        return group < 0 || group == getpgrp()
    }

    /// Whether there is nothing behind it any more.
    var isGone: Bool {
        var state = pollfd(fd: file, events: 0, revents: 0)
        return poll(&state, 1, 0) > 0 && state.revents & Int16(POLLHUP | POLLERR) != 0
    }

    /// Every byte as it comes, none of them acted on: neither Ctrl-C nor Ctrl-S.
    func makeRaw() {
        var modes = originalModes
        cfmakeraw(&modes)
        tcsetattr(file, TCSANOW, &modes)
    }

    /// The modes as they were found.
    func restoreModes() {
        var modes = originalModes
        tcsetattr(file, TCSANOW, &modes)
    }

    /// Columns and rows; 80 × 24 where the terminal does not know.
    var size: Size {
        var window = winsize()
        guard ioctl(file, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return Size(width: 80, height: 24)
        }
        return Size(width: Int(window.ws_col), height: Int(window.ws_row))
    }

    /// What came of a read.
    enum Received {
        case bytes([UInt8])
        case nothing
        case gone
    }

    /// The bytes that are there.
    func receive() -> Received {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count > 0 { return .bytes(Array(buffer.prefix(count))) }
            if count == 0 { return .gone }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .nothing
            // In the background reading is refused the same way as when the terminal has gone.
            case EIO where !isForeground: return .nothing
            default: return .gone
            }
        }
    }

    /// Sends as much as the terminal takes now.
    /// - Returns: how many bytes it took; `nil` when it is gone.
    func send(_ bytes: ArraySlice<UInt8>) -> Int? {
        var sent = 0
        bytes.withUnsafeBytes { buffer in
            while sent >= 0 && sent < buffer.count {
                let count = write(file, buffer.baseAddress! + sent, buffer.count - sent)
                if count > 0 {
                    sent += count
                } else if count < 0 && errno == EINTR {
                    continue
                } else if count < 0 && errno != EAGAIN {
                    sent = -1
                } else {
                    break
                }
            }
        }
        return sent < 0 ? nil : sent
    }

    /// Sends everything, waiting for a slow terminal for up to half a second.
    func sendPatiently(_ bytes: [UInt8]) {
        var rest = bytes[...]
        var patience = 5
        while !rest.isEmpty, patience > 0, let sent = send(rest) {
            rest = rest.dropFirst(sent)
            guard !rest.isEmpty else { return }
            var ready = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
            poll(&ready, 1, 100)
            patience -= sent > 0 ? 0 : 1
        }
    }
}
