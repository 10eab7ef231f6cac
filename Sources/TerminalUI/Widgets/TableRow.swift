/// One row of a table.
package struct TableRow: Hashable, Sendable {
    /// What stands in one column.
    package enum Content: Hashable, Sendable {
        /// Text, shortened to the column's width.
        case text(StyledText)
        /// A bar as wide as the column.
        case progress(ProgressBar)
    }

    /// What stands in the columns, in their order; missing ones are blank.
    package var contents: [Content]
    /// Whether the operator marked it for an action on many.
    package var isMarked: Bool

    package init(_ contents: [Content], isMarked: Bool = false) {
        self.contents = contents
        self.isMarked = isMarked
    }
}

extension TableRow.Content: ExpressibleByStringLiteral {
    /// Ordinary text.
    package init(stringLiteral value: String) {
        self = .text(StyledText(SafeText(value)))
    }

    /// Text in one style.
    package static func text(_ text: SafeText, _ style: Style = .text) -> Self {
        .text(StyledText(text, style))
    }
}
