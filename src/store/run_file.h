/** A run: what finished units of work gave, as one file that is there whole or not at all. Spilling and restart are both made of runs.
 *
 *  A run says which units it stands for, how much was counted in them, and holds their items (records of one fixed size, sorted by whoever
 *  wrote them). It is written by one rank and read by any number, on the machine that wrote it: bytes are as in memory.
 *
 *      header | done [words] | sums [blocks] | XXH3 of all that | items
 *
 *  Items have an XXH3 for each block of CK_RUN_BLOCK, so that a part is read and checked without the rest. All functions are Local.
 */
#ifndef CK_STORE_RUN_FILE_H
#define CK_STORE_RUN_FILE_H
#include <carrick/status.h>
#include <stddef.h>
#include <stdint.h>

enum { CK_RUN_BLOCK = 2048, CK_RUN_STAMP = 24, CK_RUN_COUNTS = 64 };

/** What a run stands for. Bit u of done: unit u of `units` is finished, and all that it gave is here. */
typedef struct ck_run {
    uint64_t units;
    uint64_t *done;                  /**< [ck_run_words(units)] */
    uint64_t counts[CK_RUN_COUNTS];
    uint64_t nitems;
    size_t item_bytes;
} ck_run;

static inline size_t ck_run_words(uint64_t units) {
    return (size_t)((units + 63) / 64);
}

/** Write a run with its items under `stamp`, which says what the units are units of. CK_FILE, CK_MEMORY. */
ck_status ck_run_write(ck_error *error, const char *path, const char *stamp, const ck_run *run, const void *items);

/** An open run. */
typedef struct ck_run_file {
    ck_run run;
    uint64_t *sums;      /**< [blocks] */
    char *path;
    int file;            /**< -1 while it rests */
    uint64_t items_at;   /**< byte where the items begin */
    void *block;         /**< [CK_RUN_BLOCK] items, the last that were read */
    uint64_t block_held; /**< its number + 1 */
} ck_run_file;

/** Open and check all but the items. CK_FILE when it is damaged, of another stamp, or of items of another size. */
ck_status ck_run_open(ck_error *error, const char *path, const char *stamp, size_t item_bytes, ck_run_file *file);
/** Items [begin, begin + n), checked. */
ck_status ck_run_read(ck_run_file *file, ck_error *error, uint64_t begin, uint64_t n, void *items);
/** Let go of the system's handle and of memory until the next read: many runs can be open at a time. */
void ck_run_rest(ck_run_file *file);
/** Accepts a zeroed struct. */
void ck_run_close(ck_run_file *file);

#endif
