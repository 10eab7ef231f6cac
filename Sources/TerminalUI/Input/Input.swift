/// What a terminal tells.
public enum Input: Hashable, Sendable {
    /// A key was pressed.
    case key(Key)
    /// Text was pasted, whole. It is text to enter, never keys to act on, and as untrusted as any.
    case paste(String)
    /// The mouse was used.
    case mouse(MouseEvent)
    /// The terminal has a new size.
    case resize(Size)
    /// The process was stopped and goes on; the screen is whole again.
    case resumed
    /// Somebody called the waker.
    case wake
    /// The terminal is gone. It comes once, and nothing comes after it but `wake`.
    case hangup
}
