/// How a pool that sizes itself is doing.
public struct SizingFigures: Codable, Sendable, Equatable {
    /// The fewest workers it goes down to.
    public var min: Int
    /// The most workers it goes up to.
    public var max: Int
    /// Whether it moves by itself now; false once an operator has resized the pool, until it is handed back.
    public var isActive: Bool
    /// Why it last moved, or stays where it is, in one line.
    public var reason: String
    /// What the machine suffers from, 0 ... 100 each; `nil` where it does not tell.
    public var pressure: PressureFigures?

    /// A pool that sizes itself.
    public init(min: Int, max: Int, isActive: Bool, reason: String, pressure: PressureFigures? = nil) {
        self.min = min
        self.max = max
        self.isActive = isActive
        self.reason = reason
        self.pressure = pressure
    }
}

/// The share of the last ten seconds, in percent, in which some task waited for a resource (Linux's pressure
/// stall information).
public struct PressureFigures: Codable, Sendable, Equatable {
    /// For a processor.
    public var cpu: Double
    /// For memory.
    public var memory: Double
    /// For input or output.
    public var io: Double

    /// Pressure.
    public init(cpu: Double, memory: Double, io: Double) {
        self.cpu = cpu
        self.memory = memory
        self.io = io
    }
}
