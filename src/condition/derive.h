/** Derived tables: expressions evaluated once per distinct value of their columns.
 *
 *      base code of the column     1 ANN ROE   2 BOB POE   3 CAT ROE
 *      expression: words           dictionary  1 ANN  2 BOB  3 CAT  4 POE  5 ROE
 *      offset, item                1: 1 5      2: 2 4      3: 3 5
 *
 *  Local; runs on all threads of the process; the result does not depend on their number.
 */
#ifndef CK_CONDITION_DERIVE_H
#define CK_CONDITION_DERIVE_H
#include "condition/condition.h"
#include "store/people.h"

/** One expression's table; see ck_derived in evaluate.h. */
typedef struct ck_derived_table {
    uint32_t *map;
    uint64_t *offset;
    uint32_t *item;
    bool identity; /**< map[c] = c */
} ck_derived_table;

/** The tables of `n` expressions that share one dictionary; values sorted by bytes. What has been made is in `table` and
 *  `dict` whatever the status, for the caller to free. */
ck_status ck_derive_shared(ck_error *error, const ck_column *column, const ck_expr *const *expr, uint32_t n,
                           ck_derived_table *const *table, ck_dict *dict);
/** The table of a plain column under its own dictionary. */
ck_status ck_derive_identity(ck_error *error, const ck_column *column, ck_derived_table *table);
void ck_derived_table_free(ck_derived_table *table);

#endif
