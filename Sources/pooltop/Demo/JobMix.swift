import Glibc
import WorkerPool

/// What the synthetic producers ask for: mostly quick jobs of four kinds, a few
/// slow ones, and some that fail.
struct JobMix {
    /// The mean time of a job.
    let service: Duration
    /// The share of attempts that fail, 0 ... 1.
    let failureShare: Double

    /// One job in that many is slow…
    private static let slowOneIn = 60
    /// … by that factor.
    private static let slowness = 15.0
    /// The spread of the others (the σ of a log-normal distribution).
    private static let spread = 0.5

    private static let places = [
        "harbour", "market", "station", "bridge", "garden", "tower", "museum", "canal",
    ]
    private static let moments = ["night", "dawn", "noon", "dusk", "rain", "snow"]

    /// A job to be submitted.
    struct Order: Sendable {
        var options: JobOptions
        var time: Duration
        /// The attempts that fail, by number, and how.
        var mishaps: [Int: Mishap]

        /// Takes its time in small steps, says how far it is, and fails where it is meant to.
        func work(_ context: JobContext) async throws {
            // Few enough that a thousand workers cost next to nothing.
            let steps = max(1, Int(time / (time < .seconds(2) ? .milliseconds(250) : .seconds(1))))
            for step in 1...steps {
                try await Task.sleep(for: time / steps)
                if steps > 1 { context.report(Double(step) / Double(steps), "\(step) of \(steps)") }
                if let mishap = mishaps[context.attempt], step * 2 >= steps { throw mishap }
            }
        }
    }

    /// Draws the next job.
    func draw(using generator: inout SplitMix) -> Order {
        let isSlow = Int.random(in: 0..<JobMix.slowOneIn, using: &generator) == 0
        let kind =
            ["resize", "resize", "mail", "index", "report"].randomElement(using: &generator) ?? "resize"
        let attempts = kind == "mail" ? 5 : 3
        var mishaps: [Int: Mishap] = [:]
        for attempt in 1...attempts where Double.random(in: 0..<1, using: &generator) < failureShare {
            mishaps[attempt] = Mishap.draw(kind, using: &generator)
        }
        // Slow jobs are part of the mean: the others are that much quicker.
        let share = 1 / Double(JobMix.slowOneIn)
        let quick = 1 / (1 - share + share * JobMix.slowness)
        let factor = isSlow ? quick * JobMix.slowness : quick * JobMix.logNormal(using: &generator)
        return Order(
            options: JobOptions(
                name: name(kind, using: &generator), kind: kind,
                retry: RetryPolicy(maxAttempts: attempts, base: .seconds(2), cap: .seconds(20))),
            time: service * factor, mishaps: mishaps)
    }

    private func name(_ kind: String, using generator: inout SplitMix) -> String {
        let number = Int.random(in: 1_000...9_999, using: &generator)
        let place = JobMix.places.randomElement(using: &generator) ?? "harbour"
        switch kind {
        case "mail": return "newsletter to subscriber \(number)"
        case "index": return "pages/\(number)/\(place).html"
        case "report": return "visitors-\(place)-\(number)"
        default:
            let moment = JobMix.moments.randomElement(using: &generator) ?? "night"
            return "img/\(number)/\(place)-\(moment).png"
        }
    }

    /// Log-normal with mean 1 (Box and Muller, 1958).
    static func logNormal(spread: Double = spread, using generator: inout SplitMix) -> Double {
        let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &generator))).squareRoot()
        let normal = radius * cos(2 * Double.pi * Double.random(in: 0..<1, using: &generator))
        return exp(spread * normal - spread * spread / 2)
    }
}

/// What goes wrong in a synthetic job.
struct Mishap: JobFailure {
    let failureType: String
    let failureMessage: String
    let isPermanent: Bool

    static func draw(_ kind: String, using generator: inout SplitMix) -> Mishap {
        let number = Int.random(in: 1...99, using: &generator)
        switch kind {
        case "mail" where number < 30:
            return Mishap(
                failureType: "SMTP 550", failureMessage: "mailbox \(number) unavailable", isPermanent: true)
        case "mail":
            return Mishap(
                failureType: "SMTP 421", failureMessage: "too many connections, try again later",
                isPermanent: false)
        case "resize":
            return Mishap(
                failureType: "DecodeError",
                failureMessage: "unexpected end of file at byte \(number * 4_096)",
                isPermanent: false)
        case "index":
            return Mishap(
                failureType: "HTTP 503", failureMessage: "search node \(number % 6) is overloaded",
                isPermanent: false)
        default:
            return Mishap(
                failureType: "QueryTimeout", failureMessage: "no answer within \(number) s",
                isPermanent: false)
        }
    }
}
