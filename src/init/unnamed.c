/* Columns whose headers say nothing: what their values show about each other. Names of people by forenames that are common in Europe and
   beyond, the surname as their neighbour, postcodes by going with one place each. */
#include "base/memory.h"
#include "init/unnamed.h"
#include "init/draft.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Among the commonest forenames of people alive in one country or several, by the published tables of their statistical offices. Spread over languages and sexes, so
   that a tenth of any column of forenames is here and next to nothing of other columns. Sorted. */
static const char *const forenames[] = {
    "ADAM", "AGNIESZKA", "AHMED", "ALEXANDER", "ALI", "ALICE", "AMELIA", "ANA", "ANDREA", "ANDREAS", "ANDREW", "ANDRZEJ", "ANJA", "ANNA", "ANNE",
    "ANTONIO", "BARBARA", "BEN", "BRIAN", "CARLOS", "CARMEN", "CAROL", "CATHERINE", "CHARLES", "CHARLOTTE", "CHRISTIAN", "CHRISTINE",
    "CHRISTOPHER", "CLAIRE", "CLAUDIA", "DANIEL", "DAVID", "DIETER", "EDWARD", "ELENA", "ELIZABETH", "EMILY", "EMMA", "ERIC", "EVA", "EWA",
    "FATIMA", "FRANCESCO", "FRANCISCO", "FRANK", "GEORGE", "GIOVANNI", "GIULIA", "GIUSEPPE", "GRACE", "HANNAH", "HANS", "HARRY", "HELEN",
    "HENRY", "IAN", "INGRID", "ISABELLA", "JACK", "JACOB", "JAMES", "JAN", "JANE", "JANET", "JAVIER", "JEAN", "JENNIFER", "JESSICA", "JOAO",
    "JOHAN", "JOHANNES", "JOHN", "JONAS", "JOSE", "JOSEPH", "JOSHUA", "JUAN", "JULIA", "JULIE", "KAREN", "KARIN", "KATARZYNA", "KEVIN",
    "KLAUS", "KRZYSZTOF", "LARS", "LAURA", "LENA", "LEWIS", "LINDA", "LISA", "LOUISE", "LUCA", "LUCAS", "LUCY", "LUIS", "LUKAS", "MANUEL",
    "MARCO", "MARGARET", "MARIA", "MARIE", "MARK", "MARTA", "MARTIN", "MARY", "MATTHEW", "MATTHIAS", "MICHAEL", "MICHEL", "MOHAMED", "MOHAMMED",
    "MONIKA", "MUHAMMAD", "NATHALIE", "NICOLAS", "NICOLE", "NOAH", "OLIVER", "OLIVIA", "PATRICIA", "PATRICK", "PAUL", "PAULA", "PEDRO",
    "PETER", "PETRA", "PHILIP", "PHILIPPE", "PIERRE", "PIOTR", "RACHEL", "RAFAEL", "REBECCA", "RICHARD", "ROBERT", "RUTH", "SABINE", "SANDRA",
    "SARA", "SARAH", "SIMON", "SOFIA", "SOPHIE", "STEFAN", "STEPHEN", "STEVEN", "SUSAN", "SUSANNE", "SYLVIE", "THOMAS", "TIM", "TOMASZ",
    "URSULA", "WERNER", "WILLIAM", "WOLFGANG",
};
static const double some_forenames = .1; /* of the values, before a column is one of forenames */
static const double names_most = 3.5;     /* words of one person: longer ones are lists of authors, or titles */
static const double goes_with = .95;     /* of equal postcodes stand beside the same place */
enum { NAMES_LEAST = 10, CODES_LEAST = 20, PLACES_LEAST = 4 };

/* ---- names of people ---- */

static int compare_name(const void *key, const void *entry) {
    return strcmp(key, *(const char *const *)entry);
}

bool ck_is_common_forename(const char *name) {
    return bsearch(name, forenames, sizeof forenames / sizeof *forenames, sizeof *forenames, compare_name) != NULL;
}

/* Is any word of a clean name a common forename? Cuts the name into words. */
static bool has_forename(char *name) {
    char *rest = NULL;
    for (char *word = strtok_r(name, " -", &rest); word; word = strtok_r(NULL, " -", &rest))
        if (ck_is_common_forename(word))
            return true;
    return false;
}

static ck_status find_share(ck_error *error, const ck_looks *looks, double *share) {
    ck_clean_options options = {.kind = CK_KIND_NAME};
    size_t n, found = 0;
    char *name = ck_alloc(error, ck_clean_room(CK_SAMPLE_CELL_BYTES * 3) + 1, 1);
    for (size_t i = 0; name && i < looks->n; i++) {
        ck_clean_result result = ck_clean_value(&options, looks->value[i], strlen(looks->value[i]), name, &n);
        if (result != CK_CLEAN_SAME && result != CK_CLEAN_CHANGED)
            continue;
        name[n] = 0;
        found += has_forename(name);
    }
    *share = looks->n ? (double)found / (double)looks->n : 0;
    ck_free(name);
    return error->status;
}

static bool is_open(const ck_draft_file *file, uint32_t column) {
    const ck_guess *guess = &file->guess[column];
    bool unsaid = guess->meaning == CK_MEANS_TEXT || guess->meaning == CK_MEANS_CATEGORY || guess->meaning == CK_MEANS_NOTHING;
    return guess->kind && unsaid && (int64_t)column != file->id && ck_header_meaning(ck_draft_header(file, column)) == CK_MEANS_NOTHING &&
           !ck_header_is_others(ck_draft_header(file, column));
}

static bool may_be_name(const ck_draft_file *file, uint32_t column) {
    const ck_looks *looks = &file->guess[column].looks;
    return is_open(file, column) && looks->letters > .8 && looks->distinct >= NAMES_LEAST && looks->length < 40 &&
           looks->words <= names_most;
}

/* The open column with most forenames. */
static ck_status find_forename(ck_error *error, const ck_draft_file *file, int64_t *best, double *most) {
    *best = -1;
    *most = some_forenames;
    for (uint32_t c = 0; c < file->extract.ncolumns; c++) {
        double share = 0;
        if (may_be_name(file, c) && find_share(error, &file->guess[c].looks, &share) != CK_OK)
            return error->status;
        if (share > *most) {
            *most = share;
            *best = c;
        }
    }
    return CK_OK;
}

/* Beside the forename, with more values than it has. */
static int64_t find_surname_beside(const ck_draft_file *file, int64_t forename) {
    int64_t best = -1;
    for (int64_t c = forename - 1; c <= forename + 1; c += 2)
        if (c >= 0 && c < (int64_t)file->extract.ncolumns && may_be_name(file, (uint32_t)c) && file->guess[c].looks.words < 1.8 &&
            file->guess[c].looks.collision < file->guess[forename].looks.collision * 2 &&
            (best < 0 || file->guess[c].looks.distinct > file->guess[best].looks.distinct))
            best = c;
    return best;
}

static bool has_meaning(const ck_draft_file *file, ck_meaning meaning) {
    for (uint32_t c = 0; c < file->extract.ncolumns; c++)
        if (file->guess[c].kind && file->guess[c].meaning == meaning)
            return true;
    return false;
}

static ck_status find_people(ck_error *error, ck_draft_file *file) {
    int64_t forename;
    double share;
    if (has_meaning(file, CK_MEANS_FORENAME) || has_meaning(file, CK_MEANS_FULL_NAME) ||
        find_forename(error, file, &forename, &share) != CK_OK || forename < 0)
        return error->status;
    ck_guess *guess = &file->guess[forename];
    int64_t surname = has_meaning(file, CK_MEANS_SURNAME) ? -1 : find_surname_beside(file, forename);
    bool whole = guess->looks.words >= 1.8 && surname < 0;
    ck_guess_take(guess, whole ? CK_MEANS_FULL_NAME : CK_MEANS_FORENAME, "name", "its header says nothing, but %u %% of its values hold a common forename",
                  ck_percent(share));
    if (surname >= 0)
        ck_guess_take(&file->guess[surname], CK_MEANS_SURNAME, "name", "its header says nothing, but it stands beside the forenames, and holds words of letters");
    return CK_OK;
}

/* ---- postcodes ---- */

typedef struct place {
    const char *code, *town;
} place;

static int compare_places(const void *a, const void *b) {
    const place *x = a, *y = b;
    int order = strcmp(x->code, y->code);
    return order ? order : strcmp(x->town, y->town);
}

/* How many rows that are not the first of their code stand beside the same town as the row before. */
static ck_status find_together(ck_error *error, const ck_extract *extract, uint32_t code, uint32_t town, double *share) {
    place *row = ck_alloc(error, extract->nsampled + 1, sizeof *row);
    size_t n = 0, again = 0, same = 0;
    for (size_t i = 0; row && i < extract->nsampled; i++) {
        row[n] = (place){ck_extract_value(extract, i, code), ck_extract_value(extract, i, town)};
        n += *row[n].code && *row[n].town;
    }
    if (row && n)
        qsort(row, n, sizeof *row, compare_places);
    for (size_t i = 1; row && i < n; i++)
        if (strcmp(row[i].code, row[i - 1].code) == 0) {
            again++;
            same += strcmp(row[i].town, row[i - 1].town) == 0;
        }
    *share = again > CODES_LEAST ? (double)same / (double)again : 0;
    ck_free(row);
    return error->status;
}

/* Four to six digits in every value, as many in each. */
static bool may_be_postcode(const ck_draft_file *file, uint32_t column) {
    const ck_looks *looks = &file->guess[column].looks;
    double digits = looks->n ? (double)strlen(looks->value[0]) : 0;
    return is_open(file, column) && looks->whole > .98 && digits >= 4 && digits <= 6 && looks->length > digits - .1 && looks->length < digits + .1 &&
           looks->distinct >= CODES_LEAST;
}

static bool is_postcode(const ck_draft_file *file, uint32_t column) {
    return file->guess[column].kind && file->guess[column].meaning == CK_MEANS_POSTCODE;
}

static bool may_be_town(const ck_draft_file *file, uint32_t column, uint32_t code) {
    const ck_guess *guess = &file->guess[column];
    return (is_open(file, column) || (guess->kind && guess->meaning == CK_MEANS_TOWN)) && guess->looks.letters > .8 &&
           guess->looks.distinct >= PLACES_LEAST && guess->looks.distinct <= file->guess[code].looks.distinct;
}

/* The one from the other: of the two at least one column must be open. */
static ck_status find_postcode(ck_error *error, ck_draft_file *file) {
    bool known = has_meaning(file, CK_MEANS_POSTCODE);
    if (known && has_meaning(file, CK_MEANS_TOWN))
        return CK_OK;
    for (uint32_t code = 0; code < file->extract.ncolumns; code++)
        for (uint32_t town = 0; town < file->extract.ncolumns && (known ? is_postcode(file, code) : may_be_postcode(file, code)); town++) {
            double share = 0;
            if (town != code && may_be_town(file, town, code) && find_together(error, &file->extract, code, town, &share) != CK_OK)
                return error->status;
            if (share < goes_with)
                continue;
            if (!known)
                ck_guess_take(&file->guess[code], CK_MEANS_POSTCODE, "category", "its header says nothing, but it holds numbers of one length, and equal ones "
                              "go with one place in '%s'", ck_draft_header(file, town));
            if (file->guess[town].meaning != CK_MEANS_TOWN)
                ck_guess_take(&file->guess[town], CK_MEANS_TOWN, "name", "its header says nothing, but equal postcodes go with one of its values");
            return CK_OK;
        }
    return CK_OK;
}

ck_status ck_draft_find_unnamed(ck_error *error, ck_draft_file *file) {
    return find_people(error, file) == CK_OK ? find_postcode(error, file) : error->status;
}
