#define _GNU_SOURCE
#include "CPlatformTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static atomic_int watcher = -1;
static atomic_uint seen;
static const int watched[] = {SIGWINCH, SIGCONT, SIGTSTP};
static struct sigaction before[3];
static int taken[3];

int cp_terminal_memory(const char *name) {
    int file = memfd_create(name, MFD_CLOEXEC);
    if (file >= 0 && fcntl(file, F_SETFL, O_APPEND) < 0) {
        close(file);
        return -1;
    }
    return file;
}

static void note(int signal, siginfo_t *info, void *context) {
    int error = errno;
    unsigned bit = signal == SIGWINCH ? CP_TERMINAL_RESIZED
                 : signal == SIGCONT  ? CP_TERMINAL_CONTINUED
                                      : CP_TERMINAL_STOP_ASKED;
    atomic_fetch_or(&seen, bit);
    int event = atomic_load(&watcher);
    uint64_t one = 1;
    if (event >= 0 && write(event, &one, sizeof one) < 0) {
        // A full counter is as good: the reader is awake.
    }
    // Whoever minded the signal before goes on doing so.
    for (int i = 0; i < 3; i++) {
        if (watched[i] != signal || !taken[i]) continue;
        if (before[i].sa_flags & SA_SIGINFO) {
            before[i].sa_sigaction(signal, info, context);
        } else if (before[i].sa_handler != SIG_DFL && before[i].sa_handler != SIG_IGN) {
            before[i].sa_handler(signal);
        }
    }
    errno = error;
}

void cp_terminal_watch(int event) {
    atomic_store(&seen, 0);
    atomic_store(&watcher, event);
    // A thread that descends from one of a dispatch queue has nearly all signals blocked, and so may all
    // other threads of the process.
    sigset_t wanted;
    sigemptyset(&wanted);
    for (int i = 0; i < 3; i++) sigaddset(&wanted, watched[i]);
    pthread_sigmask(SIG_UNBLOCK, &wanted, NULL);
    for (int i = 0; i < 3; i++) {
        sigaction(watched[i], NULL, &before[i]);
        // A program that minds SIGTSTP itself has plans for it.
        taken[i] = watched[i] != SIGTSTP || before[i].sa_handler == SIG_DFL;
        if (!taken[i]) continue;
        struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_RESTART | SA_SIGINFO};
        sigemptyset(&action.sa_mask);
        sigaction(watched[i], &action, NULL);
    }
}

unsigned cp_terminal_take_signals(void) { return atomic_exchange(&seen, 0); }

void cp_terminal_unwatch(void) {
    for (int i = 0; i < 3; i++) {
        struct sigaction current;
        sigaction(watched[i], NULL, &current);
        // What somebody has put in our place since is theirs.
        int is_ours = (current.sa_flags & SA_SIGINFO) && current.sa_sigaction == note;
        if (taken[i] && is_ours) sigaction(watched[i], &before[i], NULL);
        taken[i] = 0;
    }
    atomic_store(&watcher, -1);
}

int cp_terminal_stop(void) {
    struct sigaction current, standard = {.sa_handler = SIG_DFL};
    sigemptyset(&standard.sa_mask);
    sigaction(SIGTSTP, &standard, &current);
    atomic_fetch_and(&seen, ~(unsigned)CP_TERMINAL_CONTINUED);
    // The whole group, as the terminal driver does it: a shell waits for all parts of a pipeline. A group
    // that nobody could continue is not stopped by the kernel.
    int result = kill(0, SIGTSTP);
    // Any thread may be the one that takes the signal, a little later: until then its action must stand.
    for (int i = 0; i < 50 && !(atomic_load(&seen) & CP_TERMINAL_CONTINUED); i++) {
        nanosleep(&(struct timespec){.tv_nsec = 5 * 1000 * 1000}, NULL);
    }
    sigaction(SIGTSTP, &current, NULL);
    return result;
}

void cp_terminal_keep_signals(int restore) {
    static const int kept[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    static struct sigaction actions[4];
    for (int i = 0; i < 4; i++) {
        if (restore) {
            sigaction(kept[i], &actions[i], NULL);
        } else {
            sigaction(kept[i], NULL, &actions[i]);
        }
    }
}
