/// A program of this user that listens on its socket.
package struct LiveServer: Sendable, Equatable {
    /// Its socket.
    package let socket: String
    /// What it says of itself.
    package let info: ServerInfo

    /// All of them, the oldest first; those that listen and do not answer are left out.
    package static func all(in directory: RuntimeDirectory) async -> [LiveServer] {
        let found = await withTaskGroup(of: LiveServer?.self, returning: [LiveServer].self) { group in
            for socket in directory.sweep() {
                group.addTask {
                    var settings = ControlClient.Settings()
                    settings.timeout = .seconds(2)
                    let client = ControlClient(.socket(socket), settings: settings)
                    let info = try? await client.get("/v1/server", as: ServerInfo.self)
                    await client.close()
                    return info.map { LiveServer(socket: socket, info: $0) }
                }
            }
            return await group.reduce(into: []) { servers, server in if let server { servers.append(server) }
            }
        }
        return found.sorted { ($0.info.started, $0.socket) < ($1.info.started, $1.socket) }
    }
}
