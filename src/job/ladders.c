/* Ladders by role (docs/choose.md says why each level is there). */
#include "job/ladders.h"
#include "base/memory.h"
#include "model/comparison.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LADDER_LEVELS = 8 };

/** What a ladder is for, beyond a role. */
typedef enum variant {
    ANY,
    WITH_SURNAME,  /* a forename beside a surname, which may have been exchanged */
    WITH_FORENAME, /* a surname beside that forename */
    BESIDE_SURNAME, /* an e-mail address, which may be made of it */
    ON_THE_GLOBE,  /* a latitude beside a longitude */
    ON_A_GRID,     /* a northing beside an easting */
    YEAR_ALONE,    /* a birth date of which nothing else is known */
    UNITED_KINGDOM, /* a postcode with sectors, districts and areas */
    WHOLE,         /* a birth date of which no part is unknown, and */
    PLACEHOLDER,   /* one where 1 January stands for any day */
} variant;

/** In every level $ stands for the column and & for the one beside it: a surname or forename; a longitude or easting. A level
 *  that begins with + has term frequencies; one that begins with - comes first and says nothing, as a missing value does. */
typedef struct ladder {
    ck_role role;
    variant variant;
    const char *level[LADDER_LEVELS];
} ladder;

#define NEAR_NAME "jaro_winkler $ 0.92 or (damerau_levenshtein $ 1 and length $ 4)"
#define ALIKE_NAME "jaro_winkler $ 0.88 or prefix_of $ or word_subset $"
#define EXCHANGED "(reversed & $ or half_reversed & $) and not exact $"
#define FIRST_OF_JANUARY "($.month literal \"1\" and $.day literal \"1\")"
#define ONE_DIGIT "$.complete damerau_levenshtein 1"

/* The first that fits holds. */
static const ladder ladders[] = {
    {CK_ROLE_FORENAME, WITH_SURNAME, {"+exact $", "reversed $ &", "half_reversed $ &", NEAR_NAME, ALIKE_NAME, "jaro_winkler $ 0.7"}},
    {CK_ROLE_FORENAME, ANY, {"+exact $", NEAR_NAME, ALIKE_NAME, "jaro_winkler $ 0.7"}},
    /* Names in each other's column count once, in the forename: a surname that then differs would take back what they tell. */
    {CK_ROLE_SURNAME, WITH_FORENAME, {"-" EXCHANGED, "+exact $", NEAR_NAME, ALIKE_NAME, "jaro_winkler $ 0.7"}},
    {CK_ROLE_SURNAME, ANY, {"+exact $", NEAR_NAME, ALIKE_NAME, "jaro_winkler $ 0.7"}},
    {CK_ROLE_FULL_NAME, ANY, {"+exact $", NEAR_NAME " or token_sort $ 0.92", ALIKE_NAME, "jaro_winkler $ 0.7"}},
    {CK_ROLE_BIRTH_DATE, YEAR_ALONE, {"exact $.year", "$.year difference 1", "$.year difference 3", "$.year difference 10"}},
    {CK_ROLE_BIRTH_DATE, PLACEHOLDER,
     {"+exact $.complete", "(" ONE_DIGIT " or day_month_swapped $) and not " FIRST_OF_JANUARY, "date_parts $ 2 and not " FIRST_OF_JANUARY,
      "(exact $.year and missing $.complete) or (" FIRST_OF_JANUARY " and " ONE_DIGIT ")", "exact $.year or within $ 366 days",
      "$.year difference 10"}},
    {CK_ROLE_BIRTH_DATE, WHOLE,
     {"exact $", "damerau_levenshtein $ 1 or day_month_swapped $", "date_parts $ 2", "exact $.year or within $ 366 days", "$.year difference 10"}},
    {CK_ROLE_BIRTH_DATE, ANY,
     {"exact $.complete", ONE_DIGIT " or day_month_swapped $", "date_parts $ 2", "exact $.year and missing $.complete",
      "exact $.year or within $ 366 days", "$.year difference 10"}},
    {CK_ROLE_DATE, ANY, {"exact $", "within $ 1 day", "within $ 3 days", "within $ 7 days", "within $ 30 days"}},
    {CK_ROLE_SEX, ANY, {"exact $"}},
    {CK_ROLE_POSTCODE, UNITED_KINGDOM, {"+exact $", "damerau_levenshtein $ 1", "sector $", "district $", "area $"}},
    {CK_ROLE_POSTCODE, ANY, {"+exact $", "damerau_levenshtein $ 1", "prefix $ 3", "prefix $ 2", "prefix $ 1"}},
    {CK_ROLE_ADDRESS, ANY,
     {"+exact $", "token_sort $ 0.92", "exact $.numbers and token_set $ 0.6", "token_set $ 0.85 or jaro_winkler $ 0.88",
      "exact $.numbers or jaro_winkler $ 0.7"}},
    {CK_ROLE_HOUSE_NUMBER, ANY, {"exact $", "damerau_levenshtein $ 1"}},
    {CK_ROLE_DWELLING, ANY, {"+exact $", "damerau_levenshtein $ 1"}},
    {CK_ROLE_PLACE, ANY, {"+exact $", NEAR_NAME, "jaro_winkler $ 0.8 or word_subset $"}},
    {CK_ROLE_CATEGORY, ANY, {"+exact $", NEAR_NAME, "jaro_winkler $ 0.8 or word_subset $"}},
    {CK_ROLE_PHONE, ANY, {"+exact $", "damerau_levenshtein $ 1 or exact $.last(7)", "damerau_levenshtein $ 2"}},
    /* Addresses are made of names: one that is only alike says again what the surname has said. */
    {CK_ROLE_EMAIL, BESIDE_SURNAME,
     {"-not exact $ and not damerau_levenshtein $ 1 and ratio $ 0.75 and jaro_winkler & 0.88", "+exact $",
      "ratio $ 0.9 or (damerau_levenshtein $ 2 and length $.user 4)", "exact $.user", "ratio $ 0.75"}},
    {CK_ROLE_EMAIL, ANY, {"+exact $", "ratio $ 0.9 or (damerau_levenshtein $ 2 and length $.user 4)", "exact $.user", "ratio $ 0.75"}},
    {CK_ROLE_IDENTIFIER, ANY, {"exact $", "damerau_levenshtein $ 1 or exact $.last(7)", "damerau_levenshtein $ 2"}},
    {CK_ROLE_NORTHING, ON_THE_GLOBE,
     {"exact $ and exact &", "distance_km $ & 0.1", "distance_km $ & 0.5", "distance_km $ & 2", "distance_km $ & 10", "distance_km $ & 50"}},
    {CK_ROLE_NORTHING, ON_A_GRID,
     {"exact $ and exact &", "$ difference 100 and & difference 100", "$ difference 500 and & difference 500",
      "$ difference 2000 and & difference 2000", "$ difference 10000 and & difference 10000", "$ difference 50000 and & difference 50000"}},
    {CK_ROLE_AMOUNT, ANY, {"exact $", "relative $ 0.5%", "relative $ 2%", "relative $ 5%", "relative $ 20%"}},
    {CK_ROLE_TEXT, ANY,
     {"+exact $", "ratio $ 0.9 or jaro_winkler $ 0.95", "ratio $ 0.8 or word_subset $", "jaro_winkler $ 0.88 or token_set $ 0.75",
      "jaro_winkler $ 0.7 or token_set $ 0.5"}},
};
enum { LADDERS = sizeof ladders / sizeof *ladders };

/* ---- text that grows ---- */

typedef struct writer {
    ck_error *error;
    char *text;
    size_t n, room;
} writer;

static void write_bytes(writer *w, const char *bytes, size_t n) {
    if (ck_grow(w->error, &w->text, &w->room, w->n + n + 1, 1) != CK_OK)
        return;
    memcpy(w->text + w->n, bytes, n);
    w->n += n;
    w->text[w->n] = 0;
}

static void write_string(writer *w, const char *text) {
    write_bytes(w, text, strlen(text));
}

/** A condition inside double quotes, its columns filled in. */
static void write_filled(writer *w, const char *condition, const char *column, const char *beside) {
    for (; *condition; condition++)
        if (*condition == '$' || *condition == '&')
            write_string(w, *condition == '$' ? column : beside);
        else if (*condition == '"')
            write_string(w, "\\\"");
        else
            write_bytes(w, condition, 1);
}

/** A level in double quotes. */
static void write_level(writer *w, const char *level, const char *column, const char *beside) {
    write_string(w, "\"");
    write_filled(w, level, column, beside);
    write_string(w, "\"");
}

/* ---- one comparison ---- */

/** The column of a role with most to tell, such as the surname that a forename may have been exchanged with. */
static uint32_t find_partner(const ck_schema *schema, const ck_column_facts *facts, ck_role role) {
    uint32_t best = UINT32_MAX;
    double most = 0;
    for (uint32_t c = 0; c < schema->ncolumns - schema->ntuples; c++) {
        double told = facts[c].filled * facts[c].distinct;
        if (facts[c].role == role && told > most) {
            most = told;
            best = c;
        }
    }
    return best;
}

/** The column that is compared together with column c, or UINT32_MAX: of each role only the foremost. */
static uint32_t find_beside(const ck_schema *schema, const ck_column_facts *facts, uint32_t c) {
    static const ck_role pairs[][2] = {{CK_ROLE_FORENAME, CK_ROLE_SURNAME}, {CK_ROLE_SURNAME, CK_ROLE_FORENAME}, {CK_ROLE_EMAIL, CK_ROLE_SURNAME},
                                        {CK_ROLE_NORTHING, CK_ROLE_EASTING}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (facts[c].role == pairs[i][0] && find_partner(schema, facts, pairs[i][0]) == c)
            return find_partner(schema, facts, pairs[i][1]);
    return UINT32_MAX;
}

static bool is_in_degrees(const char *column) {
    return strstr(column, "lat") != NULL;
}

static bool fits(const ladder *of, const ck_schema *schema, const ck_column_facts *facts, uint32_t c, uint32_t beside) {
    if (of->role != facts[c].role)
        return false;
    switch (of->variant) {
    case WITH_SURNAME:
    case WITH_FORENAME:
    case BESIDE_SURNAME: return beside != UINT32_MAX;
    case ON_THE_GLOBE: return beside != UINT32_MAX && is_in_degrees(schema->name[c]);
    case ON_A_GRID: return beside != UINT32_MAX;
    case YEAR_ALONE: return facts[c].years;
    case UNITED_KINGDOM: return schema->kind[c] == CK_KIND_POSTCODE;
    case WHOLE: return !facts[c].partial;
    case PLACEHOLDER: return facts[c].placeholder;
    case ANY: break;
    }
    return true;
}

/** What is commoner than by chance weighs less, and nothing more: that nobody else is known to be born on a day makes it no rarer. Of an expression there
 *  is no exact level to adjust against but its own. */
static void write_least(writer *w, double chance) {
    char text[64];
    snprintf(text, sizeof text, ", own_u: true, minimum_u: %.6g", chance);
    write_string(w, text);
}

/** What says nothing, where it is more than missing values: dates that stand for "not known", and what the first level names. */
static void write_null(writer *w, const char *level, const ck_column_facts *facts, const char *column, const char *beside) {
    if (!facts->nmeaningless && level[0] != '-')
        return;
    write_string(w, "\n    null: \"missing ");
    write_string(w, column);
    for (uint32_t i = 0; i < facts->nmeaningless; i++) {
        write_string(w, " or ");
        write_string(w, column);
        write_string(w, " literal_l '");
        write_string(w, facts->meaningless[i]);
        write_string(w, "' or ");
        write_string(w, column);
        write_string(w, " literal_r '");
        write_string(w, facts->meaningless[i]);
        write_string(w, "'");
    }
    if (level[0] == '-') {
        write_string(w, " or (");
        write_filled(w, level + 1, column, beside);
        write_string(w, ")");
    }
    write_string(w, "\"");
}

static void write_ladder(writer *w, const ladder *of, const ck_column_facts *facts, const char *column, const char *beside) {
    write_string(w, "  - on: ");
    write_string(w, column);
    write_null(w, of->level[0], facts, column, beside);
    write_string(w, "\n    levels:\n");
    for (int i = of->level[0][0] == '-'; i < LADDER_LEVELS && of->level[i]; i++) {
        bool frequency = of->level[i][0] == '+';
        write_string(w, frequency ? "      - {when: " : "      - ");
        write_level(w, of->level[i] + frequency, column, beside);
        write_string(w, frequency ? ", term_frequency: {column: " : "\n");
        write_string(w, frequency ? column : "");
        if (frequency && of->variant == PLACEHOLDER)
            write_least(w, facts->chance);
        write_string(w, frequency ? "}}\n" : "");
    }
}

static bool is_compared(const ck_column_facts *facts) {
    return facts->role != CK_ROLE_NONE && !facts->repeats && facts->distinct > 1;
}

ck_status ck_ladders_write(ck_error *error, const ck_schema *schema, const ck_column_facts *facts, char **text) {
    writer w = {.error = error};
    uint32_t n = 0;
    *text = NULL;
    for (uint32_t c = 0; c < schema->ncolumns - schema->ntuples && n < CK_COMPARISONS_MAX; c++) {
        uint32_t beside = find_beside(schema, facts, c);
        for (int k = 0; k < LADDERS && is_compared(&facts[c]); k++)
            if (fits(&ladders[k], schema, facts, c, beside)) {
                write_ladder(&w, &ladders[k], &facts[c], schema->name[c], beside == UINT32_MAX ? NULL : schema->name[beside]);
                n++;
                break;
            }
    }
    if (error->status == CK_OK && n == 0)
        ck_fail(error, CK_DATA, "No column can be compared: none has a role that is known and more than one value; name the columns for what they "
                "hold, or write 'comparisons:'.");
    if (error->status == CK_OK)
        *text = w.text;
    else
        ck_free(w.text);
    return error->status;
}
