extension PoolConfiguration {
    /// A configuration of a pool of that size; what is not said here has the defaults of the other initialiser.
    ///
    /// - Parameters:
    ///   - name: What screens and logs call it.
    ///   - size: How many workers; see ``PoolSize``.
    ///   - capacity: How many jobs may wait, from 1; `nil` means any number.
    ///   - overflow: What happens to a submit when the queue is full.
    ///   - pressure: What tells an adaptive pool how the machine is; `nil` means that it goes by throughput alone.
    public init(
        name: String = "pool", size: PoolSize, capacity: Int? = 1_024, overflow: OverflowPolicy = .wait,
        pressure: (any PressureSource)? = nil
    ) {
        self.init(name: name, workers: size.start, capacity: capacity, overflow: overflow)
        self.size = size
        self.pressure = pressure
    }
}
