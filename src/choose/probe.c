#include "choose/probe.h"
#include "base/memory.h"
#include <string.h>

enum { KEYS_MOST = 1 << 30, FREE = UINT32_MAX };

void ck_probe_free(ck_probe *probe) {
    ck_free(probe->alive);
    ck_free(probe->number);
    ck_free(probe->slot);
    ck_free(probe->start);
    *probe = (ck_probe){0};
}

static uint64_t values_of(const ck_part_values *value, uint32_t i) {
    return value->start[i + 1] - value->start[i];
}

/* start[]: a record has the product of its parts' values. */
static ck_status count_keys(ck_error *error, const ck_part_values *const value[], uint32_t nparts, uint32_t n, ck_probe *probe) {
    uint64_t total = 0;
    probe->start = ck_alloc(error, (size_t)n + 1, sizeof *probe->start);
    for (uint32_t i = 0; probe->start && i < n; i++) {
        uint64_t keys = 1;
        probe->start[i] = (uint32_t)total;
        for (uint32_t p = 0; p < nparts; p++)
            keys *= values_of(value[p], i);
        total += keys;
        if (total > KEYS_MOST)
            return ck_fail(error, CK_MEMORY, "A combination of key parts gives %u records more than a billion keys.", n);
    }
    if (probe->start)
        probe->start[n] = (uint32_t)total;
    return error->status;
}

/* Slots by key, by open addressing. */
typedef struct slot_table {
    uint64_t *key, mask;
    uint32_t *slot;
} slot_table;

static ck_status take_tables(ck_error *error, uint64_t keys, ck_probe *probe, slot_table *table) {
    uint64_t cells = 64;
    while (cells < 2 * keys)
        cells *= 2;
    *table = (slot_table){ck_alloc(error, cells, sizeof *table->key), cells - 1, ck_alloc(error, cells, sizeof *table->slot)};
    probe->slot = ck_alloc(error, keys, sizeof *probe->slot);
    probe->number = ck_alloc(error, keys, sizeof *probe->number);
    probe->alive = ck_alloc(error, keys, sizeof *probe->alive);
    if (error->status == CK_OK)
        memset(table->slot, 0xFF, cells * sizeof *table->slot);
    return error->status;
}

/* The k-th key of record i: a value of each part, and the sum of their hashes. */
static uint64_t key_of(const ck_part_values *const value[], const ck_sieve *const sieve[], uint32_t nparts, uint32_t i, uint64_t k,
                       uint32_t number[CK_PROBE_PARTS]) {
    uint64_t sum = 0;
    for (uint32_t p = nparts; p-- > 0;) {
        uint64_t n = values_of(value[p], i), x = value[p]->start[i] + k % n;
        sum += value[p]->hash[x];
        number[p] = sieve[p]->sampled[x];
        k /= n;
    }
    return sum;
}

/* The slot of a key, a new one if it has none. */
static uint32_t add_key(ck_probe *probe, slot_table *table, uint64_t key, const uint32_t number[CK_PROBE_PARTS]) {
    uint64_t at = key & table->mask;
    while (table->slot[at] != FREE && table->key[at] != key)
        at = (at + 1) & table->mask;
    if (table->slot[at] == FREE) {
        memcpy(probe->number[probe->nslots], number, sizeof *probe->number);
        table->key[at] = key;
        table->slot[at] = probe->nslots++;
    }
    return table->slot[at];
}

ck_status ck_probe_make(ck_error *error, const ck_part_values *const value[], const ck_sieve *const sieve[], uint32_t nparts, uint32_t n,
                        ck_probe *probe) {
    slot_table table = {0};
    *probe = (ck_probe){0};
    if (count_keys(error, value, nparts, n, probe) == CK_OK && take_tables(error, probe->start[n], probe, &table) == CK_OK) {
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t x = probe->start[i]; x < probe->start[i + 1]; x++) {
                uint32_t number[CK_PROBE_PARTS] = {0};
                uint64_t key = key_of(value, sieve, nparts, i, x - probe->start[i], number);
                probe->slot[x] = add_key(probe, &table, key, number);
            }
        probe->nalive = probe->nslots;
        for (uint32_t s = 0; s < probe->nslots; s++)
            probe->alive[s] = s;
    }
    ck_free(table.slot);
    ck_free(table.key);
    return error->status;
}
