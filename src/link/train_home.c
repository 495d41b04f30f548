/* Which comparisons speak of the home, and which of the person. */
#include "link/train_home.h"
#include <regex.h>
#include <string.h>

/* Kinds of what people of one home share come from SENSE_HOME on. */
typedef enum column_sense {
    SENSE_OTHER, SENSE_PERSON,
    SENSE_HOME, SENSE_SURNAME = SENSE_HOME, SENSE_TELEPHONE, SENSE_POSTCODE, SENSE_NUMBER, SENSE_ADDRESS, SENSE_TOWN
} column_sense;

/** Headers by what they mean; the first that fits holds, so parts of dates stand before places and full names before names. */
typedef struct header_rule {
    const char *pattern; /* extended regular expression, case ignored */
    column_sense sense;
} header_rule;

static const header_rule header_rules[] = {
    {"(dob|birth|^b)_?(d|m|y|day|mon|month|year|yr|dd|mm|yyyy)$|^(day|mon|month|year)_?(of_?birth)?$", SENSE_OTHER},
    {"dob|birth_?da?te?|da?te?_?of_?birth", SENSE_PERSON},
    {"e_?mail", SENSE_OTHER},
    {"phone|^tel|mobile", SENSE_TELEPHONE},
    {"post_?code|zip|^pcds?[278]?$|(^|_|enum)pc$|postal", SENSE_POSTCODE},
    {"^(sex|gender)", SENSE_OTHER},
    {"full_?name|^name$|person_?name|(fore|first)_?(and_?)?(sur|last)_?name", SENSE_PERSON},
    {"(fore|first|given|christian)_?names?|^f_?name|pername1|midd?le?_?na?me?|^middle", SENSE_PERSON},
    {"(sur|last|family|maiden)_?names?|^[ls]_?name|pername2", SENSE_SURNAME},
    {"(street|house|flat|building)_?(num|no)", SENSE_NUMBER},
    {"addr|street|enumcap|^road|uprn", SENSE_ADDRESS},
    {"nhs|ssn|soc_?sec|nino|passport|national_?(id|ins|num|no)|identif|_id$|^id_|licen|number$|_no$", SENSE_PERSON},
    {"occupation|job|ethnic|relation|marstat|marital|^title|religion|nationality", SENSE_OTHER},
    {"(^|_)city|town|suburb|place|county|region|country|province|district|village|sector|state|locality", SENSE_TOWN},
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
    case CK_KIND_POSTCODE: *sense = SENSE_POSTCODE; return CK_OK;
    case CK_KIND_UPRN: *sense = SENSE_ADDRESS; return CK_OK;
    case CK_KIND_DATE: case CK_KIND_NHS_NUMBER: *sense = SENSE_PERSON; return CK_OK;
    case CK_KIND_SEX: case CK_KIND_EMAIL: *sense = SENSE_OTHER; return CK_OK;
    default: return header_sense(error, column->name, sense);
    }
}

static bool is_word(const ck_train_options *options, const char *word) {
    return options->nhousehold == 1 && strcmp(options->household[0], word) == 0;
}

static bool is_automatic(const ck_train_options *options) {
    return options->nhousehold == 0 || is_word(options, "auto");
}

static bool is_named(const ck_train_options *options, const char *name) {
    bool named = false;
    for (uint32_t k = 0; k < options->nhousehold; k++)
        named |= strcmp(options->household[k], name) == 0;
    return named;
}

static ck_status check_names(ck_error *error, const ck_people *people, const ck_train_options *options) {
    for (uint32_t k = 0; k < options->nhousehold; k++)
        if (!is_automatic(options) && !is_word(options, "none") && ck_people_find_column(people, options->household[k]) == UINT32_MAX)
            return ck_fail(error, CK_USAGE, "train: household: there is no column '%s'.", options->household[k]);
    return CK_OK;
}

/* Bits of the comparisons that read a column. */
static uint32_t readers_of(const ck_comparisons *comparisons, uint32_t column) {
    uint32_t readers = 0;
    for (uint32_t c = 0; c < comparisons->n; c++)
        readers |= (ck_comparison_reads(&comparisons->comparison[c], column) ? UINT32_C(1) : 0) << c;
    return readers;
}

/* Comparisons all of whose columns are the home's, and by how many kinds: two surnames say one thing. */
static ck_status find_home(ck_error *error, const ck_people *people, const ck_comparisons *comparisons, const ck_train_options *options,
                           uint32_t *home, uint32_t *kinds) {
    uint32_t with = 0, without = 0, of_sense[SENSE_TOWN + 1] = {0};
    for (uint32_t column = 0; column < people->ncolumns; column++) {
        column_sense sense;
        uint32_t readers = readers_of(comparisons, column);
        if (find_sense(error, &people->column[column], &sense) != CK_OK)
            return error->status;
        bool shared = is_automatic(options) ? sense >= SENSE_HOME : is_named(options, people->column[column].name);
        *(shared ? &with : &without) |= readers;
        of_sense[sense] |= readers;
    }
    *home = with & ~without;
    *kinds = 0;
    for (uint32_t sense = SENSE_HOME; sense <= SENSE_TOWN; sense++)
        *kinds += (of_sense[sense] & *home) != 0;
    return CK_OK;
}

ck_status ck_train_home(ck_error *error, const ck_people *people, const ck_comparisons *comparisons, const ck_train_options *options,
                        uint32_t *home) {
    uint32_t found = 0, kinds = 0;
    *home = 0;
    if (check_names(error, people, options) != CK_OK || is_word(options, "none") ||
        find_home(error, people, comparisons, options, &found, &kinds) != CK_OK)
        return error->status;
    uint32_t n = (uint32_t)__builtin_popcount(found);
    if (n >= 2 && n < comparisons->n && (kinds >= 2 || !is_automatic(options)))
        *home = found;
    return CK_OK;
}

ck_status ck_train_identity(ck_error *error, const ck_people *people, const ck_comparisons *comparisons, uint32_t *identity) {
    *identity = 0;
    for (uint32_t column = 0; column < people->ncolumns; column++) {
        column_sense sense;
        if (find_sense(error, &people->column[column], &sense) != CK_OK)
            return error->status;
        if (sense == SENSE_PERSON)
            *identity |= readers_of(comparisons, column);
    }
    return CK_OK;
}
