/* The one pass over an extract. */
#include "base/hash.h"
#include "base/memory.h"
#include "csv/csv.h"
#include "csv/encoding.h"
#include "csv/header.h"
#include "ingest/plan.h"
#include "init/extract.h"
#include "init/header.h"
#include <string.h>

enum { SEED = 7 };

ck_span ck_trim_blanks(ck_span text) {
    while (text.n && strchr(" \t", text.bytes[0]) && text.bytes[0]) {
        text.bytes++;
        text.n--;
    }
    while (text.n && strchr(" \t", text.bytes[text.n - 1]) && text.bytes[text.n - 1])
        text.n--;
    return text;
}

void ck_extract_free(ck_extract *extract) {
    for (uint32_t c = 0; extract->column && c < extract->ncolumns; c++) {
        ck_free(extract->column[c].header);
        ck_tally_free(&extract->column[c].tally);
    }
    for (size_t i = 0; extract->sample && i < extract->nsampled; i++)
        ck_free(extract->sample[i].at);
    ck_free(extract->column);
    ck_free(extract->sample);
    *extract = (ck_extract){0};
}

/* ---- the sample ---- */

typedef struct scan {
    ck_extract *extract;
    ck_csv csv;
    size_t most, room; /* rows of the sample */
    uint64_t limit;    /* rows whose hash is below are kept */
    uint64_t bad_utf8, bad_1252, number;
} scan;

static size_t kept_bytes(ck_span value) {
    return value.n < CK_SAMPLE_CELL_BYTES ? value.n : CK_SAMPLE_CELL_BYTES;
}

static void halve_sample(scan *of) {
    ck_extract *extract = of->extract;
    size_t kept = 0;
    of->limit /= 2;
    for (size_t i = 0; i < extract->nsampled; i++)
        if (extract->sample[i].hash < of->limit)
            extract->sample[kept++] = extract->sample[i];
        else
            ck_free(extract->sample[i].at);
    extract->nsampled = kept;
}

static ck_status sample_row(ck_error *error, scan *of, uint64_t hash) {
    ck_extract *extract = of->extract;
    const ck_span *field = of->csv.field;
    size_t head = extract->ncolumns * sizeof(uint32_t), bytes = 0;
    for (uint32_t c = 0; c < extract->ncolumns; c++)
        bytes += kept_bytes(ck_trim_blanks(field[c])) + 1;
    if (extract->nsampled == of->most)
        halve_sample(of);
    if (hash >= of->limit || ck_grow(error, &extract->sample, &of->room, extract->nsampled + 1, sizeof *extract->sample) != CK_OK)
        return error->status;
    ck_sample_row row = {.hash = hash, .at = ck_alloc(error, head + bytes, 1)};
    if (!row.at)
        return error->status;
    row.text = (char *)row.at + head;
    uint32_t at = 0;
    for (uint32_t c = 0; c < extract->ncolumns; c++) {
        ck_span value = ck_trim_blanks(field[c]);
        size_t n = kept_bytes(value);
        row.at[c] = at;
        if (n)
            memcpy(row.text + at, value.bytes, n);
        row.text[at + n] = 0;
        at += (uint32_t)n + 1;
    }
    extract->sample[extract->nsampled++] = row;
    return CK_OK;
}

/* ---- one row ---- */

/* Bytes beyond ASCII: which encodings could they be of? NUL is of none. */
static bool judge_bytes(scan *of) {
    bool utf8 = true, western = true, nul = false;
    for (uint32_t c = 0; c < of->extract->ncolumns; c++) {
        ck_span field = of->csv.field[c];
        size_t bad;
        nul |= field.n && memchr(field.bytes, 0, field.n);
        utf8 &= ck_utf8_valid(field.bytes, field.n, &bad);
        for (size_t i = 0; i < field.n; i++)
            western &= !strchr("\x81\x8D\x8F\x90\x9D", field.bytes[i]) || field.bytes[i] == 0;
    }
    of->extract->bytes += nul;
    of->extract->high += !nul;
    of->bad_utf8 += !nul && !utf8;
    of->bad_1252 += !nul && !western;
    return !nul;
}

static ck_status take_row(ck_error *error, scan *of) {
    ck_extract *extract = of->extract;
    uint64_t hash = ck_hash_mix(++of->number * UINT64_C(0x9E3779B97F4A7C15));
    if (of->csv.fault != CK_CSV_FINE || of->csv.nfields != extract->ncolumns) {
        *(of->csv.fault != CK_CSV_FINE ? &extract->quotes : &extract->ragged) += 1;
        return CK_OK;
    }
    if (of->csv.odd && !judge_bytes(of))
        return CK_OK;
    extract->rows++;
    for (uint32_t c = 0; c < extract->ncolumns; c++) {
        ck_span value = ck_trim_blanks(of->csv.field[c]);
        if (value.n == 0)
            continue;
        ck_extract_column *column = &extract->column[c];
        column->filled++;
        column->longest = value.n > column->longest ? value.n : column->longest;
        ck_tally_add(&column->tally, ck_hash_bytes(value.bytes, value.n, SEED));
    }
    return hash < of->limit ? sample_row(error, of, hash) : CK_OK;
}

static ck_status fail_final(ck_error *error, const scan *of) {
    const char *path = of->extract->path;
    unsigned long long row = (unsigned long long)of->number + 1;
    if (of->csv.fault == CK_CSV_OPEN)
        return ck_fail(error, CK_DATA, "File %s, row %llu or before: a quoted value does not end, so that the rest of the file would be "
                       "one value; close the quote, or double quotes inside values.", path, row);
    if (of->csv.fault == CK_CSV_LONG)
        return ck_fail(error, CK_DATA, "File %s, row %llu is longer than %d bytes, which no row of people is; is a quote left open?", path,
                       row, CK_CSV_RECORD_BYTES);
    return ck_fail(error, CK_DATA, "File %s, row %llu: quotes do not pair, and line ends stand between them, so that it cannot be told "
                   "where rows end; double quotes inside values.", path, row);
}

/* ---- the file ---- */

static ck_status open_rows(ck_error *error, const ck_extract *extract, ck_csv *csv) {
    uint64_t size = UINT64_MAX;
    if (ck_csv_init(error, csv, (size_t)extract->ncolumns + 1) != CK_OK ||
        (!ck_input_is_gz(extract->path) && ck_input_size(error, extract->path, &size) != CK_OK) ||
        ck_csv_open(error, csv, extract->path, 0, size, size, extract->delimiter) != CK_OK ||
        ck_csv_skip_mark(error, csv) != CK_OK)
        return error->status;
    return ck_csv_next(error, csv, UINT64_MAX); /* the header */
}

static ck_status read_rows(ck_error *error, scan *of) {
    if (open_rows(error, of->extract, &of->csv) != CK_OK)
        return error->status;
    while (ck_csv_next(error, &of->csv, UINT64_MAX) == CK_OK && of->csv.found) {
        if (ck_csv_is_final(of->csv.fault))
            return fail_final(error, of);
        if (take_row(error, of) != CK_OK)
            return error->status;
    }
    return error->status;
}

/* UTF-8 unless more rows break it than bear it out. */
static void choose_encoding(const scan *of) {
    ck_extract *extract = of->extract;
    bool western = of->bad_utf8 > (extract->high - of->bad_utf8) && of->bad_1252 <= of->bad_utf8;
    uint64_t bad = western ? of->bad_1252 : of->bad_utf8;
    extract->encoding = western ? CK_WINDOWS_1252 : CK_UTF8;
    extract->bytes += bad;
    extract->rows -= bad;
}

/* The sampled rows in UTF-8. What the encoding does not have, and what was cut inside a character, is left out. */
static ck_status decode_sample(ck_error *error, ck_extract *extract) {
    for (size_t i = 0; i < extract->nsampled; i++) {
        ck_sample_row *row = &extract->sample[i];
        size_t head = extract->ncolumns * sizeof(uint32_t), last = row->at[extract->ncolumns - 1];
        size_t bytes = last + strlen(row->text + last) + 1, used;
        uint32_t *fresh = ck_alloc(error, head + bytes * CK_WINDOWS_1252_WIDTH, 1);
        if (!fresh)
            return error->status;
        char *text = (char *)fresh + head;
        uint32_t at = 0;
        for (uint32_t c = 0; c < extract->ncolumns; c++) {
            ck_span value = ck_span_of(row->text + row->at[c]);
            size_t good = value.n;
            if (extract->encoding == CK_UTF8 && !ck_utf8_valid(value.bytes, value.n, &good))
                value.n = good;
            if (ck_text_decode(extract->encoding, &value, text + at, &used) != CK_TEXT_FINE)
                value.n = 0;
            memmove(text + at, value.bytes, value.n);
            text[at + value.n] = 0;
            fresh[c] = at;
            at += (uint32_t)value.n + 1;
        }
        ck_free(row->at);
        row->at = fresh;
        row->text = text;
    }
    return CK_OK;
}

static ck_status take_header(ck_error *error, ck_extract *extract, ck_encoding encoding) {
    char **names = NULL;
    uint64_t n = 0;
    if (ck_header_read(error, extract->path, extract->delimiter, encoding, &names, &n, &extract->data_begin) != CK_OK)
        return error->status;
    if (!extract->column) {
        extract->column = ck_alloc_zero(error, n, sizeof *extract->column);
        extract->ncolumns = extract->column ? (uint32_t)n : 0;
        uint32_t most = CK_SAMPLE_TALLY;
        while (most > 32 && (uint64_t)most * n > CK_SAMPLE_CELLS)
            most /= 2;
        for (uint32_t c = 0; c < extract->ncolumns && error->status == CK_OK; c++)
            ck_tally_init(error, &extract->column[c].tally, most);
    }
    for (uint32_t c = 0; c < extract->ncolumns; c++) {
        ck_free(extract->column[c].header);
        extract->column[c].header = names[c];
    }
    if (extract->ncolumns)
        ck_free(names);
    else
        ck_header_free(names, n);
    return error->status;
}

/* A name that is no UTF-8 is not yet a reason to give up. */
static ck_status read_header(ck_error *error, ck_extract *extract) {
    ck_error first = {0};
    if (take_header(&first, extract, CK_UTF8) == CK_OK)
        return CK_OK;
    ck_error second = {0};
    if (first.status == CK_DATA && take_header(&second, extract, CK_WINDOWS_1252) == CK_OK)
        return CK_OK;
    return ck_fail(error, first.status, "%s", first.text);
}

static ck_status check_rows(ck_error *error, const ck_extract *extract) {
    uint64_t bad = ck_extract_rejects(extract);
    if (ck_header_is_missing(extract))
        return ck_fail(error, CK_DATA, "File %s seems to have no header: what stands in its first row looks like the rows below it. Put a "
                       "line with the columns' names first, as in 'id%cforename%csurname'.", extract->path, extract->delimiter,
                       extract->delimiter);
    if (extract->rows == 0 && bad == 0)
        return ck_fail(error, CK_DATA, "File %s has a header but no rows.", extract->path);
    if (bad > extract->rows)
        return ck_fail(error, CK_DATA, "File %s cannot be read as a table with a %s between fields: of %llu rows, %llu do not have the %u "
                       "fields of the header, %llu have quotes that do not pair, %llu hold bytes that are no text.", extract->path,
                       ck_delimiter_name(extract->delimiter), (unsigned long long)(extract->rows + bad),
                       (unsigned long long)extract->ragged, extract->ncolumns, (unsigned long long)extract->quotes,
                       (unsigned long long)extract->bytes);
    return CK_OK;
}

ck_status ck_extract_scan(ck_error *error, const char *path, ck_extract *extract) {
    *extract = (ck_extract){.path = path};
    scan of = {.extract = extract, .limit = UINT64_MAX};
    if (ck_dialect_guess(error, path, &extract->delimiter) != CK_OK || read_header(error, extract) != CK_OK)
        goto done;
    of.most = CK_SAMPLE_CELLS / extract->ncolumns;
    of.most = of.most > CK_SAMPLE_ROWS ? CK_SAMPLE_ROWS : of.most < 16 ? 16 : of.most;
    if (read_rows(error, &of) != CK_OK)
        goto done;
    choose_encoding(&of);
    if (extract->encoding == CK_WINDOWS_1252 && take_header(error, extract, CK_WINDOWS_1252) != CK_OK)
        goto done;
    if (decode_sample(error, extract) == CK_OK)
        check_rows(error, extract);
done:
    ck_csv_free(&of.csv);
    if (error->status != CK_OK)
        ck_extract_free(extract);
    return error->status;
}

ck_status ck_extract_again(ck_error *error, const ck_extract *extract, ck_row_use *use, void *user) {
    ck_csv csv = {0};
    uint64_t row = 0;
    open_rows(error, extract, &csv);
    while (error->status == CK_OK && ck_csv_next(error, &csv, UINT64_MAX) == CK_OK && csv.found && !ck_csv_is_final(csv.fault))
        if (csv.fault == CK_CSV_FINE && csv.nfields == extract->ncolumns)
            use(user, row++, csv.field);
    ck_csv_free(&csv);
    return error->status;
}
