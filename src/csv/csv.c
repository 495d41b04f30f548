#include "csv/csv.h"
#include "base/memory.h"
#include <csv.h>
#include <string.h>

enum { PLAIN, DELIMITER, LINE_END, QUOTE, ODD };

ck_status ck_csv_init(ck_error *error, ck_csv *csv, size_t fields) {
    csv->input.file = -1;
    csv->field = ck_alloc(error, fields, sizeof *csv->field);
    csv->field_room = fields;
    return error->status;
}

void ck_csv_free(ck_csv *csv) {
    ck_input_free(&csv->input);
    ck_free(csv->field);
    ck_free(csv->text);
    *csv = (ck_csv){.input.file = -1};
}

ck_status ck_csv_open(ck_error *error, ck_csv *csv, const char *path, uint64_t begin, uint64_t end, uint64_t size,
                      char delimiter) {
    memset(csv->sort_of, PLAIN, 128);
    memset(csv->sort_of + 128, ODD, 128);
    csv->sort_of[0] = ODD;
    csv->sort_of['\n'] = csv->sort_of['\r'] = LINE_END;
    csv->sort_of['"'] = QUOTE;
    csv->sort_of[(unsigned char)delimiter] = DELIMITER;
    csv->delimiter = delimiter;
    csv->fault = CK_CSV_FINE;
    return ck_input_open(error, &csv->input, path, begin, size, end);
}

void ck_csv_close(ck_csv *csv) {
    ck_input_close(&csv->input);
}

/* At least n bytes in the window, if the file has them. */
static ck_status fill(ck_error *error, ck_input *input, size_t n) {
    while (input->end - input->begin < n && !input->at_end)
        if (ck_input_more(error, input) != CK_OK)
            return error->status;
    return CK_OK;
}

ck_status ck_csv_skip_mark(ck_error *error, ck_csv *csv) {
    ck_input *input = &csv->input;
    if (fill(error, input, 3) != CK_OK)
        return error->status;
    size_t n = input->end - input->begin;
    const char *first = input->bytes + input->begin;
    if (n >= 2 && (memcmp(first, "\xFF\xFE", 2) == 0 || memcmp(first, "\xFE\xFF", 2) == 0))
        return ck_fail(error, CK_DATA, "File %s is written in UTF-16, which is not read: save it as UTF-8.", input->path);
    if (n >= 3 && memcmp(first, "\xEF\xBB\xBF", 3) == 0)
        ck_input_use(input, 3);
    return CK_OK;
}

ck_status ck_csv_skip(ck_error *error, ck_csv *csv, uint64_t end, bool quoted) {
    ck_input *input = &csv->input;
    if (fill(error, input, 1) != CK_OK)
        return error->status;
    if (input->begin == input->end)
        return CK_OK;
    bool at_start = !quoted && csv->sort_of[(unsigned char)input->bytes[input->begin]] == LINE_END;
    ck_input_use(input, 1);
    while (!at_start && input->offset < end) {
        if (fill(error, input, 1) != CK_OK)
            return error->status;
        if (input->begin == input->end)
            break;
        char byte = input->bytes[input->begin];
        quoted ^= byte == '"';
        at_start = !quoted && (byte == '\n' || byte == '\r');
        ck_input_use(input, 1);
    }
    return CK_OK;
}

static inline void add_field(ck_csv *csv, const char *bytes, size_t n) {
    if (csv->nfields < csv->field_room)
        csv->field[csv->nfields] = (ck_span){bytes, n};
    csv->nfields++;
}

/* How the record at the start of the window ends. */
typedef enum { ENDS, ENDS_QUOTED, ENDS_BEYOND } record_end;

/* Split a record without quotes, in place: one look at each byte. *n: its bytes without the line end. */
static record_end split_plain(ck_csv *csv, const char *start, const char *limit, bool at_end, size_t *n) {
    const char *field = start, *p = start;
    csv->nfields = 0;
    csv->odd = false;
    for (;; p++) {
        uint8_t sort = p < limit ? csv->sort_of[(unsigned char)*p] : LINE_END;
        if (sort == PLAIN)
            continue;
        if (sort == DELIMITER || sort == LINE_END) {
            if (p == limit && !at_end)
                return ENDS_BEYOND;
            add_field(csv, field, (size_t)(p - field));
            field = p + 1;
            if (sort == LINE_END)
                break;
        } else if (sort == QUOTE) {
            return ENDS_QUOTED;
        } else {
            csv->odd = true;
        }
    }
    *n = (size_t)(p - start);
    return ENDS;
}

/* The end of a record with quotes: the first line end with an even number of them before it. `fault` tells OPEN. */
static record_end find_quoted_end(ck_csv *csv, const char *start, const char *limit, bool at_end, size_t *n,
                                  bool *lines) {
    bool quoted = false;
    const char *p = start;
    *lines = false;
    for (; p < limit; p++) {
        uint8_t sort = csv->sort_of[(unsigned char)*p];
        if (sort == LINE_END && !quoted)
            break;
        quoted ^= sort == QUOTE;
        *lines |= sort == LINE_END;
        csv->odd |= sort == ODD;
    }
    if (p == limit && !at_end)
        return ENDS_BEYOND;
    if (quoted)
        csv->fault = CK_CSV_OPEN;
    *n = (size_t)(p - start);
    return ENDS_QUOTED;
}

static void take_field(void *bytes, size_t n, void *user) {
    ck_csv *csv = user;
    char *text = csv->text + csv->text_n; /* room for the whole record was made before */
    if (n)
        memcpy(text, bytes, n);
    csv->text_n += n;
    add_field(csv, text, n);
}

/* White space belongs to its field (RFC 4180, section 2.4). */
static int is_no_space(unsigned char byte) {
    (void)byte;
    return 0;
}

static ck_status split_quoted(ck_error *error, ck_csv *csv, const char *record, size_t n, bool lines) {
    struct csv_parser parser;
    csv->nfields = csv->text_n = 0;
    if (ck_grow(error, &csv->text, &csv->text_room, n + 1, 1) != CK_OK)
        return error->status;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return ck_fail(error, CK_MEMORY, "Out of memory for reading a record of %s.", csv->input.path);
    csv_set_delim(&parser, (unsigned char)csv->delimiter);
    csv_set_space_func(&parser, is_no_space);
    bool fine = csv_parse(&parser, record, n, take_field, NULL, csv) == n &&
                csv_fini(&parser, take_field, NULL, csv) == 0;
    if (!fine && csv_error(&parser) == CSV_ENOMEM)
        ck_fail(error, CK_MEMORY, "Out of memory for a record of %zu bytes of %s.", n, csv->input.path);
    else if (!fine)
        csv->fault = lines ? CK_CSV_QUOTE_LINES : CK_CSV_QUOTE;
    csv_free(&parser);
    return error->status;
}

/* Empty lines stand for nothing. */
static ck_status skip_line_ends(ck_error *error, ck_csv *csv) {
    ck_input *input = &csv->input;
    for (;;) {
        while (input->begin < input->end && csv->sort_of[(unsigned char)input->bytes[input->begin]] == LINE_END)
            ck_input_use(input, 1);
        if (input->begin < input->end || input->at_end)
            return CK_OK;
        if (ck_input_more(error, input) != CK_OK)
            return error->status;
    }
}

ck_status ck_csv_next(ck_error *error, ck_csv *csv, uint64_t end) {
    ck_input *input = &csv->input;
    csv->found = false;
    if (ck_csv_is_final(csv->fault) || skip_line_ends(error, csv) != CK_OK)
        return error->status;
    csv->fault = CK_CSV_FINE;
    if (input->begin == input->end || input->offset >= end)
        return CK_OK;
    csv->found = true;
    for (;;) {
        const char *start = input->bytes + input->begin, *limit = input->bytes + input->end;
        size_t n = 0;
        bool lines;
        record_end how = split_plain(csv, start, limit, input->at_end, &n);
        bool has_quotes = how == ENDS_QUOTED;
        if (has_quotes)
            how = find_quoted_end(csv, start, limit, input->at_end, &n, &lines);
        if (how != ENDS_BEYOND && n <= CK_CSV_RECORD_BYTES) {
            ck_input_use(input, n);
            return has_quotes && csv->fault == CK_CSV_FINE ? split_quoted(error, csv, start, n, lines) : CK_OK;
        }
        if (how != ENDS_BEYOND || input->end - input->begin > CK_CSV_RECORD_BYTES) {
            csv->fault = CK_CSV_LONG;
            return CK_OK;
        }
        if (ck_input_more(error, input) != CK_OK)
            return error->status;
    }
}

ck_status ck_csv_quote_parity(ck_error *error, ck_input *input, const char *path, uint64_t begin, uint64_t end,
                              uint64_t size, uint64_t *parity) {
    uint64_t quotes = 0;
    ck_input_open(error, input, path, begin, size, end);
    while (error->status == CK_OK && input->offset < end && !input->at_end) {
        size_t n = input->end - input->begin;
        if (n > end - input->offset)
            n = (size_t)(end - input->offset);
        const char *bytes = input->bytes + input->begin;
        for (size_t i = 0; i < n; i++)
            quotes += bytes[i] == '"';
        ck_input_use(input, n);
        if (input->offset < end)
            ck_input_more(error, input);
    }
    ck_input_close(input);
    *parity = quotes & 1;
    return error->status;
}
