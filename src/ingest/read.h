/** Reading: this rank's pieces to rows of value entries, on all threads. */
#ifndef CK_INGEST_READ_H
#define CK_INGEST_READ_H
#include "ingest/optouts.h"
#include "ingest/plan.h"
#include "ingest/rejects.h"
#include "ingest/rows.h"
#include "ingest/values.h"

/** What this rank read. One store and one set of tables for each of its threads. */
typedef struct ck_reading {
    uint32_t nthreads;
    ck_rows *rows;          /**< [nthreads] */
    ck_values *values;      /**< [nthreads][nfields of the plan] */
    ck_field_counts *count; /**< [nsources][ncolumns] sources in the spec's order; of all ranks */
    uint64_t *source_rows;  /**< [nsources] rows read, rejected and opted-out ones included; of all ranks */
    ck_optout_counts *optout; /**< [nsources] what opt-outs did to them; of all ranks */
    ck_optouts optouts;     /**< who is opted out, while rows are read */
    ck_rejects rejects;     /**< judged */
} ck_reading;

/** Stand before the first record of a piece. Local. */
ck_status ck_piece_open(ck_error *error, ck_csv *csv, const ck_plan *plan, const ck_piece *piece);

/** Ids of rows whose source has no column of them, once rows have their numbers (row_ids.c). Local. */
ck_status ck_row_ids_make(ck_error *error, const ck_plan *plan, ck_rows *rows);

/** Collective. Rows have their numbers in their files when it ends. */
ck_status ck_reading_make(const ck_comm *comm, ck_error *error, ck_plan *plan, ck_reading *reading);
void ck_reading_free(ck_reading *reading, const ck_plan *plan);

#endif
