#include "block/units.h"
#include "base/memory.h"
#include "block/blocks.h"
#include <stdlib.h>
#include <string.h>

/* A record costs about as much to fetch as this many pairs to compare. */
enum { RECORD_COST = 4, UNIT_COST_LEAST = 1 << 16, UNIT_COST_MOST = 1 << 22, UNITS_AIM = 2048 };

static int compare_info(const void *x, const void *y) {
    const ck_block_info *a = x, *b = y;
    if (a->pairs != b->pairs)
        return a->pairs < b->pairs ? 1 : -1;
    return (a->hash > b->hash) - (a->hash < b->hash);
}

/* Keep the CK_LARGEST_BLOCKS first of n + 1 sorted ones. */
static void insert_info(ck_block_info *top, uint32_t *n, ck_block_info info) {
    if (*n == CK_LARGEST_BLOCKS && compare_info(&info, &top[*n - 1]) >= 0)
        return;
    if (*n < CK_LARGEST_BLOCKS)
        (*n)++;
    top[*n - 1] = info;
    qsort(top, *n, sizeof *top, compare_info);
}

ck_status ck_units_largest(const ck_comm *comm, ck_error *error, const ck_block_list *blocks, ck_rule_census *census) {
    ck_block_info top[CK_LARGEST_BLOCKS];
    uint32_t n = 0;
    for (size_t i = 0; i < blocks->n; i++)
        insert_info(top, &n, (ck_block_info){blocks->block[i].hash, blocks->block[i].records, blocks->block[i].pairs});
    ck_block_info *all = NULL;
    uint64_t *offset = NULL;
    if (ck_par_gather_all(comm, error, top, n * sizeof *top, (void **)&all, &offset) == CK_OK)
        for (size_t i = 0; i < offset[comm->size] / sizeof *all; i++)
            insert_info(census->largest, &census->nlargest, all[i]);
    ck_free(all);
    ck_free(offset);
    return error->status;
}

static bool is_giant(const ck_block *block) {
    return block->pairs > CK_GIANT_PAIRS;
}
static uint64_t cost_of(const ck_block *block) {
    return is_giant(block) ? 0 : block->pairs + RECORD_COST * block->records;
}

/* Where a unit begins: at `key`, with `cost` before it. */
typedef struct cut {
    uint64_t key, cost;
} cut;

static uint64_t unit_cost(uint64_t total) {
    uint64_t cost = total / UNITS_AIM;
    return cost < UNIT_COST_LEAST ? UNIT_COST_LEAST : cost > UNIT_COST_MOST ? UNIT_COST_MOST : cost;
}

/* This rank's cuts: a block opens a unit when the cost before it passes a multiple of the unit cost. */
static ck_status find_cuts(ck_error *error, const ck_block_list *blocks, uint64_t first, uint64_t before, uint64_t step,
                           cut **cuts, size_t *n) {
    size_t room = 0;
    *cuts = NULL;
    *n = 0;
    uint64_t previous = 0;
    for (size_t i = 0; i < blocks->n; i++) {
        uint64_t cost = cost_of(&blocks->block[i]);
        if (i == 0 || before / step != previous / step) {
            if (ck_grow(error, cuts, &room, *n + 1, sizeof **cuts) != CK_OK)
                return error->status;
            (*cuts)[(*n)++] = (cut){first + i, before};
        }
        previous = before;
        before += cost;
    }
    return CK_OK;
}

/* Units from all ranks' cuts. A rank's first block always cuts; such a cut is undone when it lies inside a step, so that units do not
   depend on the ranks. */
static ck_status units_from_cuts(ck_error *error, const cut *cuts, size_t n, uint64_t total, uint64_t step, ck_rule_keys *keys) {
    keys->unit = ck_alloc(error, n, sizeof *keys->unit);
    if (!keys->unit)
        return error->status;
    for (size_t i = 0; i < n; i++) {
        bool same_step = keys->nunits > 0 && cuts[i].cost / step == cuts[i - 1].cost / step;
        if (same_step)
            continue;
        keys->unit[keys->nunits++] = (ck_unit){.key_begin = (uint32_t)cuts[i].key, .giant = UINT32_MAX, .cost = cuts[i].cost};
    }
    for (uint32_t u = 0; u < keys->nunits; u++) {
        bool last = u + 1 == keys->nunits;
        keys->unit[u].key_end = last ? keys->nkeys + 1 : keys->unit[u + 1].key_begin;
        keys->unit[u].cost = (last ? total : keys->unit[u + 1].cost) - keys->unit[u].cost;
    }
    return CK_OK;
}

/* Giants as words: key, boundaries n, then n + 1 record numbers; n = 0 ends nothing (lengths are explicit). */
static ck_status pack_giants(ck_error *error, const ck_entry *entries, const ck_block_list *blocks, uint64_t first, uint32_t **words,
                             size_t *n) {
    size_t room = 0;
    for (size_t i = 0; i < blocks->n; i++) {
        const ck_block *block = &blocks->block[i];
        if (!is_giant(block))
            continue;
        uint32_t segments = (uint32_t)((block->records + CK_SEGMENT_RECORDS - 1) / CK_SEGMENT_RECORDS);
        if (ck_grow(error, words, &room, *n + segments + 3, sizeof **words) != CK_OK)
            return error->status;
        (*words)[(*n)++] = (uint32_t)(first + i);
        (*words)[(*n)++] = segments;
        uint64_t member = 0;
        for (size_t k = block->begin; k < block->end; k++) {
            if (k > block->begin && entries[k].record == entries[k - 1].record)
                continue;
            if (member++ % CK_SEGMENT_RECORDS == 0)
                (*words)[(*n)++] = entries[k].record;
        }
        (*words)[(*n)++] = UINT32_MAX;
    }
    return CK_OK;
}

static ck_status add_giant(ck_error *error, ck_rule_keys *keys, const uint32_t *words, size_t *room_units, size_t *room_giants) {
    uint32_t segments = words[1];
    size_t pairs = (size_t)segments * (segments + 1) / 2;
    if (ck_grow(error, &keys->giant, room_giants, keys->ngiants + 1, sizeof *keys->giant) != CK_OK ||
        ck_grow(error, &keys->unit, room_units, keys->nunits + pairs, sizeof *keys->unit) != CK_OK)
        return error->status;
    ck_giant *giant = &keys->giant[keys->ngiants];
    *giant = (ck_giant){.key = words[0], .nsegments = segments, .boundary = ck_alloc(error, segments + 1, sizeof(uint32_t))};
    if (!giant->boundary)
        return error->status;
    memcpy(giant->boundary, words + 2, (segments + 1) * sizeof(uint32_t));
    for (uint32_t x = 0; x < segments; x++)
        for (uint32_t y = x; y < segments; y++)
            keys->unit[keys->nunits++] = (ck_unit){.key_begin = words[0], .key_end = words[0] + 1, .giant = keys->ngiants,
                .segment_x = x, .segment_y = y, .cost = (uint64_t)CK_SEGMENT_RECORDS * CK_SEGMENT_RECORDS / (x == y ? 2 : 1)};
    keys->ngiants++;
    return CK_OK;
}

static ck_status gather_giants(const ck_comm *comm, ck_error *error, const ck_entry *entries, const ck_block_list *blocks, uint64_t first,
                               ck_rule_keys *keys) {
    uint32_t *words = NULL, *all = NULL;
    uint64_t *offset = NULL;
    size_t n = 0, room_units = keys->nunits, room_giants = 0;
    pack_giants(error, entries, blocks, first, &words, &n);
    if (ck_par_agree(comm, error) == CK_OK &&
        ck_par_gather_all(comm, error, words, n * sizeof *words, (void **)&all, &offset) == CK_OK)
        for (size_t i = 0; error->status == CK_OK && i < offset[comm->size] / sizeof *all; i += all[i + 1] + 3)
            add_giant(error, keys, all + i, &room_units, &room_giants);
    ck_free(words);
    ck_free(all);
    ck_free(offset);
    return ck_par_agree(comm, error);
}

ck_status ck_units_cut(const ck_comm *comm, ck_error *error, const ck_entry *entries, const ck_block_list *blocks, uint64_t first,
                       ck_rule_keys *keys) {
    uint64_t cost = 0;
    for (size_t i = 0; i < blocks->n; i++)
        cost += cost_of(&blocks->block[i]);
    uint64_t total = cost, before = ck_par_sum_before(comm, cost);
    ck_par_sum(comm, &total, 1);
    uint64_t step = unit_cost(total);
    cut *cuts = NULL, *all = NULL;
    uint64_t *offset = NULL;
    size_t n = 0;
    find_cuts(error, blocks, first, before, step, &cuts, &n);
    if (ck_par_agree(comm, error) == CK_OK &&
        ck_par_gather_all(comm, error, cuts, n * sizeof *cuts, (void **)&all, &offset) == CK_OK)
        units_from_cuts(error, all, offset[comm->size] / sizeof *all, total, step, keys);
    ck_free(cuts);
    ck_free(all);
    ck_free(offset);
    if (ck_par_agree(comm, error) == CK_OK)
        gather_giants(comm, error, entries, blocks, first, keys);
    return error->status;
}

void ck_units_assign(const ck_comm *comm, const ck_rule_keys *keys, const uint8_t *done, int *owner) {
    uint64_t total = 0, before = 0;
    for (uint32_t u = 0; u < keys->nunits; u++)
        if (!done || !done[u])
            total += keys->unit[u].cost;
    for (uint32_t u = 0; u < keys->nunits; u++) {
        owner[u] = -1;
        if (done && done[u])
            continue;
        uint64_t middle = before + keys->unit[u].cost / 2;
        owner[u] = total ? (int)((unsigned __int128)middle * (unsigned)comm->size / total) : 0;
        if (owner[u] >= comm->size)
            owner[u] = comm->size - 1;
        before += keys->unit[u].cost;
    }
}
