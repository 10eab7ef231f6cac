import Glibc
import WorkerPool

/// Arrivals of one producer: a Poisson process whose rate rises and falls by
/// 60 % over 40 seconds.
struct ArrivalWave {
    /// Arrivals a second, on average over a wave.
    let rate: Double

    private static let period = 40.0
    private static let swing = 0.6

    /// The time to the next arrival, for one at that time after the start.
    func pause(at time: Duration, using generator: inout SplitMix) -> Duration {
        let phase = 2 * Double.pi * (time / .seconds(1)) / ArrivalWave.period
        let present = rate * (1 + ArrivalWave.swing * sin(phase))
        return .seconds(-log(1 - Double.random(in: 0..<1, using: &generator)) / present)
    }
}
