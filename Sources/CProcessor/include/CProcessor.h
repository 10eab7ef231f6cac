#ifndef CPROCESSOR_H
#define CPROCESSOR_H

#include <linux/futex.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Has the processor fetch the cache line at that address, for writing. Never faults, never waits.
static inline void pooltop_prefetch_for_writing(const void *_Nullable address) {
#if defined(__x86_64__)
    // The compiler turns its builtin into a fetch for reading unless told of a newer processor; on one that does not
    // know it, this does nothing.
    __asm__ volatile("prefetchw %0" : : "m"(*(const char *)address));
#else
    __builtin_prefetch(address, 1, 3);
#endif
}

/// Tells the processor that it runs in a loop that waits for another one.
static inline void pooltop_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

/// Puts the thread to sleep until it is woken, unless the word is no longer `expected`. May return early.
static inline void pooltop_futex_wait(uint32_t *_Nonnull word, uint32_t expected) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, (void *)0, (void *)0, 0);
}

/// Of the thread sanitizer, there only where it is: what comes before a release of an address comes before what follows
/// an acquire of it.
void __tsan_acquire(void *_Nonnull address);
void __tsan_release(void *_Nonnull address);

/// Wakes one thread that sleeps on the word.
static inline void pooltop_futex_wake(uint32_t *_Nonnull word) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, (void *)0, (void *)0, 0);
}

#endif
