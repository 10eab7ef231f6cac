public import Monitoring

/// Tells a pool that sizes itself what the machine suffers from.
///
/// Asked about twice a second on a thread of the cooperative pool: must answer at once.
public protocol PressureSource: Sendable {
    /// The pressure now; `nil` where the machine does not tell.
    func pressure() -> PressureFigures?
}
