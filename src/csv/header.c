/* The first record of a file: names of columns. */
#include "csv/header.h"
#include "base/memory.h"
#include "csv/csv.h"

void ck_header_free(char **names, uint64_t n) {
    ck_free_texts(names, n);
}

static ck_status check_header(ck_error *error, const ck_csv *csv, const char *path) {
    if (!csv->found)
        return ck_fail(error, CK_DATA, "File %s has no header: it is empty.", path);
    if (csv->fault != CK_CSV_FINE)
        return ck_fail(error, CK_DATA, "The header of %s has a quote where none may be, or a quoted name does not end.",
                       path);
    if (csv->nfields > csv->field_room)
        return ck_fail(error, CK_DATA, "The header of %s has %zu columns; %zu are the most.", path, csv->nfields,
                       csv->field_room);
    return CK_OK;
}

static char *copy_name(ck_error *error, const char *path, ck_encoding encoding, ck_span name, size_t column) {
    char *copy = NULL, *room = ck_alloc(error, name.n + 1, CK_WINDOWS_1252_WIDTH);
    size_t used;
    if (room && ck_text_decode(encoding, &name, room, &used) != CK_TEXT_FINE)
        ck_fail(error, CK_DATA, "The name of column %zu of %s has bytes that are not %s.", column + 1, path,
                encoding == CK_UTF8 ? "UTF-8" : "windows-1252");
    else if (room)
        copy = ck_copy_text(error, name.bytes, name.n);
    ck_free(room);
    return copy;
}

ck_status ck_header_read(ck_error *error, const char *path, char delimiter, ck_encoding encoding, char ***names,
                         uint64_t *n, uint64_t *data_begin) {
    ck_csv csv = {0};
    uint64_t size = UINT64_MAX;
    *names = NULL;
    *n = 0;
    ck_csv_init(error, &csv, CK_CSV_FIELDS);
    if (error->status || (!ck_input_is_gz(path) && ck_input_size(error, path, &size)) ||
        ck_csv_open(error, &csv, path, 0, 0, size, delimiter) || ck_csv_skip_mark(error, &csv) ||
        ck_csv_next(error, &csv, UINT64_MAX) || check_header(error, &csv, path))
        goto done;
    *data_begin = csv.input.offset;
    *names = ck_alloc_zero(error, csv.nfields, sizeof **names);
    for (; *names && *n < csv.nfields && error->status == CK_OK; ++*n)
        (*names)[*n] = copy_name(error, path, encoding, csv.field[*n], *n);
    if (error->status != CK_OK) {
        ck_header_free(*names, *n);
        *names = NULL;
        *n = 0;
    }
done:
    ck_csv_free(&csv);
    return error->status;
}
