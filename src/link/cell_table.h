/** A small hash table from (pattern, rule mask) to a slot number, private to a thread. Local. */
#ifndef CK_LINK_CELL_TABLE_H
#define CK_LINK_CELL_TABLE_H
#include "base/hash.h"
#include "base/memory.h"

typedef struct ck_cell_key {
    uint64_t pattern, mask;
} ck_cell_key;

typedef struct ck_cell_table {
    size_t n, room, nslots; /**< nslots: power of two */
    uint32_t *slot;         /**< index + 1 into key, 0 = free */
    ck_cell_key *key;       /**< [n] */
    uint64_t *count;        /**< [n] */
} ck_cell_table;

ck_status ck_cell_table_create(ck_error *error, ck_cell_table *table);
void ck_cell_table_free(ck_cell_table *table);
/** Forget all keys. */
void ck_cell_table_empty(ck_cell_table *table);
/** Slow path of ck_cell_table_find: add the key, count 0. @return its index, or SIZE_MAX with `error` set */
size_t ck_cell_table_add(ck_cell_table *table, ck_error *error, uint64_t pattern, uint64_t mask);

static inline size_t ck_cell_table_hash(uint64_t pattern, uint64_t mask) {
    uint64_t x = (pattern * UINT64_C(0x9e3779b97f4a7c15)) ^ (mask * UINT64_C(0xc2b2ae3d27d4eb4f));
    return (size_t)(x ^ (x >> 29));
}

/** Index of a key, added with count 0 when new; SIZE_MAX with `error` set when memory ends. */
static inline size_t ck_cell_table_find(ck_cell_table *table, ck_error *error, uint64_t pattern, uint64_t mask) {
    size_t at = ck_cell_table_hash(pattern, mask) & (table->nslots - 1);
    while (table->slot[at]) {
        size_t i = table->slot[at] - 1;
        if (table->key[i].pattern == pattern && table->key[i].mask == mask)
            return i;
        at = (at + 1) & (table->nslots - 1);
    }
    return ck_cell_table_add(table, error, pattern, mask);
}

#endif
