/** What there is to read: the files of all sources, their columns, and the byte ranges that ranks and threads take.
 *
 *  Rank 0 looks at the files and tells the others, so that all ranks have the same plan even of a file that changes.
 *  A plain file is cut at any byte into pieces; the records that start inside a piece are its rows (csv.h). */
#ifndef CK_INGEST_PLAN_H
#define CK_INGEST_PLAN_H
#include "ingest/ingest.h"

/** A source without a column of ids: its rows are known by their numbers. */
#define CK_NO_ID UINT32_MAX

typedef struct ck_plan_file {
    uint32_t source; /**< in the order of the spec */
    const char *path;
    bool gz;
    uint64_t size, data_begin; /**< data_begin: where the header ends */
    uint64_t nheader;
    char **header;  /**< [nheader] on rank 0, else NULL */
    uint32_t flag;  /**< header number of the opt-out flag, where the source has one */
    uint32_t *from; /**< header numbers: the id's (or CK_NO_ID), then those of every field of the source in order */
} ck_plan_file;

typedef struct ck_piece {
    uint32_t file;
    bool quoted;         /**< does it begin inside quotes? */
    uint64_t begin, end; /**< bytes; all of a .gz */
    uint64_t rows;       /**< read in it; filled by reading */
} ck_piece;

typedef struct ck_plan {
    const ck_ingest_spec *spec;
    uint32_t nfiles, npieces, nfields;
    ck_plan_file *file;
    ck_piece *piece;
    uint32_t piece_begin, piece_end; /**< this rank's */
    uint32_t *field_base;            /**< [nsources + 1] number of a source's first field among all of them */
    uint32_t *order;                 /**< [nsources] sources in the order of records */
    uint32_t *place;                 /**< [nsources] the inverse */
} ck_plan;

/** Collective. CK_DATA for a file without header or with a column missing or twice; CK_FILE. */
ck_status ck_plan_make(const ck_comm *comm, ck_error *error, const ck_ingest_spec *spec, ck_plan *plan);
void ck_plan_free(ck_plan *plan);

#endif
