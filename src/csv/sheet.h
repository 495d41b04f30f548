/** A CSV file from its header to its last row, one row after another: for lists, lookups and extracts that one process reads once.
 *  (Linkage columns are read in parallel by ingest/read.c.) Every row has as many fields as the header, all valid UTF-8. Rows that have not, but
 *  leave it certain where the next one begins, are passed over where `rejects_most` allows them: the rows that ingest puts into rejects.csv.
 *
 *      ck_sheet_open(&error, path, CK_UTF8, ',', &sheet);
 *      ck_sheet_find(&error, &sheet, "nhs_number", &column);
 *      while (ck_sheet_next(&error, &sheet)) use(sheet.field[column]);
 *      ck_sheet_close(&sheet);
 *
 *  CK_DATA naming file and row (1 = the first after the header) for ragged rows, misplaced quotes, bytes that are not of the encoding; CK_FILE. .gz is
 *  read too. Local. */
#ifndef CK_CSV_SHEET_H
#define CK_CSV_SHEET_H
#include "csv/csv.h"
#include "csv/encoding.h"

typedef struct ck_sheet {
    const char *path;      /**< borrowed */
    ck_encoding encoding;
    uint32_t ncolumns;
    char **name;           /**< [ncolumns] of the header */
    uint64_t row;          /**< of the row at hand, from 1 */
    const ck_span *field;  /**< [ncolumns] valid until the next row */
    uint64_t rejects_most; /**< set after the file is opened: so many rows may be passed over; 0 */
    uint64_t rejects;      /**< passed over so far; they have numbers as all rows */
    /* inner part */
    ck_csv csv;
    char *decoded;
    size_t decoded_room;
} ck_sheet;

ck_status ck_sheet_open(ck_error *error, const char *path, ck_encoding encoding, char delimiter, ck_sheet *sheet);
/** The column of that name. CK_DATA when there is none, or two. */
ck_status ck_sheet_find(ck_error *error, const ck_sheet *sheet, const char *name, uint32_t *column);
/** @return whether there is another row; false at the end and on an error */
bool ck_sheet_next(ck_error *error, ck_sheet *sheet);
void ck_sheet_close(ck_sheet *sheet); /**< accepts a zeroed struct */

#endif
