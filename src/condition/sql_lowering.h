/** What the parts of lowering share; see sql_lower.h. Local. */
#ifndef CK_CONDITION_SQL_LOWERING_H
#define CK_CONDITION_SQL_LOWERING_H
#include "condition/sql_lower.h"

typedef struct ck_lowering {
    ck_error *error;
    ck_sql *sql;
    const ck_sql_binding *binding;
} ck_lowering;

ck_status ck_lowering_node(ck_lowering *w, const ck_sql_node *node, ck_condition *out);
/** A comparison, when the engine has an atom for it: *lowered. Otherwise `out` stays as it is. */
ck_status ck_lowering_atom(ck_lowering *w, const ck_sql_node *node, ck_condition *out, bool *lowered);
/** `out` becomes its negation. */
ck_status ck_lowering_not(ck_lowering *w, ck_condition *out);

/** The expression of a tree that ck_lowering_is_one; may be freed whatever the status. */
ck_status ck_lowering_expr(ck_lowering *w, const ck_sql_node *node, ck_expr *expr);
/** Does the tree read that side alone, so that it can be a column expression: of one column, or of a tuple of several? */
bool ck_lowering_is_one(const ck_lowering *w, const ck_sql_node *node, ck_sql_side side);
/** Is it a column as it stands in the people's file? */
bool ck_lowering_is_plain(const ck_lowering *w, const ck_sql_node *node);
ck_kind ck_lowering_kind(const ck_lowering *w, uint32_t column);
/** Has a date format no time of day? */
bool ck_sql_is_day_format(ck_span format);
/** A copy, NULL for %Y-%m-%d. */
ck_status ck_lowering_format(ck_lowering *w, ck_span format, char **out);

#endif
