extension SafeText {
    /// The text, shortened to so many columns; what was cut is marked with `ellipsis`.
    ///
    /// Narrower than the ellipsis itself, the text is cut without one. A wide character is never halved.
    package func truncated(to room: Int, ellipsis: SafeText = "…") -> SafeText {
        if width <= room { return self }
        if room <= 0 { return SafeText() }
        if ellipsis.width >= room { return prefix(room) }
        return prefix(room - ellipsis.width) + ellipsis
    }

    /// The text, shortened in the middle, so that its beginning and its end stay readable.
    package func truncatedInMiddle(to room: Int, ellipsis: SafeText = "…") -> SafeText {
        if width <= room { return self }
        let kept = room - ellipsis.width
        if kept < 4 { return truncated(to: room, ellipsis: ellipsis) }
        let head = prefix(kept - kept / 2)
        return head + ellipsis + suffix(kept - head.width)
    }

    /// The text in exactly so many columns: filled up with blanks, or shortened.
    package func padded(to room: Int, alignment: Alignment = .left, ellipsis: SafeText = "…") -> SafeText {
        let fitted = truncated(to: room, ellipsis: ellipsis)
        let before = alignment.shift(of: fitted.width, in: room)
        let after = max(0, room - fitted.width - before)
        return .spaces(before) + fitted + .spaces(after)
    }

    /// The glyphs that fit into so many columns from the beginning.
    package func prefix(_ room: Int) -> SafeText {
        var columns = 0
        var count = 0
        for glyph in glyphs {
            if columns + glyph.width > room { break }
            columns += glyph.width
            count += 1
        }
        return SafeText(glyphs: Array(glyphs.prefix(count)), width: columns)
    }

    /// The glyphs that fit into so many columns before the end.
    package func suffix(_ room: Int) -> SafeText {
        var columns = 0
        var count = 0
        for glyph in glyphs.reversed() {
            if columns + glyph.width > room { break }
            columns += glyph.width
            count += 1
        }
        return SafeText(glyphs: Array(glyphs.suffix(count)), width: columns)
    }

    /// Some of the glyphs.
    func part(_ range: Range<Int>) -> SafeText {
        SafeText(glyphs: Array(glyphs[range]), width: glyphs[range].reduce(0) { $0 + $1.width })
    }

    /// The text without its first columns; a wide character cut in half becomes a blank.
    package func dropFirst(_ columns: Int) -> SafeText {
        if columns <= 0 { return self }
        var skipped = 0
        var index = 0
        while index < glyphs.count && skipped < columns {
            skipped += glyphs[index].width
            index += 1
        }
        let rest = SafeText(glyphs: Array(glyphs[index...]), width: width - skipped)
        return skipped > columns ? .spaces(skipped - columns) + rest : rest
    }
}
