import Monitoring
import TerminalUI

/// The loop of the thread that owns the terminal: reads, lets the state change, draws.
struct ScreenLoop {
    let terminal: any Terminal
    let mailbox: Mailbox
    let clock: WallClock
    let options: CockpitOptions
    /// Do what has to be done elsewhere, one for each source.
    let errands: [Errands]
    /// Looks at the pools now.
    let hurry: @Sendable () -> Void

    /// Runs until the cockpit ends; returns why. The terminal is closed then.
    mutating func run() -> CockpitExit {
        defer { terminal.close() }
        terminal.mouseEnabled = options.mouse && terminal.capabilities.mouse
        var state = CockpitState(
            environment: environment, size: terminal.size, theme: options.theme,
            pools: errands.count)
        state.mouseIsOn = terminal.mouseEnabled
        if !options.startupNote.isEmpty {
            state.toasts.show(options.startupNote, .info, topic: .note("start"), now: clock.now)
        }
        var shown: Picture?
        var theme = state.theme
        while true {
            let picture = Picture(of: state)
            state.layout = picture.layout
            if picture.frame != shown?.frame || state.theme != theme {
                terminal.draw(picture.frame, theme: state.theme)
                theme = state.theme
            }
            shown = picture
            var turn = step(&state)
            // What a snapshot made the cockpit ask for is there in no time, most often: one picture shows both.
            var open = turn.questions
            // So are the news of the other pools: all of them are looked at at the same time.
            let hasMore = errands.count > 1 && turn.hasNews
            for round in 0..<4
            where open > 0 || (round == 0 && hasMore) {
                if turn.hasInput || turn.exit != nil { break }
                turn = step(&state, atMost: Self.patience)
                open += turn.questions - turn.answers
            }
            if let exit = turn.exit { return exit }
        }
    }

    /// What happened between two pictures.
    private struct Turn {
        /// Why the cockpit ends, if it does.
        var exit: CockpitExit?
        /// How much the source was asked, and how much it answered.
        var questions = 0
        var answers = 0
        /// Whether anything was heard.
        var hasNews = false
        /// Whether somebody waits for what a key does.
        var hasInput = false
    }

    /// How long a picture waits for the answers to what was asked for it.
    private static let patience: Duration = .milliseconds(4)

    private var environment: CockpitEnvironment {
        CockpitEnvironment(
            title: options.title, operatorName: options.operatorName, emptyMessage: options.emptyMessage,
            isReadOnly: options.readOnly, canLoseJobs: options.canLoseJobs,
            hasInterrupt: options.onInterrupt != nil, timeZoneOffset: clock.zoneOffset,
            capabilities: terminal.capabilities)
    }

    /// Waits for something to happen, for that long at most, and takes it in.
    private func step(_ state: inout CockpitState, atMost limit: Duration? = nil) -> Turn {
        let wait = state.deadline(now: clock.now).map { Duration.seconds(max(0, $0 - clock.now) + 0.001) }
        let inputs = terminal.read(timeout: limit ?? wait)
        let now = clock.now
        let (messages, exit) = mailbox.take()
        var turn = Turn(exit: exit)
        var effects: [Errand] = []
        for (source, message) in messages {
            effects += state.reduce(message, from: source, now: now)
            if case .heard = message {} else { turn.hasNews = true }
            if message.isAnswer { turn.answers += 1 }
        }
        // Asked now: what is on the screen may be a second old.
        state.isOver = options.isOver?()
        for (place, input) in inputs.enumerated() where input != .wake {
            // What a key means depends on what is on the screen: after each, that is worked out anew.
            if place > 0 { state.layout = Picture(of: state).layout }
            effects += state.reduce(.input(input), now: now)
            turn.hasInput = true
        }
        effects += state.reduce(.tick, now: now)
        for effect in effects {
            if effect.effect.isQuestion { turn.questions += 1 }
            if let exit = perform(effect) {
                turn.exit = exit
                break
            }
        }
        return turn
    }

    private func perform(_ errand: Errand) -> CockpitExit? {
        switch errand.effect {
        case .perform, .fetchJobs, .fetchJob, .fetchFailures, .fetchEvents:
            errands[errand.source].take(errand.effect)
        case .sampleNow: hurry()
        case .setMouse(let isOn): terminal.mouseEnabled = isOn
        case .redraw: terminal.redraw()
        case .suspend:
            options.onSuspend?(true)
            terminal.suspend()
            options.onSuspend?(false)
        case .interrupt: options.onInterrupt?()
        case .quit(let exit): return exit
        }
        return nil
    }
}
