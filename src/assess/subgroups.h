/** Quality by subgroup: pairs and persons of each class of a grouping, against truth. docs/methods.md, "By subgroup".
 *
 *  A pair is of a class when either of its records is, so a pair of two classes counts in both, once each: what differs within a pair is often
 *  why it is missed, and leaving such pairs out would flatter. Sums over classes therefore exceed the whole; `true_shared` says by how much.
 *  A person (or entity) is of every class that one of its records is of. Only records whose truth is known count.
 */
#ifndef CK_ASSESS_SUBGROUPS_H
#define CK_ASSESS_SUBGROUPS_H
#include "assess/grouping.h"
#include "assess/measures.h"
#include "store/links.h"

/** Why a true pair is not inside one person. */
typedef enum ck_miss {
    CK_MISS_RULES,    /**< no blocking rule makes it */
    CK_MISS_WEIGHT,   /**< its weight is below the decision */
    CK_MISS_CLUSTERS, /**< it is a link, but clustering parts it */
    CK_MISSES
} ck_miss;
/** "rules", "weight", "clusters". Local. */
const char *ck_miss_word(ck_miss miss);

typedef struct ck_subgroup {
    ck_tally pairs;             /**< inside the persons */
    uint64_t true_pairs, true_shared; /**< true_shared: of them with one record in another class */
    uint64_t missed[CK_MISSES]; /**< sums to true_pairs - pairs.right */
    ck_ratio precision, recall; /**< of the pairs; clusters are persons, and entities */
    uint64_t persons, entities, whole; /**< whole: persons that are exactly an entity */
} ck_subgroup;

/** Subgroups with fewer persons or entities that have a pair than this are small: their intervals are 20 points wide and more, and they are no ground
 *  for comparing. */
enum { CK_SUBGROUP_SMALL = 30 };
bool ck_subgroup_is_small(const ck_subgroup *subgroup); /**< Local */

/** Measure every class: subgroup[grouping->n] on every rank.
 *  @param person   [records] on every rank, below `persons`
 *  @param truth    this rank's share of all true pairs with weight and rule (ck_engine_link_groups)
 *  @return CK_INTERNAL when the counts of pairs and those of persons contradict each other. Collective. */
ck_status ck_subgroups_measure(const ck_comm *comm, ck_error *error, const ck_known *known, const uint32_t *person, uint64_t persons,
                               const ck_links *truth, double decision, const ck_grouping *grouping, ck_subgroup *subgroup);

#endif
