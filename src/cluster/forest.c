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

typedef struct ck_grower {
    uint64_t records;
    uint32_t *parent;
    ck_edge *forest, *merged; /* [records] sorted edges, and as many to merge into */
    uint64_t n;
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

/* Links [begin, end) at or above `lowest` as edges by falling bin; links come by (a, b), and counting keeps that. */
static uint64_t sort_batch(const ck_links *links, uint64_t begin, uint64_t end, int lowest, int highest,
                           uint64_t *place, ck_edge *edge) {
    uint64_t total = 0;
    memset(place, 0, (size_t)(highest - lowest + 1) * sizeof *place);
    for (uint64_t i = begin; i < end; i++)
        if (links->weight[i] >= lowest)
            place[highest - bin_of(links->weight[i], highest)]++;
    for (int k = 0; k <= highest - lowest; k++) {
        uint64_t count = place[k];
        place[k] = total;
        total += count;
    }
    for (uint64_t i = begin; i < end; i++)
        if (links->weight[i] >= lowest) {
            int bin = bin_of(links->weight[i], highest);
            edge[place[highest - bin]++] = (ck_edge){links->a[i], links->b[i], bin};
        }
    return total;
}

/* The forest of this rank's links. */
static void grow_here(ck_error *error, ck_grower *g, const ck_links *links, int lowest, int highest) {
    uint64_t batch = g->records < 4096 ? 4096 : g->records;
    batch = batch < links->n ? batch : links->n;
    uint64_t *place = ck_alloc(error, (size_t)(highest - lowest + 1), sizeof *place);
    ck_edge *edge = ck_alloc(error, batch, sizeof *edge);
    for (uint64_t begin = 0; place && edge && begin < links->n; begin += batch) {
        uint64_t end = links->n - begin < batch ? links->n : begin + batch;
        grow(g, edge, sort_batch(links, begin, end, lowest, highest, place, edge));
    }
    ck_free(edge);
    ck_free(place);
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

ck_status ck_cluster_forest(const ck_comm *comm, ck_error *error, uint64_t records, const ck_links *links, int lowest,
                            int highest, ck_forest *forest) {
    *forest = (ck_forest){0};
    ck_grower g = {.records = records};
    ck_links_check(error, links, records);
    g.parent = ck_alloc(error, records, sizeof *g.parent);
    g.forest = ck_alloc(error, records, sizeof *g.forest);
    g.merged = ck_alloc(error, records, sizeof *g.merged);
    if (error->status == CK_OK)
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
