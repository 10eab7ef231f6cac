import CPlatform
import Glibc
import Synchronization
import TerminalUI

extension CursesTerminal {
    private static let isInUse = Atomic(false)

    static func reserve() throws(OpenError) {
        if isInUse.exchange(true, ordering: .acquiringAndReleasing) { throw .alreadyOpen }
    }

    static func release() {
        isInUse.store(false, ordering: .releasing)
    }

    private static let pasteOn = Array("\u{1B}[?2004h".utf8)
    private static let pasteOff = Array("\u{1B}[?2004l".utf8)
    // Presses and releases, with coordinates of any size.
    private static let mouseOn = Array("\u{1B}[?1000h\u{1B}[?1006h".utf8)
    private static let mouseOff = Array("\u{1B}[?1006l\u{1B}[?1000l".utf8)
    // Ends a sequence that was cut off, and a frame that was.
    private static let breakOff = Array("\u{18}\u{1B}[?2026l".utf8)

    private var leaving: [UInt8] {
        let description = canvas.description
        guard description.hasSecondScreen else { return [0x18] + description.leave }
        return Self.breakOff + (mouseEnabled ? Self.mouseOff : []) + Self.pasteOff + description.leave
    }

    /// Takes the screen, unless the process is in the background.
    func enter() {
        guard state == .left, tty.isForeground else { return }
        state = .entered
        if errors == nil { errors = KeptErrors() }
        tty.makeRaw()
        arm()
        let description = canvas.description
        unsent = description.enter[...]
        if description.hasSecondScreen { unsent += Self.pasteOn + (mouseEnabled ? Self.mouseOn : []) }
        canvas.forget()
        isLatestDue = latest != nil
        flush()
    }

    /// Gives the screen back.
    func leave() {
        guard state == .entered else { return }
        state = .left
        if !hasHungUp {
            tty.sendPatiently((unsent.isEmpty ? [] : Array(unsent)) + leaving)
            tty.restoreModes()
        }
        unsent = []
        cp_crash_guard_disarm()
        errors.take()?.release()
    }

    /// Counts the screen as not ours, after a stop that nobody had asked for here: the shell has set its own
    /// modes since. A terminal that hangs up also wakes its processes; then there is nothing to give back.
    func loseScreen() {
        guard state == .entered, !tty.isGone else { return }
        state = .left
        cp_crash_guard_disarm()
        unsent = []
        if !tty.isForeground {
            // Modes are not changed from the background, but the picture can be taken out of the way.
            tty.sendPatiently(leaving)
            errors.take()?.release()
        }
    }

    private func arm() {
        var modes = tty.originalModes
        let restore = leaving
        cp_crash_guard_arm(
            tty.file, &modes, restore, restore.count, errors?.file ?? -1, errors?.standardError ?? -1)
    }

    func mouseChanged(from before: Bool) {
        if !canvas.description.hasMouse { mouseEnabled = false }
        guard state == .entered, mouseEnabled != before else { return }
        cp_crash_guard_disarm()
        arm()
        unsent += mouseEnabled ? Self.mouseOn : Self.mouseOff
        flush()
    }

    /// Takes the screen again if the process is in the foreground.
    func returnToScreen() -> [Input] {
        enter()
        guard state == .entered else { return [] }
        return [.resumed] + takeSize()
    }

    /// Gives the screen back, stops the process as Ctrl-Z does, and takes the screen again when it goes on
    /// in the foreground; `.resumed` is read then.
    public func suspend() {
        guard state == .entered else { return }
        leave()
        cp_terminal_stop()
        // That it goes on is known here.
        _ = cp_terminal_take_signals()
        unread += returnToScreen()
    }

    /// Gives the screen back as it was found, and prints what was kept of standard error.
    public func close() {
        guard state != .closed else { return }
        leave()
        state = .closed
        cp_terminal_unwatch()
        latest = nil
        Self.release()
    }
}
