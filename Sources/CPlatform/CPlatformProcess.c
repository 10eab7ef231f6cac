#define _GNU_SOURCE
#include "CPlatformProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

static int spawn_into(const struct cp_spawn_request *request, int output, int error, pid_t *process) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure != 0) return failure;
    failure = posix_spawnattr_init(&attributes);
    if (failure != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return failure;
    }
    sigset_t none, every;
    sigemptyset(&none);
    sigfillset(&every);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &every);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    failure = posix_spawn_file_actions_adddup2(&actions, request->input, 0);
    if (failure == 0) failure = posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (failure == 0) failure = posix_spawn_file_actions_adddup2(&actions, error, 2);
    if (failure == 0) failure = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (failure == 0 && request->directory != NULL)
        failure = posix_spawn_file_actions_addchdir_np(&actions, request->directory);
    if (failure == 0)
        failure = posix_spawn(
            process, request->executable, &actions, &attributes, request->arguments, request->environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failure;
}

int cp_spawn(const struct cp_spawn_request *request, struct cp_child *child) {
    int output[2], error[2];
    if (pipe2(output, O_CLOEXEC) != 0) return errno;
    if (pipe2(error, O_CLOEXEC) != 0) {
        int failure = errno;
        close(output[0]);
        close(output[1]);
        return failure;
    }
    int failure = spawn_into(request, output[1], error[1], &child->process);
    close(output[1]);
    close(error[1]);
    if (failure != 0) {
        close(output[0]);
        close(error[0]);
        return failure;
    }
    child->output = output[0];
    child->error = error[0];
    child->handle = (int)syscall(SYS_pidfd_open, child->process, 0);
    return 0;
}

int cp_event(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int cp_temporary_file(const char *directory) {
    int file = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return file;
    char path[4096];
    if (snprintf(path, sizeof path, "%s/pooltop-XXXXXX", directory) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    file = mkostemp(path, O_CLOEXEC);
    if (file >= 0) unlink(path);
    return file;
}

int cp_punch_hole(int file, off_t offset, off_t length) {
    return fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length) == 0 ? 0 : errno;
}

int cp_processor_count(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

const char *cp_signal_name(int number) { return sigabbrev_np(number); }

void cp_name_thread(const char *name) {
    char short_name[16];
    snprintf(short_name, sizeof short_name, "%s", name);
    pthread_setname_np(pthread_self(), short_name);
}

size_t cp_count_bytes(uint8_t wanted, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    size_t found = 0;
    while (count > 0) {
        // A small counter for each piece, so that the compiler can count in bytes, many at a time.
        size_t length = count < 255 ? count : 255;
        uint8_t part = 0;
        for (size_t index = 0; index < length; index++) part += next[index] == wanted;
        found += part;
        next += length;
        count -= length;
    }
    return found;
}
