/** From a job's rules and comparisons to what workers share: evaluator, layout, plans. Inner part of engine.c. Local. */
#ifndef CK_LINK_PREPARE_H
#define CK_LINK_PREPARE_H
#include "link/worker.h"

/** Registers every expression, filter and ladder, prepares the evaluator and lays out the rows. `exprs` ([rules.n]) receives the key parts'
 *  numbers. `shared`'s people, rules, comparisons and allowed are set by the caller; its evaluator is the caller's to free. */
ck_status ck_prepare(ck_error *error, ck_shared *shared, ck_evaluator *evaluator, ck_rule_exprs *exprs,
                     ck_layout *layout);
/** Frees what ck_prepare made in `shared`. */
void ck_prepare_free(ck_shared *shared);
/** Words of the rules' keys, once their shapes are known. Local. */
ck_status ck_prepare_key_words(ck_error *error, const ck_rule_keys *keys, uint32_t nrules, ck_layout *layout);

#endif
