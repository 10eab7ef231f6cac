/// Why a router could not be made or steered so. ``code`` tells the caller what to do.
public struct RouterError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the caller can do about it.
    public struct Code: Sendable, Equatable {
        private enum Value { case noPools, duplicateName, unknownPool, badWeights }
        private let value: Value

        /// A router needs at least one pool.
        public static let noPools = Code(value: .noPools)
        /// Two pools have the same name: policies could not tell them apart.
        public static let duplicateName = Code(value: .duplicateName)
        /// The router has no pool of that name.
        public static let unknownPool = Code(value: .unknownPool)
        /// A weight is outside of 0 ... 1,000,000, or none is above 0.
        public static let badWeights = Code(value: .badWeights)
    }

    /// What the caller can do about it.
    public let code: Code
    /// One line for a person.
    public let message: String

    /// One line for a person.
    public var description: String { message }
}
