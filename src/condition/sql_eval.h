/** Evaluating checked SQL, with its three-valued logic: what no fast atom can say, and expressions of one side once per distinct
 *  value.
 *
 *      ck_sql_context context = {0};
 *      context.operand = values;                        what $1, $2, ... stand for
 *      ck_sql_evaluate(&context, &sql, &value);         valid until the next evaluation
 *      ck_sql_context_free(&context);
 *
 *  A tree may be evaluated by several threads, each with its context. Local.
 */
#ifndef CK_CONDITION_SQL_EVAL_H
#define CK_CONDITION_SQL_EVAL_H
#include "condition/sql.h"
#include "condition/sql_regex.h"

enum { CK_SQL_PARAMETERS = 4 };

/** `type` ANY: NULL. */
typedef struct ck_sql_value {
    ck_sql_type type;
    bool single, decimal; /**< a FLOAT of 32 bits; a literal number, which a FLOAT is compared with in 32 bits */
    double number;        /**< of numbers, dates (seconds since 1970), booleans */
    ck_span text;
    uint32_t n;
    const struct ck_sql_value *item;
} ck_sql_value;

typedef struct ck_sql_context {
    ck_error error;            /**< of the evaluation */
    ck_pool pool;
    const ck_sql_value *operand;
    ck_sql_value parameter[CK_SQL_PARAMETERS];
    void *words;               /**< ck_words, made when a measure is first asked */
    ck_matcher matcher;
} ck_sql_context;

/** @return context->error.status: CK_MEMORY, CK_DATA for a value that strptime or CAST cannot read. */
ck_status ck_sql_evaluate(ck_sql_context *context, const ck_sql *sql, ck_sql_value *value);
void ck_sql_context_free(ck_sql_context *context);

ck_sql_value ck_sql_text_value(ck_span text);
/** The value as text that is equal exactly when the values are: numbers in their shortest form, dates as ISO, booleans as true and
 *  false, lists joined by a unit separator. In the context's memory. */
ck_status ck_sql_value_text(ck_sql_context *context, const ck_sql_value *value, ck_span *text);

/* ---- inside: the functions (sql_text.c, sql_functions.c) ---- */

void ck_sql_call_text(ck_sql_context *context, const ck_sql_node *call, const ck_sql_value *argument, ck_sql_value *out);
void ck_sql_call_time(ck_sql_context *context, const ck_sql_node *call, const ck_sql_value *argument, ck_sql_value *out);
void ck_sql_call_number(ck_sql_context *context, const ck_sql_node *call, const ck_sql_value *argument, ck_sql_value *out);
void ck_sql_call_list(ck_sql_context *context, const ck_sql_node *call, const ck_sql_value *argument, ck_sql_value *out);
/** -1, 0, 1; NaN is above every number and equal to itself, as in DuckDB. Neither is NULL. */
int ck_sql_compare(const ck_sql_value *a, const ck_sql_value *b);
/** Characters of a text; a byte that is no UTF-8 counts as one. */
size_t ck_sql_characters(ck_span text);

#endif
