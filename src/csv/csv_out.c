#include "csv/csv_out.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

ck_status ck_csv_out_open(ck_error *error, const char *path, ck_csv_out *csv) {
    *csv = (ck_csv_out){0};
    return ck_out_open(error, path, &csv->file);
}

ck_status ck_csv_out_open_private(ck_error *error, const char *path, ck_csv_out *csv) {
    *csv = (ck_csv_out){0};
    return ck_out_open_private(error, path, &csv->file);
}

static void begin_field(ck_csv_out *csv) {
    if (csv->in_row)
        putc_unlocked(',', csv->file.stream);
    csv->blank = false;
    csv->in_row = true;
}

static bool needs_quotes(ck_span text) {
    for (size_t i = 0; i < text.n; i++)
        if (text.bytes[i] == ',' || text.bytes[i] == '"' || text.bytes[i] == '\n' || text.bytes[i] == '\r')
            return true;
    return false;
}

void ck_csv_out_text(ck_csv_out *csv, ck_span text) {
    FILE *stream = csv->file.stream;
    bool first = !csv->in_row;
    begin_field(csv);
    csv->blank = first && text.n == 0;
    if (!needs_quotes(text)) {
        fwrite_unlocked(text.bytes, 1, text.n, stream);
        return;
    }
    putc_unlocked('"', stream);
    for (size_t i = 0; i < text.n; i++) {
        if (text.bytes[i] == '"')
            putc_unlocked('"', stream);
        putc_unlocked(text.bytes[i], stream);
    }
    putc_unlocked('"', stream);
}

void ck_csv_out_string(ck_csv_out *csv, const char *text) {
    ck_csv_out_text(csv, ck_span_of(text));
}

void ck_csv_out_integer(ck_csv_out *csv, int64_t value) {
    begin_field(csv);
    fprintf(csv->file.stream, "%" PRId64, value);
}

const char *ck_real_text(double value, char text[CK_REAL_TEXT]) {
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, CK_REAL_TEXT, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return text;
}

void ck_csv_out_real(ck_csv_out *csv, double value) {
    char text[CK_REAL_TEXT];
    begin_field(csv);
    fputs_unlocked(ck_real_text(value, text), csv->file.stream);
}

/* A row of one empty field would be an empty line, which is no row. */
void ck_csv_out_end_row(ck_csv_out *csv) {
    if (csv->blank)
        fputs_unlocked("\"\"", csv->file.stream);
    csv->blank = false;
    putc_unlocked('\n', csv->file.stream);
    csv->in_row = false;
    csv->rows++;
}

ck_status ck_csv_out_settle(ck_error *error, ck_csv_out *csv) {
    return ck_out_settle(error, &csv->file);
}

ck_status ck_csv_out_commit(ck_error *error, ck_csv_out *csv) {
    return ck_out_commit(error, &csv->file);
}

void ck_csv_out_close(ck_csv_out *csv) {
    ck_out_close(&csv->file);
}
