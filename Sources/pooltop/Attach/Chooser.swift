import ArgumentParser
import Control
import Glibc

/// Lets the user choose one of several live pools, on the terminal.
enum Chooser {
    /// - Returns: the socket of the one chosen.
    /// - Throws: the status to exit with, where there is no terminal to ask on, or none is chosen.
    static func choose(among servers: [LiveServer]) throws(ExitCode) -> String {
        let list =
            "\(servers.count) pools are live:\n" + Finder.lines(servers, now: now).joined(separator: "\n")
        guard let terminal = fopen("/dev/tty", "r+") else {
            StandardStreams.tell(list + "\nname one by its PID")
            throw ExitCode(2)
        }
        defer { fclose(terminal) }
        fputs(list + "\n", terminal)
        for _ in 0..<3 {
            fputs("Attach to which, 1 to \(servers.count)? ", terminal)
            fflush(terminal)
            var line = [CChar](repeating: 0, count: 256)
            guard fgets(&line, Int32(line.count), terminal) != nil else { break }
            // Between reading and writing the same stream has to be placed anew.
            fseek(terminal, 0, SEEK_CUR)
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let word = text.filter { !$0.isWhitespace }
            if let number = Int(word), servers.indices.contains(number - 1) {
                return servers[number - 1].socket
            }
            if let process = Int32(word), let server = servers.first(where: { $0.info.pid == process }) {
                return server.socket
            }
            if word.isEmpty || word == "q" { break }
        }
        StandardStreams.tell("none chosen")
        throw ExitCode(2)
    }

    /// Seconds since 1970.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
