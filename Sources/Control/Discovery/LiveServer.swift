/// A program of this user that listens on its socket.
package struct LiveServer: Sendable, Equatable {
    /// Its socket.
    package let socket: String
    /// What it says of itself.
    package let info: ServerInfo

    /// All of them, the oldest first; those that listen and do not answer are left out.
    package static func all(in directory: RuntimeDirectory) async -> [LiveServer] {
        let sockets = directory.sweep()
        var found: [LiveServer] = []
        // Each needs a thread and a few open files of its own.
        for start in stride(from: 0, to: sockets.count, by: 8) {
            found += await withTaskGroup(of: LiveServer?.self, returning: [LiveServer].self) { group in
                for socket in sockets[start..<min(start + 8, sockets.count)] {
                    group.addTask { await LiveServer(asking: socket) }
                }
                return await group.reduce(into: []) { servers, server in
                    if let server { servers.append(server) }
                }
            }
        }
        return found.sorted { ($0.info.started, $0.socket) < ($1.info.started, $1.socket) }
    }

    /// Asks who listens there; `nil` where no answer comes in time.
    private init?(asking socket: String) async {
        var settings = ControlClient.Settings()
        settings.timeout = .seconds(2)
        let client = ControlClient(.socket(socket), settings: settings)
        let info = try? await client.get("/v1/server", as: ServerInfo.self)
        await client.close()
        guard let info else { return nil }
        self.init(socket: socket, info: info)
    }

    private init(socket: String, info: ServerInfo) {
        self.socket = socket
        self.info = info
    }
}
