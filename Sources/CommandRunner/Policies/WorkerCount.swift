import CPlatform
package import WorkerPool

/// How many jobs run at once, as given to `-j`.
package enum WorkerCount {
    /// The most workers that may be asked for.
    package static let limit = 100_000

    /// How many processors this program may use.
    package static var processors: Int { Int(cp_processor_count()) }

    /// Reads `8`, `50%` (of the processors, at least one), `+2` (more than there are processors) or `0`; `nil`
    /// where it is none of these.
    package static func parse(_ text: String, processors: Int) -> Int? {
        if text.hasPrefix("+") {
            return number(text.dropFirst()).flatMap { within(processors.addingReportingOverflow($0)) }
        }
        if text.hasSuffix("%") {
            guard let percent = number(text.dropLast()), percent > 0 else { return nil }
            return within(processors.multipliedReportingOverflow(by: percent)).map { max(1, $0 / 100) }
        }
        return number(text[...]).flatMap { $0 <= limit ? $0 : nil }
    }

    /// Reads what ``parse(_:processors:)`` reads, or `auto`: as many as pay, at least one and at most four for each
    /// processor, or within a range that follows it, as `auto:2-32`.
    package static func size(_ text: String, processors: Int) -> PoolSize? {
        guard text.hasPrefix("auto") else { return parse(text, processors: processors).map { .fixed($0) } }
        let rest = text.dropFirst("auto".count)
        if rest.isEmpty { return .adaptive(1...max(1, min(limit, 4 * processors)), start: processors) }
        let bounds = rest.dropFirst().split(separator: "-", omittingEmptySubsequences: false).map(number)
        guard rest.first == ":", bounds.count == 2, let low = bounds[0], let high = bounds[1], low >= 1,
            low <= high, high <= limit
        else { return nil }
        return .adaptive(low...high, start: processors)
    }

    private static func number(_ digits: Substring) -> Int? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(digits)
    }

    private static func within(_ result: (partialValue: Int, overflow: Bool)) -> Int? {
        result.overflow || result.partialValue > limit * 100 ? nil : result.partialValue
    }
}
