import CProcessor
import Synchronization

/// A lock for what several threads want a million times a second, each for a tenth of a microsecond.
///
/// `Synchronization.Mutex` hands a contended lock over through the kernel, to the thread that waits longest: with two
/// producers, every submit then waits for a switch of threads. Even without that, all that a lock guards travels
/// from one processor's cache to the other's at each change of hands, which takes longer than the work itself.
/// So whoever finds this lock taken keeps off it for microseconds, in which its holder gets through many turns with
/// warm caches, and sleeps only where that was in vain. It is not fair; nobody starves, as whoever releases it
/// has other things to do between two turns.
///
/// The three states and the sleep follow U. Drepper, "Futexes Are Tricky" (2011), mutex 2.
struct SpinningLock<Value>: ~Copyable, @unchecked Sendable {
    /// How often it is looked at again before the thread sleeps, and how many pauses of the processor (about 45 ns
    /// each) lie between two looks: 1.3 µs, in which a producer gets through several submits. With a quarter of that and
    /// with three times as much a submit took a fifth longer.
    private static var looks: Int { 27 }
    private static var pauses: Int { 30 }

    /// A processor fetches this many bytes at a time, two lines together.
    private static var line: Int { 128 }

    // The state, and what it guards beside it.
    private let state: UnsafeMutablePointer<Atomic<UInt32>>
    private let value: UnsafeMutablePointer<Value>

    init(_ initialValue: consuming sending Value) {
        let offset = max(MemoryLayout<Value>.alignment, MemoryLayout<Atomic<UInt32>>.stride)
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: offset + MemoryLayout<Value>.size, alignment: Self.line)
        state = memory.bindMemory(to: Atomic<UInt32>.self, capacity: 1)
        state.initialize(to: Atomic(State.free))
        value = (memory + offset).bindMemory(to: Value.self, capacity: 1)
        value.initialize(to: initialValue)
    }

    deinit {
        value.deinitialize(count: 1)
        state.deinitialize(count: 1)
        UnsafeMutableRawPointer(state).deallocate()
    }

    @inline(__always)
    borrowing func withLock<Result, E: Error>(
        _ body: (inout sending Value) throws(E) -> sending Result
    ) throws(E) -> sending Result {
        if !take() { wait() }
        defer { if state.pointee.exchange(State.free, ordering: .releasing) == State.awaited { wakeOne() } }
        return try body(&value.pointee)
    }

    @inline(__always)
    private borrowing func take() -> Bool {
        state.pointee.compareExchange(expected: State.free, desired: State.taken, ordering: .acquiring)
            .exchanged
    }

    @inline(never)
    private borrowing func wait() {
        for _ in 0..<Self.looks {
            for _ in 0..<Self.pauses { pooltop_pause() }
            if state.pointee.load(ordering: .relaxed) == State.free, take() { return }
        }
        while state.pointee.exchange(State.awaited, ordering: .acquiring) != State.free {
            pooltop_futex_wait(word, State.awaited)
        }
    }

    @inline(never)
    private borrowing func wakeOne() { pooltop_futex_wake(word) }

    private var word: UnsafeMutablePointer<UInt32> {
        UnsafeMutableRawPointer(state).assumingMemoryBound(to: UInt32.self)
    }
}

private enum State {
    static let free: UInt32 = 0
    static let taken: UInt32 = 1
    /// Taken, and somebody may be asleep.
    static let awaited: UInt32 = 2
}
