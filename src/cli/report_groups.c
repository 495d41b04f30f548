/** By what carrick report groups records: never by what would tell a person. */
#include "base/memory.h"
#include "cli/report_facts.h"
#include "clean/role.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { EXPRESSION_MOST = 256, LIST_MOST = 2048 };

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/** Does the word stand in a column's name, with no letter on either side ("ward" not in weekly_award)? */
static bool has_word(const char *name, const char *word) {
    for (const char *at = name; (at = strcasestr(at, word)) != NULL; at++)
        if ((at == name || !is_letter(at[-1])) && !is_letter(at[strlen(word)]))
            return true;
    return false;
}

/** Does a column's name speak of ethnicity, deprivation or an area? */
static bool is_of_groups(const char *name) {
    static const char *const word[] = {"ethnic", "ethnicity", "deprivation", "imd", "quintile", "decile", "lsoa", "msoa", "ward", "borough", "region", "age_band", "religion", "language"};
    for (size_t k = 0; k < sizeof word / sizeof *word; k++)
        if (has_word(name, word[k]))
            return true;
    return false;
}

/** The expression for a column, "" where it is not to be grouped by. `seen`: roles that have one. */
static void expression_of(const char *name, ck_kind kind, uint32_t *seen, char text[EXPRESSION_MOST]) {
    ck_role role = ck_role_of(name, kind);
    const char *part = role == CK_ROLE_SEX ? "" : role == CK_ROLE_BIRTH_DATE ? ".prefix(3)" : role == CK_ROLE_POSTCODE ? (kind == CK_KIND_POSTCODE ? ".area" : ".prefix(2)") : NULL;
    text[0] = '\0';
    if (part && !(*seen >> role & 1)) {
        snprintf(text, EXPRESSION_MOST, "%s%s", name, part);
        *seen |= 1u << role;
    } else if (is_of_groups(name)) {
        snprintf(text, EXPRESSION_MOST, "%s", name);
    }
}

char *ck_report_groupings(ck_error *error, const ck_schema *schema) {
    char list[LIST_MOST] = "", text[EXPRESSION_MOST];
    uint32_t seen = 0, n = 0;
    for (uint32_t c = 0; c < schema->ncolumns && n < CK_DESCRIBE_GROUPINGS - 2; c++) {
        expression_of(schema->name[c], schema->kind[c], &seen, text);
        size_t used = strlen(list);
        if (!text[0] || used + strlen(text) + 2 > sizeof list)
            continue;
        snprintf(list + used, sizeof list - used, "%s%s", n++ ? "," : "", text);
    }
    return ck_copy_string(error, list);
}

/** Would groups of the column, or of the whole value alone, tell persons? */
static bool tells_persons(ck_role role, bool whole) {
    switch (role) {
    case CK_ROLE_FORENAME: case CK_ROLE_SURNAME: case CK_ROLE_FULL_NAME: case CK_ROLE_ADDRESS: case CK_ROLE_DWELLING: case CK_ROLE_PHONE: case CK_ROLE_EMAIL:
    case CK_ROLE_IDENTIFIER: return true;
    case CK_ROLE_BIRTH_DATE: case CK_ROLE_POSTCODE: return whole;
    default: return false;
    }
}

ck_status ck_report_check_groupings(ck_error *error, const ck_schema *schema, const char *by) {
    for (const char *list = by; list && *list && !error->status; list = *list == ',' ? list + 1 : NULL) {
        size_t n = ck_grouping_first(list);
        for (uint32_t c = 0; c < schema->ncolumns; c++) {
            size_t name = strlen(schema->name[c]);
            if (name > n || strncasecmp(list, schema->name[c], name) != 0 || (name < n && list[name] != '.'))
                continue;
            if (tells_persons(ck_role_of(schema->name[c], schema->kind[c]), name == n))
                return ck_fail(error, CK_USAGE, "--by %.*s would put on the page what tells persons; take a part of it that many share, as dob.prefix(3) or postcode.area.",
                               (int)n, list);
        }
        list += n;
    }
    return error->status;
}

/* ---- groups in words ---- */

/** Is the expression the decade of a date, as dob.prefix(3) is? Its column's name is `*n` long. */
static bool is_decade(const ck_report_facts *f, const char *by, size_t *n) {
    const ck_schema *schema = &f->work->job.schema;
    char name[160];
    const char *dot = strstr(by, ".prefix(3)");
    *n = dot ? (size_t)(dot - by) : 0;
    snprintf(name, sizeof name, "%.*s", (int)*n, by);
    uint32_t c = dot && !dot[10] ? ck_schema_find(schema, name) : UINT32_MAX;
    return c != UINT32_MAX && ck_role_of(schema->name[c], schema->kind[c]) == CK_ROLE_BIRTH_DATE;
}

void ck_report_by_text(const ck_report_facts *f, const char *by, char *text, size_t room) {
    size_t n, all = strlen(by);
    if (is_decade(f, by, &n))
        snprintf(text, room, "decade of %.*s", (int)n, by);
    else if (all > 5 && strcmp(by + all - 5, ".area") == 0)
        snprintf(text, room, "area of %.*s", (int)(all - 5), by);
    else if (all > 10 && strcmp(by + all - 10, ".prefix(2)") == 0)
        snprintf(text, room, "first two characters of %.*s", (int)(all - 10), by);
    else
        snprintf(text, room, "%s", by);
}

void ck_report_class_text(const ck_report_facts *f, const char *by, const char *kind, const char *value, uint64_t values, char *text, size_t room) {
    size_t n;
    if (strcmp(kind, ck_class_word(CK_CLASS_VALUE)) == 0)
        snprintf(text, room, "%s%s", value, is_decade(f, by, &n) ? "0s" : "");
    else if (strcmp(kind, ck_class_word(CK_CLASS_OTHERS)) == 0)
        snprintf(text, room, "others (%llu value%s)", (unsigned long long)values, values == 1 ? "" : "s");
    else
        snprintf(text, room, "%s", kind);
}
