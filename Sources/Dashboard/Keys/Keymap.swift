import TerminalUI

/// The one table of keys.
enum Keymap {
    /// All bindings, in the order in which help and footer show them.
    static let bindings: [Binding] = views + movement + pool + jobs + lists + cockpit

    /// What a key does in a place.
    static func action(for key: Key, in place: Place, ofSeveral: Bool, hasQueues: Bool = false) -> Action? {
        bindings(ofSeveral: ofSeveral, hasQueues: hasQueues).first {
            $0.keys.contains(key) && $0.places.contains(place)
        }?.action
    }

    /// The bindings that are of use for one pool, or for several; with durable queues, or without.
    static func bindings(ofSeveral: Bool, hasQueues: Bool = false) -> [Binding] {
        useful[(ofSeveral ? 2 : 0) + (hasQueues ? 1 : 0)]
    }

    private static let useful = [(false, false), (false, true), (true, false), (true, true)].map {
        (ofSeveral, hasQueues) in
        bindings.filter {
            (ofSeveral || !$0.action.needsSeveral) && (hasQueues || !$0.action.needsQueues)
        }
    }

    private static let cockpit: [Binding] = [
        Binding(
            .palette, [.char(":")], .cockpit, title: "command", help: "run any command by its name",
            weight: 4),
        Binding(
            .help, [.char("?"), .function(1)], .cockpit, title: "help", help: "this page", command: "help",
            weight: 9),
        Binding(
            .freezeDisplay, [.char("z")], .cockpit, help: "freeze the display; the pool and the graphs go on",
            command: "freeze display"),
        Binding(.theme, [.char("t")], .cockpit, help: "next theme", command: "theme"),
        Binding(.mouse, [.char("m")], .cockpit, help: "mouse on or off", command: "mouse"),
        Binding(.redraw, [.control("l")], .cockpit, help: "draw the screen anew", command: "redraw"),
        Binding(.suspend, [.control("z")], .cockpit, help: "suspend; fg comes back", command: "suspend"),
        Binding(.quit, [.char("q")], .cockpit, title: "quit", help: "leave", command: "quit", weight: 8),
        Binding(.interrupt, [.control("c")], .cockpit, help: "interrupt, as the signal does"),
    ]

    private static let views: [Binding] =
        Tab.allCases.map { tab in
            Binding(
                .view(tab), [.char(Unicode.Scalar(UInt8(48 + tab.digit)))], .views, help: Self.about(tab),
                command: tab.title.lowercased())
        } + [
            Binding(
                .limits, [.char("L")], .views, help: "Limits: what may run at once and how often, by kind",
                command: "limits"),
            Binding(.nextView, [.tab], .views, title: "view", help: "next view", weight: 3),
            Binding(.previousView, [.backTab], .views, help: "previous view"),
            Binding(
                .nextPool, [.char("]")], .views, title: "pool", help: "next pool, of several",
                command: "next pool", weight: 4),
            Binding(
                .previousPool, [.char("[")], .views, help: "previous pool, of several",
                command: "previous pool"),
        ]

    private static func about(_ tab: Tab) -> String {
        switch tab {
        case .pools: "Pools, or the stages of a pipeline: all of them at a glance, where there are several"
        case .overview: "Overview: the pool at a glance"
        case .workers: "Workers: each of them, all figures"
        case .jobs: "Jobs: running, queued, scheduled, ended"
        case .errors: "Errors: grouped by what they say"
        case .log: "Log: events and what operators did"
        case .queues: "Queues: durable ones, by state, with their dead letters and limits"
        }
    }

    private static let movement: [Binding] = [
        Binding(.down, [.char("j"), .down], .movement, help: "down"),
        Binding(.up, [.char("k"), .up], .movement, help: "up"),
        Binding(.pageDown, [.pageDown, .control("d"), .control("f")], .movement, help: "a page down"),
        Binding(.pageUp, [.pageUp, .control("u"), .control("b")], .movement, help: "a page up"),
        Binding(.first, [.char("g"), .home], .movement, help: "to the beginning"),
        Binding(.last, [.char("G"), .end], .movement, help: "to the end; follows what is added there"),
        Binding(
            .open, [.enter], .movement, title: "details",
            help: "details of what is selected; with nothing selected on the Overview: apply the hint",
            weight: 5),
        Binding(.stepIn, [.char("l"), .right], .movement, help: "details of what is selected"),
        Binding(.stepOut, [.char("h"), .left], .movement, help: "out of the details"),
        Binding(
            .back, [.escape, .backspace], .movement,
            help: "out of details, filter, marks, selection, in that order"),
    ]

    private static let pool: [Binding] = [
        Binding(
            .more, [.char("+")], .pool, title: "", help: "one worker more", command: "more workers", weight: 7
        ),
        Binding(
            .fewer, [.char("-")], .pool, title: "workers", help: "one worker fewer", command: "fewer workers",
            weight: 7),
        Binding(
            .setWorkers, [.char("=")], .pool, title: "set", help: "set the number of workers",
            command: "resize",
            weight: 2),
        Binding(
            .applyHint, [.char("a")], .pool, help: "take the number of workers that the hint advises",
            command: "apply hint"),
        Binding(
            .adapt, [.char("A")], .pool, title: "auto size",
            help: "let the pool choose the number of workers again, where it can", command: "auto size",
            weight: 7),
        Binding(
            .pauseIntake, [.char("p")], .pool, in: .everywhere.subtracting([.queues]), title: "pause intake",
            help: "pause or resume the intake",
            command: "pause intake", weight: 6),
        Binding(
            .pauseDispatch, [.char("P")], .pool, title: "pause dispatch", help: "pause or resume dispatch",
            command: "pause dispatch", weight: 3),
        Binding(
            .freezeJobs, [.char("F")], .pool,
            help: "stop the running processes where they are, or let them go on",
            command: "freeze jobs"),
        Binding(
            .pauseQueue, [.char("p")], .pool, in: [.queues], title: "pause queue",
            help: "in the Queues: pause or resume the queue under the cursor, in all processes",
            command: "pause queue", weight: 7),
        Binding(
            .retryDead, [.char("R")], .pool, in: [.queues], title: "retry dead",
            help: "in the Queues: run all dead letters of the queue again (asks)", command: "retry dead",
            weight: 6),
        Binding(.drain, [.char("d")], .pool, help: "finish what is there and stop (asks)", command: "drain"),
    ]

    private static let jobs: [Binding] = [
        Binding(
            .cancel, [.char("x")], .jobs, in: .everywhere.subtracting([.limitsDetail, .queues]),
            title: "cancel",
            help: "cancel the selected job, the selected worker's job or all marked ones (asks)",
            command: "cancel", weight: 6),
        Binding(
            .retry, [.char("r")], .jobs, in: [.jobs, .errors, .overview, .jobDetail, .errorDetail],
            title: "retry",
            help: "run failed or cancelled jobs again", command: "retry", weight: 4),
        Binding(
            .delete, [.char("D")], .jobs, in: [.jobs, .jobDetail], title: "delete",
            help: "delete the selected durable job or all marked ones, unless they run (asks)",
            command: "delete", weight: 3),
        Binding(
            .abandon, [.char("X")], .jobs, in: [.overview, .workers, .workerDetail],
            help: "give up a worker's job that will not stop; its slot takes another (asks)",
            command: "abandon"),
        Binding(
            .cancelAll, [], .jobs, help: "cancel every job that has not ended (asks)", command: "cancel all"),
    ]

    private static let lists: [Binding] = [
        Binding(
            .filter, [.char("/")], .lists, in: .lists, title: "filter",
            help: "filter: text, /regex/ or ~regex, ! before it inverts", weight: 5),
        Binding(
            .mark, [.char(" ")], .lists, in: [.workers, .jobs, .errors, .overview], title: "mark",
            help: "mark, for an action on many", weight: 2),
        Binding(
            .clearMarks, [.char("u")], .lists, in: .tables, help: "take all marks away", command: "unmark"),
        Binding(
            .sort, [.char("s")], .lists, in: .tables, title: "sort", help: "sort by the next column",
            command: "sort",
            weight: 3),
        Binding(
            .reverseSort, [.char("S")], .lists, in: .tables, help: "sort the other way round",
            command: "reverse"),
        Binding(
            .states, [.char("f")], .lists, in: [.jobs], title: "states",
            help: "show only jobs in the next state",
            command: "show", weight: 3),
    ]
}
