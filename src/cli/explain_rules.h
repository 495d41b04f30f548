/** What the rules of a cascade decided of one pair, as links.h5 has it. */
#ifndef CK_CLI_EXPLAIN_RULES_H
#define CK_CLI_EXPLAIN_RULES_H
#include "cli/workspace.h"

typedef struct ck_rule_verdict {
    bool known;       /**< links.h5 is there, and up to date with the rules */
    bool linked;      /**< a rule decided */
    const char *rule; /**< that rule, or the first whose match is not the only one; NULL: no rule holds */
    double weight;    /**< of the link */
} ck_rule_verdict;

/** Collective. a < b: records. */
ck_status ck_find_verdict(ck_workspace *work, ck_error *error, uint64_t a, uint64_t b, ck_rule_verdict *verdict);
/** One sentence of it to standard output. Local. */
void ck_print_verdict(const ck_rule_verdict *verdict);

#endif
