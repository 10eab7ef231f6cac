/// What went wrong between a control server and who talks to it.
public struct ControlError: Error, Equatable, CustomStringConvertible {
    /// What the caller is to do about it.
    public enum Kind: Sendable, Equatable {
        /// Mend what was asked for: it makes no sense.
        case usage
        /// See whether the server runs, or try again later: nobody answers.
        case unreachable
        /// Give a token, or the right one.
        case unauthorized
        /// Ask somebody who may: the token, or the connection, only reads.
        case forbidden
        /// Look for it elsewhere: there is no such thing.
        case notFound
        /// Change how things stand first: it was refused.
        case refused
        /// Try again later: the server takes nothing now.
        case busy
        /// Tell whoever runs the server: it failed, or speaks another language.
        case failed
    }

    /// What the caller is to do about it.
    public var kind: Kind
    /// What happened, and what to do, in one line.
    public var message: String
    /// When to try again, where the server told.
    public var retryAfter: Duration?

    /// An error.
    public init(_ kind: Kind, _ message: String, retryAfter: Duration? = nil) {
        self.kind = kind
        self.message = message
        self.retryAfter = retryAfter
    }

    /// The message.
    public var description: String { message }
}
