/** The pairs that clustering weighs: links, and inside components of links also what no rule made. Inner part of persons.c and needed.c. Collective. */
#ifndef CK_CLUSTER_INSIDE_H
#define CK_CLUSTER_INSIDE_H
#include "cluster/persons.h"

/** `pairs` (n, a, b, weight; the caller frees): links inside components of those at or above the threshold and, with `rescore`, every other allowed
 *  pair there, weighed by the scorer; with `grey` also links up to 10 bits below the threshold between components. Components of more than 400
 *  records are cut at thresholds rising by a bit until their parts are small enough to be rescored: `*large` counts their records.
 *  The engine is made last, for the pairs of groups, some groups at a time; before that `spent` is freed, where `links` are the caller's own (else NULL). */
ck_status ck_pairs_inside(const ck_comm *comm, ck_error *error, const ck_persons_input *input, const ck_links *links, ck_links *spent, bool rescore, bool grey,
                          ck_links *pairs, uint64_t *rescored, uint64_t *large);

/** Of a file, the links that clustering by input->method can use (n, a, b, weight; the caller frees). `grey` as above. */
ck_status ck_links_needed(const ck_comm *comm, ck_error *error, const ck_persons_input *input, ck_links_reader *reader, bool grey, ck_links *needed);

/** How far below the threshold grey links reach, in bits. */
static const double ck_grey_bits = 10;

#endif
