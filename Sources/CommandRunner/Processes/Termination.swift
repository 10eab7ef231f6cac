import Glibc

/// How a process ended.
public enum Termination: Sendable, Equatable {
    /// By itself, with this status (0 ... 255).
    case exited(Int32)
    /// By a signal, with this number.
    case signalled(Int32)

    /// Reads what `wait4` tells.
    package init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        self = signal == 0 ? .exited((waitStatus >> 8) & 0xff) : .signalled(signal)
    }

    /// Whether it ended by itself with status 0.
    public var isSuccess: Bool { self == .exited(0) }

    /// The status that a shell gives: 128 and the number for a signal.
    public var shellStatus: Int32 {
        switch self {
        case .exited(let status): status
        case .signalled(let number): 128 + number
        }
    }

    /// `exit 7` or `SIGSEGV`.
    public var name: String {
        switch self {
        case .exited(let status): "exit \(status)"
        case .signalled(let number): SignalName.of(number)
        }
    }

    /// What is worth knowing about this end, such as which signal hides behind `exit 139`.
    public var hint: String? {
        switch self {
        case .exited(126): "the command was found but cannot be executed"
        case .exited(127): "the command was not found"
        case .exited(let status) where status > 128 && status <= 128 + 31:
            "a shell's way of saying \(SignalName.of(status - 128))"
        default: nil
        }
    }
}
