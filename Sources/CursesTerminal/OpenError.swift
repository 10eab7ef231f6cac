/// Why there is no cockpit. The program can go on without one.
public enum OpenError: Error, Hashable {
    /// There is no controlling terminal.
    case noTerminal
    /// The terminal can only print lines; the type is `nil` where none is set.
    case dumb(type: String?)
    /// The process runs in the background of its terminal.
    case background
    /// A terminal is open already; there can be one at a time.
    case alreadyOpen
    /// No description of this type, nor of any that could stand in for it, is installed.
    case noDescription(type: String)
    /// The system refused something.
    case system(String)
}

extension OpenError: CustomStringConvertible {
    /// What failed, as part of a sentence for the user.
    public var description: String {
        switch self {
        case .noTerminal: "there is no terminal"
        case .dumb(let type?): "the terminal type \"\(type)\" cannot show a full screen"
        case .dumb(nil): "TERM is not set, so nothing is known of the terminal"
        case .background: "the program runs in the background"
        case .alreadyOpen: "the terminal is in use already"
        case .noDescription(let type): "the terminal type \"\(type)\" is unknown here"
        case .system(let what): what
        }
    }
}
