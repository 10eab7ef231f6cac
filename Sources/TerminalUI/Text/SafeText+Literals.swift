extension SafeText: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// Text written in the program; it is made safe like any other.
    package init(stringLiteral value: String) {
        self.init(value)
    }

    /// Text put together from pieces, each of which is made safe.
    package init(stringInterpolation: Interpolation) {
        self = stringInterpolation.text
    }

    /// Collects the pieces.
    package struct Interpolation: StringInterpolationProtocol {
        var text = SafeText()

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) {
            text += SafeText(literal)
        }

        package mutating func appendInterpolation(_ value: SafeText) {
            text += value
        }

        package mutating func appendInterpolation(_ value: String) {
            text += SafeText(value)
        }

        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            text += SafeText(value.description)
        }
    }

    package typealias StringInterpolation = Interpolation
}
