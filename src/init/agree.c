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

/* Full names are cut where all files can: those that have no parts hold a name that is cut. */
static bool can_split(const ck_draft *draft) {
    bool all = true;
    for (uint32_t f = 0; f < draft->nfiles; f++) {
        const ck_draft_file *file = &draft->file[f];
        int64_t full = ck_draft_find(file, "full_name");
        bool part = ck_draft_find(file, "forename") >= 0 || ck_draft_find(file, "surname") >= 0;
        all = all && (has_parts(file) || full < 0 || (!part && file->guess[full].split != CK_SPLIT_NONE));
    }
    return all;
}

static void split_names(ck_draft *draft) {
    for (uint32_t f = 0; f < draft->nfiles; f++) {
        int64_t full = ck_draft_find(&draft->file[f], "full_name");
        if (full >= 0 && !has_parts(&draft->file[f]))
            draft->file[f].guess[full].split_names = true;
    }
}

static void agree_names(ck_draft *draft) {
    bool whole = false;
    if (can_split(draft)) {
        split_names(draft);
        return;
    }
    for (uint32_t f = 0; f < draft->nfiles; f++)
        whole = whole || (ck_draft_find(&draft->file[f], "full_name") >= 0 && !has_parts(&draft->file[f]));
    for (uint32_t f = 0; f < draft->nfiles && whole; f++)
        if (has_parts(&draft->file[f]) && ck_draft_find(&draft->file[f], "full_name") < 0)
            join_names(&draft->file[f]);
}

/* Two family names in one column of one file and in two of another: in one in both. */
static void join_surnames(ck_draft *draft) {
    static const double two_words = 1.5;
    bool together = false;
    for (uint32_t f = 0; f < draft->nfiles; f++) {
        int64_t surname = ck_draft_find(&draft->file[f], "surname");
        together = together || (surname >= 0 && draft->file[f].guess[surname].looks.words >= two_words &&
                                !draft->file[f].guess[surname].split_names);
    }
    for (uint32_t f = 0; together && f < draft->nfiles; f++) {
        ck_draft_file *file = &draft->file[f];
        int64_t one = ck_draft_find(file, "surname"), two = ck_draft_find(file, "surname_2");
        two = two < 0 ? ck_draft_find(file, "previous_surname") : two;
        if (one < 0 || two < 0 || file->guess[one].npart || file->guess[one].looks.words >= two_words)
            continue;
        file->guess[one].npart = 2;
        file->guess[one].part[0] = (uint32_t)one;
        file->guess[one].part[1] = (uint32_t)two;
        ck_guess_take(&file->guess[one], CK_MEANS_SURNAME, "name", "both family names; another file has them in one column");
        ck_guess_leave_out(&file->guess[two], "the second family name, which another file has in one column with the first");
    }
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

ck_status ck_draft_agree(ck_error *error, ck_draft *draft) {
    for (uint32_t f = 0; f < draft->nfiles; f++)
        number_names(&draft->file[f]);
    agree_names(draft);
    join_surnames(draft);
    if (ck_draft_pair(error, draft) != CK_OK)
        return error->status;
    for (uint32_t f = 0; f < draft->nfiles; f++)
        for (uint32_t c = 0; c < draft->file[f].extract.ncolumns; c++)
            if (draft->file[f].guess[c].kind)
                agree_kind(draft, &draft->file[f].guess[c]);
    for (uint32_t n = count_columns(draft); n > CK_DRAFT_COLUMNS; n--)
        drop_least(draft);
    return CK_OK;
}

void ck_draft_drop_lonely(ck_draft *draft) {
    for (uint32_t f = 0; f < draft->nfiles; f++)
        for (uint32_t c = 0; c < draft->file[f].extract.ncolumns; c++) {
            ck_guess *guess = &draft->file[f].guess[c];
            uint32_t have = 0;
            for (uint32_t k = 0; guess->kind && k < draft->nfiles; k++)
                have += ck_draft_find(&draft->file[k], guess->split_names ? "surname" : guess->name) >= 0;
            if (have == 1)
                ck_guess_leave_out(guess, "no other file has it, and no two rows of this file are compared");
        }
}
