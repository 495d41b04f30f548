/** Rows of an earlier people.h5 of which an extract of changes does not speak: they stand among those that were read, as clean as they were. Inner part of ingest.c. */
#ifndef CK_INGEST_CARRY_ROWS_H
#define CK_INGEST_CARRY_ROWS_H
#include "ingest/read.h"
#include "store/people.h"

/** Old rows among those of the first thread, and the dictionaries that their codes are of until ck_carried_join. */
typedef struct ck_carried {
    size_t first, n;   /**< rows [first, first + n) */
    uint32_t ncolumns;
    ck_dict *dict;     /**< [ncolumns], whole on every rank; NULL: no source has an extract of changes */
} ck_carried;

/** Add to `reading` the rows of spec->last whose source has `changes`, and whose ids are neither in its files nor in its `removed`. Every rank takes an even share.
 *  Nothing without such a source. The old rows' values enter no table of values: their dictionaries are there, and sorted. CK_USAGE when a column is of another kind there. Memory: the share of the old rows, and the ids of all changes. Collective. */
ck_status ck_carry_rows(const ck_comm *comm, ck_error *error, const ck_plan *plan, ck_reading *reading, ck_carried *carried);

/** `dict`, of the values that were read, becomes that of these and of the old rows' values, and the old rows' codes are of it. *fresh_code: [count + 1] the new
 *  code of each code that it had, NULL = they hold; the caller frees. `name` is the column's. Collective. */
ck_status ck_carried_join(const ck_comm *comm, ck_error *error, ck_carried *carried, const ck_rows *rows, uint32_t column, const char *name, ck_dict *dict,
                          uint32_t **fresh_code);
void ck_carried_free(ck_carried *carried);

#endif
