/// A line of values, first in first out, in one piece of memory that is used round and round.
///
/// Where a deque would do, but its elements are of a type known only when the program runs: there each step of a deque
/// goes through tables, while this one moves many elements at a time.
struct Ring<Element>: ~Copyable {
    private var memory: UnsafeMutablePointer<Element>
    /// One less than the room there is, which is a power of 2.
    private var mask: Int
    private var head = 0
    private(set) var count = 0

    init() {
        mask = 63
        memory = .allocate(capacity: mask + 1)
    }

    deinit {
        deinitialize(count)
        memory.deallocate()
    }

    /// The element at that place, counted from the first one.
    @inline(__always)
    subscript(place: Int) -> Element { memory[(head + place) & mask] }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count > mask { grow() }
        (memory + (head + count) & mask).initialize(to: element)
        count += 1
    }

    /// Puts so many elements at the end, which it moves from where they are.
    mutating func append(_ elements: UnsafeMutablePointer<Element>, _ added: Int) {
        while count + added > mask + 1 { grow() }
        let end = (head + count) & mask
        let first = min(added, mask + 1 - end)
        (memory + end).moveInitialize(from: elements, count: first)
        memory.moveInitialize(from: elements + first, count: added - first)
        count += added
    }

    /// Moves the first so many elements to memory that holds none.
    mutating func move(_ moved: Int, to target: UnsafeMutablePointer<Element>) {
        let first = min(moved, mask + 1 - head)
        target.moveInitialize(from: memory + head, count: first)
        (target + first).moveInitialize(from: memory, count: moved - first)
        head = (head + moved) & mask
        count -= moved
    }

    /// Gives the first so many elements up.
    mutating func removeFirst(_ removed: Int) {
        deinitialize(removed)
        head = (head + removed) & mask
        count -= removed
    }

    private borrowing func deinitialize(_ removed: Int) {
        let first = min(removed, mask + 1 - head)
        (memory + head).deinitialize(count: first)
        memory.deinitialize(count: removed - first)
    }

    private mutating func grow() {
        let room = 2 * (mask + 1)
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: room)
        let all = count
        move(all, to: larger)
        memory.deallocate()
        memory = larger
        (mask, head, count) = (room - 1, 0, all)
    }
}
