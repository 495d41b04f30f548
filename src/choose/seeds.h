/** Seeds and their pairs. Inner part of learn.c. */
#ifndef CK_CHOOSE_SEEDS_H
#define CK_CHOOSE_SEEDS_H
#include "choose/learn.h"

/** Conjunctions of one or two strong parts that make between 50 pairs and 5 pairs a record in blocks of at most 100. Collective. */
ck_status ck_seeds_choose(ck_error *error, const ck_key_parts *parts, const ck_part_fact *fact, ck_census *census, ck_learned *learned,
                          double *partners);
/** Pairs of some records under all seeds; `partners`: expected of a record. Fills rows, a, b, mask on rank 0, and the share of all pairs that
 *  these records can be part of. Collective. */
ck_status ck_seeds_pair(const ck_comm *comm, ck_error *error, const ck_choose_input *input, const ck_census *census, double partners,
                        ck_learned *learned, double *share);

#endif
