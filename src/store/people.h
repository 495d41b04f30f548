/** people.h5: the cleaned linkage columns of every record, as codes with one dictionary a column.
 *
 *  Rows and records are numbered in one canonical order: sources in job order of their *sort key*, then ids
 *  by bytes (see ck_people_source_before), so the numbering does not depend on ranks nor on the order of
 *  rows in the files. Record a is `l` of a pair (a, b) when a < b. A record is one row, or, with collapse, the
 *  first of the rows that are equal in every linkage column.
 *
 *      dictionary of a column with 3 distinct values, sorted by bytes:
 *        offset  0 0 3 8 11        bytes  ANNROBINSUE
 *                  | | | +- end
 *        code     1 2 3            code 0 = missing
 */
#ifndef CK_STORE_PEOPLE_H
#define CK_STORE_PEOPLE_H
#include "base/text.h"
#include "par/par.h"
#include <carrick/kind.h>
#include <stdbool.h>

enum { CK_PEOPLE_VERSION = 1 };

/** Distinct values, sorted by bytes, no empty value; code 0 means missing. */
typedef struct ck_dict {
    uint32_t count;   /**< codes 1..count */
    uint64_t *offset; /**< [count + 2]; value of code c is bytes[offset[c] .. offset[c + 1]); offset[0] = offset[1] = 0 */
    char *bytes;
} ck_dict;

static inline ck_span ck_dict_value(const ck_dict *dict, uint32_t code) {
    return (ck_span){dict->bytes + dict->offset[code], (size_t)(dict->offset[code + 1] - dict->offset[code])};
}
/** The code of a value, 0 if absent. Local. Binary search. */
uint32_t ck_dict_find(const ck_dict *dict, ck_span value);
void ck_dict_free(ck_dict *dict);

typedef struct ck_column {
    char *name;
    ck_kind kind;
    ck_dict dict;   /**< whole, on every rank */
    uint32_t *code; /**< [end - begin] this rank's records; NULL unless asked for */
} ck_column;

typedef struct ck_source {
    char *name;
    bool unique;                        /**< at most one record a person */
    uint64_t record_begin, record_end;  /**< half-open, over all ranks */
    uint64_t row_begin, row_end;
} ck_source;

typedef struct ck_people {
    uint64_t records, begin, end;       /**< all; this rank's even share [begin, end) */
    uint64_t rows, row_begin, row_end;  /**< likewise for rows */
    uint32_t nsources, ncolumns;
    ck_source *source;                  /**< in record order */
    ck_column *column;
    uint32_t *row_record;               /**< [row_end - row_begin] record of each row; NULL when rows are records */
    uint64_t *id_offset;                /**< [row_end - row_begin + 1] into id_bytes; NULL unless asked for */
    char *id_bytes;                     /**< ids of this rank's rows, sorted by bytes inside a source */
    char *stamp;                        /**< what made the file: hash text of job part and inputs */
} ck_people;

enum { CK_PEOPLE_CODES = 1, CK_PEOPLE_IDS = 2 };

/** Read; `want` is an OR of CK_PEOPLE_*. Dictionaries and sources are always read. Collective. */
ck_status ck_people_open(const ck_comm *comm, ck_error *error, const char *path, unsigned want, ck_people *people);
/** Write `people`, in which begin/end and row_begin/row_end are this rank's slices, of any size, contiguous
 *  in rank order. Rank 0's dictionaries are written. Collective. */
ck_status ck_people_write(const ck_comm *comm, ck_error *error, const char *path, const ck_people *people);
void ck_people_free(ck_people *people);

/** Index of the source that holds a record. Local. */
uint32_t ck_people_source_of(const ck_people *people, uint64_t record);
/** Column number by name, or UINT32_MAX. Local. */
uint32_t ck_people_find_column(const ck_people *people, const char *name);
/** Ids of rows [begin, end) wherever they are held (rank 0 must ask for what it needs; every rank may ask for
 *  a different range). Collective. Caller frees both. */
ck_status ck_people_read_ids(const ck_comm *comm, ck_error *error, const char *path, uint64_t begin, uint64_t end,
                             uint64_t **offset, char **bytes);
/** Records per code of every column over all ranks: count[s * (dict.count + 1) + code] for source s. Needs codes.
 *  Collective. Caller frees. */
ck_status ck_people_count_codes(const ck_comm *comm, ck_error *error, const ck_people *people, uint32_t column,
                                uint64_t **count);

#endif
