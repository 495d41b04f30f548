/* Several files: the same thing has the same name and kind in each. */
#include "init/draft.h"
#include <stdio.h>
#include <string.h>

/* ---- names within a file ---- */

/* Two columns of one meaning: forename and forename_2, in the order of the file. */
static void number_names(ck_draft_file *file) {
    for (uint32_t c = 0; c < file->extract.ncolumns; c++) {
        ck_guess *guess = &file->guess[c];
        char plain[CK_GUESS_NAME];
        if (!guess->kind)
            continue;
        strcpy(plain, guess->name);
        for (uint32_t k = 2; ck_draft_find(file, guess->name) < (int64_t)c; k++)
            snprintf(guess->name, sizeof guess->name, "%.60s_%u", plain, k);
    }
}

/* ---- kinds ---- */

/* Two kinds of one column, and the kind that reads both. */
static const char *const wider[][3] = {
    {"date", "birth_date", "birth_date"}, {"postcode", "category", "category"},  {"sex", "category", "category"},
    {"name", "category", "category"},     {"phone", "identifier", "identifier"}, {"integer", "number", "number"},
    {"address", "name", "address"},       {"address", "category", "address"},    {"integer", "category", "category"},
    {"integer", "identifier", "identifier"}, {"nhs_number", "identifier", "identifier"}, {"phone", "text", "text"},
};

static const char *widen(const char *a, const char *b) {
    if (strcmp(a, b) == 0)
        return a;
    for (size_t i = 0; i < sizeof wider / sizeof *wider; i++)
        if ((strcmp(a, wider[i][0]) == 0 && strcmp(b, wider[i][1]) == 0) || (strcmp(b, wider[i][0]) == 0 && strcmp(a, wider[i][1]) == 0))
            return wider[i][2];
    return "text";
}

static void agree_kind(ck_draft *draft, const ck_guess *of) {
    const char *kind = of->kind;
    for (uint32_t f = 0; f < draft->nfiles; f++) {
        int64_t c = ck_draft_find(&draft->file[f], of->name);
        kind = c >= 0 ? widen(kind, draft->file[f].guess[c].kind) : kind;
    }
    for (uint32_t f = 0; f < draft->nfiles; f++) {
        int64_t c = ck_draft_find(&draft->file[f], of->name);
        if (c >= 0)
            draft->file[f].guess[c].kind = kind;
    }
}

/* ---- names in one column or in two ---- */

static bool has_parts(const ck_draft_file *file) {
    return ck_draft_find(file, "forename") >= 0 && ck_draft_find(file, "surname") >= 0;
}

/* A forename and a surname can only be compared with another file's full name as a full name. */
static void join_names(ck_draft_file *file) {
    int64_t forename = ck_draft_find(file, "forename"), surname = ck_draft_find(file, "surname");
    ck_guess *guess = &file->guess[forename];
    guess->npart = 2;
    guess->part[0] = (uint32_t)forename;
    guess->part[1] = (uint32_t)surname;
    ck_guess_take(guess, CK_MEANS_FULL_NAME, "name", "forename and surname; another file has both in one column");
    strcpy(guess->name, "full_name");
    ck_guess_leave_out(&file->guess[surname], "part of the full name, which another file has in one column");
}

static void agree_names(ck_draft *draft) {
    bool whole = false;
    for (uint32_t f = 0; f < draft->nfiles; f++)
        whole = whole || (ck_draft_find(&draft->file[f], "full_name") >= 0 && !has_parts(&draft->file[f]));
    for (uint32_t f = 0; f < draft->nfiles && whole; f++)
        if (has_parts(&draft->file[f]) && ck_draft_find(&draft->file[f], "full_name") < 0)
            join_names(&draft->file[f]);
}

/* ---- not too many ---- */

static uint32_t count_columns(const ck_draft *draft) {
    uint32_t n = 0;
    for (uint32_t f = 0; f < draft->nfiles; f++)
        for (uint32_t c = 0; c < draft->file[f].extract.ncolumns; c++) {
            const ck_guess *guess = &draft->file[f].guess[c];
            bool first = guess->kind != NULL;
            for (uint32_t before = 0; first && before < f; before++)
                first = ck_draft_find(&draft->file[before], guess->name) < 0;
            n += first;
        }
    return n;
}

/* What tells least: the later meanings of the list, then those with the fewest values. */
static double rate(const ck_guess *guess) {
    double known = guess->meaning == CK_MEANS_NOTHING ? CK_MEANS_COUNT : (double)guess->meaning;
    return known + guess->looks.collision;
}

static void drop_least(ck_draft *draft) {
    const ck_guess *least = NULL;
    for (uint32_t f = 0; f < draft->nfiles; f++)
        for (uint32_t c = 0; c < draft->file[f].extract.ncolumns; c++) {
            const ck_guess *guess = &draft->file[f].guess[c];
            if (guess->kind && (!least || rate(guess) >= rate(least)))
                least = guess;
        }
    if (!least)
        return;
    char name[CK_GUESS_NAME];
    strcpy(name, least->name);
    for (uint32_t f = 0; f < draft->nfiles; f++) {
        int64_t c = ck_draft_find(&draft->file[f], name);
        if (c >= 0)
            ck_guess_leave_out(&draft->file[f].guess[c], "%d columns are taken at most, and those kept tell more", CK_DRAFT_COLUMNS);
    }
}

void ck_draft_agree(ck_draft *draft) {
    for (uint32_t f = 0; f < draft->nfiles; f++)
        number_names(&draft->file[f]);
    agree_names(draft);
    for (uint32_t f = 0; f < draft->nfiles; f++)
        for (uint32_t c = 0; c < draft->file[f].extract.ncolumns; c++)
            if (draft->file[f].guess[c].kind)
                agree_kind(draft, &draft->file[f].guess[c]);
    for (uint32_t n = count_columns(draft); n > CK_DRAFT_COLUMNS; n--)
        drop_least(draft);
}

void ck_draft_drop_lonely(ck_draft *draft) {
    for (uint32_t f = 0; f < draft->nfiles; f++)
        for (uint32_t c = 0; c < draft->file[f].extract.ncolumns; c++) {
            ck_guess *guess = &draft->file[f].guess[c];
            uint32_t have = 0;
            for (uint32_t k = 0; guess->kind && k < draft->nfiles; k++)
                have += ck_draft_find(&draft->file[k], guess->name) >= 0;
            if (have == 1)
                ck_guess_leave_out(guess, "no other file has it, and no two rows of this file are compared");
        }
}
