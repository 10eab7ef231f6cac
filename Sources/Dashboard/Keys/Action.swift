/// What a key, an entry of the palette or a click can ask for.
enum Action: Sendable, Hashable {
    case view(Tab)
    case nextView, previousView
    case nextPool, previousPool
    case up, down, pageUp, pageDown, first, last
    case limits
    case open, stepIn, stepOut, back
    case mark, clearMarks
    case sort, reverseSort, states
    case filter, palette, help
    case more, fewer, setWorkers, applyHint, adapt
    case pauseIntake, pauseDispatch, freezeJobs
    case pauseQueue, retryDead, delete
    case cancel, cancelAll, retry, abandon, drain
    case freezeDisplay, theme, mouse
    case redraw, suspend, interrupt, quit

    /// Whether it is of use only where there are several pools.
    var needsSeveral: Bool { self == .view(.pools) || self == .nextPool || self == .previousPool }

    /// Whether it is of use only where the pool takes its jobs from durable queues.
    var needsQueues: Bool {
        switch self {
        case .view(.queues), .pauseQueue, .retryDead, .delete: true
        default: false
        }
    }

    /// Whether it changes the pool, so that a read-only cockpit refuses it.
    var steers: Bool {
        switch self {
        case .more, .fewer, .setWorkers, .applyHint, .adapt, .pauseIntake, .pauseDispatch, .freezeJobs,
            .pauseQueue, .retryDead, .delete, .cancel, .cancelAll, .retry, .abandon, .drain:
            true
        default: false
        }
    }
}
