private import Synchronization

/// A terminal in memory: plays a script of inputs and keeps the frames it was shown.
///
/// One `read` returns one step of the script. After the last step it returns `.hangup`, so that a loop that
/// reads it ends.
public final class ScriptedTerminal: Terminal {
    /// Columns and rows; a `.resize` in the script changes it when it is read.
    public private(set) var size: Size
    /// What it pretends to be able to do.
    public let capabilities: Capabilities
    /// Whether mouse events were asked for. The script's come in any case.
    public var mouseEnabled: Bool
    /// The frames drawn so far, oldest first.
    public private(set) var frames: [Frame] = []
    /// The theme of the last frame.
    public private(set) var theme: Theme?
    /// How often `redraw` was called.
    public private(set) var redraws = 0
    /// How often `suspend` was called.
    public private(set) var suspensions = 0
    /// Whether `close` was called.
    public private(set) var isClosed = false
    private var script: ArraySlice<[Input]>
    private let wakes = WakeCount()

    /// A terminal that plays `script`, one step for each `read`. An empty step is a timeout.
    public init(
        size: Size = Size(width: 80, height: 24),
        capabilities: Capabilities = Capabilities(colorDepth: .none, glyphs: .ascii, mouse: false),
        script: [[Input]] = []
    ) {
        self.size = size
        self.capabilities = capabilities
        self.script = script[...]
        mouseEnabled = capabilities.mouse
    }

    /// Counts its calls; a script decides itself when `read` returns.
    public var waker: Waker {
        let wakes = wakes
        return Waker { wakes.count.add(1, ordering: .relaxed) }
    }

    /// How often the waker was called.
    public var wakeCount: Int { wakes.count.load(ordering: .relaxed) }

    /// Adds steps to the end of the script.
    public func play(_ steps: [Input]...) {
        script += steps
    }

    /// Keeps the frame.
    public func draw(_ frame: Frame, theme: Theme) {
        if isClosed { return }
        frames.append(frame)
        self.theme = theme
    }

    /// Returns the next step of the script, whatever the timeout.
    public func read(timeout: Duration?) -> [Input] {
        guard !isClosed, let step = script.popFirst() else { return [.hangup] }
        for case .resize(let size) in step { self.size = size }
        return step
    }

    /// Counts the call.
    public func redraw() {
        redraws += 1
    }

    /// Counts the call, and has `.resumed` read next.
    public func suspend() {
        suspensions += 1
        script.insert([.resumed], at: script.startIndex)
    }

    /// From now on nothing is drawn, and reading hangs up.
    public func close() {
        isClosed = true
    }
}

private final class WakeCount: Sendable {
    let count = Atomic(0)
}
