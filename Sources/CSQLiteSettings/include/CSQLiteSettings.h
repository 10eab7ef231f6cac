#ifndef CSQLITE_SETTINGS_H
#define CSQLITE_SETTINGS_H

#include <sqlite3.h>

// Calls of functions with a variable number of arguments, which Swift cannot make.

/// Has SQLite not count its memory, which takes a lock of the whole process for each piece of it: a tenth of the time
/// a small statement needs (https://sqlite.org/compile.html#default_memstatus). Does nothing once SQLite has
/// been used in this process.
static inline void pooltop_sqlite_count_no_memory(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

#endif
