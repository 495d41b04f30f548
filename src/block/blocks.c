#include "block/blocks.h"
#include "base/memory.h"
#include "block/units.h"
#include <string.h>

enum { SOURCES_MAX = 256 };

/* How many members a block has of each class, by side. */
typedef struct side_counts {
    uint64_t l[SOURCES_MAX], r[SOURCES_MAX], both[SOURCES_MAX];
} side_counts;

static void clear_counts(side_counts *counts, uint32_t classes) {
    memset(counts->l, 0, classes * sizeof *counts->l);
    memset(counts->r, 0, classes * sizeof *counts->r);
    memset(counts->both, 0, classes * sizeof *counts->both);
}

/* Pairs of a new member (flags, class t) with those before it. A pair of a and b counts when a is on the left and b on the right, or, undirected,
   the other way round; once when both hold. */
static uint64_t pairs_with(const ck_key_source *source, const side_counts *counts, unsigned flags, uint32_t t, bool directed) {
    uint32_t classes = ck_count_classes(source->settled, source->people->nsources);
    uint64_t pairs = 0;
    for (uint32_t s = 0; s < classes; s++) {
        if (!source->allowed[s * classes + t])
            continue;
        if (flags & CK_SIDE_R)
            pairs += counts->l[s];
        if (directed)
            continue;
        if (flags & CK_SIDE_L)
            pairs += counts->r[s];
        if (flags == CK_SIDE_BOTH)
            pairs -= counts->both[s];
    }
    return pairs;
}

static void add_member(side_counts *counts, unsigned flags, uint32_t t) {
    counts->l[t] += (flags & CK_SIDE_L) != 0;
    counts->r[t] += (flags & CK_SIDE_R) != 0;
    counts->both[t] += flags == CK_SIDE_BOTH;
}

/* Members and allowed pairs of one block; its entries are in record order, so sources only rise. */
static ck_block count_block(const ck_key_source *source, const ck_entry *entries, size_t begin, size_t end, bool directed,
                            side_counts *counts) {
    const ck_people *people = source->people;
    ck_block block = {.begin = begin, .end = end, .hash = ck_entry_key(&entries[begin])};
    uint32_t t = 0;
    clear_counts(counts, ck_count_classes(source->settled, people->nsources));
    for (size_t i = begin; i < end;) {
        uint32_t record = entries[i].record;
        unsigned flags = 0;
        for (; i < end && entries[i].record == record; i++)
            flags |= (unsigned)(entries[i].hash & 3);
        while (record >= people->source[t].record_end)
            t++;
        uint32_t class = ck_class_of(source->settled, people->nsources, t, record);
        block.pairs += pairs_with(source, counts, flags, class, directed);
        add_member(counts, flags, class);
        block.records++;
    }
    return block;
}

/* One bucket's blocks of two or more entries, appended. */
static ck_status scan_bucket(const ck_key_source *source, ck_error *error, const ck_entry *entries, size_t begin, size_t end,
                             bool directed, ck_block_list *list) {
    side_counts *counts = ck_alloc(error, 1, sizeof *counts);
    for (size_t i = begin; error->status == CK_OK && i < end;) {
        size_t j = i + 1;
        while (j < end && ck_entry_key(&entries[j]) == ck_entry_key(&entries[i]))
            j++;
        if (j - i > 1 && ck_grow(error, &list->block, &list->room, list->n + 1, sizeof *list->block) == CK_OK) {
            list->block[list->n] = count_block(source, entries, i, j, directed, counts);
            list->n += list->block[list->n].pairs > 0;
        }
        i = j;
    }
    ck_free(counts);
    return error->status;
}

static ck_status scan_all(const ck_key_source *source, ck_error *error, const ck_entry *entries, const size_t *bucket, bool directed,
                          ck_block_list *lists) {
#pragma omp parallel for num_threads(source->threads) schedule(dynamic, 1)
    for (int b = 0; b < CK_BUCKETS; b++) {
        ck_error local = {0};
        if (scan_bucket(source, &local, entries, bucket[b], bucket[b + 1], directed, &lists[b]) != CK_OK)
#pragma omp critical
            ck_fail(error, local.status, "%s", local.text);
    }
    return error->status;
}

/* All buckets' lists as one, in hash order. */
static ck_status join_lists(ck_error *error, ck_block_list *lists, ck_block_list *all) {
    for (int b = 0; b < CK_BUCKETS; b++)
        all->n += lists[b].n;
    all->block = ck_alloc(error, all->n, sizeof *all->block);
    if (!all->block)
        return error->status;
    size_t at = 0;
    for (int b = 0; b < CK_BUCKETS; b++) {
        if (lists[b].n)
            memcpy(all->block + at, lists[b].block, lists[b].n * sizeof *all->block);
        at += lists[b].n;
    }
    return CK_OK;
}

/* Drop blocks above the cap, counting them. */
static void apply_cap(ck_block_list *all, uint64_t max_block, ck_rule_census *census) {
    size_t kept = 0;
    for (size_t i = 0; i < all->n; i++) {
        const ck_block *block = &all->block[i];
        if (max_block && block->records > max_block) {
            census->capped_blocks++;
            census->capped_pairs += block->pairs;
        } else {
            census->keys++;
            census->pairs += block->pairs;
            census->members += block->records;
            all->block[kept++] = *block;
        }
    }
    all->n = kept;
}

static void write_numbers(const ck_entry *entries, const ck_block_list *all, uint64_t first, uint32_t threads, uint32_t *number) {
#pragma omp parallel for num_threads(threads) schedule(static)
    for (size_t i = 0; i < all->n; i++)
        for (size_t k = all->block[i].begin; k < all->block[i].end; k++)
            number[entries[k].origin] = (uint32_t)(first + i);
}

/* Sums over ranks; the number of keys must fit 32 bits. */
static ck_status sum_census(const ck_comm *comm, ck_error *error, ck_rule_keys *keys) {
    ck_rule_census *census = &keys->census;
    uint64_t sums[] = {census->keys, census->pairs, census->capped_blocks, census->capped_pairs, census->entries, census->members};
    ck_par_sum(comm, sums, sizeof sums / sizeof *sums);
    census->keys = sums[0];
    census->pairs = sums[1];
    census->capped_blocks = sums[2];
    census->capped_pairs = sums[3];
    census->entries = sums[4];
    census->members = sums[5];
    if (sums[0] >= UINT32_MAX)
        return ck_fail(error, CK_DATA, "A blocking rule has more than 4 billion shared keys.");
    keys->nkeys = (uint32_t)sums[0];
    return CK_OK;
}

ck_status ck_blocks_number(const ck_key_source *source, ck_error *error, ck_entry *entries, ck_entry *spare, size_t n,
                           uint64_t max_block, ck_rule_keys *keys, uint32_t *number) {
    size_t bucket[CK_BUCKETS + 1];
    ck_block_list all = {0}, *lists = ck_alloc_zero(error, CK_BUCKETS, sizeof *lists);
    keys->census.entries = n;
    if (ck_count_classes(source->settled, source->people->nsources) > SOURCES_MAX)
        ck_fail(error, CK_USAGE, "A job may have at most %d sources, half of that in an update.", SOURCES_MAX);
    if (error->status == CK_OK) {
        ck_entries_sort(entries, spare, n, source->threads, bucket);
        scan_all(source, error, entries, bucket, keys->directed, lists);
    }
    if (error->status == CK_OK)
        join_lists(error, lists, &all);
    if (ck_par_agree(source->comm, error) == CK_OK && ck_units_largest(source->comm, error, &all, &keys->census) == CK_OK) {
        apply_cap(&all, max_block, &keys->census);
        uint64_t first = 1 + ck_par_sum_before(source->comm, all.n);
        if (sum_census(source->comm, error, keys) == CK_OK) {
            write_numbers(entries, &all, first, source->threads, number);
            ck_units_cut(source->comm, error, entries, &all, first, keys);
        }
    }
    for (int b = 0; lists && b < CK_BUCKETS; b++)
        ck_free(lists[b].block);
    ck_free(lists);
    ck_free(all.block);
    return error->status;
}
