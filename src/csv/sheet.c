#include "csv/sheet.h"
#include "base/memory.h"
#include "csv/header.h"
#include <inttypes.h>
#include <string.h>

ck_status ck_sheet_open(ck_error *error, const char *path, ck_encoding encoding, char delimiter, ck_sheet *sheet) {
    uint64_t columns = 0, begin = 0, size = UINT64_MAX;
    *sheet = (ck_sheet){.path = path, .encoding = encoding};
    if (ck_header_read(error, path, delimiter, encoding, &sheet->name, &columns, &begin) != CK_OK)
        return error->status;
    sheet->ncolumns = (uint32_t)columns;
    if (ck_csv_init(error, &sheet->csv, columns + 1) != CK_OK || (!ck_input_is_gz(path) && ck_input_size(error, path, &size) != CK_OK) ||
        ck_csv_open(error, &sheet->csv, path, 0, size, size, delimiter) != CK_OK || ck_csv_skip_mark(error, &sheet->csv) != CK_OK)
        return error->status;
    return ck_csv_next(error, &sheet->csv, UINT64_MAX); /* the header again */
}

ck_status ck_sheet_find(ck_error *error, const ck_sheet *sheet, const char *name, uint32_t *column) {
    uint32_t found = 0;
    for (uint32_t c = 0; c < sheet->ncolumns; c++)
        if (strcmp(sheet->name[c], name) == 0 && found++ == 0)
            *column = c;
    if (found == 0)
        return ck_fail(error, CK_DATA, "File %s has no column '%s'.", sheet->path, name);
    return found > 1 ? ck_fail(error, CK_DATA, "File %s has %" PRIu32 " columns '%s'.", sheet->path, found, name) : CK_OK;
}

static ck_status check_row(ck_error *error, const ck_sheet *sheet) {
    const ck_csv *csv = &sheet->csv;
    if (csv->fault == CK_CSV_LONG)
        return ck_fail(error, CK_DATA, "Row %" PRIu64 " of %s is longer than %d bytes; is a quote missing?", sheet->row, sheet->path, CK_CSV_RECORD_BYTES);
    if (csv->fault != CK_CSV_FINE)
        return ck_fail(error, CK_DATA, "Row %" PRIu64 " of %s has a quote where none may be, or a quoted field does not end.", sheet->row, sheet->path);
    if (csv->nfields != sheet->ncolumns)
        return ck_fail(error, CK_DATA, "Row %" PRIu64 " of %s has %zu fields where the header has %" PRIu32 ".", sheet->row, sheet->path, csv->nfields,
                       sheet->ncolumns);
    return CK_OK;
}

/* Fields with bytes beyond ASCII become UTF-8. */
static ck_status decode_row(ck_error *error, ck_sheet *sheet) {
    ck_csv *csv = &sheet->csv;
    size_t need = 1, used;
    for (size_t i = 0; i < csv->nfields; i++)
        need += csv->field[i].n * CK_WINDOWS_1252_WIDTH;
    if (ck_grow(error, &sheet->decoded, &sheet->decoded_room, need, 1) != CK_OK)
        return error->status;
    char *room = sheet->decoded;
    for (size_t i = 0; i < csv->nfields; i++, room += used)
        if (ck_text_decode(sheet->encoding, &csv->field[i], room, &used) != CK_TEXT_FINE)
            return ck_fail(error, CK_DATA, "Row %" PRIu64 " of %s, column %s: the bytes are not %s.", sheet->row, sheet->path, sheet->name[i],
                           sheet->encoding == CK_UTF8 ? "UTF-8" : "windows-1252");
    return CK_OK;
}

/* After a fault that spoils the row alone, reading may go on behind it. */
static bool may_pass(const ck_error *error, const ck_sheet *sheet) {
    return error->status == CK_DATA && sheet->rejects < sheet->rejects_most && (sheet->csv.fault == CK_CSV_FINE || sheet->csv.fault == CK_CSV_QUOTE);
}

bool ck_sheet_next(ck_error *error, ck_sheet *sheet) {
    ck_csv *csv = &sheet->csv;
    while (error->status == CK_OK && ck_csv_next(error, csv, UINT64_MAX) == CK_OK && csv->found) {
        sheet->row++;
        sheet->field = csv->field;
        if (check_row(error, sheet) == CK_OK && (!csv->odd || decode_row(error, sheet) == CK_OK))
            return true;
        if (!may_pass(error, sheet))
            return false;
        *error = (ck_error){0};
        sheet->rejects++;
    }
    return false;
}

void ck_sheet_close(ck_sheet *sheet) {
    ck_header_free(sheet->name, sheet->ncolumns);
    ck_csv_free(&sheet->csv);
    ck_free(sheet->decoded);
    *sheet = (ck_sheet){0};
}
