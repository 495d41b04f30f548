/** One component of links at a time: records that links connect, made into persons by a kernel that knows nothing of ranks.
 *
 *  Kernels are serial, allocate only in their space, and give the same roots whatever the order of the pairs.
 *
 *      ck_component_space space = {0};
 *      ck_merge_component(&space, &limits, &component, root);
 *      ck_component_space_free(&space);
 */
#ifndef CK_CLUSTER_COMPONENT_H
#define CK_CLUSTER_COMPONENT_H
#include "store/people.h"

/** What a person may be made of. A member is a record, and its source is its sort; or a unit: records that stay together, whose sort says of which
 *  sources they are (cluster/units.h). */
typedef struct ck_person_limits {
    const ck_people *people;
    const bool *allowed;     /**< [nsorts * nsorts] may members of two sorts be paired? Symmetric. */
    const bool *apart;       /**< [nsorts * nsorts] may a person not have a member of each? Symmetric; on the diagonal: at most one member of the sort. */
    const double *within;    /**< [nsorts] bits, 0 or less, by which it speaks against one person that two clusters both hold the sort; NULL: none does */
    double threshold_log2;
    uint32_t nsorts, units;  /**< 0: members are records, sorts their sources */
    const uint32_t *sort;    /**< [units] */
} ck_person_limits;

static inline uint32_t ck_limits_sorts(const ck_person_limits *limits) {
    return limits->sort ? limits->nsorts : limits->people->nsources;
}
static inline uint32_t ck_limits_sort_of(const ck_person_limits *limits, uint32_t member) {
    return limits->sort ? limits->sort[member] : limits->people->nsources > 1 ? ck_people_source_of(limits->people, member) : 0;
}

/** A pair inside a component; a < b are places in its members. */
typedef struct ck_weighed_pair {
    uint32_t a, b;
    double weight; /**< bits */
} ck_weighed_pair;

typedef struct ck_component {
    uint32_t n;
    const uint32_t *member; /**< [n] numbers of records or units, rising */
    uint64_t npairs;
    ck_weighed_pair *pair;  /**< [npairs] each at most once; a kernel may reorder them */
} ck_component;

/** Best links that exclude one another. */
typedef struct ck_tie {
    uint32_t a, b;   /**< records, a < b; of units the least record of each */
    uint32_t set;    /**< the least record that the links of this weight would have put into one person with a and b */
    double weight;
} ck_tie;

/** Memory of a kernel, kept from one component to the next. A zeroed struct is ready. */
typedef struct ck_component_space {
    ck_error error;
    uint64_t ties;           /**< links not taken because another of the same weight excludes them, over all components */
    ck_tie *tie;             /**< [ties] */
    ck_weighed_pair *link;   /**< [npairs] of a component: what the pairs of clusters were */
    struct ck_bundle *bundle;
    struct ck_offer *heap;
    uint32_t *count, *head, *mark, *total, *parent, *refused;
    size_t bundle_room, heap_room, count_room, head_room, mark_room, total_room, parent_room, refused_room, tie_room, link_room;
} ck_component_space;
void ck_component_space_free(ck_component_space *space);

/** Greedy agglomeration (Bansal, Blum & Chawla 2004 pose the problem): join the two clusters with the highest
 *
 *      v = .35 max + .65 mean      over all allowed pairs between them
 *
 *  of weights less the threshold, clipped to +-6 bits, pairs that are not there counting -3, while v > 0. Among equal v the largest unclipped
 *  weight goes first, then the clusters of the smallest members. Two clusters whose members must stay apart never join.
 *  root[i]: place of the smallest member of i's person. Errors stay in the space. Cost: pairs * log pairs, more where clusters meet many others. */
void ck_merge_component(ck_component_space *space, const ck_person_limits *limits, const ck_component *component, uint32_t *root);

/** Links from the highest weight down, each taken unless it would join members that must stay apart. Links of one weight
 *  that exclude one another are ties: none of them is taken, and a member that two of them would reach is left alone. */
void ck_best_link_component(ck_component_space *space, const ck_person_limits *limits, const ck_component *component, uint32_t *root);

/** Of pairs that are there several times, the one with the highest weight; pairs by (a, b). */
void ck_component_keep_best(ck_component *component);

/** Members of each sort: count[place * nsorts + s] is 1 where the member at `place` is of sort s. */
ck_status ck_component_count_sorts(ck_component_space *space, const ck_person_limits *limits, const ck_component *component);
/** Would a person of both clusters hold members that must stay apart? */
static inline bool ck_component_excludes(const ck_component_space *space, const ck_person_limits *limits, uint32_t x, uint32_t y) {
    uint32_t n = ck_limits_sorts(limits);
    const uint32_t *p = space->count + (size_t)x * n, *q = space->count + (size_t)y * n;
    for (uint32_t s = 0; s < n; s++)
        for (uint32_t t = 0; p[s] && t < n; t++)
            if (q[t] && limits->apart[s * n + t])
                return true;
    return false;
}

#endif
