/// `pooltop run` over 2,000 lines, beside xargs and GNU parallel.
struct RunTrueBenchmark: Benchmark {
    let name = "run/true"

    func measure(_ scale: Scale) async throws -> Figure {
        let lines = scale.isQuick ? 200 : 2_000
        let pooltop = "\(scale.programs)/pooltop"
        let hasXargs = Shell.succeeds("command -v xargs >/dev/null")
        let hasParallel = Shell.succeeds("command -v parallel >/dev/null")
        var own: [Double] = []
        var xargs: [Double] = []
        var parallel: [Double] = []
        for round in 0..<scale.rounds {
            guard let time = Shell.time("seq \(lines) | '\(pooltop)' run --no-ui -j2 true >/dev/null") else {
                throw BenchmarkFailure("'\(pooltop) run' failed")
            }
            own.append(time)
            if hasXargs, let time = Shell.time("seq \(lines) | xargs -P2 -n1 true") { xargs.append(time) }
            // Slow, and far away: three rounds will do.
            if hasParallel, round < 3, let time = Shell.time("seq \(lines) | parallel -j2 true") {
                parallel.append(time)
            }
        }
        let each = 1e6 / Double(lines)
        var figure = Figure(
            name: name, value: median(own) * each, unit: "µs/job",
            parameters: [("lines", Double(lines)), ("workers", 2)])
        if !xargs.isEmpty {
            figure.parameters += [
                ("xargs", median(xargs) * each), ("ratioToXargs", median(own) / median(xargs)),
            ]
        }
        if !parallel.isEmpty {
            figure.parameters += [
                ("parallel", median(parallel) * each),
                ("timesFasterThanParallel", median(parallel) / median(own)),
            ]
        }
        return figure
    }
}

/// A benchmark that could not be run.
struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
