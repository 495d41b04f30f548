/* One file: which column is the row's id, which columns belong together, which repeat another. */
#include "base/hash.h"
#include "base/memory.h"
#include "base/order.h"
#include "init/draft.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HASHES = 1 << 25 }; /* of ids, sorted at once */
static const double group_rows = 5;

int64_t ck_draft_find(const ck_draft_file *file, const char *name) {
    for (uint32_t c = 0; c < file->extract.ncolumns; c++)
        if (file->guess[c].kind && (strcmp(file->guess[c].name, name) == 0 ||
                                    (file->guess[c].split_names && (strcmp(name, "forename") == 0 || strcmp(name, "surname") == 0))))
            return c;
    return -1;
}

static int64_t find_meaning(const ck_draft_file *file, ck_meaning meaning) {
    for (uint32_t c = 0; c < file->extract.ncolumns; c++)
        if (file->guess[c].kind && file->guess[c].meaning == meaning)
            return c;
    return -1;
}

/* ---- the row's id ---- */

/* Whole numbers or codes, all different: that is what ids look like, and nothing that two rows could share. */
static bool is_numbering(const ck_looks *looks) {
    static const double nearly_all = .99;
    return looks->n > 1 && looks->distinct == looks->n && (looks->whole >= nearly_all || looks->serial >= nearly_all);
}

/* How good a column is as the id of rows; 0: not at all. */
static int rate_id(const ck_draft_file *file, uint32_t column) {
    if (file->guess[column].meaning == CK_MEANS_NHS_NUMBER)
        return 2;
    switch (ck_header_meaning(ck_draft_header(file, column))) {
    case CK_MEANS_ROW_ID: return 5;
    case CK_MEANS_SOME_ID: return 4;
    case CK_MEANS_IDENTIFIER: return 3;
    case CK_MEANS_TRUTH: return 1;
    default: return file->guess[column].meaning == CK_MEANS_IDENTIFIER || is_numbering(&file->guess[column].looks) ? 1 : 0;
    }
}

static bool may_be_unique(const ck_extract *extract, uint32_t column) {
    const ck_extract_column *of = &extract->column[column];
    if (of->filled < extract->rows || of->longest > 255)
        return false;
    for (uint64_t i = 0; i < (uint64_t)of->tally.most * 2; i++)
        if (of->tally.entry[i].count > 1)
            return false;
    return true;
}

typedef struct id_check {
    uint32_t column;
    uint64_t part, parts; /* only hashes of this part are taken */
    uint64_t *hash;
    size_t n, room;
} id_check;

static void take_id(void *user, uint64_t row, const ck_span *field) {
    id_check *check = user;
    (void)row;
    ck_span id = ck_trim_blanks(field[check->column]);
    uint64_t hash = ck_hash_bytes(id.bytes, id.n, 1);
    if (hash % check->parts == check->part && check->n < check->room)
        check->hash[check->n++] = hash;
}

/* Is a value of the column in two rows? Exact but for one chance in 10^6 at 6 million rows, in which case it says yes. */
static ck_status check_unique(ck_error *error, const ck_extract *extract, uint32_t column, bool *unique) {
    uint64_t rows = extract->rows + extract->bytes;
    id_check check = {.column = column, .parts = rows / HASHES + 1};
    check.room = (size_t)(check.parts == 1 ? rows : (uint64_t)HASHES * 2);
    check.hash = ck_alloc(error, check.room + 1, sizeof *check.hash);
    *unique = true;
    for (; check.hash && check.part < check.parts && *unique && error->status == CK_OK; check.part++) {
        check.n = 0;
        if (ck_extract_again(error, extract, take_id, &check) != CK_OK)
            break;
        qsort(check.hash, check.n, sizeof *check.hash, ck_compare_u64);
        for (size_t i = 1; i < check.n; i++)
            *unique &= check.hash[i] != check.hash[i - 1];
    }
    ck_free(check.hash);
    return error->status;
}

static bool is_named_alone(const ck_extract *extract, uint32_t column) {
    const char *header = extract->column[column].header;
    for (uint32_t c = 0; c < extract->ncolumns; c++)
        if (c != column && strcmp(extract->column[c].header, header) == 0)
            return false;
    return header[strspn(header, " \t")] != 0;
}

static ck_status choose_id(ck_error *error, ck_draft_file *file) {
    const ck_extract *extract = &file->extract;
    file->id = -1;
    for (int rate = 5; rate > 0 && file->id < 0; rate--)
        for (uint32_t c = 0; c < extract->ncolumns && file->id < 0; c++) {
            bool unique = rate_id(file, c) == rate && is_named_alone(extract, c) && may_be_unique(extract, c);
            if (unique && check_unique(error, extract, c, &unique) != CK_OK)
                return error->status;
            if (unique)
                file->id = c;
        }
    if (file->id >= 0)
        snprintf(file->id_why, sizeof file->id_why, "filled in every row, and no value is in two");
    else
        snprintf(file->id_why, sizeof file->id_why, "no column with the name of an id is filled in every row and different in each: rows are "
                 "known by their number in the file, from 1");
    return CK_OK;
}

/* Ids that are not the row's: a person's, a group's, or another of the row. */
static void judge_other_ids(ck_draft_file *file) {
    for (uint32_t c = 0; c < file->extract.ncolumns; c++) {
        ck_guess *guess = &file->guess[c];
        const ck_extract_column *of = &file->extract.column[c];
        double rows_each = (double)of->filled / (double)(ck_tally_distinct(&of->tally) + (of->filled == 0));
        bool known = guess->meaning == CK_MEANS_IDENTIFIER && ck_header_meaning(of->header) == CK_MEANS_IDENTIFIER;
        if ((int64_t)c == file->id && !known && guess->meaning != CK_MEANS_NHS_NUMBER)
            ck_guess_leave_out(guess, "the id of the rows");
        else if (guess->is_id_only && guess->meaning == CK_MEANS_ROW_ID && !may_be_unique(&file->extract, c))
            ck_guess_leave_out(guess, "its name says that it numbers rows, but it does not: it is %s; if it is a number of the person, add it "
                               "as an identifier", of->filled < file->extract.rows ? "empty in some" : "the same in some");
        else if (guess->kind && guess->meaning == CK_MEANS_IDENTIFIER && !known && may_be_unique(&file->extract, c))
            ck_guess_leave_out(guess, "different in every row, so that it seems to number rows; if it is a number of the person, add it as "
                               "an identifier");
        else if (guess->kind && guess->meaning == CK_MEANS_IDENTIFIER && !known && rows_each > group_rows)
            ck_guess_leave_out(guess, "about %.0f rows share each value: it seems to name a group, not a person", rows_each);
    }
}

/* ---- columns that belong together ---- */

/* Is a column called year, and nothing more? */
static bool is_any_year(const ck_draft_file *file, uint32_t column) {
    static const char *const years[] = {"year", "yr", "jahr", "annee", "ano", "anno", "jaar", "rok"};
    char word[CK_GUESS_NAME];
    ck_header_word(ck_draft_header(file, column), word, sizeof word);
    for (size_t i = 0; i < sizeof years / sizeof *years; i++)
        if (strcmp(word, years[i]) == 0)
            return true;
    return false;
}

/* The year of birth alone; or a year of something. */
static void take_year(ck_draft_file *file, uint32_t column) {
    ck_guess *guess = &file->guess[column];
    if (is_any_year(file, column)) {
        ck_guess_take(guess, CK_MEANS_CATEGORY, "integer", "a year, but its name does not say that it is of birth");
        strcpy(guess->name, "year");
        return;
    }
    ck_guess_take(guess, CK_MEANS_BIRTH_DATE, "birth_date", "header; only the year of birth is there");
    guess->dates = (ck_date_shapes){.nformat = 1};
    strcpy(guess->dates.format[0], guess->looks.most > 99 ? "%Y" : "%y");
}

static void join_birth(ck_draft_file *file) {
    int64_t part[3], whole = find_meaning(file, CK_MEANS_BIRTH_DATE);
    for (int i = 0; i < 3; i++)
        part[i] = find_meaning(file, (ck_meaning)(CK_MEANS_BIRTH_YEAR + i));
    bool all = part[0] >= 0 && part[1] >= 0 && part[2] >= 0;
    if (whole < 0 && all) {
        ck_guess *year = &file->guess[part[0]];
        for (uint32_t i = 0; i < 3; i++)
            year->part[i] = (uint32_t)part[i];
        year->npart = 3;
        bool lifetime = year->looks.most - year->looks.least > 20 || !is_any_year(file, (uint32_t)part[0]);
        ck_guess_take(year, lifetime ? CK_MEANS_BIRTH_DATE : CK_MEANS_DATE, lifetime ? "birth_date" : "date",
                      "year, month and day%s stand in three columns", lifetime ? " of birth" : ", of too few years for births,");
        strcpy(year->name, lifetime ? "dob" : "date");
    }
    for (uint32_t c = 0; c < file->extract.ncolumns; c++) {
        ck_guess *guess = &file->guess[c];
        bool is_part = guess->kind && guess->meaning >= CK_MEANS_BIRTH_YEAR && guess->meaning <= CK_MEANS_BIRTH_DAY;
        if (is_part && whole >= 0)
            ck_guess_leave_out(guess, "part of the date of birth, which '%s' has whole", file->guess[whole].name);
        else if (is_part && all)
            ck_guess_leave_out(guess, "part of a date of three columns");
        else if (is_part && guess->meaning == CK_MEANS_BIRTH_YEAR)
            take_year(file, c);
        else if (is_part)
            ck_guess_leave_out(guess, "part of a date of birth, of which %s is not there", part[0] < 0 ? "the year" : "the rest");
    }
}

/* A date that spans a lifetime is one of birth where the header of no other says so. */
static void find_birth_date(ck_draft_file *file) {
    ck_guess *best = NULL;
    int span = 20;
    if (find_meaning(file, CK_MEANS_BIRTH_DATE) >= 0)
        return;
    for (uint32_t c = 0; c < file->extract.ncolumns; c++) {
        ck_guess *guess = &file->guess[c];
        int years = guess->dates.year_high - guess->dates.year_low;
        if (guess->kind && guess->meaning == CK_MEANS_DATE && years > span && guess->dates.dates > 20) {
            best = guess;
            span = years;
        }
    }
    if (best)
        ck_guess_take(best, CK_MEANS_BIRTH_DATE, "birth_date", "its dates span a lifetime: the middle nine tenths from %d to %d",
                      best->dates.year_low, best->dates.year_high);
}

/* "name" beside "first name" is the surname, when it mostly holds one word. */
static void find_surname(ck_draft_file *file) {
    int64_t full = find_meaning(file, CK_MEANS_FULL_NAME);
    if (full >= 0 && file->guess[full].looks.words < 1.4 && find_meaning(file, CK_MEANS_FORENAME) >= 0 && find_meaning(file, CK_MEANS_SURNAME) < 0)
        ck_guess_take(&file->guess[full], CK_MEANS_SURNAME, "name", "one word in most rows, beside a column of forenames");
}

static void drop_age(ck_draft_file *file) {
    int64_t age = find_meaning(file, CK_MEANS_AGE);
    if (age >= 0 && find_meaning(file, CK_MEANS_BIRTH_DATE) >= 0)
        ck_guess_leave_out(&file->guess[age], "changes from year to year, and the date of birth says more");
}

/* The job names columns by their headers, so that a header that is not there, or there twice, names none. */
static void drop_unnamed(ck_draft_file *file) {
    for (uint32_t c = 0; c < file->extract.ncolumns; c++) {
        const char *header = ck_draft_header(file, c);
        if (is_named_alone(&file->extract, c))
            continue;
        file->guess[c].is_id_only = false;
        if (header[strspn(header, " \t")] == 0)
            ck_guess_leave_out(&file->guess[c], "it has no name; give it one in the header to use it");
        else
            ck_guess_leave_out(&file->guess[c], "another column has the same name; rename one of them in the header to use them");
    }
}

ck_status ck_draft_settle(ck_error *error, ck_draft_file *file) {
    drop_unnamed(file);
    if (choose_id(error, file) != CK_OK)
        return error->status;
    judge_other_ids(file);
    join_birth(file);
    find_birth_date(file);
    if (ck_draft_find_unnamed(error, file) != CK_OK)
        return error->status;
    find_surname(file);
    drop_age(file);
    return ck_draft_find_splits(error, file);
}
