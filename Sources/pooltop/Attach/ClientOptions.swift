import ArgumentParser
import Control
import Glibc

/// How every command that talks to a live pool finds it and shows itself.
struct ClientOptions: ParsableArguments {
    @Option(
        name: .customLong("token-file"),
        help: ArgumentHelp(
            "Show the token in this file instead of the one in POOLTOP_TOKEN.", valueName: "file"))
    var tokenFile: String?

    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp("Trust the certificates in this file, in PEM form.", valueName: "file"))
    var trusted: String?

    @Option(
        name: .customLong("pool"),
        help: ArgumentHelp("Of several pools, the one of this name or number.", valueName: "pool"))
    var pool: String?

    /// Settings for a client.
    ///
    /// - Throws: ``ControlError`` where the token cannot be read.
    func settings(readOnly: Bool = false) throws -> ControlClient.Settings {
        var settings = ControlClient.Settings()
        settings.token = try token()
        settings.trusted = trusted
        settings.readOnly = readOnly
        settings.operatorName = Self.userName
        return settings
    }

    private func token() throws -> String? {
        let text: String
        if let tokenFile {
            guard let file = fopen(tokenFile, "r") else {
                throw ControlError(
                    .usage, "cannot read the token in \(tokenFile): \(String(cString: strerror(errno)))")
            }
            defer { fclose(file) }
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = fread(&buffer, 1, buffer.count, file)
            text = String(decoding: buffer[..<count], as: UTF8.self)
        } else {
            text = getenv("POOLTOP_TOKEN").map { String(cString: $0) } ?? ""
        }
        let token = String(text.drop(while: \.isWhitespace).prefix { !$0.isWhitespace })
        if tokenFile != nil, token.isEmpty {
            throw ControlError(.usage, "there is no token in \(tokenFile ?? "")")
        }
        guard token.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw ControlError(.usage, "a token has printable ASCII characters only")
        }
        return token.isEmpty ? nil : token
    }

    /// Who steers, as the pool's log is to tell.
    private static var userName: String {
        for name in ["SUDO_USER", "USER", "LOGNAME"] {
            if let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty { return value }
        }
        return "uid-\(getuid())"
    }

    /// The pools of a server that are meant.
    func pools(of client: ControlClient) async throws(ControlError) -> [RemoteSource] {
        let info: ServerInfo = try await client.get("/v1/server")
        guard let pool else { return info.pools.indices.map { RemoteSource(client, pool: $0 + 1) } }
        if let place = info.pools.firstIndex(of: pool) { return [RemoteSource(client, pool: place + 1)] }
        if let number = Int(pool), info.pools.indices.contains(number - 1) {
            return [RemoteSource(client, pool: number)]
        }
        throw ControlError(
            .notFound, "there is no pool '\(pool)' there: there are \(info.pools.joined(separator: ", "))")
    }
}
