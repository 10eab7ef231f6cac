import Monitoring
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct ScreenTests {
    // MARK: Sizes

    @Test func randomSizes_areSurvived_andDrawnAsIfFresh() {
        let seed = UInt64.random(in: .min ... .max)
        var dice = Dice(seed: seed)
        let keys: [Key] = [
            .char("1"), .char("2"), .char("3"), .char("4"), .char("5"), .down, .up, .enter, .escape,
            .char("?"), .char(":"),
            .char("x"), .char("="), .char("/"), .pageDown, .char("G"), .char("g"), .tab, .char("z"),
            .char("+"),
        ]
        var stage = Scenes.watched(Scenes.failing(), size: Size(width: 80, height: 24))
        for round in 0..<200 {
            let size = Size(
                width: .random(in: 1...500, using: &dice), height: .random(in: 1...120, using: &dice))
            stage.take(.input(.resize(size)))
            stage.press(keys.randomElement(using: &dice) ?? .down)
            let frame = Picture(of: stage.state).frame
            #expect(frame.grid.size == size, "round \(round), seed \(seed)")
            #expect(
                frame.grid.lines.allSatisfy { SafeText($0).width <= size.width },
                "round \(round), seed \(seed)")
            if let cursor = frame.cursor, round % 10 == 0 { #expect(cursor.x >= 0 && cursor.y >= 0) }
        }
        // A cockpit that was always this size shows the same.
        stage = Scenes.watched(Scenes.failing(), size: Size(width: 80, height: 24))
        for size in [Size(width: 1, height: 1), Size(width: 300, height: 100), Size(width: 120, height: 40)] {
            stage.take(.input(.resize(size)))
        }
        stage.show(Scenes.failing(at: Stage.start + 1))
        var fresh = Scenes.watched(Scenes.failing(), size: Size(width: 120, height: 40))
        fresh.show(Scenes.failing(at: Stage.start + 1))
        #expect(stage.text == fresh.text)
    }

    @Test func everySizeFromOne_hasAPicture() {
        for scene in Scenes.Name.allCases {
            var stage = Stage()
            stage.show(scene.snapshot)
            for width in [1, 2, 3, 7, 15, 16, 29, 30, 59, 60, 109, 110, 160] {
                for height in [1, 2, 3, 4, 6, 7, 10, 19, 20, 26, 36] {
                    stage.take(.input(.resize(Size(width: width, height: height))))
                    #expect(!stage.text.isEmpty)
                }
            }
        }
    }

    @Test(arguments: [
        ("resize", 80, 6), ("compile", 80, 7), ("words and more words", 80, 8),
        ("words and more words", 200, 14),
    ])
    func kinds_getTheRoomOfTheLongestSeen(kind: String, width: Int, room: Int) {
        let header = "KIND" + String(repeating: " ", count: room - 4 + 2) + "NAME"
        var stage = Stage(size: Size(width: width, height: 24))
        var jobs = Scenes.jobs()
        for place in jobs.indices { jobs[place].kind = place == 1 ? kind : "mail" }
        stage.jobs = jobs
        stage.show(Scenes.busy())
        stage.press(.char("3"))
        #expect(stage.text.contains(header), "\(stage.text)")
        // Once seen, the column keeps its width.
        stage.jobs = jobs.filter { $0.kind == "mail" }
        stage.press(.char("1"), .char("3"))
        #expect(stage.text.contains(header), "\(stage.text)")
    }

    @Test func aTerminalOf80By24_showsTenWorkers_andAllThatMatters() {
        var pool = Scenes.failing()
        Scenes.workers(&pool, 24, busy: 24)
        let text = Scenes.watched(pool, size: Size(width: 80, height: 24)).text
        for word in [
            "RUNNING", "queue", "982/1,024", "41.2/s", "worker-10 ", "DecodeError", "? help", "q quit",
        ] {
            #expect(text.contains(word), "\(word)")
        }
    }

    @Test func smallTerminals_tellTheState() {
        let text = Scenes.watched(Scenes.paused(), size: Size(width: 20, height: 5)).text
        for word in ["4/4 busy", "982/1,024", "INTAKE+DISPATCH"] { #expect(text.contains(word), "\(word)") }
        let line = Scenes.watched(Scenes.failing(), size: Size(width: 24, height: 1)).text
        #expect(line == "4/4 q982 41.2/s 1,204!")
        var stage = Scenes.watched(Scenes.busy(), size: Size(width: 1, height: 1))
        stage.press(.char("q"))
        #expect(stage.effects == [.quit(.quit)])
    }

    @Test func smallTerminals_showWhatIsTyped() {
        for (width, height) in [(20, 5), (24, 2), (15, 1)] {
            var stage = Scenes.watched(Scenes.busy(), size: Size(width: width, height: height))
            stage.press(.char("="), .char("9"))
            #expect(stage.text.contains("workers 9"), "\(width)×\(height)")
            stage.press(.escape, .char("/"), .char("q"))
            #expect(stage.text.contains("filter q"), "\(width)×\(height)")
            #expect(stage.effects.isEmpty)
        }
        var stage = Scenes.watched(Scenes.busy(), size: Size(width: 20, height: 5))
        stage.press(.char(":"), .char("d"), .char("r"), .char("a"))
        #expect(stage.text.contains("dra") && stage.text.contains("drain"))
    }

    @Test func onceAllIsDone_theScreenSaysSo_andWhatToPress() {
        var stage = Scenes.watched(Scenes.failing(), size: Size(width: 120, height: 36))
        stage.state.isOver = true
        for word in ["ALL DONE", "all done: ", " failed", "r runs one again", "q leaves"] {
            #expect(stage.text.contains(word), "\(word)")
        }
    }

    @Test func theHelpHint_isAlwaysThere() {
        for (width, height) in [(20, 5), (40, 10), (80, 24), (200, 50)] {
            for tab in Tab.allCases {
                let stage = Scenes.watched(Scenes.busy(), size: Size(width: width, height: height), tab: tab)
                #expect(stage.text.contains("?"), "\(tab) at \(width)×\(height)")
            }
        }
    }

    // MARK: Text from outside

    @Test func hostileNames_moveNothing_andActOnNothing() {
        let seed = UInt64.random(in: .min ... .max)
        var dice = Dice(seed: seed)
        var names = [
            "\u{1B}]0;PWN\u{07}\u{1B}[2J\u{1B}[31mX", "\u{202E}abc\u{2066}", "\r\n\t\u{8}\u{7F}",
            "👩‍💻 日本語 é\u{301}\u{301}",
            "\u{FEFF}\u{200B}\u{AD}", String(repeating: "\u{301}", count: 500), "\u{9B}31m", "",
        ]
        for _ in 0..<50 {
            let bytes = (0..<24).map { _ in UInt8.random(in: 0...255, using: &dice) }
            names.append(String(decoding: bytes, as: UTF8.self))
        }
        let size = Size(width: 120, height: 40)
        for name in names {
            var pool = Scenes.failing()
            for index in pool.workers.each.indices {
                pool.workers.each[index].job?.name = name
                pool.workers.each[index].job?.kind = name
            }
            pool.name = name
            for index in pool.errors.latest.indices {
                pool.errors.latest[index].message = name
                pool.errors.latest[index].type = name
            }
            var stage = Stage(size: size)
            stage.jobs = Scenes.jobs().map { job in
                var job = job
                job.name = name
                job.error = name
                return job
            }
            stage.show(pool, failures: pool.errors.latest)
            var event = PoolEvent(id: 1, time: Stage.start, kind: .note, message: name)
            event.mark = name
            stage.take(.events(EventPage(events: [event], skipped: 0)), .lost(name))
            for key in [
                Key.char("1"), .char("2"), .char("3"), .char("4"), .char("5"), .char("2"), .char("x"),
            ] {
                stage.press(key)
                let grid = Picture(of: stage.state).frame.grid
                for line in grid.lines {
                    #expect(
                        !line.unicodeScalars.contains {
                            $0.value < 0x20 || ($0.value >= 0x7F && $0.value < 0xA0)
                        }, "seed \(seed)")
                }
                // The right border stands where it always stands.
                if key != .char("x"), key != .char("1") {
                    let border = (3..<38).map { grid[119, $0].glyph }
                    #expect(Set(border).count == 1, "\(name.debugDescription), seed \(seed)")
                }
            }
        }
    }

    @Test func aNameOfTenMegabytes_costsNoMoreThanAShortOne() {
        let name = String(repeating: "日本\u{1B}x", count: 1_500_000)
        var pool = Scenes.busy()
        for index in pool.workers.each.indices { pool.workers.each[index].job?.name = name }
        var stage = Stage(size: Size(width: 120, height: 40))
        stage.show(pool)
        let state = stage.state
        let time = ContinuousClock().measure { _ = Picture(of: state) }
        #expect(time < .milliseconds(300))
    }

    @Test func figuresThatAreNone_areNeverShownAsSuch() {
        var pool = Scenes.busy()
        pool.rates.arrivals = .nan
        pool.rates.completions = .infinity
        pool.latencies.run?.mean = .nan
        pool.latencies.run?.p50 = -.infinity
        pool.queue.oldest = .nan
        pool.producers.longest = .infinity
        pool.uptime = .nan
        pool.workers.each[0].elapsed = .nan
        pool.workers.each[0].busyShare = .nan
        pool.workers.each[1].job?.progress = JobProgress(fraction: .nan)
        for size in GoldenTests.sizes {
            let text = Scenes.watched(pool, size: size).text.lowercased()
            #expect(!text.contains("nan") && !text.contains("inf "), "\(size)")
        }
    }

    @Test func asciiScreens_areSevenBit() {
        for scene in Scenes.Name.allCases {
            for tab in Tab.allCases {
                let text = Scenes.watched(
                    scene.snapshot, size: Size(width: 120, height: 40), glyphs: .ascii, tab: tab
                ).text
                #expect(text.utf8.allSatisfy { $0 < 0x80 }, "\(scene), \(tab)")
            }
        }
    }

    // MARK: States

    @Test func everyState_isAWord() {
        let text = Scenes.watched(Scenes.draining(), size: Size(width: 120, height: 40), tab: .workers).text
        for word in ["DRAINING", "stopping", "uncooperative", "retiring", "told to stop 48 s"] {
            #expect(text.contains(word), "\(word)")
        }
    }

    @Test func anEmptyPool_saysWhatItWaitsFor() {
        for (size, tab) in [
            (Size(width: 80, height: 24), Tab.overview), (Size(width: 120, height: 40), .jobs),
        ] {
            var stage = Stage(size: size) { $0.emptyMessage = "waiting for input on stdin" }
            stage.jobs = []
            stage.show(Scenes.empty())
            stage.press(.char(Unicode.Scalar(UInt8(48 + tab.digit))))
            #expect(stage.text.contains("waiting for input on stdin"))
        }
    }

    @Test func aPoolWithoutWorkers_saysHowToGetSome() {
        var pool = Scenes.busy()
        Scenes.workers(&pool, 0, busy: 0)
        let text = Scenes.watched(pool, size: Size(width: 80, height: 24)).text
        #expect(text.contains("0 workers: + or ="))
        #expect(text.contains("no workers, dispatch is stopped: + adds one"))
    }

    @Test func aSourceThatIsLost_isSaidToBe_andTheLastFiguresStay() {
        var stage = Stage(size: Size(width: 120, height: 40))
        stage.show(Scenes.busy())
        stage.now += 2
        stage.take(.lost("connection refused"))
        #expect(stage.text.contains("NO ANSWER for 2 s, reconnecting"))
        #expect(stage.text.contains("982/1,024"))
        stage.show(Scenes.busy(at: Stage.start + 5))
        #expect(!stage.text.contains("reconnecting"))
    }

    @Test func aSilentSource_isSaidToBe() {
        var stage = Stage(size: Size(width: 120, height: 40))
        stage.show(Scenes.busy())
        #expect(stage.state.deadline(now: stage.now) == Stage.start + 3)
        stage.now += 3
        stage.take(.tick)
        #expect(stage.text.contains("NO NEWS for 3 s"))
        stage.take(.heard(stage.now))
        #expect(!stage.text.contains("NO NEWS"))
    }

    @Test func aThousandWorkersAndTenMillionJobs_areShownInFull() {
        let text = Scenes.watched(Scenes.thousand(), size: Size(width: 200, height: 50)).text
        #expect(
            text.contains("1,000/1,000 workers busy") && text.contains("10,000,000")
                && text.contains("1,000 workers"))
    }

    // MARK: Cost

    @Test func anIdlePool_looksTheSame_atAnyTime() {
        var stage = Stage(size: Size(width: 120, height: 40))
        var pool = Scenes.empty()
        pool.counters.submitted = 50
        pool.counters.succeeded = 50
        pool.paused.intake = Pause(by: "ann", since: Stage.start - 5, elapsed: 5)
        stage.show(pool)
        for second in 1..<70 {
            pool.time = Stage.start + Double(second)
            pool.uptime += 1
            pool.paused.intake?.elapsed += 1
            let before = Picture(of: stage.state).frame
            stage.show(pool)
            // Once the trend has filled its line, nothing changes any more.
            if second > 60 { #expect(Picture(of: stage.state).frame == before, "second \(second)") }
        }
        #expect(
            stage.text.contains("IDLE since 12:40:00") && stage.text.contains("INTAKE PAUSED since 12:39:55"))
    }

    @Test func aThousandWorkers_areTakenInAndDrawn_inTime() {
        var stage = Scenes.watched(Scenes.thousand(), size: Size(width: 200, height: 50))
        let snapshots = (1...10).map { Scenes.thousand(at: Stage.start + Double($0)) }
        let time = ContinuousClock().measure {
            for snapshot in snapshots {
                _ = stage.state.reduce(.snapshot(snapshot), now: snapshot.time)
                stage.look()
            }
        }
        // Without optimisation, beside other tests; an optimised build takes a twentieth of it.
        #expect(time / 10 < .milliseconds(250), "\(time / 10) a picture")
        print("1,000 workers at 200×50: \(time / 10) a picture")
    }

    @Test func theSameState_givesTheSamePicture() {
        let stage = Scenes.watched(Scenes.failing(), size: Size(width: 200, height: 50))
        #expect(Picture(of: stage.state) == Picture(of: stage.state))
    }

    @Test func theCursor_isParkedOnTheSelection() {
        var stage = Scenes.watched(Scenes.busy(), size: Size(width: 80, height: 24), tab: .workers)
        stage.press(.down, .down)
        let frame = Picture(of: stage.state).frame
        #expect(frame.cursor.map { frame.grid.lines[$0.y].contains("worker-3") } == true)
        #expect(!frame.cursorVisible)
        stage.press(.char("/"))
        let typing = Picture(of: stage.state).frame
        #expect(typing.cursorVisible && typing.cursor?.y == 23)
    }

    @Test func once_isAPictureWithoutATerminal() {
        let text = Cockpit.once(
            Scenes.failing(), size: Size(width: 100, height: 30), glyphs: .ascii, title: "night run")
        #expect(text.contains("night run") && text.contains("worker-4") && text.contains("DecodeError"))
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test(arguments: [Size(width: 100, height: 30), Size(width: 60, height: 12)])
    func aFailureWhoseTypeSaysItAll_isSaidOnce(size: Size) {
        var snapshot = Scenes.failing()
        for place in snapshot.errors.latest.indices {
            snapshot.errors.latest[place].type = "exit 1"
            snapshot.errors.latest[place].message = "exit 1"
        }
        let text = Cockpit.once(snapshot, size: size, glyphs: .ascii, title: "night run")
        #expect(text.contains("exit 1") && !text.contains("exit 1:"))
    }
}
