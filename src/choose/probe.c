#include "choose/probe.h"
#include "base/memory.h"
#include <string.h>

enum { KEYS_MOST = 1 << 30, FILTER_BITS_A_KEY = 16 };

void ck_probe_free(ck_probe *probe) {
    ck_free(probe->filter);
    for (int p = 0; p < 3; p++)
        ck_free(probe->value_filter[p]);
    ck_free(probe->dead);
    ck_free(probe->slot_of);
    ck_free(probe->key);
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

static uint64_t power_above(uint64_t n) {
    uint64_t power = 64;
    while (power < n)
        power *= 2;
    return power;
}

static ck_status take_tables(ck_error *error, uint64_t keys, uint32_t nparts, ck_probe *probe) {
    uint64_t cells = power_above(2 * keys), bits = power_above(FILTER_BITS_A_KEY * keys);
    probe->mask = cells - 1;
    probe->shift = 64 - (unsigned)__builtin_ctzll(bits);
    probe->slot = ck_alloc(error, keys, sizeof *probe->slot);
    probe->key = ck_alloc(error, cells, sizeof *probe->key);
    probe->slot_of = ck_alloc(error, cells, sizeof *probe->slot_of);
    probe->filter = ck_alloc(error, bits / 64, sizeof *probe->filter);
    for (uint32_t p = 0; p < nparts; p++)
        probe->value_filter[p] = ck_alloc(error, bits / 64, sizeof *probe->filter);
    probe->dead = ck_alloc_zero(error, keys, sizeof *probe->dead);
    if (error->status == CK_OK)
        memset(probe->slot_of, 0xFF, cells * sizeof *probe->slot_of);
    return error->status;
}

/* The slot of a key, a new one if it has none. */
static uint32_t add_key(ck_probe *probe, uint64_t hash) {
    uint64_t at = hash & probe->mask;
    while (probe->slot_of[at] != CK_NO_SLOT && probe->key[at] != hash)
        at = (at + 1) & probe->mask;
    if (probe->slot_of[at] == CK_NO_SLOT) {
        probe->key[at] = hash;
        probe->slot_of[at] = probe->nslots++;
    }
    return probe->slot_of[at];
}

/* The k-th key of record i: a sum of one value of each part. */
static uint64_t key_of(const ck_part_values *const value[], uint32_t nparts, uint32_t i, uint64_t k) {
    uint64_t sum = 0;
    for (uint32_t p = nparts; p-- > 0;) {
        uint64_t n = values_of(value[p], i);
        sum += value[p]->hash[value[p]->start[i] + k % n];
        k /= n;
    }
    return sum;
}

ck_status ck_probe_make(ck_error *error, const ck_part_values *const value[], uint32_t nparts, uint32_t n, ck_probe *probe) {
    *probe = (ck_probe){0};
    if (count_keys(error, value, nparts, n, probe) != CK_OK || take_tables(error, probe->start[n], nparts, probe) != CK_OK)
        return error->status;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t x = probe->start[i]; x < probe->start[i + 1]; x++)
            probe->slot[x] = add_key(probe, key_of(value, nparts, i, x - probe->start[i]));
    ck_probe_refresh(value, nparts, n, probe);
    return CK_OK;
}

static void set_bit(const ck_probe *probe, uint64_t *filter, uint64_t hash) {
    uint64_t bit = hash >> probe->shift;
    filter[bit >> 6] |= UINT64_C(1) << (bit & 63);
}

void ck_probe_refresh(const ck_part_values *const value[], uint32_t nparts, uint32_t n, ck_probe *probe) {
    size_t bytes = (size_t)1 << (64 - probe->shift) >> 3;
    memset(probe->filter, 0, bytes);
    for (uint32_t p = 0; p < nparts; p++)
        memset(probe->value_filter[p], 0, bytes);
    probe->nalive = 0;
    for (uint32_t s = 0; s < probe->nslots; s++)
        probe->nalive += !probe->dead[s];
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t x = probe->start[i]; x < probe->start[i + 1]; x++) {
            uint64_t k = x - probe->start[i];
            if (probe->dead[probe->slot[x]])
                continue;
            set_bit(probe, probe->filter, key_of(value, nparts, i, k));
            for (uint32_t p = nparts; p-- > 0; k /= values_of(value[p], i))
                set_bit(probe, probe->value_filter[p], value[p]->hash[value[p]->start[i] + k % values_of(value[p], i)]);
        }
}
