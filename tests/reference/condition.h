/** Conditions, slow and obvious: the tree is walked for one pair of records given as texts. No codes, no batches, no
 *  tables. The evaluator in src/condition must give the same answers. */
#ifndef CK_REFERENCE_CONDITION_H
#define CK_REFERENCE_CONDITION_H
#include "condition/condition.h"
#include <stddef.h>

/** Distinct values sorted by bytes, each its own allocation with a NUL after it. */
typedef struct reference_values {
    size_t n;
    char **value;
} reference_values;
void reference_values_free(reference_values *values);

/** The values of an expression for a record: none when missing, one, or several. A record has one text for each column
 *  of the schema, NULL = missing. */
reference_values reference_expr(const ck_expr *expr, const ck_schema *schema, const char *const *record);

/** 1 true, 0 false, 2 unknown (as CK_TRUE, CK_FALSE, CK_UNKNOWN of condition/evaluate.h). */
int reference_condition(const ck_condition *condition, const ck_schema *schema, const char *const *l, const char *const *r);

#endif
