import Control
import Dashboard

/// Finds the live pool that is meant.
enum Finder {
    /// What came of it.
    enum Found {
        case one(ControlPlace)
        case several([LiveServer])
    }

    /// - Parameter address: what was typed: an address, a process, or nothing.
    /// - Throws: ``ControlError`` where there is none.
    static func find(_ address: String?) async throws(ControlError) -> Found {
        try SpareDescriptors.check()
        if let address, let process = Int32(address) {
            let directory = try RuntimeDirectory.ofUser()
            let sockets = directory.sweep().filter { socket in
                socket.hasSuffix("-\(process).sock") || socket.contains("-\(process).")
            }
            guard let socket = sockets.first else {
                throw ControlError(.unreachable, "process \(process) has no live pool")
            }
            return .one(.socket(socket))
        }
        if let address { return .one(try ControlPlace(address)) }
        let servers = await LiveServer.all(in: try RuntimeDirectory.ofUser())
        switch servers.count {
        case 0:
            throw ControlError(
                .unreachable,
                "no pool of yours is live: start one with pooltop run or demo, or name an address")
        case 1: return .one(.socket(servers[0].socket))
        default: return .several(servers)
        }
    }

    /// A line for each: number, process, kind, title, age.
    static func lines(_ servers: [LiveServer], now: Double) -> [String] {
        servers.enumerated().map { index, server in
            let info = server.info
            let age = Format.stopwatch(max(0, now - info.started))
            return
                "  \(index + 1)  \(pad("\(info.pid)", 8)) \(pad(info.kind, 6)) \(pad(age, 9)) \(info.title)"
        }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
