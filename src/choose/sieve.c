#include "choose/sieve.h"
#include "base/memory.h"
#include <string.h>

void ck_sieve_free(ck_sieve *sieve) {
    for (uint32_t e = 0; e < CK_PART_EXPRS; e++) {
        ck_free(sieve->first[e]);
        ck_free(sieve->item[e]);
    }
    ck_free(sieve->bit);
    ck_free(sieve->hash);
    ck_free(sieve->start);
    *sieve = (ck_sieve){0};
}

void ck_sieve_tile_free(ck_sieve_tile *tile) {
    ck_free(tile->start);
    ck_free(tile->count);
    ck_free(tile->active);
    ck_free(tile->own);
    ck_free(tile->item);
    *tile = (ck_sieve_tile){0};
}

/* ---- a part of one column ---- */

/* The sample's hashes, by open addressing; 0 is never one. */
typedef struct hash_set {
    uint64_t *hash, mask;
} hash_set;

static ck_status make_set(ck_error *error, const uint64_t *hash, uint64_t n, hash_set *set) {
    uint64_t cells = 64;
    while (cells < 2 * n)
        cells *= 2;
    *set = (hash_set){ck_alloc_zero(error, cells, sizeof *set->hash), cells - 1};
    for (uint64_t i = 0; set->hash && i < n; i++) {
        uint64_t at = hash[i] & set->mask;
        while (set->hash[at] && set->hash[at] != hash[i])
            at = (at + 1) & set->mask;
        set->hash[at] = hash[i];
    }
    return error->status;
}

static inline bool set_holds(const hash_set *set, uint64_t hash) {
    uint64_t at = hash & set->mask;
    while (set->hash[at] && set->hash[at] != hash)
        at = (at + 1) & set->mask;
    return set->hash[at] != 0;
}

/* Keep of the hashes of every code those in the set. */
static ck_status keep_known(ck_error *error, const hash_set *set, const ck_part_values *all, uint32_t codes, ck_sieve *sieve) {
    uint32_t n = 0;
    sieve->start = ck_alloc(error, (size_t)codes + 2, sizeof *sieve->start);
    for (uint32_t x = 0; x < all->start[codes + 1]; x++)
        n += set_holds(set, all->hash[x]);
    sieve->hash = ck_alloc(error, n, sizeof *sieve->hash);
    if (error->status != CK_OK)
        return error->status;
    n = 0;
    for (uint32_t c = 0; c <= codes; c++) {
        sieve->start[c] = n;
        for (uint32_t x = all->start[c]; x < all->start[c + 1]; x++)
            if (set_holds(set, all->hash[x]))
                sieve->hash[n++] = all->hash[x];
    }
    sieve->start[codes + 1] = n;
    return CK_OK;
}

static ck_status sift_column(ck_error *error, const ck_key_part *part, const ck_column *column, const ck_part_values *sample, uint32_t n,
                             ck_sieve *sieve) {
    uint32_t codes = column[part->read[0]].dict.count, *every = ck_alloc(error, (size_t)codes + 1, sizeof *every);
    const uint32_t **code = ck_alloc_zero(error, (size_t)part->read[0] + 1, sizeof *code);
    ck_part_values all = {0};
    hash_set set = {0};
    if (error->status == CK_OK) {
        for (uint32_t c = 0; c <= codes; c++)
            every[c] = c;
        code[part->read[0]] = every;
        if (ck_part_values_fill(error, part, code, 0, (uint64_t)codes + 1, &all) == CK_OK &&
            make_set(error, sample->hash, sample->start[n], &set) == CK_OK)
            keep_known(error, &set, &all, codes, sieve);
    }
    ck_free(set.hash);
    ck_part_values_free(&all);
    ck_free(code);
    ck_free(every);
    return error->status;
}

/* ---- a part of several columns, which share a dictionary ---- */

static inline bool has_bit(const uint64_t *bit, uint32_t code) {
    return bit[code >> 6] >> (code & 63) & 1;
}

static uint64_t items_of(const ck_derived *value, uint32_t code, const uint32_t **item, uint32_t *single) {
    if (!value->map) {
        *item = value->item + value->offset[code];
        return value->offset[code + 1] - value->offset[code];
    }
    *single = value->map[code];
    *item = single;
    return *single != 0;
}

static void mark_sample(const ck_key_part *part, const uint32_t *const *code, uint32_t n, uint64_t *bit) {
    const uint32_t *item;
    uint32_t single;
    for (uint32_t e = 0; e < part->nexprs; e++)
        for (uint32_t i = 0; i < n; i++) {
            uint64_t m = items_of(&part->value[e], code[part->read[e]][i], &item, &single);
            for (uint64_t k = 0; k < m; k++)
                bit[item[k] >> 6] |= UINT64_C(1) << (item[k] & 63);
        }
}

static ck_status sift_expression(ck_error *error, const ck_derived *value, uint32_t codes, const uint64_t *bit, uint32_t **first,
                                 uint32_t **item) {
    const uint32_t *from;
    uint32_t single;
    *first = ck_alloc_zero(error, (size_t)codes + 2, sizeof **first);
    for (int pass = 0; pass < 2 && error->status == CK_OK; pass++) {
        uint32_t n = 0;
        for (uint32_t c = 0; c <= codes; c++) {
            uint64_t m = items_of(value, c, &from, &single);
            (*first)[c] = n;
            for (uint64_t k = 0; k < m; k++)
                if (has_bit(bit, from[k])) {
                    if (pass)
                        (*item)[n] = from[k];
                    n++;
                }
        }
        (*first)[codes + 1] = n;
        if (!pass)
            *item = ck_alloc(error, n, sizeof **item);
    }
    return error->status;
}

static ck_status sift_names(ck_error *error, const ck_key_part *part, const ck_column *column, const uint32_t *const *code, uint32_t n,
                            ck_sieve *sieve) {
    sieve->bit = ck_alloc_zero(error, part->value[0].count / 64 + 1, sizeof *sieve->bit);
    if (!sieve->bit)
        return error->status;
    mark_sample(part, code, n, sieve->bit);
    for (uint32_t e = 0; e < part->nexprs && error->status == CK_OK; e++)
        sift_expression(error, &part->value[e], column[part->read[e]].dict.count, sieve->bit, &sieve->first[e], &sieve->item[e]);
    return error->status;
}

static bool reads_one(const ck_key_part *part) {
    for (uint32_t e = 1; e < part->nexprs; e++)
        if (part->read[e] != part->read[0])
            return false;
    return true;
}

ck_status ck_sieve_make(ck_error *error, const ck_key_part *part, const ck_column *column, const ck_part_values *sample,
                        const uint32_t *const *code, uint32_t n, ck_sieve *sieve) {
    *sieve = (ck_sieve){0};
    return reads_one(part) ? sift_column(error, part, column, sample, n, sieve) : sift_names(error, part, column, code, n, sieve);
}

/* ---- tiles ---- */

static ck_status take_records(ck_error *error, uint64_t n, ck_sieve_tile *tile) {
    if (tile->records_room >= n)
        return CK_OK;
    ck_free(tile->start);
    ck_free(tile->count);
    ck_free(tile->active);
    tile->start = ck_alloc(error, n, sizeof *tile->start);
    tile->count = ck_alloc(error, n, sizeof *tile->count);
    tile->active = ck_alloc(error, n, sizeof *tile->active);
    tile->records_room = error->status == CK_OK ? n : 0;
    return error->status;
}

static void fill_column(const ck_sieve *sieve, const uint32_t *code, uint32_t n, ck_sieve_tile *tile) {
    uint32_t nactive = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t first = sieve->start[code[i]], count = sieve->start[code[i] + 1] - first;
        tile->start[i] = first;
        tile->count[i] = count;
        tile->active[nactive] = i;
        nactive += count != 0;
    }
    tile->hash = sieve->hash;
    tile->nactive = nactive;
}

/* Append what `item` has that is not there yet. */
static uint32_t unite(uint32_t *to, uint32_t n, const uint32_t *item, uint32_t m) {
    uint32_t before = n;
    for (uint32_t k = 0; k < m; k++) {
        uint32_t seen = 0;
        while (seen < before && to[seen] != item[k])
            seen++;
        if (seen == before)
            to[n++] = item[k];
    }
    return n;
}

/* The values of record i that make its hashes: those of the sieve, and for initials all. */
static ck_status gather_items(ck_error *error, const ck_key_part *part, const ck_sieve *sieve, const uint32_t *const *code, uint64_t i,
                              ck_sieve_tile *tile, uint32_t *n) {
    *n = 0;
    for (uint32_t e = 0; e < part->nexprs; e++) {
        uint32_t base = code[part->read[e]][i], single;
        const uint32_t *item = sieve->item[e] + sieve->first[e][base];
        uint64_t m = sieve->first[e][base + 1] - sieve->first[e][base];
        if (part->shape == CK_PART_INITIALS)
            m = items_of(&part->value[e], base, &item, &single);
        if (m && ck_grow(error, &tile->item, &tile->item_room, *n + m, sizeof *tile->item) != CK_OK)
            return error->status;
        *n = unite(tile->item, *n, item, (uint32_t)m);
    }
    return CK_OK;
}

static ck_status fill_names(ck_error *error, const ck_key_part *part, const ck_sieve *sieve, const uint32_t *const *code, uint64_t begin,
                            uint32_t n, ck_sieve_tile *tile) {
    uint32_t at = 0, m;
    tile->nactive = 0;
    for (uint32_t i = 0; i < n; i++) {
        tile->start[i] = at;
        tile->count[i] = 0;
        if (gather_items(error, part, sieve, code, begin + i, tile, &m) != CK_OK ||
            (m && ck_grow(error, &tile->own, &tile->own_room, at + (size_t)m * m + 1, sizeof *tile->own) != CK_OK))
            return error->status;
        if (m == 0)
            continue;
        tile->count[i] = ck_part_hashes(part, tile->item, m, tile->own + at);
        at += tile->count[i];
        tile->active[tile->nactive] = i;
        tile->nactive += tile->count[i] != 0;
    }
    tile->hash = tile->own;
    return CK_OK;
}

ck_status ck_sieve_tile_fill(ck_error *error, const ck_key_part *part, const ck_sieve *sieve, const uint32_t *const *code, uint64_t begin,
                             uint64_t end, ck_sieve_tile *tile) {
    if (take_records(error, CK_SIEVE_RECORDS, tile) != CK_OK)
        return error->status;
    if (!sieve->start)
        return fill_names(error, part, sieve, code, begin, (uint32_t)(end - begin), tile);
    fill_column(sieve, code[part->read[0]] + begin, (uint32_t)(end - begin), tile);
    return CK_OK;
}
