/* Matches that no rule decides, for ties.csv. */
#include "cascade/ties.h"
#include "base/memory.h"
#include "cluster/cluster.h"
#include <stdlib.h>

typedef struct tie_list {
    size_t n, room;
    ck_tie *tie;
} tie_list;

static ck_status add_slice(ck_error *error, const ck_links *slice, tie_list *list) {
    for (uint64_t i = 0; i < slice->n && !error->status; i++) {
        if (slice->weight[i] >= 0)
            continue;
        if (ck_grow(error, &list->tie, &list->room, list->n + 1, sizeof *list->tie) == CK_OK)
            list->tie[list->n++] = (ck_tie){.a = slice->a[i], .b = slice->b[i], .weight = -slice->weight[i]};
    }
    return error->status;
}

static int compare_weight(const void *x, const void *y) {
    const ck_tie *a = x, *b = y;
    return (a->weight < b->weight) - (a->weight > b->weight);
}

static int compare_tie(const void *x, const void *y) {
    const ck_tie *a = x, *b = y;
    int order = compare_weight(x, y);
    if (!order)
        order = (a->set > b->set) - (a->set < b->set);
    if (!order)
        order = (a->a > b->a) - (a->a < b->a);
    return order ? order : (a->b > b->b) - (a->b < b->b);
}

/* The matches of one rule that hang together have the least of their records as set. */
static void find_sets(ck_tie *tie, uint64_t n, uint32_t *parent) {
    for (uint64_t begin = 0, end; begin < n; begin = end) {
        for (end = begin; end < n && tie[end].weight == tie[begin].weight; end++)
            parent[tie[end].a] = tie[end].a, parent[tie[end].b] = tie[end].b;
        for (uint64_t i = begin; i < end; i++)
            ck_union_join(parent, tie[i].a, tie[i].b);
        for (uint64_t i = begin; i < end; i++)
            tie[i].set = ck_union_find(parent, tie[i].a);
    }
}

/* Rank 0: what was gathered, in order, behind the ties that are there. */
static ck_status take_ties(ck_error *error, ck_tie *found, uint64_t n, uint64_t records, ck_ties *ties) {
    uint32_t *parent = ck_alloc(error, records, sizeof *parent);
    size_t room = ties->n;
    if (parent && ck_grow(error, &ties->tie, &room, ties->n + n, sizeof *ties->tie) == CK_OK) {
        qsort(found, n, sizeof *found, compare_weight);
        find_sets(found, n, parent);
        qsort(found, n, sizeof *found, compare_tie);
        for (uint64_t i = 0; i < n; i++)
            ties->tie[ties->n + i] = found[i];
    }
    ck_free(parent);
    return error->status;
}

ck_status ck_cascade_ties(const ck_comm *comm, ck_error *error, ck_links_reader *links, uint64_t records, ck_ties *ties) {
    tie_list list = {0};
    void *all = NULL;
    uint64_t *offset = NULL, n = 0;
    ck_links_reader_rewind(links);
    while (ck_links_reader_next(links, error))
        add_slice(error, &links->slice, &list);
    if (ck_par_agree(comm, error) == CK_OK && ck_par_gather(comm, error, list.tie, list.n * sizeof *list.tie, &all, &offset) == CK_OK) {
        n = list.n;
        ck_par_sum(comm, &n, 1);
        if (comm->rank == 0 && n)
            take_ties(error, all, n, records, ties);
        if (ck_par_agree(comm, error) == CK_OK)
            ties->n += n;
    }
    ck_free(all);
    ck_free(offset);
    ck_free(list.tie);
    return error->status;
}
