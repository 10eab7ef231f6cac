/// Ends a terminal's `read` early. May be called from any thread, and after the terminal was closed.
public struct Waker: Sendable {
    private let action: @Sendable () -> Void

    /// A waker that does this; it must not block.
    public init(_ action: @escaping @Sendable () -> Void) {
        self.action = action
    }

    /// Makes the current or next `read` return at once with `.wake`. Calls between two reads are one.
    public func wake() {
        action()
    }
}
