/** What a flow diagram tells of the links that were decided, for run.json and the audit log. Collective. */
#ifndef CK_CLI_FLOW_COUNTS_H
#define CK_CLI_FLOW_COUNTS_H
#include "cli/workspace.h"
#include "store/links.h"

/** Adds to `counts`: links_by_band (of 5 bits from `weight` on; the last is open), records_not_linked. */
ck_status ck_flow_count(ck_workspace *work, ck_error *error, ck_links_reader *links, const ck_index *index, double weight, json_t *counts);

#endif
