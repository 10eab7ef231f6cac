import CNcurses
import CPlatform
import Glibc
import TerminalUI

/// Frames to bytes, by ncurses: it knows the terminal's language and sends only what changed.
///
/// ncurses draws into a file in memory, never on the terminal itself: so nothing it writes can block, and
/// the caller decides when the bytes go out. Its state is global, so there is one canvas at a time, used
/// by one thread.
final class Canvas {
    /// The terminal type that is used.
    let type: String
    /// The characters the terminal shows.
    let glyphs: GlyphSet
    /// The colours the terminal shows.
    let depth: ColorDepth
    /// What the terminal's description says.
    let description: Description
    private let screen: OpaquePointer
    private let memory: Int32
    private let output: UnsafeMutablePointer<FILE>
    private let input: UnsafeMutablePointer<FILE>
    private let locale: locale_t
    private var palette: Palette
    private var shown: Frame?

    /// Finds the first of the types that is known.
    init(types: [String], size: Size, glyphs: GlyphSet, depth: ColorDepth?) throws(OpenError) {
        let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) ?? newlocale(LC_CTYPE_MASK, "C", nil)
        guard let locale else { throw .failed("loading a locale") }
        let memory = cp_terminal_memory("screen")
        guard memory >= 0, let output = fdopen(memory, "w"), let input = fopen("/dev/null", "re") else {
            if memory >= 0 { close(memory) }
            freelocale(locale)
            throw .failed("making room for the screen")
        }
        let outer = uselocale(locale)
        defer { uselocale(outer) }

        cp_terminal_keep_signals(0)
        // The size is the caller's business; neither LINES nor COLUMNS has a say in it.
        use_env(false)
        var found: (type: String, screen: OpaquePointer)?
        for type in types where found == nil {
            found = newterm(type, output, input).map { (type, $0) }
        }
        cp_terminal_keep_signals(1)
        guard let found else {
            fclose(output)
            fclose(input)
            freelocale(locale)
            throw .noDescription(type: types.first ?? "")
        }
        set_term(found.screen)
        let description = Description()
        guard description.canMoveCursor else {
            delscreen(found.screen)
            fclose(output)
            fclose(input)
            freelocale(locale)
            throw .dumb(type: types.first)
        }
        typeahead(-1)
        start_color()
        let hasOwnBackground = use_default_colors() == OK
        let colors = has_colors() && hasOwnBackground ? Int(curses_colors()) : 0
        self.depth = min(depth ?? .indexed256, ColorDepth(colors: colors))
        self.glyphs = curses_columns(0x4E16) == 2 ? glyphs : .ascii
        self.type = found.type
        self.description = description
        self.locale = locale
        self.memory = memory
        self.output = output
        self.input = input
        screen = found.screen
        palette = Palette(depth: self.depth)
        resize(to: size)
        // What ncurses sends to begin with is not for the terminal: the caller takes and leaves the screen.
        withLocale {
            wnoutrefresh(curses_screen_window())
            doupdate()
        }
        _ = collect()
    }

    deinit {
        withLocale { delscreen(screen) }
        fclose(output)
        fclose(input)
        freelocale(locale)
    }

    /// The bytes that turn what the terminal shows into `frame`; none when it is the same.
    func draw(_ frame: Frame, theme: Theme) -> [UInt8] {
        if frame == shown && palette.theme == theme { return [] }
        return withLocale {
            if palette.theme != theme {
                palette.use(theme)
                shown = nil
            }
            let window = curses_screen_window()
            for row in 0..<min(frame.grid.height, Int(getmaxy(window))) {
                write(row: row, of: frame.grid, to: window)
            }
            if let cursor = frame.cursor {
                leaveok(window, false)
                wmove(window, clamp(cursor.y, getmaxy(window)), clamp(cursor.x, getmaxx(window)))
            } else {
                leaveok(window, true)
            }
            if shown?.cursorVisible != frame.cursorVisible { curs_set(frame.cursorVisible ? 1 : 0) }
            wnoutrefresh(window)
            doupdate()
            shown = frame
            return collect()
        }
    }

    /// From now on the terminal has this size.
    func resize(to size: Size) {
        withLocale {
            resizeterm(Int32(max(1, size.height)), Int32(max(1, size.width)))
            werase(curses_screen_window())
            shown = nil
        }
    }

    /// Has the next frame drawn as if nothing were known of what the terminal shows.
    func forget() {
        clearok(curses_current_window(), true)
        shown = nil
    }

    private func clamp(_ value: Int, _ limit: Int32) -> Int32 {
        Int32(min(max(0, value), max(0, Int(limit) - 1)))
    }

    private func write(row: Int, of grid: CellGrid, to window: UnsafeMutablePointer<WINDOW>?) {
        let room = min(grid.width, Int(getmaxx(window)))
        guard let changes = grid.changes(from: shown?.grid, row: row)?.clamped(to: 0..<room), !changes.isEmpty
        else { return }
        let palette = palette
        let cells = grid[row: row]
        withUnsafeTemporaryAllocation(of: cchar_t.self, capacity: changes.count) { line in
            var count = 0
            for column in changes {
                let cell = cells[cells.startIndex + column]
                if cell.glyph.isContinuation { continue }
                fill(&line[count], with: cell, looks: palette[cell.style], room: changes.upperBound - column)
                count += 1
            }
            wmove(window, Int32(row), Int32(changes.lowerBound))
            wadd_wchnstr(window, line.baseAddress, Int32(count))
        }
        // ncurses counts cells, not columns, when it notes how far the change reaches.
        wtouchln(window, Int32(row), 1, 1)
    }

    /// Puts a cell in the terms of ncurses. Where the C library, which ncurses believes, gives a character
    /// another width than ours, the character would move all that stands right of it: then it is replaced.
    private func fill(_ place: inout cchar_t, with cell: Cell, looks: Palette.Looks, room: Int) {
        let glyph = cell.glyph
        var base = wchar_t(bitPattern: glyph.base.value)
        if glyph.isASCII {
            curses_fill_cell(&place, base, 0, 0, 0, 0, looks.attributes, looks.pair)
            return
        }
        var marks = glyph.marks
        if glyph.width > room || Int(curses_columns(base)) != glyph.width {
            base = glyph.width > room ? 0x20 : glyph.width == 2 ? 0xFF1F : 0xFFFD
            marks = (0, 0, 0, 0)
        }
        curses_fill_cell(
            &place, base, wchar_t(bitPattern: marks.0), wchar_t(bitPattern: marks.1),
            wchar_t(bitPattern: marks.2), wchar_t(bitPattern: marks.3), looks.attributes, looks.pair)
    }

    /// Takes what ncurses has written.
    private func collect() -> [UInt8] {
        let size = Int(lseek(memory, 0, SEEK_END))
        guard size > 0 else { return [] }
        defer { ftruncate(memory, 0) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { buffer in
            let count = max(0, pread(memory, buffer.baseAddress, size, 0))
            return Trimming.trimmed(UnsafeBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// The C library asks the thread's locale how wide characters are and how they are written. The
    /// program's own locale stays as it is.
    private func withLocale<Result>(_ body: () -> Result) -> Result {
        let outer = uselocale(locale)
        defer { uselocale(outer) }
        return body()
    }
}
