/* Distinct byte strings by hashing, and their bytewise order. */
#include "condition/intern.h"
#include "base/hash.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64, DEPTH_MAX = 256 /* bytes sorted by chunks; what agrees longer is compared whole */ };
enum { BUCKETS = 1 << 16, BUCKET_SHIFT = 48 }; /* by the first two bytes */

ck_span ck_intern_get(const ck_intern *intern, uint32_t id) {
    uint64_t begin = id ? intern->end[id - 1] : 0;
    return (ck_span){intern->bytes ? intern->bytes + begin : "", (size_t)(intern->end[id] - begin)}; /* only empty texts so far need no bytes */
}

static ck_status grow_slots(ck_error *error, ck_intern *intern) {
    size_t nslots = intern->nslots ? 2 * intern->nslots : FIRST_SLOTS;
    uint32_t *slot = ck_alloc_zero(error, nslots, sizeof *slot);
    if (!slot)
        return error->status;
    for (uint32_t id = 0; id < intern->count; id++) {
        size_t i = intern->hash[id] & (nslots - 1);
        while (slot[i])
            i = (i + 1) & (nslots - 1);
        slot[i] = id + 1;
    }
    ck_free(intern->slot);
    intern->slot = slot;
    intern->nslots = nslots;
    return CK_OK;
}

static ck_status check_count(ck_error *error, uint64_t count) {
    if (count >= UINT32_MAX)
        return ck_fail(error, CK_DATA, "An expression has more than 4,294,967,294 different values.");
    return CK_OK;
}

static ck_status append(ck_error *error, ck_intern *intern, ck_span value, uint64_t hash) {
    if (check_count(error, (uint64_t)intern->count + 1) != CK_OK)
        return error->status;
    size_t n = intern->count, begin = n ? (size_t)intern->end[n - 1] : 0;
    if (ck_grow(error, &intern->hash, &intern->hash_room, n + 1, sizeof *intern->hash) != CK_OK ||
        ck_grow(error, &intern->end, &intern->end_room, n + 1, sizeof *intern->end) != CK_OK ||
        ck_grow(error, &intern->bytes, &intern->bytes_room, begin + value.n, 1) != CK_OK)
        return error->status;
    if (value.n)
        memcpy(intern->bytes + begin, value.bytes, value.n);
    intern->hash[n] = hash;
    intern->end[n] = begin + value.n;
    intern->count++;
    return CK_OK;
}

ck_status ck_intern_add(ck_error *error, ck_intern *intern, ck_span value, uint32_t *id) {
    return ck_intern_add_hashed(error, intern, value, ck_hash_bytes(value.bytes, value.n, 0), id);
}

ck_status ck_intern_add_hashed(ck_error *error, ck_intern *intern, ck_span value, uint64_t hash, uint32_t *id) {
    if (intern->nslots < 2 * ((size_t)intern->count + 1) && grow_slots(error, intern) != CK_OK)
        return error->status;
    size_t i = hash & (intern->nslots - 1);
    for (; intern->slot[i]; i = (i + 1) & (intern->nslots - 1)) {
        *id = intern->slot[i] - 1;
        if (intern->hash[*id] == hash && ck_span_compare(ck_intern_get(intern, *id), value) == 0)
            return CK_OK;
    }
    if (append(error, intern, value, hash) != CK_OK)
        return error->status;
    *id = intern->count - 1;
    intern->slot[i] = intern->count;
    return CK_OK;
}

uint32_t ck_intern_find(const ck_intern *intern, ck_span value) {
    uint64_t hash = ck_hash_bytes(value.bytes, value.n, 0);
    for (size_t i = hash & (intern->nslots - 1); intern->nslots && intern->slot[i]; i = (i + 1) & (intern->nslots - 1)) {
        uint32_t id = intern->slot[i] - 1;
        if (intern->hash[id] == hash && ck_span_compare(ck_intern_get(intern, id), value) == 0)
            return id;
    }
    return UINT32_MAX;
}

ck_status ck_intern_join(ck_error *error, ck_intern *table, uint32_t n, ck_intern *all, uint32_t *first) {
    uint64_t count = 0, bytes = 0;
    for (uint32_t k = 0; k < n; k++) {
        count += table[k].count;
        bytes += table[k].count ? table[k].end[table[k].count - 1] : 0;
    }
    *all = (ck_intern){0};
    if (check_count(error, count) != CK_OK)
        return error->status;
    all->end = ck_alloc(error, count, sizeof *all->end);
    all->bytes = ck_alloc(error, bytes, 1);
    for (uint32_t k = 0, at = 0; error->status == CK_OK && k < n; k++) {
        uint64_t begin = at ? all->end[at - 1] : 0, length = table[k].count ? table[k].end[table[k].count - 1] : 0;
        first[k] = at;
        for (uint32_t i = 0; i < table[k].count; i++)
            all->end[at++] = begin + table[k].end[i];
        if (length)
            memcpy(all->bytes + begin, table[k].bytes, length);
        ck_intern_free(&table[k]);
        all->count = at;
    }
    return error->status;
}

void ck_intern_free(ck_intern *intern) {
    ck_free(intern->bytes);
    ck_free(intern->end);
    ck_free(intern->hash);
    ck_free(intern->slot);
    *intern = (ck_intern){0};
}

/* ---- order ---- */

/* Eight bytes of a value from `depth` on, so that integers compare as the bytes do; `left` orders values that end
   inside the eight (a shorter value is first) and marks with 9 those that go on. */
typedef struct sort_key {
    uint64_t chunk;
    uint32_t id;
    uint8_t left;
} sort_key;

static void load_key(const ck_intern *intern, sort_key *key, size_t depth) {
    ck_span value = ck_intern_get(intern, key->id);
    size_t left = value.n > depth ? value.n - depth : 0;
    key->left = (uint8_t)(left < 9 ? left : 9);
    key->chunk = 0;
    for (size_t i = 0; i < left && i < 8; i++)
        key->chunk |= (uint64_t)(unsigned char)value.bytes[depth + i] << (56 - 8 * i);
}

static int compare_keys(const void *a, const void *b) {
    const sort_key *x = a, *y = b;
    if (x->chunk != y->chunk)
        return x->chunk < y->chunk ? -1 : 1;
    return (x->left > y->left) - (x->left < y->left);
}

static int compare_whole(const void *a, const void *b, void *intern) {
    return ck_span_compare(ck_intern_get(intern, ((const sort_key *)a)->id),
                           ck_intern_get(intern, ((const sort_key *)b)->id));
}

static void sort_keys(const ck_intern *intern, sort_key *key, size_t n, size_t depth) {
    if (depth >= DEPTH_MAX) {
        qsort_r(key, n, sizeof *key, compare_whole, (void *)(uintptr_t)intern);
        return;
    }
    if (depth > 0)
        for (size_t i = 0; i < n; i++)
            load_key(intern, &key[i], depth);
    qsort(key, n, sizeof *key, compare_keys);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && compare_keys(&key[i], &key[end]) == 0;)
            end++;
        if (end > i + 1)
            sort_keys(intern, key + i, end - i, depth + 8); /* distinct values, so they differ further on */
    }
}

/* Keys at depth 0, by their first two bytes; bucket b is [end[b - 1], end[b]). */
static void sort_by_first(const sort_key *from, size_t n, sort_key *to, size_t end[BUCKETS + 1]) {
    size_t *at = end + 1;
    memset(end, 0, (BUCKETS + 1) * sizeof *end);
    for (size_t i = 0; i < n; i++)
        at[from[i].chunk >> BUCKET_SHIFT]++;
    for (size_t b = 0, sum = 0; b < BUCKETS; b++) {
        size_t count = at[b];
        at[b] = sum;
        sum += count;
    }
    for (size_t i = 0; i < n; i++)
        to[at[from[i].chunk >> BUCKET_SHIFT]++] = from[i];
}

static void rank_keys(const ck_intern *intern, sort_key *key, sort_key *sorted, size_t *end, uint32_t *code) {
    size_t n = intern->count;
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < n; i++) {
        key[i].id = (uint32_t)i;
        load_key(intern, &key[i], 0);
    }
    sort_by_first(key, n, sorted, end);
#pragma omp parallel for schedule(dynamic, 16)
    for (size_t b = 0; b < BUCKETS; b++)
        if (end[b + 1] > end[b]) {
            sort_keys(intern, sorted + end[b], end[b + 1] - end[b], 0);
            for (size_t i = end[b]; i < end[b + 1]; i++)
                code[sorted[i].id] = (uint32_t)i + 1;
        }
}

ck_status ck_intern_rank(ck_error *error, const ck_intern *intern, uint32_t *code) {
    sort_key *key = ck_alloc(error, intern->count, sizeof *key), *sorted = ck_alloc(error, intern->count, sizeof *sorted);
    size_t *end = ck_alloc(error, BUCKETS + 1, sizeof *end);
    if (error->status == CK_OK)
        rank_keys(intern, key, sorted, end, code);
    ck_free(end);
    ck_free(sorted);
    ck_free(key);
    return error->status;
}
