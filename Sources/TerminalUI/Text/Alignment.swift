/// Where text stands in a column wider than itself.
package enum Alignment: Hashable, Sendable {
    case left, center, right

    /// The blanks in front of something `width` wide.
    func shift(of width: Int, in room: Int) -> Int {
        switch self {
        case .left: 0
        case .center: max(0, room - width) / 2
        case .right: max(0, room - width)
        }
    }
}
