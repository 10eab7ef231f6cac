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

    /// The view in front.
    var tab = Tab.overview
    /// What is opened over it, each from the one before.
    var details: [Detail] = []
    /// What takes all keys.
    var overlay: Overlay?
    /// Short messages.
    var toasts = ToastList()

    /// The pool as the source tells it.
    var pool = PoolModel()
    /// The pool as it was when the display was frozen.
    var frozen: (pool: PoolModel, since: UnixTime)?
    /// Whether the source answers.
    var connection = Connection()

    /// The workers on the Overview, and those of the view of their own.
    var overview = ListState<WorkerID>()
    var workers = ListState<WorkerID>()
    var jobs = ListState<JobID>()
    var errors = ListState<ErrorGroup.Key>()
    var log = ListState<UInt64>()
    /// The failures shown on the Overview.
    var latest = ListState<UInt64>()
    /// Which of the Overview's lists has the cursor.
    var focus = OverviewFocus.home
    /// The one state the list of jobs shows; `nil` shows all.
    var jobState: JobState?
    /// Where the page of jobs begins.
    var jobOffset = 0
    /// Where the cursor goes once the page of jobs asked for is there.
    var jobJump: JobJump?

    /// The failures that were last asked for, and when, in the pool's time.
    var failuresAskedFor: (errors: ErrorFigures, time: UnixTime) = (ErrorFigures(), 0)
    /// What the messages on commands without an answer yet are filed under, by request.
    var requests: [Int: Toast.Topic] = [:]
    /// The number of the next command.
    var nextRequest = 1
    /// Receipts of commands that are not done yet.
    var receipts: [UInt64: UnixTime] = [:]
    /// The command after whose answer the cockpit leaves.
    var quitAfter: Int?

    /// What the last picture looked like: how many rows fit, and what is where.
    var layout = Layout()

    init(environment: CockpitEnvironment, size: Size, theme: Theme = .default) {
        self.environment = environment
        self.size = size
        self.theme = theme
        mouseIsOn = environment.capabilities.mouse
    }

    /// The pool as it is shown.
    var shown: PoolModel { frozen?.pool ?? pool }

    /// Where the keyboard is.
    var place: Place { details.last?.place ?? Place(tab) }
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

    /// When it last answered.
    var answered: UnixTime?
    /// Why it cannot be reached, and since when.
    var lost: (reason: String, since: UnixTime)?
    /// Whether it has been silent for too long.
    var isStale = false

    static func == (left: Connection, right: Connection) -> Bool {
        left.answered == right.answered && left.isStale == right.isStale
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
            case overviewRow(Int)
            case workerRow(Int), jobRow(Int), errorRow(Int), logRow(Int), latestRow(Int)
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
    var overviewTop = 0, workersTop = 0, jobsTop = 0, errorsTop = 0, logTop = 0, latestTop = 0
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
