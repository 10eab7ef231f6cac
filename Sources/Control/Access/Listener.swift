/// One place where a control server is to be reached, and by whom.
public struct Listener: Sendable {
    /// Where.
    public var address: ControlAddress
    /// Who may do what; without tokens everybody who gets there may do everything.
    public var tokens: AccessTokens
    /// What it shows to those who connect; `nil` talks without encryption.
    public var tls: TLSFiles?

    /// A place to listen.
    public init(
        _ address: ControlAddress, tokens: AccessTokens = AccessTokens(operator: nil), tls: TLSFiles? = nil
    ) {
        self.address = address
        self.tokens = tokens
        self.tls = tls
    }

    /// Refuses a place where strangers could steer the pool.
    ///
    /// - Throws: ``ControlError`` with what is missing.
    public func validate() throws(ControlError) {
        if !address.isLocal, tokens.operator == nil {
            throw ControlError(
                .usage,
                """
                refusing to listen on \(address) without an operator token: anyone who can reach it could run and \
                cancel jobs; give a token, or listen on 127.0.0.1
                """)
        }
        if let reader = tokens.reader, reader == tokens.operator {
            throw ControlError(
                .usage,
                "the reader's token is the operator's too: readers could steer; give them different ones")
        }
        if case .unix = address, tls != nil {
            throw ControlError(.usage, "a Unix socket needs no TLS: nobody else can listen in; leave it out")
        }
        if case .unix(let path) = address, path.utf8.count > SocketFile.longestPath {
            throw ControlError(
                .usage, "the socket's path is longer than \(SocketFile.longestPath) bytes: \(path)")
        }
    }
}

/// The files of a TLS server, in PEM form.
public struct TLSFiles: Sendable, Equatable {
    /// The certificate, and those that vouch for it after it.
    public var certificate: String
    /// Its private key.
    public var key: String

    /// The paths of both.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}
