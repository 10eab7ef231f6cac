import Monitoring

/// A short message over the screen's lower edge.
struct Toast: Sendable, Equatable {
    /// What a later message must share to take the place of this one.
    enum Topic: Sendable, Hashable {
        /// A command that was sent, until its receipt is there.
        case request(Int)
        /// A command that was taken.
        case receipt(UInt64, pool: Int)
        /// The number of workers: quick presses in a row make one message.
        case workers(pool: Int)
        /// Anything else, by its words.
        case note(String)
    }

    /// How grave it is.
    enum Level: Sendable, Equatable {
        /// On its way.
        case pending
        /// Good to know.
        case info
        /// Refused, or not what was wanted.
        case warning
        /// Something failed. Stays until a key is pressed.
        case error
    }

    /// How long messages other than errors stay.
    static let lifetime: Seconds = 6

    var topic: Topic
    var level: Level
    var text: String
    /// When it goes; `nil` means that it stays until a key is pressed.
    var expires: UnixTime?
}

/// The messages on the screen, oldest first.
struct ToastList: Sendable, Equatable {
    /// More than these are not shown at once.
    static let limit = 3

    private(set) var toasts: [Toast] = []

    /// Shows a message, in place of an earlier one on the same topic.
    mutating func show(_ text: String, _ level: Toast.Level = .info, topic: Toast.Topic? = nil, now: UnixTime)
    {
        let topic = topic ?? .note(text)
        let expires: UnixTime? = level == .error ? nil : now + Toast.lifetime
        let toast = Toast(topic: topic, level: level, text: text, expires: expires)
        if let place = toasts.firstIndex(where: { $0.topic == topic }) {
            toasts[place] = toast
        } else {
            toasts.append(toast)
            if toasts.count > Self.limit {
                let oldest = toasts.firstIndex { $0.level != .error } ?? 0
                toasts.remove(at: oldest)
            }
        }
    }

    /// Gives the message on a topic another one.
    mutating func rename(_ topic: Toast.Topic, to other: Toast.Topic) {
        if let place = toasts.firstIndex(where: { $0.topic == topic }) { toasts[place].topic = other }
    }

    /// Takes away what is over.
    mutating func expire(now: UnixTime) {
        toasts.removeAll { toast in toast.expires.map { $0 <= now } ?? false }
    }

    /// Takes away the errors that someone has seen.
    mutating func dismissErrors() { toasts.removeAll { $0.level == .error } }

    /// Takes everything away.
    mutating func clear() { toasts.removeAll() }

    /// When the next one goes.
    var nextExpiry: UnixTime? { toasts.compactMap(\.expires).min() }
}
