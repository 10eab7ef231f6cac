import Monitoring
import TerminalUI
import Testing

@testable import Dashboard

/// Every line of the key map, in every place it is for.
@Suite struct KeyTests {
    /// A cockpit with the keyboard in that place, and something selected there.
    static func stage(in place: Place, isReadOnly: Bool = false) -> Stage {
        (isReadOnly ? readOnly : ready)[place] ?? Stage()
    }

    // Made once: a thousand of them are needed.
    private static let ready = Dictionary(uniqueKeysWithValues: Place.allCases.map { ($0, make($0, false)) })
    private static let readOnly = Dictionary(
        uniqueKeysWithValues: Place.allCases.map { ($0, make($0, true)) })

    private static func make(_ place: Place, _ isReadOnly: Bool) -> Stage {
        if place == .pools {
            var stage = Scenes.pools(Stage(pools: 3) { $0.isReadOnly = isReadOnly })
            stage.press(.down)
            return stage
        }
        if place == .queues {
            var stage = Stage { $0.isReadOnly = isReadOnly }
            stage.jobs = Scenes.durableJobs()
            stage.show(Scenes.durable())
            stage.press(.char("6"))
            return stage
        }
        var stage = Stage { $0.isReadOnly = isReadOnly }
        stage.jobs = Scenes.jobs(queued: 300)
        stage.show(Scenes.failing(), failures: Scenes.failures(40, at: Stage.start))
        stage.take(.events(Scenes.events(at: Stage.start)))
        switch place {
        case .pools, .overview, .queues: stage.press(.down)
        case .workers: stage.press(.char("2"))
        case .jobs: stage.press(.char("3"))
        case .errors: stage.press(.char("4"))
        case .log: stage.press(.char("5"))
        case .workerDetail: stage.press(.char("2"), .enter)
        case .jobDetail:
            stage.press(.char("3"), .enter)
            stage.take(.job(JobID(rawValue: 10_491), Scenes.detail()))
        case .errorDetail: stage.press(.char("4"), .enter)
        case .limitsDetail:
            var pool = Scenes.failing()
            pool.limits = (0..<60).map { Scenes.limit("kind-\($0)", 1, of: 2) }
            stage.show(pool)
            stage.press(.char("L"))
        }
        stage.state.toasts.clear()
        return stage
    }

    /// What is expected of a key, in the place it was pressed in.
    private func check(_ action: Action, _ before: Stage, _ after: Stage, _ place: Place) {
        let state = after.state
        switch action {
        case .view(let tab): #expect(state.tab == tab && state.details.isEmpty)
        case .nextView:
            let next = before.state.tab.moved(
                by: 1, ofSeveral: before.state.hasSeveral, hasQueues: before.state.hasQueues)
            #expect(state.tab == next)
        case .previousView:
            let last = before.state.tab.moved(
                by: -1, ofSeveral: before.state.hasSeveral, hasQueues: before.state.hasQueues)
            #expect(state.tab == last)
        case .nextPool: #expect(state.selected == before.state.selected + 1)
        case .previousPool: #expect(state.selected == before.state.selected - 1)
        case .up, .first, .pageUp:
            if place == .pools { #expect(state.selected == 0) }
            // All places start at their beginning, but for the log, which starts at its end.
            if place == .log { #expect(state.log.index < before.state.log.index) }
            if place == .overview { #expect(action != .up || state.focus == .home) }
        case .down, .pageDown, .last: #expect(moved(before, after, place))
        case .open, .stepIn:
            if place == .pools {
                #expect(state.tab == .overview && state.selected == before.state.selected)
            } else if place == .queues {
                #expect(state.tab == .jobs && state.jobQuery.queue == "encode")
            } else if place == .jobDetail || place == .limitsDetail {
                #expect(state.details.count == before.state.details.count)
            } else {
                #expect(state.details.count == before.state.details.count + 1)
            }
        case .stepOut, .back:
            if !before.state.details.isEmpty { #expect(state.details.isEmpty) }
            if place == .overview, action == .back { #expect(state.focus == .home) }
        case .mark where place == .pools: #expect(!after.toasts.isEmpty)
        case .mark:
            let marks = state.overview.marks.count + state.workers.marks.count + state.jobs.marks.count
            #expect(marks + state.errors.marks.count == 1)
        case .clearMarks: #expect(state.workers.marks.isEmpty && state.jobs.marks.isEmpty)
        case .sort: #expect(state.workers.sort + state.jobs.sort + state.errors.sort == 1)
        case .reverseSort:
            #expect(state.workers.isReversed || state.jobs.isReversed || state.errors.isReversed)
        case .states: #expect(state.jobState == .running)
        case .filter: #expect(state.overlay == .filter(TextField(), before: .none))
        case .palette:
            let palette = PaletteState(hasSeveral: state.hasSeveral, hasQueues: state.hasQueues)
            #expect(state.overlay == .palette(palette))
        case .help: #expect(state.overlay == .help(top: 0))
        case .more: #expect(after.commands == [.adjust(by: 1)])
        case .fewer: #expect(after.commands == [.adjust(by: -1)])
        case .setWorkers: #expect(state.overlay == .workers(TextField(), mistake: nil))
        case .limits:
            #expect(state.details.isEmpty == (place == .limitsDetail) || !after.toasts.isEmpty)
        case .adapt: #expect(after.commands.isEmpty && !after.toasts.isEmpty)
        case .applyHint: #expect(after.commands.isEmpty && !after.toasts.isEmpty)
        case .pauseIntake: #expect(after.commands == [place == .pools ? .resumeIntake : .pauseIntake])
        case .pauseQueue: #expect(after.commands == [.pauseQueue("encode")])
        case .retryDead: #expect(!after.toasts.isEmpty && after.commands.isEmpty)
        case .delete: Issue.record("needs jobs of queues")
        case .pauseDispatch: #expect(after.commands == [place == .pools ? .resumeDispatch : .pauseDispatch])
        case .freezeJobs: #expect(after.commands == [.freeze])
        case .cancel:
            if place == .errors || place == .pools {
                #expect(!after.toasts.isEmpty)
            } else {
                #expect(after.question?.dialog.title.string.hasPrefix("Cancel #") == true)
            }
        case .retry: #expect(after.commands.isEmpty && !after.toasts.isEmpty)
        case .abandon: #expect(after.commands.isEmpty && !after.toasts.isEmpty)
        case .drain:
            #expect(
                after.question?.dialog.title.string == (place == .pools ? "Drain two?" : "Drain the pool?"))
        case .freezeDisplay: #expect(state.frozen != nil)
        case .theme: #expect(state.theme == .light)
        case .mouse: #expect(!state.mouseIsOn && after.effects == [.setMouse(false)])
        case .redraw: #expect(after.effects == [.redraw])
        case .suspend: #expect(after.effects == [.suspend])
        case .interrupt, .quit: #expect(after.effects == [.quit(.quit)])
        case .cancelAll: Issue.record("has no key")
        }
    }

    private func moved(_ before: Stage, _ after: Stage, _ place: Place) -> Bool {
        let (old, new) = (before.state, after.state)
        switch place {
        case .pools: return new.selected == 2
        case .overview: return new.overview.index > old.overview.index
        case .workers: return new.workers.index > old.workers.index
        case .jobs: return new.jobs.index > old.jobs.index
        case .errors: return new.errors.index > old.errors.index
        case .log: return new.log.index == new.log.rows.count - 1
        case .queues: return new.queues.index > old.queues.index
        case .workerDetail: return new.details == old.details || new.details[0].top > old.details[0].top
        case .jobDetail: return new.details[0].follows
        case .limitsDetail: return new.details[0].top > old.details[0].top
        case .errorDetail: return new.details[0].subject != old.details[0].subject
        }
    }

    @Test(arguments: Keymap.bindings)
    func everyKey_doesWhatItSays_everywhere(binding: Binding) {
        for place in Place.allCases {
            for key in binding.keys {
                let before = Self.stage(in: place)
                var after = before
                after.press(key)
                let isOffered =
                    (!binding.action.needsSeveral || before.state.hasSeveral)
                    && (!binding.action.needsQueues || before.state.hasQueues)
                let means = Keymap.action(
                    for: key, in: place, ofSeveral: before.state.hasSeveral,
                    hasQueues: before.state.hasQueues)
                if isOffered, binding.places.contains(place) {
                    #expect(means == binding.action)
                    check(binding.action, before, after, place)
                } else if means == nil {
                    #expect(
                        after.effects.isEmpty && after.state.tab == before.state.tab
                            && after.state.overlay == nil, "\(key) in \(place)")
                } else {
                    #expect(means != binding.action)
                }
            }
        }
    }

    @Test func everySteeringKey_isRefused_whereOnlyReadingIsAllowed() {
        for binding in Keymap.bindings where binding.action.steers {
            for key in binding.keys {
                for place in binding.places where place == .queues || !binding.action.needsQueues {
                    var stage = Self.stage(in: place, isReadOnly: true)
                    stage.press(key)
                    #expect(stage.commands.isEmpty && stage.state.overlay == nil, "\(key) in \(place)")
                    #expect(stage.toasts.first?.hasPrefix("Read-only") == true)
                }
            }
        }
    }

    @Test func noKey_meansTwoThings_inOnePlace() {
        for place in Place.allCases {
            let keys = Keymap.bindings.filter { $0.places.contains(place) }.flatMap(\.keys)
            #expect(Set(keys).count == keys.count)
        }
    }

    @Test func everyAction_hasAKeyOrAName_andALineOfHelp() {
        for binding in Keymap.bindings {
            #expect(!binding.keys.isEmpty || !binding.command.isEmpty)
            #expect(!binding.help.isEmpty && binding.help.count <= 90)
        }
    }

    @Test func unknownKeys_doNothing() {
        for key in [Key.char("y"), .char("Q"), .function(12), .insert, .alt("x"), .delete] {
            var stage = Self.stage(in: .jobs)
            let text = stage.text
            stage.press(key)
            #expect(stage.effects.isEmpty && stage.text == text)
        }
    }

    @Test func readmeTable_hasALineForEveryKey() {
        let table = Keymap.readmeTable
        for binding in Keymap.bindings where !binding.keys.isEmpty { #expect(table.contains(binding.help)) }
        #expect(table.contains("| `?` `F1` | this page |"))
        // Four folders up from this file.
        let folder = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let readme = Golden.read("/\(folder)/README.md") ?? ""
        #expect(readme.contains(table), "the README's table of keys is to be:\n\(table)")
    }
}
