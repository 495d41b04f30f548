/** Candidate rules: conjunctions of one to three parts, refined while they are dear. Local. */
#ifndef CK_CHOOSE_CANDIDATES_H
#define CK_CHOOSE_CANDIDATES_H
#include "choose/learn.h"
#include "choose/partners.h"

/** What a rule costs besides its new pairs, in pairs: a key of a record; a pair that another rule makes as well. */
#define CK_KEY_COST 3.
#define CK_REPEAT_COST .2
/** Made-up partners that a rule must find to be looked at. */
#define CK_COVER_LEAST 1e-3

/** Conjunctions worth counting: of each set of columns those that are best at one of five prices by the estimate of independence, and every
 *  single part. `pairs`: possible pairs a record. */
ck_status ck_candidates_make(ck_error *error, const ck_key_parts *parts, const ck_part_fact *fact, const ck_made_partners *made, double budget,
                             double pairs, ck_conjunction **candidate, uint32_t *n);
/** bits: [made->nwords] the draws in which every part agrees. @return their number */
uint64_t ck_conjunction_covers(const ck_made_partners *made, const ck_conjunction *conjunction, uint64_t *bits);

#endif
