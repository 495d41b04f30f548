/** SQL to conditions: equalities, missing values, similarities, differences of dates and numbers become the engine's own atoms, so
 *  that dictionaries, kernels and bounds serve them; an expression of one column of one side becomes a column expression, which
 *  is evaluated once per distinct value; the rest becomes CK_OP_SQL, evaluated on the pairs that reach it. All have the same
 *  truth. Local.
 */
#ifndef CK_CONDITION_SQL_LOWER_H
#define CK_CONDITION_SQL_LOWER_H
#include "condition/condition.h"
#include "condition/sql.h"

/** What a text's names stand for. */
typedef struct ck_sql_binding {
    const ck_sql_columns *columns;
    const uint32_t *column;  /**< [columns->n] number in the schema */
    const ck_schema *schema;
    ck_tuple_list *tuples;   /**< grows; NULL: there can be none */
    const bool *exploded;    /**< [columns->n] or NULL: lists of which a rule takes one item at a time */
} ck_sql_binding;

/** A checked condition of a level. CK_USAGE when it is not a question (its type is not true or false). */
ck_status ck_sql_lower(ck_error *error, ck_sql *sql, const ck_sql_binding *binding, ck_condition *condition);

/** A blocking rule: equalities between l and r are keys, at most `most`, what is left is a filter. */
typedef struct ck_sql_rule {
    uint32_t nkeys;
    struct {
        ck_expr l, r;
    } key[8];
    bool has_where;
    ck_condition where;
} ck_sql_rule;
/** `rule` may be freed whatever the status. A rule without any key is no error here. */
ck_status ck_sql_lower_rule(ck_error *error, ck_sql *sql, const ck_sql_binding *binding, ck_sql_rule *rule);
void ck_sql_rule_free(ck_sql_rule *rule);

#endif
