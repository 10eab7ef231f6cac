/// One line of text in several styles.
package struct StyledText: Hashable, Sendable {
    /// A piece in one style.
    package struct Span: Hashable, Sendable {
        package var text: SafeText
        package var style: Style
    }

    /// The pieces, in order.
    package private(set) var spans: [Span]
    /// Columns they take together.
    package private(set) var width: Int

    /// Text in one style.
    package init(_ text: SafeText, _ style: Style = .text) {
        spans = text.isEmpty ? [] : [Span(text: text, style: style)]
        width = text.width
    }

    /// Empty text.
    package init() {
        spans = []
        width = 0
    }

    /// Whether there is nothing to show.
    package var isEmpty: Bool { spans.isEmpty }
    /// The text alone.
    package var text: SafeText { spans.reduce(into: SafeText()) { $0 += $1.text } }

    /// One text after another.
    package static func + (left: StyledText, right: StyledText) -> StyledText {
        var sum = left
        sum += right
        return sum
    }

    /// Appends a text.
    package static func += (left: inout StyledText, right: StyledText) {
        left.spans += right.spans
        left.width += right.width
    }

    /// Appends a text in a style.
    package mutating func append(_ text: SafeText, _ style: Style = .text) {
        self += StyledText(text, style)
    }

    /// The text, shortened to so many columns; the ellipsis has the style of what it replaces.
    package func truncated(to room: Int, ellipsis: SafeText = "…") -> StyledText {
        if width <= room { return self }
        var result = StyledText()
        let ellipsis = room > ellipsis.width ? ellipsis : SafeText()
        for span in spans {
            let left = room - result.width - ellipsis.width
            if span.text.width <= left {
                result.append(span.text, span.style)
            } else {
                result.append(span.text.prefix(left) + ellipsis, span.style)
                break
            }
        }
        return result
    }

    /// The text, where it has one style.
    package var plain: SafeText? { spans.count == 1 ? spans[0].text : nil }

    /// The text, shortened as ``SharedEnds`` has it where it has one style, at its end where it has several.
    package func truncated(to room: Int, sharing ends: SharedEnds) -> StyledText {
        guard let plain else { return truncated(to: room) }
        return StyledText(ends.truncate(plain, to: room), spans[0].style)
    }

    /// The text with every piece's style changed.
    package func restyled(_ change: (Style) -> Style) -> StyledText {
        var result = self
        for index in result.spans.indices {
            result.spans[index].style = change(result.spans[index].style)
        }
        return result
    }
}

extension StyledText: ExpressibleByStringLiteral {
    /// Ordinary text.
    package init(stringLiteral value: String) {
        self.init(SafeText(value))
    }
}
