#ifndef CPREFETCH_H
#define CPREFETCH_H

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

#endif
