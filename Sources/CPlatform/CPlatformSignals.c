#define _GNU_SOURCE
#include "CPlatformSignals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static int written_end = -1;

static void pass_on(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    // A pipe full of signals nobody has read yet may lose one.
    ssize_t count = write(written_end, &byte, 1);
    (void)count;
    errno = saved;
}

int cp_watch_signals(const int *numbers, int count) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    written_end = ends[1];
    for (int index = 0; index < count; index++) {
        struct sigaction action;
        if (sigaction(numbers[index], NULL, &action) != 0 || action.sa_handler == SIG_IGN) continue;
        memset(&action, 0, sizeof action);
        action.sa_handler = pass_on;
        action.sa_flags = SA_RESTART;
        sigfillset(&action.sa_mask);
        sigaction(numbers[index], &action, NULL);
    }
    return ends[0];
}
