/** Results as CSV, streamed by rank 0 in the canonical order: the same bytes whatever ranks there are. The other ranks
 *  take part in reading. Memory goes by rows (ids) and records, never by links. Collective. */
#ifndef CK_CLI_EXPORT_H
#define CK_CLI_EXPORT_H
#include "cli/files.h"
#include "csv/csv_out.h"
#include "store/links.h"
#include "store/people.h"

typedef ck_status ck_export_run(const ck_comm *comm, ck_error *error, const char *folder, ck_csv_out *csv);
ck_export_run ck_export_links, ck_export_index, ck_export_people, ck_export_persons, ck_export_households;

/** Rows of people.h5 as an export needs them. Members below `people` are rank 0's alone. */
typedef struct ck_export_rows {
    const ck_comm *comm;
    char *path;           /**< of people.h5 */
    ck_people people;     /**< dictionaries and sources, no codes */
    uint32_t *row_record; /**< [rows], NULL when rows are records */
} ck_export_rows;
ck_status ck_export_rows_open(const ck_comm *comm, ck_error *error, const char *folder, ck_export_rows *rows);
void ck_export_rows_close(ck_export_rows *rows);
/** Record of a row. Local, rank 0. */
static inline uint32_t ck_export_rows_record(const ck_export_rows *rows, uint64_t row) {
    return rows->row_record ? rows->row_record[row] : (uint32_t)row;
}
/** Name of a row's source. Local. */
const char *ck_export_rows_source(const ck_export_rows *rows, uint64_t row);

#endif
