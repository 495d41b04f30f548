/** Conditions of expressions that have been read: equalities, and tests that are several of them in one word. What is left in `out` may be freed
 *  whatever the status. Local. */
#ifndef CK_CONDITION_MAKE_TEST_H
#define CK_CONDITION_MAKE_TEST_H
#include "condition/parser.h"

/** l.a = r.b */
ck_status ck_make_equal(ck_parser *parser, const ck_expr *a, const ck_expr *b, ck_condition *out);
/** Two values that are there and are not equal; never unknown. */
ck_status ck_make_differs(ck_parser *parser, const ck_expr *expr, ck_condition *out);
/** Two equalities that must both hold. */
ck_status ck_make_both_equal(ck_parser *parser, const ck_expr pair[2][2], ck_condition *out);
/** l.a = r.b and l.b = r.a */
ck_status ck_make_reversed(ck_parser *parser, const ck_expr *a, const ck_expr *b, ck_condition *out);
/** One of the two, where what would confirm it is missing. */
ck_status ck_make_half_reversed(ck_parser *parser, const ck_expr *a, const ck_expr *b, ck_condition *out);
/** The places of both sides; how near is the caller's to say. */
ck_status ck_make_distance(ck_parser *parser, const ck_expr *latitude, const ck_expr *longitude, ck_condition *out);
/** Of birth dates, which may be days that no calendar has: day and month are exchanged, and differ. `at`: where the test stands. */
ck_status ck_make_parts_swapped(ck_parser *parser, const ck_expr *date, size_t at, ck_condition *out);
/** Some `n` of year, month and day are equal: each choice of n is an "and" of its parts. */
ck_status ck_make_date_parts(ck_parser *parser, const ck_expr *date, uint32_t n, size_t at, ck_condition *out);

#endif
