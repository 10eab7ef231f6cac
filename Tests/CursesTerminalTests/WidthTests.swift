import CNcurses
import Glibc
import Testing

@testable import TerminalUI

/// ncurses asks the C library how wide a character is, and lays out rows by its answer.
@Suite struct WidthTests {
    @Test func everyCharacter_hasTheWidthTheLibraryGivesIt() throws {
        let locale = try #require(newlocale(LC_CTYPE_MASK, "C.UTF-8", nil))
        let outer = uselocale(locale)
        defer {
            uselocale(outer)
            freelocale(locale)
        }
        var differing: [String] = []
        for value in UInt32(0xA0)...0x3_FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = SafeText(String(Character(scalar)))
            guard text.glyphs.count == 1, text.glyphs[0].base == scalar else { continue }
            if Int(curses_columns(wchar_t(bitPattern: value))) != text.width {
                differing.append(String(value, radix: 16))
            }
        }
        // Unicode has since changed its mind about this one. Where ours and the library's widths differ, the
        // character is replaced when it is drawn.
        #expect(differing == ["1171e"] || differing == [])
    }
}
