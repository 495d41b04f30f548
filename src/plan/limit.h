/** Limits on pairs, and what can be said about rules that make too many. Arithmetic only. Local. */
#ifndef CK_PLAN_LIMIT_H
#define CK_PLAN_LIMIT_H
#include "block/rule.h"

/** Pairs in those of a rule's largest blocks (census->largest) that its cap leaves, as a share of all its pairs. Where the cap drops all of them, the
 *  largest that are left are not known: 0. */
double ck_largest_share(const ck_rule *rule, const ck_rule_census *census);
/** What would make a rule's pairs fewer, as the end of a sentence: "cap its blocks ('max_block: 1022' drops the largest 5), or give it another part".
 *  @return `text` */
enum { CK_REMEDY_TEXT = 160 };
const char *ck_rule_remedy(const ck_rule *rule, const ck_rule_census *census, char text[CK_REMEDY_TEXT]);

/** Is a rule's number of pairs, before any is made, above its max_pairs, or above `most` (0: no limit) of the whole job? CK_DATA naming the rule, its
 *  pairs, its largest block and what to do. */
ck_status ck_limit_rules(ck_error *error, const ck_rules *rules, const ck_rule_census *census, uint64_t most);
/** Is the sum of the pairs that rules are the first to make above `most` (0: no limit)? CK_DATA naming the rule that adds most. */
ck_status ck_limit_job(ck_error *error, const ck_rules *rules, const ck_rule_census *census, uint64_t most);

#endif
