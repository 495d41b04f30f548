/** Components over ranks and threads: each is made into persons by a kernel, where it lands does not matter. Collective. */
#ifndef CK_CLUSTER_SPREAD_H
#define CK_CLUSTER_SPREAD_H
#include "cluster/component.h"
#include "store/links.h"

/** Ties of all components, by falling weight, then set, then (a, b). */
typedef struct ck_ties {
    uint64_t n;    /**< over all ranks */
    ck_tie *tie;   /**< [n] on rank 0, elsewhere NULL; the caller frees */
} ck_ties;

typedef void ck_component_kernel(ck_component_space *space, const ck_person_limits *limits, const ck_component *component, uint32_t *root);

/** Components of the pairs at or above the threshold, given to ranks in even shares of their pairs; `kernel` makes each into persons from
 *  all the pairs inside it. Of `pairs` only n, a, b and weight are read; a pair of records is there once, on any rank; one of units as often as it
 *  likes, and the best counts.
 *  @param root [members] on every rank: the smallest member of each one's person
 *  @param ties of the kernels; what was in it is freed first */
ck_status ck_spread_components(const ck_comm *comm, ck_error *error, const ck_person_limits *limits, const ck_links *pairs, uint32_t threads,
                               ck_component_kernel *kernel, uint32_t *root, ck_ties *ties);

/** The person of every record ([records], caller frees) from every rank's share. */
ck_status ck_gather_persons(const ck_comm *comm, ck_error *error, const ck_index *index, uint32_t **person);

#endif
