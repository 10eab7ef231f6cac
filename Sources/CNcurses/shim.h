#pragma once
// Without it the wide-character part of ncurses is not declared.
#define NCURSES_WIDECHAR 1
#include <ncurses.h>
#include <wchar.h>

// Variables and macros of ncurses that Swift cannot use or does not see.

static inline WINDOW *curses_screen_window(void) { return stdscr; }
static inline WINDOW *curses_current_window(void) { return curscr; }
static inline int curses_colors(void) { return COLORS; }
static inline int curses_color_pairs(void) { return COLOR_PAIRS; }

static inline attr_t curses_bold(void) { return A_BOLD; }
static inline attr_t curses_dim(void) { return A_DIM; }
static inline attr_t curses_reverse(void) { return A_REVERSE; }
static inline attr_t curses_underline(void) { return A_UNDERLINE; }

/// Columns the current locale gives a character; -1 if it has none.
static inline int curses_columns(wchar_t character) {
    extern int wcwidth(wchar_t);
    return wcwidth(character);
}

/// Fills a cell: a base character, up to four combining marks (0 for none), attributes and a colour pair.
static inline void curses_fill_cell(
    cchar_t *cell, wchar_t base, wchar_t mark1, wchar_t mark2, wchar_t mark3, wchar_t mark4,
    attr_t attributes, int pair) {
    cell->attr = attributes | (COLOR_PAIR(pair) & A_COLOR);
    cell->chars[0] = base;
    cell->chars[1] = mark1;
    cell->chars[2] = mark2;
    cell->chars[3] = mark3;
    cell->chars[4] = mark4;
    cell->ext_color = pair;
}
