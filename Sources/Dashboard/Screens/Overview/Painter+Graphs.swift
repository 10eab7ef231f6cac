import Monitoring
import TerminalUI

/// The course of throughput and queue depth, with what operators did marked on it.
extension Painter {
    mutating func paintGraphs(_ area: Rect) {
        var area = area
        if area.height >= 15 {
            let upper = area.take(top: (area.height + 1) / 2)
            paintThroughput(upper)
            paintDepth(area)
        } else {
            paintThroughput(area)
        }
    }

    private mutating func paintThroughput(_ area: Rect) {
        let rate = pool.snapshot.map { Format.rate($0.rates.completions) + " done/s" } ?? ""
        paintGraph(
            "Throughput", now: rate, role: .graph1, scale: pool.rateScale, marksHaveLabels: true, in: area
        ) { $0.completed }
    }

    private mutating func paintDepth(_ area: Rect) {
        let depth = pool.snapshot.map { Format.count($0.queue.depth) + " waiting" } ?? ""
        paintGraph(
            "Queue depth", now: depth, role: .graph2, scale: pool.depthScale, marksHaveLabels: false, in: area
        ) { $0.depth }
    }

    private mutating func paintGraph(
        _ title: String, now: String, role: Role, scale: GraphScale, marksHaveLabels: Bool, in area: Rect,
        value: (History.Second) -> Double?
    ) {
        let inside = Panel.content(of: area)
        let probe = Graph([])
        let span = probe.capacity(in: inside)
        let seconds = pool.history.complete.suffix(span)
        var newest = seconds.last?.time ?? 0
        var values = seconds.map(value)
        // Two seconds share a cell. That it is always the same two makes the graph move by whole cells, half as
        // often.
        if newest % 2 == 0, !values.isEmpty {
            values.append(nil)
            newest += 1
        }
        let marks = pool.marks.compactMap { mark -> Graph.Mark? in
            let age = newest - mark.second
            guard age >= 0, age < span else { return nil }
            return Graph.Mark(samplesAgo: age, label: marksHaveLabels ? SafeText(label(of: mark)) : "")
        }
        var trailing = StyledText(SafeText(now))
        trailing.append(SafeText(" · last \(Self.span(span))"), .dim)
        let whose = state.hasSeveral ? " of \(state.name(of: state.selected).prefix(24))" : ""
        _ = panel(title + whose, in: area, trailing: trailing)
        Graph([Graph.Series(values, role: role)], scale: scale, newest: newest, marks: marks)
            .render(in: inside, into: &grid)
        if seconds.isEmpty {
            grid.write(
                SafeText("measuring …"), in: inside, row: max(0, inside.height - 3) / 2, alignment: .center,
                style: .dim)
        }
    }

    private func label(of mark: OperatorMark) -> String {
        guard let verdict = mark.verdict, !verdict.mark.isEmpty else { return String(mark.label.prefix(16)) }
        return "\(mark.label.prefix(12)) \(verdict.mark)"
    }

    /// `98 s` or `3 min`.
    private static func span(_ seconds: Int) -> String {
        seconds < 120 ? "\(seconds) s" : "\((seconds + 30) / 60) min"
    }
}
