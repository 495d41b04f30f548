/* A name in one column that can be cut into forename and surname: two columns tell relatives apart, whose surname and home are one. */
#include "base/memory.h"
#include "init/draft.h"
#include "init/unnamed.h"
#include <stdio.h>
#include <string.h>

static const double nearly_all = .85;   /* of the values have a comma, or two words, before they are cut there */
static const double words_most = 2.4;   /* on average: of longer names nobody knows where the surname begins */
static const double forenames_more = 4; /* times as many common forenames stand at the one end as at the other */
static const double some_forenames = .08;

/* Common forenames among the first and the last words, and how many values have a comma or two words; shares. */
typedef struct ends {
    double first, last, comma, words;
} ends;

/* "Smith, Ann": something on either side of one comma, and no list of names. */
static bool has_one_comma(const char *value) {
    const char *comma = strchr(value, ',');
    return comma && comma > value && comma[1 + strspn(comma + 1, " ")] && !strchr(comma + 1, ',');
}

static ck_status count_ends(ck_error *error, const ck_looks *looks, ends *found) {
    ck_clean_options options = {.kind = CK_KIND_NAME};
    char *name = ck_alloc(error, ck_clean_room(CK_SAMPLE_CELL_BYTES * 3) + 1, 1);
    size_t n = 0;
    *found = (ends){0};
    for (size_t i = 0; name && i < looks->n; i++) {
        ck_clean_result result = ck_clean_value(&options, looks->value[i], strlen(looks->value[i]), name, &n);
        name[result == CK_CLEAN_SAME || result == CK_CLEAN_CHANGED ? n : 0] = 0;
        char *space = strrchr(name, ' '), *first_end = strchr(name, ' ');
        found->comma += has_one_comma(looks->value[i]);
        found->words += space != NULL;
        if (!space)
            continue;
        found->last += ck_is_common_forename(space + 1);
        *first_end = 0;
        found->first += ck_is_common_forename(name);
    }
    double values = (double)(looks->n + (looks->n == 0));
    *found = (ends){found->first / values, found->last / values, found->comma / values, found->words / values};
    ck_free(name);
    return error->status;
}

/* Where a comma stands in nearly all, the surname is before it; else the end with the common forenames tells. */
static ck_split find_split(const ck_looks *looks, const ends *found) {
    if (found->comma > nearly_all)
        return CK_SPLIT_COMMA;
    if (found->words < nearly_all || looks->words > words_most)
        return CK_SPLIT_NONE;
    if (found->first > some_forenames && found->first > forenames_more * found->last)
        return CK_SPLIT_FORENAME_FIRST;
    return found->last > some_forenames && found->last > forenames_more * found->first ? CK_SPLIT_SURNAME_FIRST : CK_SPLIT_NONE;
}

ck_status ck_draft_find_splits(ck_error *error, ck_draft_file *file) {
    ends found;
    for (uint32_t c = 0; c < file->extract.ncolumns && error->status == CK_OK; c++) {
        ck_guess *guess = &file->guess[c];
        bool name = guess->kind && strcmp(guess->kind, "name") == 0 && guess->meaning == CK_MEANS_FULL_NAME;
        if (name && guess->npart == 0 && count_ends(error, &guess->looks, &found) == CK_OK)
            guess->split = find_split(&guess->looks, &found);
    }
    return error->status;
}
