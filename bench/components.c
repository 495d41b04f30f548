/* Connected components on graphs that are hard in one way each, streamed from a file of links. The answer is known by the making of the graph and checked.
 *
 *     bench_components make GRAPH RECORDS LINKS FILE          one rank
 *     mpirun -n N bench_components find GRAPH RECORDS FILE    prints one row: time, rounds, labels sent, memory
 *
 * Every graph has a number of parts; record i is of part i mod parts, so that i mod parts is its person. Inside a part:
 *
 *     sparse    parts of eight records
 *     chain     one part; each record knows two others, far away in the numbering; links come in the bit-reversed order of the way
 *     giant     one part of all records, and as many links as asked for between any two of them
 *
 * The first links make each part connected, the others join any two of the same part; one of ten is below the threshold, and joins what it should not.
 */
#include "base/clock.h"
#include "base/hash.h"
#include "base/memory.h"
#include "cluster/cluster.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE = 1 << 18 };

typedef struct graph {
    const char *name;
    uint64_t records, links, parts, part_records, tree_links, step;
} graph;

/* --- making ------------------------------------------------------------------------------------------------ */

static uint64_t common_divisor(uint64_t x, uint64_t y) {
    return y ? common_divisor(y, x % y) : x;
}

/* False for a graph that there is not, or records that cannot be cut into its parts. */
static bool describe(graph *g, const char *name, uint64_t records, uint64_t links) {
    *g = (graph){.name = name, .records = records, .links = links, .parts = 1};
    if (strcmp(name, "sparse") == 0)
        g->parts = records / 8;
    else if (strcmp(name, "chain") != 0 && strcmp(name, "giant") != 0)
        return false;
    if (g->parts == 0 || records % g->parts || records > UINT32_MAX)
        return false;
    g->part_records = records / g->parts;
    g->tree_links = g->parts * (g->part_records - 1);
    for (g->step = g->part_records * 618 / 1000 | 1; common_divisor(g->step, g->part_records) != 1;)
        g->step += 2; /* coprime steps come to every record once, each far from the last */
    return links >= g->tree_links && g->part_records > 1;
}

/* The k-th record on the way through a part. */
static uint32_t on_way(const graph *g, uint64_t part, uint64_t k) {
    return (uint32_t)(part + g->parts * (k * g->step % g->part_records));
}

/* i = 0 .. n - 1 in an order that leaves neighbours far apart: bits reversed, those that fall outside walked over. */
static uint64_t next_reversed(uint64_t *counter, uint64_t n) {
    int bits = 64 - __builtin_clzll(n);
    for (;;) {
        uint64_t turned = 0, x = (*counter)++;
        for (int i = 0; i < bits; i++)
            turned |= (x >> i & 1) << (bits - 1 - i);
        if (turned < n)
            return turned;
    }
}

static void put_link(ck_links *links, uint32_t x, uint32_t y, double weight) {
    links->a[links->n] = x < y ? x : y;
    links->b[links->n] = x < y ? y : x;
    links->weight[links->n++] = weight;
}

/* Where the making of a graph is, and the slice at hand. */
typedef struct maker {
    const graph *graph;
    uint64_t at, counter;
    ck_links slice;
} maker;

static void put_next(maker *m) {
    const graph *g = m->graph;
    uint64_t i = m->at++;
    if (i < g->tree_links) {
        uint64_t e = next_reversed(&m->counter, g->tree_links), part = e % g->parts, k = e / g->parts;
        put_link(&m->slice, on_way(g, part, k), on_way(g, part, k + 1), 5);
        return;
    }
    uint64_t h = ck_hash_mix(i), part = ck_hash_mix(h) % g->parts, k = h % g->part_records, far = 1 + (h >> 32) % (g->part_records - 1);
    bool low = i % 10 == 0 && g->parts > 1;
    put_link(&m->slice, on_way(g, part, k), on_way(g, low ? (part + 1) % g->parts : part, k + far), low ? -5 : 5);
}

static ck_status next_slice(void *giver, ck_error *error, ck_links *part) {
    maker *m = giver;
    m->slice.n = 0;
    while (m->at < m->graph->links && m->slice.n < SLICE)
        put_next(m);
    *part = m->slice;
    return error->status;
}

static ck_status make_graph(const ck_comm *comm, ck_error *error, const graph *g, const char *path) {
    ck_links all = {.n = g->links, .stamp = ck_copy_string(error, g->name)};
    maker m = {.graph = g};
    m.slice.a = ck_alloc(error, SLICE, sizeof *m.slice.a);
    m.slice.b = ck_alloc(error, SLICE, sizeof *m.slice.b);
    m.slice.weight = ck_alloc(error, SLICE, sizeof *m.slice.weight);
    m.slice.pattern = ck_alloc_zero(error, SLICE, sizeof *m.slice.pattern);
    m.slice.rule = ck_alloc_zero(error, SLICE, sizeof *m.slice.rule);
    ck_links_write_parts(comm, error, path, &all, next_slice, &m);
    ck_links_free(&m.slice);
    ck_links_free(&all);
    return error->status;
}

/* --- finding ----------------------------------------------------------------------------------------------- */

static void check(ck_error *error, const graph *g, const ck_index *index) {
    uint64_t wrong = index->persons != g->parts;
    for (uint64_t i = index->begin; i < index->end; i++)
        wrong += index->person[i - index->begin] != i % g->parts;
    if (wrong)
        ck_fail(error, CK_INTERNAL, "%s: %llu records are of the wrong person.", g->name, (unsigned long long)wrong);
}

static ck_status find(const ck_comm *comm, ck_error *error, graph *g, const char *path) {
    ck_links_reader reader;
    ck_components components = {0};
    ck_index index = {0};
    uint64_t before = ck_clock_peak_rss_bytes();
    double start = ck_clock_seconds(), read = 0;
    if (ck_links_reader_open(comm, error, path, &reader) != CK_OK)
        return error->status;
    g->links = reader.slice.total;
    ck_components_init(error, g->records, &components);
    while (ck_links_reader_next(&reader, error))
        ck_components_join(error, &components, &reader.slice, 0);
    read = ck_clock_seconds();
    ck_components_finish(comm, error, &components, &index);
    double end = ck_clock_seconds();
    if (error->status == CK_OK)
        check(error, g, &index);
    uint64_t most[2] = {ck_clock_peak_rss_bytes(), ck_clock_peak_rss_bytes() - before}, sent = components.sent_bytes;
    ck_par_max(comm, most, 2);
    ck_par_sum(comm, &sent, 1);
    if (ck_par_agree(comm, error) == CK_OK && comm->rank == 0)
        printf("| %s | %llu | %llu | %d | %u | %.1f | %.2f | %.2f | %.0f | %.0f |\n", g->name, (unsigned long long)g->records, (unsigned long long)g->links,
               comm->size, components.rounds, (double)sent / 1048576, read - start, end - read, (double)most[0] / 1048576, (double)most[1] / 1048576);
    ck_components_free(&components);
    ck_index_free(&index);
    ck_links_reader_close(&reader);
    return error->status;
}

int main(int argc, char **argv) {
    ck_error error = {0};
    ck_comm comm;
    graph g = {0};
    if (ck_par_start(&argc, &argv, &comm, &error) != CK_OK)
        return CK_INTERNAL;
    bool makes = argc == 6 && strcmp(argv[1], "make") == 0, finds = argc == 5 && strcmp(argv[1], "find") == 0;
    if ((!makes && !finds) || !describe(&g, argv[2], strtoull(argv[3], NULL, 10), makes ? strtoull(argv[4], NULL, 10) : UINT64_MAX) || (makes && comm.size > 1))
        ck_fail(&error, CK_USAGE, "usage: bench_components make|find sparse|chain|giant RECORDS [LINKS] FILE (make: one rank, and links enough)");
    else if (makes)
        make_graph(&comm, &error, &g, argv[5]);
    else
        find(&comm, &error, &g, argv[4]);
    if (error.status != CK_OK && comm.rank == 0)
        fprintf(stderr, "%s\n", error.text);
    ck_par_stop(&comm);
    return (int)error.status;
}
