/** Rows of an earlier people.h5 of which an extract of changes does not speak: they are read in with its own, as clean as they were. Inner part of ingest.c. */
#ifndef CK_INGEST_CARRY_ROWS_H
#define CK_INGEST_CARRY_ROWS_H
#include "ingest/read.h"

/** Add to `reading` the rows of spec->last whose source has `changes`, and whose ids are neither in its files nor in its `removed`. Every rank takes an even share.
 *  Nothing without such a source. CK_USAGE when a column is of another kind there. Memory: the share of the old rows, and the ids of all changes. Collective. */
ck_status ck_carry_rows(const ck_comm *comm, ck_error *error, const ck_plan *plan, ck_reading *reading);

#endif
