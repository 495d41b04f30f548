#include "base/memory.h"
#include "cluster/cluster.h"
#include <string.h>

/* A record and its root: what one rank must tell another of its forest. */
typedef struct ck_branch {
    uint32_t record, root;
} ck_branch;

static uint32_t *new_forest(ck_error *error, uint64_t records) {
    uint32_t *parent = ck_alloc(error, records, sizeof *parent);
    for (uint64_t i = 0; parent && i < records; i++)
        parent[i] = (uint32_t)i;
    return parent;
}

static void join_links(ck_error *error, uint32_t *parent, uint64_t records, const ck_links *links,
                       double threshold_log2) {
    for (uint64_t i = 0; i < links->n; i++) {
        if (links->a[i] >= records || links->b[i] >= records) {
            ck_fail(error, CK_FILE, "Link %llu names a record that people.h5 does not have; link again.",
                    (unsigned long long)(links->begin + i));
            return;
        }
        if (links->weight[i] >= threshold_log2)
            ck_union_join(parent, links->a[i], links->b[i]);
    }
}

/* The records that are not their own root. */
static ck_branch *take_branches(ck_error *error, uint32_t *parent, uint64_t records, size_t *n) {
    *n = 0;
    for (uint64_t i = 0; i < records; i++)
        *n += parent[i] != i;
    ck_branch *branch = ck_alloc(error, *n, sizeof *branch);
    if (branch) {
        *n = 0;
        for (uint32_t i = 0; i < records; i++)
            if (parent[i] != i)
                branch[(*n)++] = (ck_branch){i, ck_union_find(parent, i)};
    }
    return branch;
}

/* One round: of every two neighbours `step` apart the right one hands its forest to the left one. */
static ck_status merge_round(const ck_comm *comm, ck_error *error, uint32_t *parent, uint64_t records, int step) {
    ck_branch *branch = NULL;
    void *received = NULL;
    size_t n = 0, size = (size_t)comm->size;
    uint64_t *bytes = ck_alloc_zero(error, 2 * size, sizeof *bytes);
    if (bytes && comm->rank % (2 * step) == step) {
        branch = take_branches(error, parent, records, &n);
        bytes[comm->rank - step] = n * sizeof *branch;
    }
    if (ck_par_agree(comm, error) == CK_OK &&
        ck_par_exchange(comm, error, branch, bytes, &received, bytes + size) == CK_OK) {
        const ck_branch *theirs = received;
        uint64_t count = comm->rank + step < comm->size ? bytes[size + (size_t)(comm->rank + step)] / sizeof *theirs : 0;
        for (uint64_t i = 0; i < count; i++)
            ck_union_join(parent, theirs[i].record, theirs[i].root);
    }
    ck_free(received);
    ck_free(branch);
    ck_free(bytes);
    return error->status;
}

/* Roots in place of parents become persons, counted in the order of their smallest record, which is the root. */
uint64_t ck_cluster_number_persons(uint32_t *parent, uint64_t records) {
    for (uint32_t i = 0; i < records; i++)
        parent[i] = ck_union_find(parent, i);
    uint32_t persons = 0;
    for (uint32_t i = 0; i < records; i++)
        parent[i] = parent[i] == i ? persons++ : parent[parent[i]]; /* the root comes first and is numbered already */
    return persons;
}

/* Rank 0's persons to the even shares of all. */
static ck_status hand_out(const ck_comm *comm, ck_error *error, const uint32_t *person, uint64_t records,
                          ck_index *index) {
    size_t size = (size_t)comm->size;
    uint64_t *bytes = ck_alloc_zero(error, 2 * size, sizeof *bytes);
    void *received = NULL;
    for (int r = 0; bytes && comm->rank == 0 && r < comm->size; r++)
        bytes[r] = (ck_par_share(comm, records, r + 1) - ck_par_share(comm, records, r)) * sizeof *person;
    if (ck_par_agree(comm, error) == CK_OK)
        ck_par_exchange(comm, error, person, bytes, &received, bytes + size);
    index->person = received;
    ck_free(bytes);
    return error->status;
}

ck_status ck_cluster_connected(const ck_comm *comm, ck_error *error, uint64_t records, const ck_links *links,
                               double threshold_log2, ck_index *index) {
    *index = (ck_index){.records = records,
                        .begin = ck_par_share(comm, records, comm->rank),
                        .end = ck_par_share(comm, records, comm->rank + 1)};
    uint32_t *parent = new_forest(error, records);
    if (parent)
        join_links(error, parent, records, links, threshold_log2);
    if (ck_par_agree(comm, error) != CK_OK)
        goto done;
    for (int step = 1; step < comm->size; step *= 2)
        if (merge_round(comm, error, parent, records, step) != CK_OK)
            goto done;
    if (comm->rank == 0)
        index->persons = ck_cluster_number_persons(parent, records);
    ck_par_broadcast(comm, 0, &index->persons, sizeof index->persons);
    hand_out(comm, error, parent, records, index);
done:
    ck_free(parent);
    return error->status;
}
