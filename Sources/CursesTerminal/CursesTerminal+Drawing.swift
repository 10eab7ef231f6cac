public import TerminalUI

extension CursesTerminal {
    // The terminal shows all that is between the two at once.
    private static let frameBegin = Array("\u{1B}[?2026h".utf8)
    private static let frameEnd = Array("\u{1B}[?2026l".utf8)

    /// Shows a frame, or keeps it until the terminal has taken the one before.
    public func draw(_ frame: Frame, theme: Theme) {
        guard state != .closed, !hasHungUp else { return }
        latest = (frame, theme)
        isLatestDue = true
        errors?.limitSize()
        flush()
    }

    /// Sends the whole of the last frame again.
    public func redraw() {
        guard state == .entered else { return }
        canvas.forget()
        isLatestDue = latest != nil
        flush()
    }

    /// Sends what the terminal takes, and begins with the latest frame when it has taken all before it.
    func flush() {
        guard state == .entered, !hasHungUp else { return }
        sendUnsent()
        guard unsent.isEmpty, isLatestDue, let latest else { return }
        isLatestDue = false
        let bytes = canvas.draw(latest.frame, theme: latest.theme)
        if bytes.isEmpty { return }
        unsent =
            canvas.description.hasSecondScreen
            ? (Self.frameBegin + bytes + Self.frameEnd)[...] : bytes[...]
        sendUnsent()
    }

    private func sendUnsent() {
        guard !unsent.isEmpty else { return }
        guard let sent = tty.send(unsent) else {
            // Reading will tell that the terminal is gone.
            unsent = []
            return
        }
        unsent = unsent.dropFirst(sent)
    }
}
