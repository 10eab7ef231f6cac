/// A regular expression that ignores case and looks anywhere in a text.
///
/// Matching takes time proportional to the text's length times the pattern's, whatever the pattern (all ways
/// through it are followed side by side: K. Thompson, "Regular expression search algorithm", 1968), so that
/// no pattern typed at the cockpit can make the screen stand still.
///
/// Understood: `.` `[a-z]` `[^a-z]` `\d \w \s \D \W \S \b \B` `^` `$` `( )` `(?: )` `|` `* + ?`
/// `{2}` `{2,}` `{2,4}` and `\` before anything else.
struct Pattern: Sendable, Equatable {
    /// What is wrong with a pattern, in a few words.
    struct Mistake: Error, Equatable {
        /// Such as `( is never closed`.
        var message: String
    }

    /// How much of a text is looked at, in characters.
    static let limit = 512
    /// Steps a pattern may have once repetitions are written out.
    static let largest = 1_000

    enum Step: Sendable, Equatable {
        case one(ScalarSet)
        case start, end
        case wordEdge(Bool)
        case fork(Int, Int)
        case jump(Int)
        case match
    }

    var steps: [Step] = []

    /// Reads a pattern.
    init(_ text: String) throws(Mistake) {
        var parser = PatternParser(text)
        steps = try parser.parse()
    }

    /// Whether the text contains a match.
    func matches(_ text: String) -> Bool {
        var scalars = Array(text.unicodeScalars.prefix(Self.limit + 1))
        // The end of what is looked at need not be the end of the text.
        let isWhole = scalars.count <= Self.limit
        if !isWhole { scalars.removeLast() }
        var threads = PatternThreads(count: steps.count)
        var next = PatternThreads(count: steps.count)
        for place in 0...scalars.count {
            if follow(0, at: place, in: scalars, isWhole, into: &threads) { return true }
            guard place < scalars.count else { return false }
            next.clear()
            for step in threads.list {
                guard case .one(let set) = steps[step], set.contains(scalars[place]) else { continue }
                if follow(step + 1, at: place + 1, in: scalars, isWhole, into: &next) { return true }
            }
            swap(&threads, &next)
        }
        return false
    }

    /// Adds a step and all that can be reached from it without taking a character.
    ///
    /// - Returns: whether the match was reached.
    private func follow(
        _ first: Int, at place: Int, in text: [Unicode.Scalar], _ isWhole: Bool,
        into threads: inout PatternThreads
    ) -> Bool {
        var open = [first]
        while let step = open.popLast() {
            guard threads.add(step) else { continue }
            switch steps[step] {
            case .one: break
            case .match: return true
            case .jump(let target): open.append(target)
            case .fork(let left, let right):
                open.append(right)
                open.append(left)
            case .start: if place == 0 { open.append(step + 1) }
            case .end: if isWhole, place == text.count { open.append(step + 1) }
            case .wordEdge(let wanted):
                let before = place > 0 && ScalarSet.word.contains(text[place - 1])
                let after = place < text.count && ScalarSet.word.contains(text[place])
                if (before != after) == wanted { open.append(step + 1) }
            }
        }
        return false
    }
}

/// The steps that are followed side by side, each once.
private struct PatternThreads {
    private(set) var list: [Int] = []
    private var isIn: [Bool]

    init(count: Int) { isIn = Array(repeating: false, count: count) }

    mutating func add(_ step: Int) -> Bool {
        if isIn[step] { return false }
        isIn[step] = true
        list.append(step)
        return true
    }

    mutating func clear() {
        for step in list { isIn[step] = false }
        list.removeAll(keepingCapacity: true)
    }
}
