extension Style {
    /// Ordinary text.
    public static let text = Style(.text)
    /// Secondary text: labels, units, hints.
    public static let dim = Style(.dim)
    /// Panel borders, axes, tracks of meters.
    public static let border = Style(.border)
    /// Panel titles.
    public static let title = Style(.title)
    /// Column titles of a table.
    public static let heading = Style(.heading)
    /// Working, running, healthy.
    public static let working = Style(.working)
    /// Nothing to do.
    public static let idle = Style(.idle)
    /// Waiting, retrying, retiring.
    public static let waiting = Style(.waiting)
    /// Failed.
    public static let failed = Style(.failed)
    /// Cancelled.
    public static let cancelled = Style(.cancelled)
    /// What the operator did.
    public static let operated = Style(.operated)
    /// The row under the cursor.
    public static let selection = Style(.selection)
    /// Rows marked for an action on many.
    public static let marked = Style(.marked)
    /// A pause that stands: the most conspicuous role.
    public static let paused = Style(.paused)
    /// The state line on top.
    public static let header = Style(.header)
    /// A key in the footer, in a title or in a dialog.
    public static let footerKey = Style(.footerKey)
    /// What a key of the footer does.
    public static let footerText = Style(.footerText)
    /// The first series of a graph.
    public static let graph1 = Style(.graph1)
    /// The second series of a graph.
    public static let graph2 = Style(.graph2)
    /// A meter with room to spare.
    public static let meterLow = Style(.meterLow)
    /// A meter filling up.
    public static let meterMid = Style(.meterMid)
    /// A meter that is full.
    public static let meterHigh = Style(.meterHigh)
    /// Water marks, and marks on graphs.
    public static let mark = Style(.mark)
    /// Text being entered.
    public static let input = Style(.input)
    /// The button that Enter presses.
    public static let button = Style(.button)
}
