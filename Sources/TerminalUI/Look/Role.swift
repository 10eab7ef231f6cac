/// What something on the screen means. Themes give roles their colours; no colour is the only sign of
/// anything.
public enum Role: UInt8, CaseIterable, Sendable {
    /// Ordinary text.
    case text
    /// Secondary text: labels, units, hints.
    case dim
    /// Panel borders, axes, tracks of meters.
    case border
    /// Panel titles.
    case title
    /// Column titles of a table.
    case heading
    /// Working, running, healthy.
    case working
    /// Nothing to do.
    case idle
    /// Waiting, retrying, retiring.
    case waiting
    /// Failed.
    case failed
    /// Cancelled.
    case cancelled
    /// What the operator did.
    case operated
    /// The row under the cursor.
    case selection
    /// Rows marked for an action on many.
    case marked
    /// A pause that stands: the most conspicuous role.
    case paused
    /// The state line on top.
    case header
    /// A key in the footer, in a title or in a dialog.
    case footerKey
    /// What a key of the footer does.
    case footerText
    /// The first series of a graph.
    case graph1
    /// The second series of a graph.
    case graph2
    /// A meter with room to spare.
    case meterLow
    /// A meter filling up.
    case meterMid
    /// A meter that is full.
    case meterHigh
    /// Water marks, and marks on graphs.
    case mark
    /// Text being entered.
    case input
    /// The button that Enter presses.
    case button
}
