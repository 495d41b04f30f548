/** Clusters: links to persons. Memory by records, not links. Collective. */
#ifndef CK_CLUSTER_CLUSTER_H
#define CK_CLUSTER_CLUSTER_H
#include "store/links.h"
#include "store/people.h"

/** Records that are one person already (cluster/units.h); NULL where nothing is decided. */
typedef struct ck_units ck_units;

/** Connected components in the making: links go in a slice at a time, on any rank, in any order. 4 bytes a record, and of a link nothing.
 *
 *      ck_components_init(error, records, &components);
 *      ck_components_join(error, &components, &links, threshold);    as often as there are slices
 *      ck_components_finish(comm, error, &components, &index);
 *      ck_components_free(&components);
 */
typedef struct ck_components {
    uint64_t records;
    uint32_t *parent;      /**< [records] of this rank's links: a smaller record of the same component, or itself */
    uint32_t rounds;       /**< in which ranks' forests met: log2(size), rounded up */
    uint64_t sent_bytes;   /**< of labels, by this rank */
} ck_components;

ck_status ck_components_init(ck_error *error, uint64_t records, ck_components *components); /**< Local */
/** Links with weight >= the threshold. Local. CK_FILE for a record that there is not. Does nothing after an error. */
ck_status ck_components_join(ck_error *error, ck_components *components, const ck_links *links, double threshold_log2);
/** The components of all ranks' links. Persons are numbered by their smallest record; index->begin/end is the even share. */
ck_status ck_components_finish(const ck_comm *comm, ck_error *error, ck_components *components, ck_index *index);
void ck_components_free(ck_components *components);

/** Connected components of the links with weight >= threshold, of a slice in memory or of a whole file; records of a unit are together anyway. */
ck_status ck_cluster_connected(const ck_comm *comm, ck_error *error, uint64_t records, const ck_units *units, const ck_links *links,
                               double threshold_log2, ck_index *index);
ck_status ck_cluster_connected_file(const ck_comm *comm, ck_error *error, uint64_t records, const ck_units *units, ck_links_reader *reader,
                                    double threshold_log2, ck_index *index);

/** Do all links name records below `records`? Local. CK_FILE. */
ck_status ck_links_check(ck_error *error, const ck_links *links, uint64_t records);

/** Roots (or parents) in place become persons 0.., counted in the order of their smallest record, which is the root. Local.
 *  @return how many */
uint64_t ck_cluster_number_persons(uint32_t *parent, uint64_t records);

/** A maximum spanning forest of the links by whole weight (floor), on rank 0: at most records - 1 edges, sorted by falling bin, then (a, b);
 *  elsewhere n = 0. The components at any whole threshold are those of the edges at or above it. Memory by records: 40 bytes each while it is made. */
typedef struct ck_forest {
    uint64_t n;
    uint32_t *a, *b;
    int32_t *bin; /**< floor(weight), at most `highest`; links below `lowest` are left out */
} ck_forest;
ck_status ck_cluster_forest(const ck_comm *comm, ck_error *error, uint64_t records, ck_links_reader *links, int lowest, int highest,
                            ck_forest *forest);
void ck_forest_free(ck_forest *forest);

/** Union-find over 0..n-1 with path halving; the root of a set is its smallest member. Local. */
static inline uint32_t ck_union_find(uint32_t *parent, uint32_t x) {
    while (parent[x] != x) {
        parent[x] = parent[parent[x]];
        x = parent[x];
    }
    return x;
}
/** @return whether two sets became one */
static inline bool ck_union_join(uint32_t *parent, uint32_t a, uint32_t b) {
    a = ck_union_find(parent, a);
    b = ck_union_find(parent, b);
    if (a == b)
        return false;
    if (a < b)
        parent[b] = a;
    else
        parent[a] = b;
    return true;
}

#endif
