/// What a run's exit status is made of.
struct RunStatus: Sendable, Equatable {
    /// Why no more jobs are started, where that is so before the end of the input.
    enum Cause: Sendable, Equatable {
        /// The user asked, by this signal.
        case signal(Int32)
        /// `--halt` said so, with this status.
        case halt(Int32)
        /// The user left the screen, when nothing was left to do but wait for input.
        case left
        /// Nobody reads standard output any more.
        case outputClosed
        /// Something could not be written or read.
        case trouble
    }

    /// The first cause; later ones change nothing.
    private(set) var cause: Cause?

    /// Notes a cause; false where there was one before.
    mutating func note(_ cause: Cause) -> Bool {
        guard self.cause == nil else { return false }
        self.cause = cause
        return true
    }

    /// The exit status, where `unsuccessful` jobs did not succeed.
    func code(unsuccessful: Int) -> Int32 {
        switch cause {
        case .signal(let number): 128 + number
        case .halt(let status): status
        case .outputClosed: 141
        case .trouble: Int32(min(max(unsuccessful, 1), 101))
        case .left, nil: Int32(min(unsuccessful, 101))
        }
    }
}
