/** Entries: (key hash, record) tuples, sorted and numbered. Inner part of keys.c. */
#ifndef CK_BLOCK_ENTRIES_H
#define CK_BLOCK_ENTRIES_H
#include <carrick/status.h>
#include <stddef.h>
#include <stdint.h>

enum { CK_SIDE_L = 1, CK_SIDE_R = 2, CK_SIDE_BOTH = 3 };

/** hash: 62 bits of key hash above 2 bits of side (CK_SIDE_*). */
typedef struct ck_entry {
    uint64_t hash;
    uint32_t record;
    uint32_t origin; /**< where the key number is to be returned */
} ck_entry;

static inline uint64_t ck_entry_key(const ck_entry *entry) { return entry->hash >> 2; }

/** Entries by falling into 256 buckets of their top 8 bits; bucket[b] .. bucket[b + 1]. */
enum { CK_BUCKETS = 256 };

/** Sort by key hash, stable, with `threads`; `spare` has room for n. Fills bucket[CK_BUCKETS + 1]; the result is in `entries`. */
void ck_entries_sort(ck_entry *entries, ck_entry *spare, size_t n, uint32_t threads, size_t bucket[CK_BUCKETS + 1]);

#endif
