/// One piece of input: a job's line.
package enum InputRecord: Sendable, Equatable {
    /// The line, without its end.
    case line([UInt8])
    /// A line that no command could take: its beginning, and how long it was.
    case tooLong(beginning: [UInt8], bytes: Int)
}
