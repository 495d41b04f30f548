/** Records that are what they were in an earlier run: the same source, id and value in every linkage column. Collective. */
#ifndef CK_ASSESS_UNCHANGED_H
#define CK_ASSESS_UNCHANGED_H
#include "assess/same_rows.h"

/** On every rank. */
typedef struct ck_unchanged {
    uint64_t records, old_records; /**< of all ranks, now and then */
    uint64_t nsettled;             /**< how many are what they were */
    uint64_t *settled;             /**< a bit for each record: is it? */
    uint32_t *record;              /**< [old_records] its record now, CK_NO_RECORD: gone, or changed */
} ck_unchanged;
#define CK_NO_RECORD UINT32_MAX

/** Both people.h5 need the same linkage columns (CK_USAGE). A record of several rows is what it was when one of its rows is. Memory: rank 0 holds 16 bytes a row
 *  and 16 a record of both; every rank 4 an old record. */
ck_status ck_find_unchanged(const ck_comm *comm, ck_error *error, const ck_run_people *before, const ck_run_people *now, ck_unchanged *unchanged);
void ck_unchanged_free(ck_unchanged *unchanged);

#endif
