#include "base/memory.h"
#include "cluster/cluster.h"
#include "cluster/component.h"
#include <stdlib.h>
#include <string.h>

/* refused[x] of a cluster whose best link is tied: it takes no other. */
enum { ALONE = UINT32_MAX };

static int by_falling_weight(const void *x, const void *y) {
    const ck_weighed_pair *p = x, *q = y;
    if (p->weight != q->weight)
        return p->weight > q->weight ? -1 : 1;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    return (p->b > q->b) - (p->b < q->b);
}

static ck_status start(ck_component_space *space, const ck_person_limits *limits, const ck_component *component) {
    ck_error *error = &space->error;
    size_t n = component->n, counts = n * ck_limits_sorts(limits);
    if (ck_component_count_sorts(space, limits, component) != CK_OK ||
        ck_grow(error, &space->total, &space->total_room, counts, sizeof *space->total) != CK_OK ||
        ck_grow(error, &space->parent, &space->parent_room, n, sizeof *space->parent) != CK_OK ||
        ck_grow(error, &space->refused, &space->refused_room, n, sizeof *space->refused) != CK_OK ||
        ck_grow(error, &space->link, &space->link_room, component->npairs, sizeof *space->link) != CK_OK)
        return error->status;
    memset(space->refused, 0, n * sizeof *space->refused);
    qsort(component->pair, component->npairs, sizeof *component->pair, by_falling_weight);
    return CK_OK;
}

static void add_counts(uint32_t *count, uint32_t nsorts, uint32_t into, uint32_t from) {
    for (uint32_t s = 0; s < nsorts; s++)
        count[(size_t)into * nsorts + s] += count[(size_t)from * nsorts + s];
}

/* Only links whose clusters may join as they stand are kept, now as pairs of clusters; space->link keeps what they were. */
static uint64_t keep_possible(ck_component_space *space, const ck_person_limits *limits, ck_weighed_pair *pair, uint64_t n,
                              uint32_t *root) {
    uint64_t kept = 0;
    for (uint64_t i = 0; i < n; i++) {
        uint32_t x = ck_union_find(root, pair[i].a), y = ck_union_find(root, pair[i].b);
        if (x == y || space->refused[x] == ALONE || space->refused[y] == ALONE || ck_component_excludes(space, limits, x, y))
            continue;
        space->link[kept] = pair[i];
        pair[kept++] = (ck_weighed_pair){x, y, pair[i].weight};
    }
    return kept;
}

/* The clusters that all these links would make, in `parent`, and their members by sort, in `total`. */
static void try_all(ck_component_space *space, uint32_t nsorts, const ck_weighed_pair *pair, uint64_t n) {
    for (uint64_t i = 0; i < 2 * n; i++) {
        uint32_t x = i % 2 ? pair[i / 2].b : pair[i / 2].a;
        space->parent[x] = x;
        memcpy(space->total + (size_t)x * nsorts, space->count + (size_t)x * nsorts, nsorts * sizeof *space->total);
    }
    for (uint64_t i = 0; i < n; i++) {
        uint32_t x = ck_union_find(space->parent, pair[i].a), y = ck_union_find(space->parent, pair[i].b);
        if (ck_union_join(space->parent, x, y))
            add_counts(space->total, nsorts, x < y ? x : y, x < y ? y : x);
    }
}

/* Do members of the set have to stay apart? */
static bool is_at_odds(const ck_component_space *space, const ck_person_limits *limits, uint32_t set) {
    uint32_t n = ck_limits_sorts(limits);
    const uint32_t *total = space->total + (size_t)set * n;
    for (uint32_t s = 0; s < n; s++)
        for (uint32_t t = s; total[s] && t < n; t++)
            if (limits->apart[s * n + t] && total[t] > (s == t))
                return true;
    return false;
}

static void list_tie(ck_component_space *space, const ck_component *component, const ck_weighed_pair *link, uint32_t set) {
    if (ck_grow(&space->error, &space->tie, &space->tie_room, space->ties + 1, sizeof *space->tie) == CK_OK)
        space->tie[space->ties++] = (ck_tie){component->member[link->a], component->member[link->b], component->member[set], link->weight};
}

/* Links of one weight: all of them where that harms no limit, else none. */
static void take_level(ck_component_space *space, const ck_person_limits *limits, const ck_component *component, ck_weighed_pair *pair, uint64_t n,
                       uint32_t *root) {
    uint32_t nsorts = ck_limits_sorts(limits);
    n = keep_possible(space, limits, pair, n, root);
    try_all(space, nsorts, pair, n);
    for (uint64_t i = 0; i < n; i++) {
        uint32_t x = ck_union_find(root, pair[i].a), y = ck_union_find(root, pair[i].b), set = ck_union_find(space->parent, pair[i].a);
        if (is_at_odds(space, limits, set)) {
            list_tie(space, component, &space->link[i], set);
            space->refused[x]++;
            space->refused[y]++;
        } else if (ck_union_join(root, x, y)) {
            add_counts(space->count, nsorts, x < y ? x : y, x < y ? y : x);
        }
    }
    for (uint64_t i = 0; i < 2 * n; i++) {
        uint32_t *refused = &space->refused[i % 2 ? pair[i / 2].b : pair[i / 2].a];
        if (*refused)
            *refused = *refused > 1 ? ALONE : 0;
    }
}

void ck_best_link_component(ck_component_space *space, const ck_person_limits *limits, const ck_component *component, uint32_t *root) {
    for (uint32_t i = 0; i < component->n; i++)
        root[i] = i;
    if (start(space, limits, component) != CK_OK)
        return;
    ck_weighed_pair *pair = component->pair;
    for (uint64_t begin = 0, end; begin < component->npairs && pair[begin].weight >= limits->threshold_log2; begin = end) {
        for (end = begin + 1; end < component->npairs && pair[end].weight == pair[begin].weight;)
            end++;
        take_level(space, limits, component, pair + begin, end - begin, root);
    }
    for (uint32_t i = 0; i < component->n; i++)
        root[i] = ck_union_find(root, i);
}
