/** The words of a job file to expressions and conditions (docs/conditions.md lists them all).
 *
 *      surname.soundex            dob.year            forename.prefix(3)          postcode.sector
 *      exact | jaro_winkler 0.92 | levenshtein 1 | within 1 month | sector | reversed | (jaro 0.9 and soundex) or prefix 3
 *      levenshtein dob 2          dob levenshtein 2   (naming the column, as in where: filters)
 *      email.user jaro_winkler 0.88
 *
 *  A column before or after the atom's word replaces the default ones. Errors are CK_USAGE sentences that name the
 *  character, the word and the nearest known one; the caller puts file and line before them. On failure nothing is left
 *  to free. Local.
 */
#ifndef CK_CONDITION_PARSE_H
#define CK_CONDITION_PARSE_H
#include "condition/condition.h"

ck_status ck_parse_expr(ck_error *error, const ck_schema *schema, const char *text, ck_expr *expr);

/** A part of a blocking key: an expression, or two joined by `=` that must agree across (forename = surname); `r` equals
 *  `l` for a single one. */
ck_status ck_parse_key(ck_error *error, const ck_schema *schema, const char *text, ck_expr *l, ck_expr *r);

/** A condition; `defaults` are the columns of the comparison (1 or 2), ndefaults = 0 in a filter. `format`: date format
 *  for text columns, or NULL. */
ck_status ck_parse_condition(ck_error *error, const ck_schema *schema, const char *text, const uint32_t *defaults,
                             uint32_t ndefaults, const char *format, ck_condition *condition);

#endif
