#pragma once
// What a full-screen program must do outside Swift: signals that concern the terminal, and giving the
// terminal back when the process crashes.
#include <stddef.h>
#include <termios.h>

/// A nameless file in memory whose writes append, close-on-exec; -1 with errno on failure.
int cp_terminal_memory(const char *name);

/// Signals that were seen, as bits.
enum cp_terminal_signal {
    /// The terminal may have another size.
    CP_TERMINAL_RESIZED = 1,
    /// The process was stopped and goes on.
    CP_TERMINAL_CONTINUED = 2,
    /// Somebody asked the process to stop, as Ctrl-Z does.
    CP_TERMINAL_STOP_ASKED = 4,
};

/// Watches SIGWINCH and SIGCONT, and SIGTSTP where nobody else does: each is remembered, and adds to
/// `event`. The calling thread lets them in. One watcher at a time; handlers that were in place before are
/// called too.
void cp_terminal_watch(int event);

/// The signals seen since the last call, as bits of `cp_terminal_signal`.
unsigned cp_terminal_take_signals(void);

/// Puts back what was in place before `cp_terminal_watch`.
void cp_terminal_unwatch(void);

/// Stops the process's group as Ctrl-Z does, and returns when it goes on, or at once if it cannot be stopped.
/// Needs `cp_terminal_watch`. Returns 0 if the signal was sent.
int cp_terminal_stop(void);

/// Puts back the actions that a library has taken over, if `restore` is not 0; remembers them else. Concerns
/// SIGINT, SIGTERM, SIGTSTP and SIGWINCH.
void cp_terminal_keep_signals(int restore);

/// Gets ready to give the terminal back in a crash: on SIGILL, SIGSEGV, SIGBUS, SIGABRT, SIGFPE and SIGTRAP,
/// and when the process exits without having closed the terminal.
///
/// `restore` are the bytes that take the screen back, at most 512; `modes` the terminal's modes before.
/// `kept_errors` is the file that stands in for standard error, and `standard_error` the real one; both
/// are -1 if standard error was left alone. Also gives the calling thread a stack for signal handlers.
void cp_crash_guard_arm(
    int terminal, const struct termios *modes, const void *restore, size_t count, int kept_errors,
    int standard_error);

/// Forgets the terminal and puts back the actions that were in place before.
void cp_crash_guard_disarm(void);

/// Gives the terminal back now, if the guard is armed, and disarms it. Safe in a signal handler.
/// Returns 1 if it did.
int cp_crash_guard_restore(void);
