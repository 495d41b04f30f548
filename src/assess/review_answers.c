/** Answers of reviewers, from CSV files. */
#include "assess/review.h"
#include "base/fault.h"
#include "base/memory.h"
#include "base/path.h"
#include <csv.h>
#include <string.h>

enum { PAIR, ANSWER, REVIEWER, SAMPLE, WANTED, CELL = 256 };
static const char *const wanted_name[WANTED] = {"pair", "answer", "reviewer", "sample"};
static const char *const answer_name[CK_ANSWERS] = {"", "match", "no match", "unsure"};

typedef struct answers_reader {
    ck_error *error;
    const char *path;
    const ck_review_sample *sample;
    ck_answers *answers;
    char unnamed[32];
    uint64_t row;          /**< 0: the header */
    size_t column, ncolumns;
    size_t place[WANTED];  /**< column of each wanted one; SIZE_MAX: not there */
    char cell[WANTED][CELL];
} answers_reader;

static ck_status fail_cell(const answers_reader *r, int which, const char *what) {
    return ck_fail(r->error, CK_DATA, "%s row %llu, column %s: %s.", r->path, (unsigned long long)r->row, wanted_name[which], what);
}

static void on_field(void *text, size_t n, void *user) {
    answers_reader *r = user;
    const char *bytes = text ? text : "";
    for (int k = 0; k < WANTED && !r->error->status; k++) {
        if (r->row == 0 && ck_span_is((ck_span){bytes, n}, wanted_name[k])) {
            if (r->place[k] != SIZE_MAX)
                ck_fail(r->error, CK_DATA, "%s has two columns named '%s'.", r->path, wanted_name[k]);
            r->place[k] = r->column;
        } else if (r->row > 0 && r->place[k] == r->column) {
            if (n >= CELL)
                fail_cell(r, k, "the value is too long");
            else
                snprintf(r->cell[k], CELL, "%.*s", (int)n, bytes);
        }
    }
    r->column++;
}

static bool parse_pair(const answers_reader *r, uint64_t *pair) {
    uint64_t value = 0;
    for (const char *c = r->cell[PAIR]; *c; c++) {
        if (*c < '0' || *c > '9' || value > r->sample->n)
            return false;
        value = 10 * value + (uint64_t)(*c - '0');
    }
    *pair = value - 1;
    return value >= 1 && value <= r->sample->n;
}

/** Number of the row's reviewer, met before or new. */
static uint32_t find_reviewer(answers_reader *r) {
    ck_answers *a = r->answers;
    const char *name = *r->cell[REVIEWER] ? r->cell[REVIEWER] : r->unnamed;
    for (uint32_t k = 0; k < a->reviewers; k++)
        if (strcmp(a->name[k], name) == 0)
            return k;
    if (a->reviewers == CK_REVIEWERS_MAX) {
        fail_cell(r, REVIEWER, "this is a third reviewer, and answers of two at most are compared");
        return 0;
    }
    a->name[a->reviewers] = ck_copy_string(r->error, name);
    a->answer[a->reviewers] = ck_alloc_zero(r->error, (size_t)a->pairs, 1);
    return a->reviewers++;
}

static void take_row(answers_reader *r) {
    uint64_t pair = 0;
    uint8_t answer = 0;
    if (*r->cell[SAMPLE] && strcmp(r->cell[SAMPLE], r->sample->id) != 0) {
        fail_cell(r, SAMPLE, "the answer is to another sample than the last one drawn from the folder");
        return;
    }
    if (!parse_pair(r, &pair)) {
        fail_cell(r, PAIR, "this is no number of a pair of the sample");
        return;
    }
    while (answer < CK_ANSWERS && strcmp(r->cell[ANSWER], answer_name[answer]) != 0)
        answer++;
    if (answer == CK_ANSWERS) {
        fail_cell(r, ANSWER, "an answer is match, no match or unsure, or empty");
        return;
    }
    uint32_t reviewer = answer == CK_ANSWER_NONE ? 0 : find_reviewer(r);
    if (answer == CK_ANSWER_NONE || r->error->status)
        return;
    if (r->answers->answer[reviewer][pair] != CK_ANSWER_NONE)
        fail_cell(r, PAIR, "the reviewer has answered this pair before");
    r->answers->answer[reviewer][pair] = answer;
}

static void on_row(int end, void *user) {
    (void)end;
    answers_reader *r = user;
    if (r->error->status)
        return;
    if (r->row == 0) {
        r->ncolumns = r->column;
        for (int k = PAIR; k <= ANSWER; k++)
            if (r->place[k] == SIZE_MAX)
                ck_fail(r->error, CK_DATA, "%s has no column '%s'.", r->path, wanted_name[k]);
    } else if (r->column != r->ncolumns) {
        ck_fail(r->error, CK_DATA, "%s row %llu has %zu columns, but the header has %zu.", r->path, (unsigned long long)r->row, r->column,
                r->ncolumns);
    } else {
        take_row(r);
    }
    r->row++;
    r->column = 0;
}

static void fail_parse(answers_reader *r, struct csv_parser *parser) {
    if (csv_error(parser) == CSV_ENOMEM)
        ck_fail(r->error, CK_MEMORY, "Out of memory while reading %s.", r->path);
    ck_fail(r->error, CK_DATA, "%s row %llu, column %zu: a quote stands where CSV allows none, or is never closed.", r->path,
            (unsigned long long)r->row, r->column + 1);
}

static void parse_file(answers_reader *r, struct csv_parser *parser, FILE *file) {
    char buffer[1 << 14];
    size_t n;
    bool first = true;
    while (!r->error->status && (n = fread(buffer, 1, sizeof buffer, file)) > 0) {
        size_t skip = first && n >= 3 && memcmp(buffer, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        first = false;
        if (csv_parse(parser, buffer + skip, n - skip, on_field, on_row, r) != n - skip)
            fail_parse(r, parser);
    }
    if (ck_fault(CK_FAULT_READ) || ferror(file))
        ck_fail(r->error, CK_FILE, "%s cannot be read to its end.", r->path);
    if (!r->error->status && csv_fini(parser, on_field, on_row, r) != 0)
        fail_parse(r, parser);
    if (r->row == 0)
        ck_fail(r->error, CK_DATA, "%s is empty; it needs a header.", r->path);
}

ck_status ck_answers_read(ck_error *error, const char *path, uint32_t k, const ck_review_sample *sample, ck_answers *answers) {
    answers_reader r = {.error = error, .path = path, .sample = sample, .answers = answers, .place = {SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX}};
    struct csv_parser parser;
    FILE *file = ck_fault(CK_FAULT_READ) || ck_path_readable(error, path) != CK_OK ? NULL : fopen(path, "rb");
    if (!file)
        return ck_fail(error, CK_FILE, "Cannot read %s.", path);
    answers->pairs = sample->n;
    snprintf(r.unnamed, sizeof r.unnamed, "file %u", k + 1);
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0) {
        parse_file(&r, &parser, file);
        csv_free(&parser);
    } else {
        ck_fail(error, CK_MEMORY, "Out of memory while reading %s.", path);
    }
    fclose(file);
    return error->status;
}

void ck_answers_free(ck_answers *answers) {
    for (int k = 0; k < CK_REVIEWERS_MAX; k++) {
        ck_free(answers->name[k]);
        ck_free(answers->answer[k]);
    }
    *answers = (ck_answers){0};
}

ck_answer ck_answers_of_pair(const ck_answers *answers, uint64_t pair) {
    uint8_t said = CK_ANSWER_NONE;
    for (uint32_t k = 0; k < answers->reviewers; k++) {
        uint8_t here = answers->answer[k][pair];
        if (here != CK_ANSWER_NONE)
            said = said == CK_ANSWER_NONE || said == here ? here : CK_ANSWER_UNSURE;
    }
    return (ck_answer)said;
}
