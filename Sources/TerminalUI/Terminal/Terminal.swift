/// A screen with a keyboard. All of it is used from one thread of its own; only the waker is for others.
public protocol Terminal: AnyObject {
    /// Columns and rows now.
    var size: Size { get }
    /// What it can do.
    var capabilities: Capabilities { get }
    /// Ends `read` early, from any thread.
    var waker: Waker { get }
    /// Whether mouse events are asked for. Off by default where the terminal has no mouse.
    var mouseEnabled: Bool { get set }

    /// Shows a frame.
    ///
    /// Only what changed is sent; an unchanged frame sends nothing. If the terminal has not taken the last
    /// frame yet, the frame is kept and shown when it has, unless a newer one comes first.
    func draw(_ frame: Frame, theme: Theme)

    /// Waits for input, and returns all there is.
    ///
    /// - Parameter timeout: how long to wait; `nil` waits until something comes, zero only looks.
    /// - Returns: what came, in order; empty after the timeout. `.hangup` after `close`.
    func read(timeout: Duration?) -> [Input]

    /// Sends the whole of the last frame again, for a screen that something else has written on.
    func redraw()

    /// Gives the screen back, stops the process as Ctrl-Z does, and takes the screen again when the
    /// process goes on.
    func suspend()

    /// Gives the screen back as it was found. After that nothing is drawn or read. May be called twice.
    func close()
}
