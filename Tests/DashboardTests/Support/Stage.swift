import Monitoring
import TerminalUI

@testable import Dashboard

/// A cockpit in a known situation, without a terminal, a source or a clock.
struct Stage {
    /// 2026-11-21 12:40:00 UTC.
    static let start: UnixTime = 1_795_264_800

    var state: CockpitState
    var now: UnixTime = Stage.start
    /// What the last message asked for.
    var effects: [Effect] = []
    /// The same, with the sources that it is meant for.
    var errands: [Errand] = []
    /// The jobs that questions are answered with at once; `nil` leaves them open.
    var jobs: [JobSummary]?

    init(
        size: Size = Size(width: 120, height: 40), glyphs: GlyphSet = .unicode, mouse: Bool = true,
        pools: Int = 1, _ change: (inout CockpitEnvironment) -> Void = { _ in }
    ) {
        var environment = CockpitEnvironment(
            operatorName: "ann", capabilities: Capabilities(colorDepth: .none, glyphs: glyphs, mouse: mouse))
        change(&environment)
        state = CockpitState(environment: environment, size: size, pools: pools)
        look()
    }

    /// Takes in messages, each followed by a picture as in the real loop.
    mutating func take(_ messages: Message..., from source: Int = 0) {
        for message in messages {
            errands = state.reduce(message, from: source, now: now)
            effects = errands.map(\.effect)
            look()
            guard let jobs else { continue }
            for case .fetchJobs(let query) in effects { answer(query, with: jobs) }
        }
    }

    /// Presses keys.
    mutating func press(_ keys: Key...) { for key in keys { take(.input(.key(key))) } }

    /// Types text.
    mutating func type(_ text: String) { for scalar in text.unicodeScalars { press(.char(scalar)) } }

    /// Shows a snapshot, at its time.
    mutating func show(_ snapshot: PoolSnapshot, failures: [Failure]? = nil) {
        now = snapshot.time
        take(.snapshot(snapshot))
        if let failures { take(.failures(failures)) }
    }

    /// Answers a question for jobs as a pool would.
    private mutating func answer(_ query: JobQuery, with jobs: [JobSummary]) {
        let inState = jobs.filter { query.states.isEmpty || query.states.contains($0.state) }
        let found = inState.filter { query.text.isEmpty || $0.name.contains(query.text) }
        let page = Array(found.dropFirst(query.offset).prefix(query.limit))
        _ = state.reduce(.jobs(query, JobPage(jobs: page, total: inState.count)), now: now)
        look()
    }

    mutating func look() { state.layout = Picture(of: state).layout }

    /// The screen as text.
    var text: String { Picture(of: state).frame.text }

    /// The texts of the messages shown.
    var toasts: [String] { state.toasts.toasts.map(\.text) }

    /// The commands sent by the last message.
    var commands: [OperatorCommand] {
        effects.compactMap { effect in if case .perform(let command, _) = effect { command } else { nil } }
    }

    /// The question on the screen.
    var question: Question? { if case .question(let question)? = state.overlay { question } else { nil } }
}
