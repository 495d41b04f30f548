/** Collapsing: rows of a source that are equal in every linkage column, with none of the named columns missing, become
 *  one record; the first of them in canonical order stands for all. */
#ifndef CK_INGEST_COLLAPSE_H
#define CK_INGEST_COLLAPSE_H
#include "ingest/plan.h"

/** `people` holds rows: its slices, sources' row ranges and codes are per row. Where a source collapses, codes become per
 *  record and row_record is set; in all cases records, begin, end and the sources' record ranges are filled. Collective. */
ck_status ck_collapse_rows(const ck_comm *comm, ck_error *error, const ck_plan *plan, ck_people *people);

#endif
