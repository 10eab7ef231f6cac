#define _GNU_SOURCE
#include "CPlatformTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Written before `armed` is set and read after it was taken back, so that one thread at a time has it.
static struct {
    int terminal;
    struct termios modes;
    char restore[512];
    size_t count;
    int kept_errors;
    int standard_error;
} guarded;

static atomic_int armed;
static const int faults[] = {SIGILL, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGTRAP};
enum { FAULTS = sizeof faults / sizeof *faults };
static struct sigaction before[FAULTS];
static char handler_stack[64 * 1024];

// Writes what a slow terminal takes within about half a second; a stuck one must not hold the process.
static void write_patiently(int file, const char *bytes, size_t count) {
    int patience = 5;
    while (count > 0 && patience > 0) {
        ssize_t written = write(file, bytes, count);
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (written < 0 && errno == EAGAIN) {
            struct pollfd ready = {.fd = file, .events = POLLOUT};
            poll(&ready, 1, 100);
            patience--;
        } else if (written < 0 && errno != EINTR) {
            return;
        }
    }
}

static void show_kept_errors(void) {
    char buffer[4096];
    off_t position = 0;
    dup2(guarded.standard_error, STDERR_FILENO);
    for (;;) {
        ssize_t count = pread(guarded.kept_errors, buffer, sizeof buffer, position);
        if (count <= 0) return;
        write_patiently(STDERR_FILENO, buffer, (size_t)count);
        position += count;
    }
}

int cp_crash_guard_restore(void) {
    if (!atomic_exchange(&armed, 0)) return 0;
    int error = errno;
    write_patiently(guarded.terminal, guarded.restore, guarded.count);
    tcsetattr(guarded.terminal, TCSANOW, &guarded.modes);
    if (guarded.kept_errors >= 0) show_kept_errors();
    errno = error;
    return 1;
}

static void on_fault(int signal, siginfo_t *info, void *context) {
    (void)context;
    cp_crash_guard_restore();
    for (int i = 0; i < FAULTS; i++) {
        if (faults[i] == signal) sigaction(signal, &before[i], NULL);
    }
    // A fault happens again as soon as this returns, and meets the action that was there before. A signal
    // that was sent must be sent again; so must a trap whose instruction is behind us.
#if defined(__x86_64__) || defined(__i386__)
    int is_behind = signal == SIGTRAP;
#else
    int is_behind = 0;
#endif
    if (info->si_code <= 0 || is_behind) raise(signal);
}

static void on_exit_unrestored(void) { cp_crash_guard_restore(); }

void cp_crash_guard_arm(
    int terminal, const struct termios *modes, const void *restore, size_t count, int kept_errors,
    int standard_error) {
    static atomic_flag registered = ATOMIC_FLAG_INIT;
    if (!atomic_flag_test_and_set(&registered)) atexit(on_exit_unrestored);

    guarded.terminal = terminal;
    guarded.modes = *modes;
    guarded.count = count < sizeof guarded.restore ? count : sizeof guarded.restore;
    memcpy(guarded.restore, restore, guarded.count);
    guarded.kept_errors = kept_errors;
    guarded.standard_error = standard_error;

    stack_t stack;
    if (sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE)) {
        stack_t ours = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
        sigaltstack(&ours, NULL);
    }
    for (int i = 0; i < FAULTS; i++) {
        struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
        sigemptyset(&action.sa_mask);
        sigaction(faults[i], &action, &before[i]);
    }
    atomic_store(&armed, 1);
}

void cp_crash_guard_disarm(void) {
    atomic_store(&armed, 0);
    for (int i = 0; i < FAULTS; i++) {
        struct sigaction current;
        sigaction(faults[i], NULL, &current);
        if ((current.sa_flags & SA_SIGINFO) && current.sa_sigaction == on_fault) {
            sigaction(faults[i], &before[i], NULL);
        }
    }
}
