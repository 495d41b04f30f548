#include "base/memory.h"
#include "base/stop.h"
#include "cluster/cluster.h"
#include "cluster/units.h"
#include <string.h>

/* Any set of links connects the same records as a spanning forest of it, so a rank keeps of its links only a forest, as labels: of each record a
 * smaller one of its tree. Forests meet pairwise, in log2(size) rounds whatever the graph: a chain of a million records takes as many as a
 * single link. Only labels of records that are not their own cross, in pieces, so that memory is the labels. */

/* A record and a smaller one of its tree: what one rank must tell another of its forest. */
typedef struct ck_branch {
    uint32_t record, parent;
} ck_branch;

enum { PIECE = 1 << 19 }; /* branches: 4 MiB */

ck_status ck_links_check(ck_error *error, const ck_links *links, uint64_t records) {
    for (uint64_t i = 0; i < links->n; i++)
        if (links->a[i] >= records || links->b[i] >= records)
            return ck_fail(error, CK_FILE, "Link %llu names a record that people.h5 does not have; link again.",
                           (unsigned long long)(links->begin + i));
    return CK_OK;
}

ck_status ck_components_init(ck_error *error, uint64_t records, ck_components *components) {
    *components = (ck_components){.records = records};
    uint32_t *parent = components->parent = ck_alloc(error, records, sizeof *parent);
    for (uint64_t i = 0; parent && i < records; i++)
        parent[i] = (uint32_t)i;
    return error->status;
}

void ck_components_free(ck_components *components) {
    ck_free(components->parent);
    *components = (ck_components){0};
}

ck_status ck_components_join(ck_error *error, ck_components *components, const ck_links *links, double threshold_log2) {
    uint64_t records = components->records;
    if (error->status != CK_OK || ck_links_check(error, links, records) != CK_OK)
        return error->status;
    for (uint64_t i = 0; i < links->n; i++)
        if (links->weight[i] >= threshold_log2)
            ck_union_join(components->parent, links->a[i], links->b[i]);
    return CK_OK;
}

/* The next records from `*next` on that are not their own root, at most a piece of them. */
static size_t take_branches(const ck_components *components, uint64_t *next, ck_branch *branch) {
    size_t n = 0;
    for (; *next < components->records && n < PIECE; (*next)++)
        if (components->parent[*next] != *next)
            branch[n++] = (ck_branch){(uint32_t)*next, components->parent[*next]};
    return n;
}

/* A piece of `n` branches to rank `to`, and what comes from others. bytes: [2 * size] */
static ck_status move_piece(const ck_comm *comm, ck_error *error, ck_components *components, const ck_branch *branch, size_t n, int to,
                            uint64_t *bytes) {
    size_t size = (size_t)comm->size;
    void *received = NULL;
    uint64_t count = 0;
    memset(bytes, 0, 2 * size * sizeof *bytes);
    if (n)
        bytes[to] = n * sizeof *branch;
    if (ck_par_exchange(comm, error, branch, bytes, &received, bytes + size) == CK_OK)
        for (size_t r = 0; r < size; r++)
            count += bytes[size + r] / sizeof *branch;
    const ck_branch *theirs = received;
    for (uint64_t i = 0; i < count; i++)
        ck_union_join(components->parent, theirs[i].record, theirs[i].parent);
    components->sent_bytes += n * sizeof *branch;
    ck_free(received);
    return error->status;
}

/* One round: of every two neighbours `step` apart the right one hands its forest to the left one. */
static ck_status merge_round(const ck_comm *comm, ck_error *error, ck_components *components, int step, ck_branch *branch, uint64_t *bytes) {
    bool sends = comm->rank % (2 * step) == step;
    uint64_t next = sends ? 0 : components->records, left = 1;
    while (left && error->status == CK_OK) {
        size_t n = take_branches(components, &next, branch);
        left = components->records - next;
        ck_par_max(comm, &left, 1);
        ck_stop_check(error);
        move_piece(comm, error, components, branch, n, comm->rank - step, bytes);
    }
    components->rounds++;
    return error->status;
}

/* The components of all ranks' links, on rank 0. */
static ck_status merge_forests(const ck_comm *comm, ck_error *error, ck_components *components) {
    ck_branch *branch = comm->size > 1 ? ck_alloc(error, PIECE, sizeof *branch) : NULL;
    uint64_t *bytes = ck_alloc(error, 2 * (size_t)comm->size, sizeof *bytes);
    ck_par_agree(comm, error);
    for (int step = 1; step < comm->size && error->status == CK_OK; step *= 2)
        merge_round(comm, error, components, step, branch, bytes);
    ck_free(bytes);
    ck_free(branch);
    return error->status;
}

uint64_t ck_cluster_number_persons(uint32_t *parent, uint64_t records) {
    uint32_t persons = 0;
    for (uint32_t i = 0; i < records; i++)
        parent[i] = parent[i] == i ? persons++ : parent[parent[i]]; /* the parent is smaller, so it is a person's number already */
    return persons;
}

/* Rank 0's persons to the even shares of all; a lone rank keeps what it has. */
static ck_status hand_out(const ck_comm *comm, ck_error *error, ck_components *components, ck_index *index) {
    size_t size = (size_t)comm->size;
    if (size == 1) {
        index->person = components->parent;
        components->parent = NULL;
        return CK_OK;
    }
    uint64_t *bytes = ck_alloc_zero(error, 2 * size, sizeof *bytes);
    void *received = NULL;
    for (int r = 0; bytes && comm->rank == 0 && r < comm->size; r++)
        bytes[r] = (ck_par_share(comm, index->records, r + 1) - ck_par_share(comm, index->records, r)) * sizeof *index->person;
    if (ck_par_agree(comm, error) == CK_OK)
        ck_par_exchange(comm, error, components->parent, bytes, &received, bytes + size);
    index->person = received;
    ck_free(bytes);
    return error->status;
}

ck_status ck_components_finish(const ck_comm *comm, ck_error *error, ck_components *components, ck_index *index) {
    uint64_t records = components->records;
    *index = (ck_index){.records = records, .begin = ck_par_share(comm, records, comm->rank), .end = ck_par_share(comm, records, comm->rank + 1)};
    if (merge_forests(comm, error, components) != CK_OK)
        return error->status;
    if (comm->rank == 0)
        index->persons = ck_cluster_number_persons(components->parent, records);
    ck_par_broadcast(comm, 0, &index->persons, sizeof index->persons);
    return hand_out(comm, error, components, index);
}

/* Units are in the first rank's forest. */
static void begin(const ck_comm *comm, ck_error *error, uint64_t records, const ck_units *units, ck_components *components) {
    ck_components_init(error, records, components);
    for (uint64_t i = 0; units && comm->rank == 0 && error->status == CK_OK && i < records; i++)
        components->parent[i] = units->first[units->unit[i]];
}

ck_status ck_cluster_connected(const ck_comm *comm, ck_error *error, uint64_t records, const ck_units *units, const ck_links *links,
                               double threshold_log2, ck_index *index) {
    ck_components components;
    begin(comm, error, records, units, &components);
    ck_components_join(error, &components, links, threshold_log2);
    ck_components_finish(comm, error, &components, index);
    ck_components_free(&components);
    return error->status;
}

ck_status ck_cluster_connected_file(const ck_comm *comm, ck_error *error, uint64_t records, const ck_units *units, ck_links_reader *reader,
                                    double threshold_log2, ck_index *index) {
    ck_components components;
    begin(comm, error, records, units, &components);
    ck_links_reader_rewind(reader);
    while (ck_links_reader_next(reader, error))
        ck_components_join(error, &components, &reader->slice, threshold_log2);
    ck_components_finish(comm, error, &components, index);
    ck_components_free(&components);
    return error->status;
}
