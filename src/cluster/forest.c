/* The forest is Kruskal's (1956) over edges in the strict order (falling bin, a, b), so there is exactly one, whatever
 * the ranks: the forest of a union of edges is that of the union of the parts' forests. Links therefore go in by
 * batches of about as many as there are records, and forests meet pairwise over the ranks. */
#include "base/memory.h"
#include "cluster/cluster.h"
#include <math.h>
#include <string.h>

typedef struct ck_edge {
    uint32_t a, b;
    int32_t bin;
} ck_edge;

enum { LEAST_BATCH = 4096 };

typedef struct ck_grower {
    uint64_t records;
    uint32_t *parent;
    ck_edge *forest, *merged; /* [room] sorted edges, and as many to merge into */
    uint64_t n, room;
} ck_grower;

static bool before(const ck_edge *x, const ck_edge *y) {
    if (x->bin != y->bin)
        return x->bin > y->bin;
    return x->a != y->a ? x->a < y->a : x->b < y->b;
}

/* Merge sorted edges into the forest, keeping those that join two trees. */
static void grow(ck_grower *g, const ck_edge *edge, uint64_t n) {
    for (uint64_t i = 0; i < g->records; i++)
        g->parent[i] = (uint32_t)i;
    uint64_t kept = 0, i = 0, j = 0;
    while (i < g->n || j < n) {
        const ck_edge *next = j == n || (i < g->n && before(&g->forest[i], &edge[j])) ? &g->forest[i++] : &edge[j++];
        if (ck_union_join(g->parent, next->a, next->b))
            g->merged[kept++] = *next;
    }
    ck_edge *old = g->forest;
    g->forest = g->merged;
    g->merged = old;
    g->n = kept;
}

static int bin_of(double weight, int highest) {
    return weight >= highest ? highest : (int)floor(weight);
}

/* Edges by falling bin; they come by (a, b), and counting keeps that. */
static void sort_batch(const ck_edge *from, uint64_t n, int lowest, int highest, uint64_t *place, ck_edge *edge) {
    uint64_t total = 0;
    memset(place, 0, (size_t)(highest - lowest + 1) * sizeof *place);
    for (uint64_t i = 0; i < n; i++)
        place[highest - from[i].bin]++;
    for (int k = 0; k <= highest - lowest; k++) {
        uint64_t count = place[k];
        place[k] = total;
        total += count;
    }
    for (uint64_t i = 0; i < n; i++)
        edge[place[highest - from[i].bin]++] = from[i];
}

/* What waits to go into the forest. It lies where the next forest will, which is made only once it has been sorted away. */
typedef struct ck_batch {
    uint64_t n, room;
    ck_edge *edge; /* [room] sorted */
    uint64_t *place;
} ck_batch;

static void grow_batch(ck_grower *g, ck_batch *batch, int lowest, int highest) {
    sort_batch(g->merged, batch->n, lowest, highest, batch->place, batch->edge);
    grow(g, batch->edge, batch->n);
    batch->n = 0;
}

/* Links of a slice at or above `lowest`. */
static void add_slice(ck_grower *g, ck_batch *batch, const ck_links *links, int lowest, int highest) {
    for (uint64_t i = 0; i < links->n; i++) {
        if (!(links->weight[i] >= lowest))
            continue;
        g->merged[batch->n++] = (ck_edge){links->a[i], links->b[i], bin_of(links->weight[i], highest)};
        if (batch->n == batch->room)
            grow_batch(g, batch, lowest, highest);
    }
}

/* The forest of this rank's links. */
static void grow_here(ck_error *error, ck_grower *g, ck_links_reader *links, int lowest, int highest) {
    ck_batch batch = {.room = links->n < g->room ? links->n : g->room};
    batch.place = ck_alloc(error, (size_t)(highest - lowest + 1), sizeof *batch.place);
    batch.edge = ck_alloc(error, batch.room, sizeof *batch.edge);
    ck_links_reader_rewind(links);
    while (ck_links_reader_next(links, error))
        if (ck_links_check(error, &links->slice, g->records) == CK_OK)
            add_slice(g, &batch, &links->slice, lowest, highest);
    if (error->status == CK_OK && batch.n)
        grow_batch(g, &batch, lowest, highest);
    ck_free(batch.edge);
    ck_free(batch.place);
}

/* One round: of every two neighbours `step` apart the right one hands its forest to the left one. */
static ck_status merge_round(const ck_comm *comm, ck_error *error, ck_grower *g, int step) {
    size_t size = (size_t)comm->size;
    void *received = NULL;
    uint64_t *bytes = ck_alloc_zero(error, 2 * size, sizeof *bytes);
    if (bytes && comm->rank % (2 * step) == step)
        bytes[comm->rank - step] = g->n * sizeof *g->forest;
    if (ck_par_agree(comm, error) == CK_OK &&
        ck_par_exchange(comm, error, g->forest, bytes, &received, bytes + size) == CK_OK &&
        comm->rank + step < comm->size && bytes[size + (size_t)(comm->rank + step)])
        grow(g, received, bytes[size + (size_t)(comm->rank + step)] / sizeof *g->forest);
    ck_free(received);
    ck_free(bytes);
    return error->status;
}

/* The grower's edges as the caller's columns, on rank 0. */
static void take_forest(ck_error *error, const ck_grower *g, ck_forest *forest) {
    forest->a = ck_alloc(error, g->n, sizeof *forest->a);
    forest->b = ck_alloc(error, g->n, sizeof *forest->b);
    forest->bin = ck_alloc(error, g->n, sizeof *forest->bin);
    if (error->status != CK_OK)
        return;
    forest->n = g->n;
    for (uint64_t i = 0; i < g->n; i++) {
        forest->a[i] = g->forest[i].a;
        forest->b[i] = g->forest[i].b;
        forest->bin[i] = g->forest[i].bin;
    }
}

ck_status ck_cluster_forest(const ck_comm *comm, ck_error *error, uint64_t records, ck_links_reader *links, int lowest, int highest,
                            ck_forest *forest) {
    *forest = (ck_forest){0};
    ck_grower g = {.records = records, .room = records < LEAST_BATCH ? LEAST_BATCH : records};
    g.parent = ck_alloc(error, records, sizeof *g.parent);
    g.forest = ck_alloc(error, g.room, sizeof *g.forest);
    g.merged = ck_alloc(error, g.room, sizeof *g.merged);
    if (ck_par_agree(comm, error) == CK_OK)
        grow_here(error, &g, links, lowest, highest);
    if (ck_par_agree(comm, error) != CK_OK)
        goto done;
    for (int step = 1; step < comm->size; step *= 2)
        if (merge_round(comm, error, &g, step) != CK_OK)
            goto done;
    if (comm->rank == 0)
        take_forest(error, &g, forest);
    ck_par_agree(comm, error);
done:
    if (error->status != CK_OK)
        ck_forest_free(forest);
    ck_free(g.merged);
    ck_free(g.forest);
    ck_free(g.parent);
    return error->status;
}

void ck_forest_free(ck_forest *forest) {
    ck_free(forest->a);
    ck_free(forest->b);
    ck_free(forest->bin);
    *forest = (ck_forest){0};
}
