/* Which comparisons speak of the home, and which of the person. */
#include "link/train_home.h"
#include "clean/role.h"
#include "link/train_rules.h"
#include <string.h>

enum {
    HOME = 1u << CK_ROLE_SURNAME | 1u << CK_ROLE_PHONE | 1u << CK_ROLE_POSTCODE | 1u << CK_ROLE_HOUSE_NUMBER | 1u << CK_ROLE_ADDRESS |
           1u << CK_ROLE_PLACE | 1u << CK_ROLE_NORTHING | 1u << CK_ROLE_EASTING,
    WHERE = 1u << CK_ROLE_POSTCODE | 1u << CK_ROLE_ADDRESS | 1u << CK_ROLE_PLACE,
    UNTOLD = 1u << CK_ROLE_CATEGORY | 1u << CK_ROLE_TEXT | 1u << CK_ROLE_AMOUNT,
    NAMES = 1u << CK_ROLE_FORENAME | 1u << CK_ROLE_SURNAME | 1u << CK_ROLE_FULL_NAME,
    PERSON = 1u << CK_ROLE_FORENAME | 1u << CK_ROLE_FULL_NAME | 1u << CK_ROLE_BIRTH_DATE | 1u << CK_ROLE_IDENTIFIER
};

/* A dwelling's number is one more way to write its address. */
static ck_role role_of(const ck_column *column) {
    ck_role role = ck_role_of(column->name, column->kind);
    return role == CK_ROLE_DWELLING ? CK_ROLE_ADDRESS : role;
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

static uint32_t plain_readers(const ck_comparisons *comparisons, uint32_t column) {
    uint32_t readers = 0;
    for (uint32_t c = 0; c < comparisons->n; c++)
        readers |= (ck_comparison_reads(&comparisons->comparison[c], column) ? UINT32_C(1) : 0) << c;
    return readers;
}

/* Bits of the comparisons that read a column, itself or within a tuple. */
static uint32_t readers_of(const ck_comparisons *comparisons, const ck_train_options *options, uint32_t ncolumns, uint32_t column) {
    uint32_t readers = plain_readers(comparisons, column);
    for (uint32_t i = 0; i < options->ntuples; i++)
        if (ck_tuple_holds(&options->tuple[i], column))
            readers |= plain_readers(comparisons, ncolumns - options->ntuples + i);
    return readers;
}

ck_status ck_train_follows_home(const ck_comm *comm, ck_error *error, const ck_people *people, uint32_t ncolumns, uint32_t column, bool *follows) {
    *follows = false;
    for (uint32_t y = 0; y < ncolumns && (UNTOLD >> role_of(&people->column[column]) & 1) && !*follows && error->status == CK_OK; y++)
        if (WHERE >> role_of(&people->column[y]) & 1)
            ck_train_determines(comm, error, people, y, column, follows);
    return error->status;
}

/* Comparisons all of whose columns are the home's, and by how many roles: two surnames say one thing. Collective. */
static void find_home(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_comparisons *comparisons,
                      const ck_train_options *options, uint32_t *home, uint32_t *roles) {
    uint32_t with = 0, without = 0, of_role[CK_ROLE_COUNT] = {0}, ncolumns = people->ncolumns - options->ntuples;
    for (uint32_t column = 0; column < ncolumns && error->status == CK_OK; column++) {
        ck_role role = role_of(&people->column[column]);
        uint32_t readers = readers_of(comparisons, options, people->ncolumns, column);
        bool shared = is_automatic(options) ? HOME >> role & 1 : is_named(options, people->column[column].name), follows = false;
        if (is_automatic(options) && readers)
            ck_train_follows_home(comm, error, people, ncolumns, column, &follows);
        shared |= follows;
        *(shared ? &with : &without) |= readers;
        of_role[role] |= readers;
    }
    *home = with & ~without;
    *roles = 0;
    for (uint32_t role = 0; role < CK_ROLE_COUNT; role++)
        *roles += (HOME >> role & 1) && (of_role[role] & *home) != 0;
}

ck_status ck_train_home(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_comparisons *comparisons,
                        const ck_train_options *options, uint32_t *home) {
    uint32_t found = 0, roles = 0;
    *home = 0;
    if (check_names(error, people, options) != CK_OK || is_word(options, "none"))
        return error->status;
    find_home(comm, error, people, comparisons, options, &found, &roles);
    uint32_t n = (uint32_t)__builtin_popcount(found);
    if (error->status == CK_OK && n >= 2 && n < comparisons->n && (roles >= 2 || !is_automatic(options)))
        *home = found;
    return error->status;
}

ck_status ck_train_identity(ck_error *error, const ck_people *people, const ck_comparisons *comparisons, uint32_t *identity) {
    *identity = 0;
    for (uint32_t column = 0; column < people->ncolumns; column++) /* a tuple is called by the names of its columns */
        if (PERSON >> role_of(&people->column[column]) & 1)
            *identity |= plain_readers(comparisons, column);
    return error->status;
}

bool ck_train_share_name(const ck_column *x, const ck_column *y) {
    uint32_t roles = 1u << role_of(x) | 1u << role_of(y);
    return (roles >> CK_ROLE_FULL_NAME & 1) && !(roles & ~(uint32_t)NAMES);
}
