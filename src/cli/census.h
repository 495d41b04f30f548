/** The census of the blocks, shown to a person before any pair is made, and as JSON for run.json. Local. */
#ifndef CK_CLI_CENSUS_H
#define CK_CLI_CENSUS_H
#include "block/rule.h"
#include <jansson.h>

/** A table: for each rule its keys, pairs, and what was capped; then the largest blocks, by hash, never by value. Pairs that several rules make are
 *  counted for each. */
void ck_census_show(const ck_rules *rules, const ck_rule_census *census, uint64_t possible_pairs);
/** How many pairs each rule was the first to make. */
void ck_census_show_new(const ck_rules *rules, const uint64_t *new_pairs);
/** A list with one object a rule; NULL when memory is out. */
json_t *ck_census_json(const ck_rules *rules, const ck_rule_census *census);

#endif
