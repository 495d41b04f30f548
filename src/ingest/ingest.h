/** Ingest: CSV extracts to people.h5. Parallel over ranks by byte ranges cut at record ends.
 *
 *  Collective. Errors: CK_DATA naming file, row (1 = first record after the header) and column for ragged rows, invalid
 *  bytes, empty ids beyond the allowed rejects, and always for duplicate ids; CK_FILE for unreadable files. */
#ifndef CK_INGEST_INGEST_H
#define CK_INGEST_INGEST_H
#include <carrick/clean.h>
#include "csv/encoding.h"
#include "store/people.h"

/** Which part of a CSV column is taken, where a name stands in one. */
typedef enum ck_field_part {
    CK_PART_WHOLE,
    CK_PART_BEFORE_COMMA, /**< all, where there is no comma */
    CK_PART_AFTER_COMMA,
    CK_PART_FIRST_WORD,
    CK_PART_AFTER_FIRST,  /**< all words but the first */
    CK_PART_LAST_WORD,
    CK_PART_BEFORE_LAST,  /**< all words but the last; all, where there is one */
    CK_PART_COUNT
} ck_field_part;

/** Where one linkage column of a source comes from. */
typedef struct ck_field_spec {
    uint32_t column;       /**< number in the job's schema */
    uint32_t nfrom;
    char **from;           /**< CSV header names; several: dates are made of year, month, day in that order (`format` says otherwise);
                                other kinds are joined with one space, missing parts left out */
    ck_field_part part;    /**< of a single CSV column */
    ck_clean_options clean;
    uint32_t carried;      /**< 1 (compare: no): carried along for persons and households, not compared of itself */
} ck_field_spec;

typedef struct ck_source_spec {
    char *name;
    uint32_t nfiles;
    char **file;           /**< paths; .gz is read by one rank */
    char *id;              /**< header of the id column; NULL: the row's number in its file is its id */
    bool unique;
    ck_encoding encoding;
    char delimiter;
    uint64_t rejects_max;
    uint32_t nfields;
    ck_field_spec *field;
    uint32_t ncollapse;
    bool changes;          /**< rows that the files do not have stay as they are in spec->last */
    char *removed;         /**< CSV with the ids of rows that do not, or NULL */
    char **collapse;       /**< linkage column names that must all be present for rows to collapse; 0 = no collapsing */
} ck_source_spec;

/** How opt-outs show in a source. */
typedef struct ck_optout_source {
    char *flag;            /**< header of the column whose values say that a row's person is opted out, or NULL */
    uint32_t nvalues;
    char **value;
    uint32_t field;        /**< number of the source's field with the NHS number, or UINT32_MAX */
    bool applies, linked;  /**< rows with an opted-out person's number go; so do rows that are linked to one */
} ck_optout_source;

/** Who is opted out (ingest/optouts.h). */
typedef struct ck_optout_spec {
    char *list, *sent, *returned; /**< files of NHS numbers, or NULL */
    ck_optout_source *source;     /**< [nsources] NULL: the job says nothing of opt-outs */
} ck_optout_spec;

typedef struct ck_ingest_spec {
    uint32_t nsources, ncolumns;
    ck_source_spec *source;
    char **column_name;    /**< [ncolumns] the job's schema */
    ck_kind *column_kind;
    const char *as_of;     /**< YYYY-MM-DD (borrowed): births after it are told of; or NULL */
    const char *last;      /**< people.h5 that sources of changes go on from (borrowed), or NULL */
    ck_optout_spec optouts;
    const struct ck_optouts *linked; /**< rows to leave out that linking has found, or NULL (borrowed) */
    bool sources_by_name;  /**< order sources by name alone (link); else by the text name "-__-" id (dedupe) */
    uint64_t piece_bytes;  /**< files are cut into pieces of so many bytes; 0 = chosen. Changes no result */
} ck_ingest_spec;

/** What happened, per source and column: for the stage line, run.json and `profile`. */
typedef struct ck_field_counts {
    uint64_t rows;
    uint64_t result[CK_CLEAN_RESULTS]; /**< rows by ck_clean_result */
} ck_field_counts;
typedef struct ck_ingest_counts {
    uint64_t rows_read, rows_rejected, rows_opted_out, records;
    ck_field_counts *field; /**< [nsources * ncolumns]; the caller frees */
} ck_ingest_counts;

/** Read the header of the first file of a source: names are the caller's to free. Used to validate jobs. Local. */
ck_status ck_ingest_header(ck_error *error, const ck_source_spec *source, const char *path, char ***names, uint32_t *n);

/** Ingest into `people_path` and, where rows were rejected, `rejects_path` (source,file,row,column,reason). `stamp` is stored. */
ck_status ck_ingest(const ck_comm *comm, ck_error *error, const ck_ingest_spec *spec, const char *people_path,
                    const char *rejects_path, const char *stamp, ck_ingest_counts *counts);

#endif
