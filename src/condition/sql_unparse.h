/** Conditions as SQL that Splink's DuckDB dialect runs, and ck_sql_parse reads back to the same condition. Local.
 *
 *  @return CK_USAGE with a sentence that says what has no form in SQL ("soundex has no form in SQL") */
#ifndef CK_CONDITION_SQL_UNPARSE_H
#define CK_CONDITION_SQL_UNPARSE_H
#include "condition/condition.h"
#include "condition/sql.h"

/** A whole condition; CK_OP_ALWAYS is ELSE. `names`: how columns are written. Caller frees. */
ck_status ck_condition_sql(ck_error *error, const ck_condition *condition, const ck_schema *schema, ck_sql_names names, char **text);
/** An expression of one side. Caller frees. */
ck_status ck_expr_sql(ck_error *error, const ck_expr *expr, ck_sql_side side, const ck_schema *schema, ck_sql_names names,
                      char **text);

#endif
