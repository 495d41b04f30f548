/** ties.csv: the links that best_link did not take, since another of the same weight excludes them. Collective. */
#ifndef CK_CLI_TIES_OUT_H
#define CK_CLI_TIES_OUT_H
#include "cli/workspace.h"
#include "cluster/spread.h"

/** Write DIR/ties.csv; without ties the file of an earlier run goes. `ties` are rank 0's. */
ck_status ck_ties_write(ck_workspace *work, ck_error *error, const ck_ties *ties);

#endif
