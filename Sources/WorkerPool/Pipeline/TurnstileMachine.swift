import DequeModule

/// How the items of a stage that keeps order stand.
struct TurnstileFigures: Sendable {
    /// Items that have left in their turn.
    var passed: UInt64
    /// Finished items that were given up because the next stage takes nothing any more.
    var discarded: UInt64
}

/// Decides who enters and who leaves a stage that keeps order.
///
/// Items are known by the IDs of their jobs, which a pool gives out without gaps in the order in which it takes jobs
/// in. A finished item waits here for those before it and not in its worker's hands, so the oldest one always finds a
/// worker; instead, no more than `limit` may be in the stage.
struct TurnstileMachine<Item: Sendable> {
    enum Place {
        /// In the pool.
        case open
        case finished(Item)
        /// Skipped or cancelled.
        case gone
    }

    let limit: Int
    /// The ID of the item whose turn it is.
    private(set) var head: UInt64 = 1
    /// Items that were let in, counted as IDs are.
    private var entered: UInt64 = 0
    /// What is known of the items from ``head`` on.
    private var places: Deque<Place> = []
    /// Whether someone sees to it that items leave.
    private(set) var isFlushing = false
    /// Whether that one waits for room in the next stage.
    var isBlocked = false
    private(set) var figures = TurnstileFigures(passed: 0, discarded: 0)

    init(limit: Int) { self.limit = max(limit, 1) }

    // MARK: Entering

    /// Whether another item may come in.
    var hasRoom: Bool { entered < head - 1 || entered - (head - 1) < UInt64(limit) }

    mutating func enter() { entered += 1 }

    /// An item that was let in was not taken by the pool.
    mutating func turnBack() { entered -= 1 }

    // MARK: Leaving

    /// An item is finished; false where its job was ended before, so that it does not count.
    mutating func finish(_ id: UInt64, _ item: Item) -> Bool {
        guard let place = place(of: id), case .open = places[place] else { return false }
        places[place] = .finished(item)
        return true
    }

    /// An item will never leave.
    mutating func gone(_ id: UInt64) {
        guard let place = place(of: id) else { return }
        places[place] = .gone
    }

    /// Begins to let items leave; false where someone does, or none can.
    mutating func beginFlushing() -> Bool {
        guard !isFlushing else { return false }
        while case .gone? = places.first { advance() }
        guard case .finished? = places.first else { return false }
        isFlushing = true
        return true
    }

    /// The next item to leave; `nil` ends the flushing.
    mutating func next() -> Item? {
        while let first = places.first {
            switch first {
            case .open:
                isFlushing = false
                return nil
            case .finished(let item):
                advance()
                return item
            case .gone: advance()
            }
        }
        isFlushing = false
        return nil
    }

    /// The item taken last is in the next stage.
    mutating func passedOne() { figures.passed += 1 }

    /// The item taken last was refused by the next stage.
    mutating func discardedOne() { figures.discarded += 1 }

    private mutating func advance() {
        places.removeFirst()
        head += 1
    }

    /// Where the item stands in ``places``; `nil` where its turn is over.
    private mutating func place(of id: UInt64) -> Int? {
        // An item that an operator retries comes in past the turnstile.
        entered = max(entered, id)
        guard id >= head else { return nil }
        let place = Int(id - head)
        while places.count <= place { places.append(.open) }
        return place
    }
}
