/** What calibration must know of the blocking rules before EM: how often chance makes their keys agree, and what that does to the
 *  comparisons. Used by training alone. Collective; every number is made from integers that are the same on every rank. */
#ifndef CK_LINK_TRAIN_RULES_H
#define CK_LINK_TRAIN_RULES_H
#include "link/train.h"
#include "model/calibrate.h"

/** Facts of every rule ([rules->n], text borrowed from the rules). Levels of affected comparisons come from about 40 000 pairs a key, chosen by
 *  hashing record numbers with the seed of `how`, of which only that and the tuples are read; exact where there are no more. `engine` is one of these
 *  rules and comparisons. */
ck_status ck_train_rule_facts(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_rules *rules,
                              const ck_comparisons *comparisons, const ck_train_options *how, const ck_engine_options *options, ck_engine *engine,
                              ck_rule_facts *facts);

/** Is column x a function of column y, as a year is of a date? At least five values of y that two or more records hold, one x with each of
 *  them (missing counts as a value), and fewer values of x than of y. Collective. */
ck_status ck_train_determines(const ck_comm *comm, ck_error *error, const ck_people *people, uint32_t y, uint32_t x, bool *determines);

#endif
