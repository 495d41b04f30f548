/** Inside the reading of a release: release_input.c opens what it is made of, release_rows.c reads its tables, release_refuse.c says what may not go out. Local. */
#ifndef CK_CLI_RELEASE_INSIDE_H
#define CK_CLI_RELEASE_INSIDE_H
#include "cli/release_rows.h"
#include "csv/sheet.h"

/** One table's source, or the persons, as it is read. */
typedef struct ck_release_reading {
    ck_release_input *input;
    const ck_secret *key;
    const ck_release_source *spec;
    ck_release_table *table;
    ck_release_counts *counts;
    const ck_source_spec *source;
    const ck_source *rows;    /**< of people.h5 */
    const ck_people *persons; /**< of a table of persons; else NULL */
    uint64_t *id_offset;      /**< ids of the source, sorted */
    char *id_bytes;
    ck_sheet sheet;
    uint32_t *column, id;     /**< numbers of the sheet's columns, or of persons.h5's */
    uint32_t *code;           /**< of the row at hand */
} ck_release_reading;

/** The result folder of the release and what its tables need of it; the columns' lookup. Close also after an error. */
ck_status ck_release_input_open(ck_error *error, ck_release_spec *spec, ck_release_input *input);
/** CK_DATA when what the job and the names of the columns say shows that one may not go out as the file wants it: before rows are read. */
ck_status ck_release_check_names(ck_error *error, const ck_release_reading *r, const ck_small_rule *small);
/** The same by what is in the columns: after. */
ck_status ck_release_check_values(ck_error *error, const ck_release_reading *r);

#endif
