/* Which comparisons speak of the home, and which of the person. */
#include "link/train_home.h"
#include <regex.h>
#include <string.h>

typedef enum column_sense { SENSE_OTHER, SENSE_HOME, SENSE_PERSON } column_sense;

/** Headers by what they mean; the first that fits holds, so parts of dates stand before places and full names before names. */
typedef struct header_rule {
    const char *pattern; /* extended regular expression, case ignored */
    column_sense sense;
} header_rule;

static const header_rule header_rules[] = {
    {"(dob|birth|^b)_?(d|m|y|day|mon|month|year|yr|dd|mm|yyyy)$|^(day|mon|month|year)_?(of_?birth)?$", SENSE_OTHER},
    {"dob|birth_?da?te?|da?te?_?of_?birth", SENSE_PERSON},
    {"e_?mail", SENSE_OTHER},
    {"phone|^tel|mobile", SENSE_HOME},
    {"post_?code|zip|^pcds?[278]?$|(^|_|enum)pc$|postal", SENSE_HOME},
    {"^(sex|gender)", SENSE_OTHER},
    {"full_?name|^name$|person_?name|(fore|first)_?(and_?)?(sur|last)_?name", SENSE_PERSON},
    {"(fore|first|given|christian)_?names?|^f_?name|pername1|midd?le?_?na?me?|^middle", SENSE_PERSON},
    {"(sur|last|family|maiden)_?names?|^[ls]_?name|pername2", SENSE_HOME},
    {"(street|house|flat|building)_?(num|no)", SENSE_HOME},
    {"addr|street|enumcap|^road|uprn", SENSE_HOME},
    {"nhs|ssn|soc_?sec|nino|passport|national_?(id|ins|num|no)|identif|_id$|^id_|licen|number$|_no$", SENSE_PERSON},
    {"occupation|job|ethnic|relation|marstat|marital|^title|religion|nationality", SENSE_OTHER},
    {"(^|_)city|town|suburb|place|county|region|country|province|district|village|sector|state|locality", SENSE_HOME},
};
enum { HEADER_RULES = sizeof header_rules / sizeof *header_rules };

static ck_status header_sense(ck_error *error, const char *name, column_sense *sense) {
    *sense = SENSE_OTHER;
    for (uint32_t k = 0; k < HEADER_RULES; k++) {
        regex_t compiled;
        if (regcomp(&compiled, header_rules[k].pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
            return ck_fail(error, CK_MEMORY, "A pattern for column headers could not be prepared.");
        bool fits = regexec(&compiled, name, 0, NULL, 0) == 0;
        regfree(&compiled);
        if (fits) {
            *sense = header_rules[k].sense;
            break;
        }
    }
    return CK_OK;
}

/* The kind says it where it can; the header otherwise. */
static ck_status find_sense(ck_error *error, const ck_column *column, column_sense *sense) {
    switch (column->kind) {
    case CK_KIND_POSTCODE: case CK_KIND_UPRN: *sense = SENSE_HOME; return CK_OK;
    case CK_KIND_DATE: case CK_KIND_NHS_NUMBER: *sense = SENSE_PERSON; return CK_OK;
    case CK_KIND_SEX: case CK_KIND_EMAIL: *sense = SENSE_OTHER; return CK_OK;
    default: return header_sense(error, column->name, sense);
    }
}

static bool is_word(const ck_train_options *options, const char *word) {
    return options->nhousehold == 1 && strcmp(options->household[0], word) == 0;
}

/* What the user says of a column, if anything is said. */
static ck_status choose_sense(ck_error *error, const ck_column *column, const ck_train_options *options, column_sense *sense) {
    if (find_sense(error, column, sense) != CK_OK || options->nhousehold == 0 || is_word(options, "auto"))
        return error->status;
    bool named = false;
    for (uint32_t k = 0; k < options->nhousehold; k++)
        named |= strcmp(options->household[k], column->name) == 0;
    if (named || *sense == SENSE_HOME)
        *sense = named ? SENSE_HOME : SENSE_OTHER;
    return CK_OK;
}

static ck_status check_names(ck_error *error, const ck_people *people, const ck_train_options *options) {
    for (uint32_t k = 0; k < options->nhousehold; k++)
        if (!is_word(options, "auto") && !is_word(options, "none") && ck_people_find_column(people, options->household[k]) == UINT32_MAX)
            return ck_fail(error, CK_USAGE, "train: household: there is no column '%s'.", options->household[k]);
    return CK_OK;
}

/* Bits of the comparisons with a column of this sense, and of those with a column of another. */
static ck_status sort_comparisons(ck_error *error, const ck_people *people, const ck_comparisons *comparisons,
                                  const ck_train_options *options, column_sense wanted, uint32_t *with, uint32_t *without) {
    *with = *without = 0;
    for (uint32_t column = 0; column < people->ncolumns; column++) {
        column_sense sense;
        if (choose_sense(error, &people->column[column], options, &sense) != CK_OK)
            return error->status;
        for (uint32_t c = 0; c < comparisons->n; c++)
            if (ck_comparison_reads(&comparisons->comparison[c], column))
                *(sense == wanted ? with : without) |= UINT32_C(1) << c;
    }
    return CK_OK;
}

ck_status ck_train_home(ck_error *error, const ck_people *people, const ck_comparisons *comparisons, const ck_train_options *options,
                        uint32_t *home) {
    uint32_t with, without;
    *home = 0;
    if (check_names(error, people, options) != CK_OK || is_word(options, "none") ||
        sort_comparisons(error, people, comparisons, options, SENSE_HOME, &with, &without) != CK_OK)
        return error->status;
    uint32_t found = with & ~without, n = (uint32_t)__builtin_popcount(found);
    if (n >= 2 && n < comparisons->n)
        *home = found;
    return CK_OK;
}

ck_status ck_train_identity(ck_error *error, const ck_people *people, const ck_comparisons *comparisons, uint32_t *identity) {
    const ck_train_options plain = {0};
    uint32_t without;
    return sort_comparisons(error, people, comparisons, &plain, SENSE_PERSON, identity, &without);
}
