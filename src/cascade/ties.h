/** Matches of a cascade that are not the only ones of their records, and that no rule decides: links of a weight below 0. */
#ifndef CK_CASCADE_TIES_H
#define CK_CASCADE_TIES_H
#include "cluster/spread.h"

/** Add them, by rule, then by the records that hang together, to the ties that are there. Collective. */
ck_status ck_cascade_ties(const ck_comm *comm, ck_error *error, ck_links_reader *links, uint64_t records, ck_ties *ties);

#endif
