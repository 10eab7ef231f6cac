#pragma once
// Child processes, and the files and limits around them.
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What to start, and how.
struct cp_spawn_request {
    /// Path of the program; no search is done.
    const char *executable;
    /// NULL-terminated argv.
    char *const *arguments;
    /// NULL-terminated environment.
    char *const *environment;
    /// Working directory, or NULL for the caller's own.
    const char *directory;
    /// Descriptor that becomes the child's standard input.
    int input;
};

/// A started process and the caller's ends of it. All descriptors are close-on-exec.
struct cp_child {
    /// Process ID, which is also its process group and its session.
    pid_t process;
    /// Read end of its standard output.
    int output;
    /// Read end of its standard error.
    int error;
    /// pidfd, readable once the process has ended; -1 where none was to be had.
    int handle;
};

/// Starts a process in a session and group of its own, with default signal mask and dispositions, standard
/// input as asked, pipes on the other two streams, and no other descriptor. Blocks until it has executed.
/// Returns 0, or the errno value; then nothing is left open.
int cp_spawn(const struct cp_spawn_request *request, struct cp_child *child);

/// A counter that poll(2) can wait for: close-on-exec, non-blocking. Returns -1 and sets errno on failure.
int cp_event(void);

/// A nameless, close-on-exec file in `directory`. Returns -1 and sets errno on failure.
int cp_temporary_file(const char *directory);

/// Gives the disk space of a range of a file back, keeping the file's length. Returns 0, or the errno value.
int cp_punch_hole(int file, off_t offset, off_t length);

/// How many processors this process may use, at least 1.
int cp_processor_count(void);

/// Name such as "SIGSEGV" without "SIG" ("SEGV"), or NULL for numbers without a name.
const char *cp_signal_name(int number);

/// Names the calling thread for `top -H`; at most 15 bytes are kept.
void cp_name_thread(const char *name);

/// How often `wanted` occurs among `count` bytes, at the speed of memory.
size_t cp_count_bytes(uint8_t wanted, const void *bytes, size_t count);
