/** The rows of two runs: the same are those of one source and id. Collective; the arrays are rank 0's. */
#ifndef CK_ASSESS_SAME_ROWS_H
#define CK_ASSESS_SAME_ROWS_H
#include "store/people.h"

/** A run's people.h5, opened. */
typedef struct ck_run_people {
    const char *path;
    const ck_people *people;
} ck_run_people;

/** Of every row the same row of the other run, UINT64_MAX = it is not there: of_before[before's rows] and of_after[after's], NULL on
 *  other ranks; the caller frees both. Memory: 8 bytes a row, and the ids of the largest source of both. */
ck_status ck_same_rows(const ck_comm *comm, ck_error *error, const ck_run_people *before, const ck_run_people *after, uint64_t **of_before,
                       uint64_t **of_after);

/** The record of every row, [rows] on rank 0 and NULL elsewhere; the caller frees. */
ck_status ck_records_of_rows(const ck_comm *comm, ck_error *error, const ck_people *people, uint32_t **record);

#endif
