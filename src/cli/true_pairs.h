/** All pairs that are true, weighed as the job's links are: for measures by subgroup. Collective. */
#ifndef CK_CLI_TRUE_PAIRS_H
#define CK_CLI_TRUE_PAIRS_H
#include "cli/workspace.h"

/** `truth`: this rank's share of the allowed pairs of one group (group[record], 0 = in none), with weight and rule. Of a job of stages a pair has the weight and the
 *  number of the stage that has linked it, CK_NO_RULE where none has; people must have codes then. The caller frees. */
ck_status ck_true_pairs(ck_workspace *work, ck_error *error, const uint32_t *group, ck_links *truth);

#endif
