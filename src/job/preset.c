#include "job/preset.h"
#include <string.h>

/* What registers write for a date that they do not know: nothing is learnt of it either way. */
#define EITHER_IS(day) " or $1 literal_l '" day "' or $1 literal_r '" day "'"
#define NO_DATE "missing $1" EITHER_IS("1900-01-01") EITHER_IS("1901-01-01") EITHER_IS("1899-12-30") EITHER_IS("1899-12-31")
/* 1 January may stand for any day: that the rest of the date is near says little. */
#define NOT_FIRST_OF_JANUARY "not ($1.month literal \"1\" and $1.day literal \"1\")"

/* Splink's published ladders (its comparison library), in the words of conditions; and one of our own for the birth dates of registers. */
static const ck_preset presets[] = {
    {"name", 1, 1, NULL,
     {{"exact", "$1"}, {"jaro_winkler 0.92", NULL}, {"jaro_winkler 0.88", NULL}, {"jaro_winkler 0.7", NULL}}, {NULL, NULL}},
    {"forename_surname", 2, 3, "missing $1 and missing $2",
     {{"exact $1 and exact $2", NULL},
      {"reversed", NULL},
      {"jaro_winkler $1 0.92 and jaro_winkler $2 0.92", NULL},
      {"jaro_winkler $1 0.88 and jaro_winkler $2 0.88", NULL},
      {"exact $2", "$2"},
      {"exact $1", "$1"}},
     {"exact $3", "$3"}},
    {"date_of_birth", 1, 1, NULL,
     {{"exact", NULL}, {"levenshtein 1", NULL}, {"within 1 month", NULL}, {"within 1 year", NULL}, {"within 10 years", NULL}},
     {NULL, NULL}},
    {"birth_date", 1, 1, NO_DATE,
     {{"exact", "$1"},
      {"(damerau_levenshtein $1 1 or day_month_swapped $1) and " NOT_FIRST_OF_JANUARY, NULL},
      {"date_parts $1 2 and " NOT_FIRST_OF_JANUARY, NULL},
      {"exact $1.year or within $1 366 days", NULL},
      {"$1.year difference 10", NULL}},
     {NULL, NULL}},
    {"postcode", 1, 1, NULL, {{"exact", NULL}, {"sector", NULL}, {"district", NULL}, {"area", NULL}}, {NULL, NULL}},
    {"email", 1, 1, NULL,
     {{"exact", "$1"}, {"user", NULL}, {"jaro_winkler 0.88", NULL}, {"$1.user jaro_winkler 0.88", NULL}}, {NULL, NULL}},
    {"exact", 1, 1, NULL, {{"exact", NULL}}, {NULL, NULL}},
};

const char *const ck_preset_words[] = {"name", "forename_surname", "date_of_birth", "birth_date", "postcode", "email", "exact", NULL};
_Static_assert(sizeof ck_preset_words / sizeof *ck_preset_words == sizeof presets / sizeof *presets + 1,
               "every preset has its word");

const ck_preset *ck_preset_at(size_t i) {
    return i < sizeof presets / sizeof *presets ? &presets[i] : NULL;
}

const ck_preset *ck_preset_find(const char *name) {
    const ck_preset *preset = NULL;
    for (size_t i = 0; (preset = ck_preset_at(i)) != NULL; i++)
        if (strcmp(preset->name, name) == 0)
            break;
    return preset;
}
