import Monitoring
import TerminalUI

/// Everything a cockpit knows. Pictures are made from it alone, and only ``reduce(_:now:)`` changes it.
struct CockpitState: Sendable {
    /// What stays the same.
    let environment: CockpitEnvironment
    /// Columns and rows.
    var size: Size
    /// The colours.
    var theme: Theme
    /// Whether the mouse is listened to.
    var mouseIsOn: Bool
    /// Whether all that there was to do is done, and nothing is to come; `nil` where nobody knows.
    var isOver: Bool?

    /// The view in front.
    var tab = Tab.overview
    /// What is opened over it, each from the one before.
    var details: [Detail] = []
    /// What takes all keys.
    var overlay: Overlay?
    /// Short messages.
    var toasts = ToastList()

    /// The pools, by the number of their source. There is at least one.
    var panes: [PoolPane]
    /// The pool on the screen, to which keys apply.
    private(set) var selected = 0
    /// The pool that `pool`, `workers` and so on are of: the one on the screen, but while news of another one are
    /// taken in.
    private(set) var addressed = 0
    /// The pools as they were when the display was frozen.
    var frozen: (pools: [PoolModel], since: UnixTime)?

    /// Commands without an answer yet: what the message on it is filed under, and the pool it was meant for.
    var requests: [Int: (topic: Toast.Topic, pool: Int)] = [:]
    /// The number of the next command.
    var nextRequest = 1
    /// The commands after whose answers the cockpit leaves.
    var quitAfter: Set<Int> = []

    /// What the last picture looked like: how many rows fit, and what is where.
    var layout = Layout()

    /// A cockpit of so many pools, at least one. Of several, it begins with all of them at a glance.
    init(environment: CockpitEnvironment, size: Size, theme: Theme = .default, pools: Int = 1) {
        self.environment = environment
        panes = Array(repeating: PoolPane(), count: max(1, pools))
        if pools > 1 { tab = .pools }
        self.size = size
        self.theme = theme
        mouseIsOn = environment.capabilities.mouse
    }

    /// The pool as it is shown.
    var shown: PoolModel { shown(addressed) }

    /// A pool as it is shown.
    func shown(_ index: Int) -> PoolModel { frozen?.pools[index] ?? panes[index].pool }

    /// Where the keyboard is.
    var place: Place { details.last?.place ?? Place(tab) }

    /// Puts another pool on the screen, with none of its details open.
    mutating func select(pool index: Int, now: UnixTime) {
        guard panes.indices.contains(index), index != selected else { return }
        details = []
        selected = index
        addressed = index
        refreshLists(now: now)
    }

    /// Does something to a pool, whichever is on the screen.
    mutating func address<Result>(pool index: Int, _ body: (inout CockpitState) -> Result) -> Result {
        let before = addressed
        addressed = index
        defer { addressed = before }
        return body(&self)
    }
}

/// Which part of the Overview has the cursor.
enum OverviewFocus: Sendable, Equatable {
    /// None: Enter applies the hint.
    case home
    case workers
    case errors
}

/// Where to go in a page of jobs that has yet to come.
enum JobJump: Sendable, Equatable {
    case first, last
}

/// How things stand with the source.
struct Connection: Sendable, Equatable {
    /// A source silent for longer than this is said to be.
    static let patience: Seconds = 3
    /// A source lost for longer than this is worth a line in the log.
    static let newsworthy: Seconds = 0.5

    /// When it last answered.
    var answered: UnixTime?
    /// Why it cannot be reached, and since when.
    var lost: (reason: String, since: UnixTime)?
    /// How old what is shown is, in whole seconds, where that is worth a word: the source is lost, or has been silent
    /// for too long.
    private(set) var silence: Int?
    /// Whether the log says that it is lost.
    var isTold = false

    /// Whether it has been silent for too long, and is not known to be lost.
    var isStale: Bool { silence != nil && lost == nil }

    /// Since when nothing was heard.
    private var since: UnixTime? { answered ?? lost?.since }

    /// Sees how long it has been silent.
    mutating func check(now: UnixTime) {
        guard let since else { return }
        let age = min(max(0, now - since), 1e9)
        silence = lost != nil || age >= Self.patience ? Int(age) : nil
    }

    /// When there will be something else to say.
    var nextChange: UnixTime? {
        guard let since else { return nil }
        let next = since + (silence.map { Double($0 + 1) } ?? Self.patience)
        guard let lost, !isTold else { return next }
        return min(next, lost.since + Self.newsworthy)
    }

    static func == (left: Connection, right: Connection) -> Bool {
        left.answered == right.answered && left.silence == right.silence && left.isTold == right.isTold
            && left.lost?.reason == right.lost?.reason
            && left.lost?.since == right.lost?.since
    }
}

/// What a picture was made of, for the mouse and for paging.
struct Layout: Sendable, Equatable {
    /// Something that can be clicked.
    struct Spot: Sendable, Equatable {
        enum Target: Sendable, Equatable {
            case action(Action)
            case poolRow(Int)
            case overviewRow(Int)
            case workerRow(Int), jobRow(Int), errorRow(Int), logRow(Int), latestRow(Int), queueRow(Int)
            case paletteRow(Int)
        }

        var rect: Rect
        var target: Target
    }

    /// What can be clicked; of two at one place the later one is meant.
    var spots: [Spot] = []
    /// Rows of the list in front that fit.
    var page = 10
    /// How many jobs that do not run the Overview has room for.
    var nextRows = 0
    /// The first rows shown.
    var overviewTop = 0, workersTop = 0, jobsTop = 0, errorsTop = 0, logTop = 0, latestTop = 0,
        queuesTop = 0
    /// The first line of the details shown, the last they can be scrolled to, and how many fit.
    var detailTop = 0, detailEnd = 0, detailPage = 10
    /// The last line that help can be scrolled to.
    var helpEnd = 0
    /// Where questions are asked.
    var stage = Rect(x: 0, y: 0, width: 80, height: 24)

    /// What is at a cell.
    func target(at point: Point) -> Spot.Target? {
        spots.last { $0.rect.contains(point) }?.target
    }
}
