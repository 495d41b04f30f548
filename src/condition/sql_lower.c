#include "condition/sql_lower.h"
#include "base/memory.h"
#include "condition/sql_eval.h"
#include "condition/sql_lowering.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- columns that are numbers, dates or lists: the text of their cells made so ---- */

static ck_sql_node *wrap(ck_lowering *w, const ck_sql_node *column, ck_sql_type type) {
    ck_sql_node *copy = ck_sql_new(w->error, w->sql, CK_SQL_COLUMN, column->at);
    ck_sql_node *call = ck_sql_new(w->error, w->sql, CK_SQL_CALL, column->at);
    if (!copy || !call)
        return NULL;
    *copy = *column;
    copy->type = CK_SQL_TEXT;
    copy->number = 1; /* done */
    call->type = type;
    call->number = 1; /* TRY_CAST */
    call->fn = type == CK_SQL_NUMBER ? CK_SQL_TO_NUMBER : type == CK_SQL_TIME ? CK_SQL_TO_TIME : CK_SQL_CELL_ITEMS;
    ck_sql_append(w->error, w->sql, call, copy);
    if (type == CK_SQL_LIST) {
        ck_sql_node *separator = ck_sql_new(w->error, w->sql, CK_SQL_LITERAL, column->at);
        if (separator) {
            separator->type = CK_SQL_TEXT;
            separator->text = ck_span_of(w->binding->columns->separator);
        }
        ck_sql_append(w->error, w->sql, call, separator);
    }
    return w->error->status == CK_OK ? call : NULL;
}

static ck_sql_node *convert(ck_lowering *w, ck_sql_node *node) {
    bool special = node->type == CK_SQL_NUMBER || node->type == CK_SQL_TIME || node->type == CK_SQL_LIST;
    if (node->kind == CK_SQL_COLUMN && node->number == 0 && special)
        return wrap(w, node, node->type);
    for (uint32_t i = 0; i < node->n; i++)
        if (!(node->child[i] = convert(w, node->child[i])))
            return NULL;
    return node;
}

/* ---- expressions of one column ---- */

ck_kind ck_lowering_kind(const ck_lowering *w, uint32_t column) {
    return w->binding->schema->kind[w->binding->column[column]];
}

/* A number of a column that holds nothing else, or likewise a date, needs no cast: cells have one spelling. Lists are equal where
   their cells are. */
bool ck_lowering_is_plain(const ck_lowering *w, const ck_sql_node *node) {
    if (node->kind == CK_SQL_COLUMN)
        return true;
    if (node->kind == CK_SQL_CALL && node->fn == CK_SQL_CELL_ITEMS)
        return node->child[0]->kind == CK_SQL_COLUMN;
    if (node->kind != CK_SQL_CALL || node->n != 1 || node->child[0]->kind != CK_SQL_COLUMN || node->child[0]->number != 1)
        return false;
    ck_kind kind = ck_lowering_kind(w, node->child[0]->column);
    return (node->fn == CK_SQL_TO_NUMBER && (kind == CK_KIND_NUMBER || kind == CK_KIND_INTEGER)) ||
           (node->fn == CK_SQL_TO_TIME && kind == CK_KIND_DATE);
}

static bool is_whole(const ck_sql_node *node, double least) {
    return node->kind == CK_SQL_LITERAL && node->type == CK_SQL_NUMBER && node->number == floor(node->number) &&
           node->number >= least && node->number <= 1e9;
}

bool ck_sql_is_day_format(ck_span format) {
    for (size_t i = 0; i + 1 < format.n; i++)
        if (format.bytes[i] == '%' && strchr("HMS", format.bytes[i + 1]))
            return false;
    return true;
}

static char *copy_span(ck_error *error, ck_span text) {
    return ck_copy_text(error, text.bytes ? text.bytes : "", text.n);
}

/* strptime's format as a call keeps it: NULL for the usual one. */
ck_status ck_lowering_format(ck_lowering *w, ck_span format, char **out) {
    *out = ck_span_is(format, "%Y-%m-%d") ? NULL : copy_span(w->error, format);
    return w->error->status;
}

static ck_status add_call(ck_lowering *w, ck_expr *expr, ck_call call) {
    if (expr->ncalls == CK_EXPR_CALLS)
        return ck_fail(w->error, CK_INTERNAL, "A column expression has too many calls.");
    expr->call[expr->ncalls++] = call;
    expr->empty_is_value = true;
    return CK_OK;
}

/* Calls that the engine has itself, on a column: lower(substring(x, 1, 5)). */
static bool is_chain(const ck_lowering *w, const ck_sql_node *node, uint32_t depth) {
    if (ck_lowering_is_plain(w, node))
        return true;
    if (node->kind != CK_SQL_CALL || depth + 1 >= CK_EXPR_CALLS)
        return false;
    switch (node->fn) {
    case CK_SQL_LOWER:
    case CK_SQL_UPPER: return is_chain(w, node->child[0], depth + 1);
    case CK_SQL_LEFT: return is_whole(node->child[1], 0) && is_chain(w, node->child[0], depth + 1);
    case CK_SQL_SUBSTRING:
        return node->n == 3 && is_whole(node->child[1], 1) && is_whole(node->child[2], 0) && is_chain(w, node->child[0], depth + 1);
    case CK_SQL_TRY_STRPTIME: return ck_sql_is_day_format(node->child[1]->text) && node->child[0]->kind == CK_SQL_COLUMN;
    default: return false;
    }
}

static ck_status chain(ck_lowering *w, const ck_sql_node *node, ck_expr *expr) {
    if (ck_lowering_is_plain(w, node))
        return CK_OK;
    if (chain(w, node->child[0], expr) != CK_OK)
        return w->error->status;
    ck_call call = {.fn = CK_FN_LOWER};
    if (node->fn == CK_SQL_UPPER)
        call.fn = CK_FN_UPPER;
    else if (node->fn == CK_SQL_LEFT)
        call = (ck_call){.fn = CK_FN_PREFIX, .arg = {(int32_t)node->child[1]->number}};
    else if (node->fn == CK_SQL_SUBSTRING)
        call = (ck_call){.fn = CK_FN_SUBSTR, .arg = {(int32_t)node->child[1]->number, (int32_t)node->child[2]->number}};
    else if (node->fn == CK_SQL_TRY_STRPTIME) {
        call.fn = CK_FN_DATE;
        if (ck_lowering_format(w, node->child[1]->text, &call.format) != CK_OK)
            return w->error->status;
    }
    return add_call(w, expr, call);
}

/* Columns that a tree reads, in rising order of the schema. */
static bool read_columns(const ck_lowering *w, const ck_sql_node *node, ck_tuple *tuple) {
    if (node->kind == CK_SQL_COLUMN && !ck_tuple_insert(tuple, w->binding->column[node->column]))
        return false;
    for (uint32_t i = 0; i < node->n; i++)
        if (!read_columns(w, node->child[i], tuple))
            return false;
    return true;
}

/* A column expression is missing where its column is; so must the tree be: not coalesce(x, 'none'). */
static bool keeps_null(ck_sql_node *node) {
    ck_sql alone = {.root = node};
    ck_sql_context context = {0};
    ck_sql_value value;
    bool null = ck_sql_evaluate(&context, &alone, &value) == CK_OK && value.type == CK_SQL_ANY;
    ck_sql_context_free(&context);
    return null;
}

static bool is_of_column(const ck_sql_node *node) {
    uint32_t column;
    ck_sql_sides(node, &column);
    return column < UINT32_MAX - 1 && keeps_null((ck_sql_node *)(uintptr_t)node);
}

static ck_status find_tuple(ck_lowering *w, const ck_tuple *wanted, uint32_t *column) {
    uint32_t number = 0;
    ck_tuple_list_find(w->error, w->binding->tuples, wanted, &number);
    *column = w->binding->schema->ncolumns + number;
    return w->error->status;
}

typedef struct naming {
    const ck_lowering *w;
    const ck_tuple *tuple;
    char text[40];
} naming;

static const char *name_value(const ck_sql_node *node, void *data) {
    naming *to = data;
    uint32_t place = 0;
    if (node->kind != CK_SQL_COLUMN)
        return NULL;
    if (to->tuple->n == 0)
        return "$1";
    while (to->tuple->column[place] != to->w->binding->column[node->column])
        place++;
    snprintf(to->text, sizeof to->text, "tuple_part($1, %u)", place + 1);
    return to->text;
}

static ck_status add_sql(ck_lowering *w, const ck_sql_node *node, const ck_tuple *tuple, ck_expr *expr) {
    naming to = {.w = w, .tuple = tuple};
    ck_call call = {.fn = CK_FN_SQL};
    if (ck_sql_print(w->error, node, name_value, &to, &call.format) != CK_OK)
        return w->error->status;
    return add_call(w, expr, call);
}

static ck_status tuple_expr(ck_lowering *w, const ck_sql_node *node, ck_expr *expr) {
    ck_tuple tuple = {0};
    uint32_t column = 0;
    read_columns(w, node, &tuple);
    if (find_tuple(w, &tuple, &column) != CK_OK)
        return w->error->status;
    *expr = ck_expr_column(column);
    return add_sql(w, node, &tuple, expr);
}

ck_status ck_lowering_expr(ck_lowering *w, const ck_sql_node *node, ck_expr *expr) {
    uint32_t column = 0;
    *expr = (ck_expr){0};
    if (!is_of_column(node))
        return tuple_expr(w, node, expr);
    ck_sql_sides(node, &column);
    *expr = ck_expr_column(w->binding->column[column]);
    if (w->binding->exploded && w->binding->exploded[column]) {
        char *separator = ck_copy_string(w->error, w->binding->columns->separator);
        if (!separator || add_call(w, expr, (ck_call){.fn = CK_FN_SPLIT, .format = separator}) != CK_OK)
            return w->error->status;
    }
    if (is_chain(w, node, expr->ncalls))
        return chain(w, node, expr);
    return add_sql(w, node, &(ck_tuple){0}, expr);
}

static bool reads_exploded(const ck_lowering *w, const ck_sql_node *node) {
    if (node->kind == CK_SQL_COLUMN && w->binding->exploded && w->binding->exploded[node->column])
        return true;
    for (uint32_t i = 0; i < node->n; i++)
        if (reads_exploded(w, node->child[i]))
            return true;
    return false;
}

bool ck_lowering_is_one(const ck_lowering *w, const ck_sql_node *node, ck_sql_side side) {
    uint32_t column;
    ck_tuple tuple = {0};
    if (ck_sql_sides(node, &column) != 1u << side)
        return false;
    return is_of_column(node) || (w->binding->tuples && !reads_exploded(w, node) && read_columns(w, node, &tuple));
}

static bool is_one_sided(const ck_lowering *w, const ck_sql_node *node, ck_sql_side *side) {
    *side = ck_lowering_is_one(w, node, CK_SQL_L) ? CK_SQL_L : CK_SQL_R;
    return ck_lowering_is_one(w, node, *side);
}

/* ---- what only SQL says ---- */

typedef struct operands {
    ck_lowering *w;
    ck_condition *out;
    size_t room;
    char text[16];
} operands;

static ck_status add_operand(operands *list, const ck_sql_node *node, ck_sql_side side, uint32_t *number) {
    ck_error *error = list->w->error;
    ck_condition *out = list->out, operand = {.op = side == CK_SQL_L ? CK_OP_SIDE_L : CK_OP_SIDE_R};
    if (ck_lowering_expr(list->w, node, &operand.a) == CK_OK)
        ck_expr_copy(error, &operand.a, &operand.b);
    for (*number = 0; error->status == CK_OK && *number < out->nchildren; ++*number)
        if (out->child[*number].op == operand.op && ck_expr_equal(&out->child[*number].a, &operand.a)) {
            ck_condition_free(&operand);
            return CK_OK;
        }
    if (error->status != CK_OK || ck_grow(error, &out->child, &list->room, out->nchildren + 1, sizeof *out->child) != CK_OK) {
        ck_condition_free(&operand);
        return error->status;
    }
    out->child[out->nchildren++] = operand;
    return CK_OK;
}

/* Texts of one side are operands, so are columns. */
static const char *name_operand(const ck_sql_node *node, void *data) {
    operands *list = data;
    ck_sql_side side;
    uint32_t number;
    bool takes = node->kind == CK_SQL_COLUMN || (node->kind == CK_SQL_CALL && node->type == CK_SQL_TEXT);
    if (!takes || !is_one_sided(list->w, node, &side) || add_operand(list, node, side, &number) != CK_OK)
        return NULL;
    snprintf(list->text, sizeof list->text, "$%u", number + 1);
    return list->text;
}

static ck_status lower_rest(ck_lowering *w, const ck_sql_node *node, ck_condition *out) {
    operands list = {.w = w, .out = out};
    out->op = CK_OP_SQL;
    if (ck_sql_print(w->error, node, name_operand, &list, &out->text) != CK_OK)
        return w->error->status;
    if (out->nchildren > 99)
        return ck_sql_fail(w->error, w->sql, node->at, "the condition reads too many values at once.");
    return CK_OK;
}

/* A question about one column of one side: an expression that gives true or false. */
static ck_status lower_one_sided(ck_lowering *w, const ck_sql_node *node, ck_sql_side side, ck_condition *out) {
    out->op = side == CK_SQL_L ? CK_OP_LITERAL_L : CK_OP_LITERAL_R;
    if (ck_lowering_expr(w, node, &out->a) == CK_OK && ck_expr_copy(w->error, &out->a, &out->b) == CK_OK)
        out->text = ck_copy_string(w->error, "true");
    return w->error->status;
}

/* ---- logic ---- */

static bool is_missing_pair(const ck_condition *x, const ck_condition *y) {
    return x->op == CK_OP_MISSING_L && y->op == CK_OP_MISSING_R;
}

/* l.a is missing OR r.b is missing, first of the same expression, then of any, is one atom. */
static void join_missing(ck_condition *out) {
    for (int any = 0; any < 2; any++)
        for (uint32_t i = 0; i < out->nchildren; i++)
            for (uint32_t j = 0; j < out->nchildren && out->child[i].op == CK_OP_MISSING_L; j++) {
                ck_condition *x = &out->child[i], *y = &out->child[j];
                if (!is_missing_pair(x, y) || (!any && !ck_expr_equal(&x->a, &y->b)))
                    continue;
                ck_expr_free(&x->b);
                x->b = y->b;
                y->b = (ck_expr){0};
                x->op = CK_OP_MISSING;
                ck_condition_free(y);
                out->child[j] = out->child[--out->nchildren];
                i = i >= out->nchildren ? out->nchildren - 1 : i;
            }
}

/* An and/or of one is that one. */
static void unwrap_single(ck_condition *out) {
    if (out->nchildren != 1)
        return;
    ck_condition inner = out->child[0];
    ck_free(out->child);
    *out = inner;
}

static ck_status lower_joined(ck_lowering *w, const ck_sql_node *node, ck_condition *out) {
    out->op = node->fn == CK_SQL_AND ? CK_OP_AND : CK_OP_OR;
    if (!(out->child = ck_alloc_zero(w->error, node->n, sizeof *out->child)))
        return w->error->status;
    for (; out->nchildren < node->n; out->nchildren++)
        if (ck_lowering_node(w, node->child[out->nchildren], &out->child[out->nchildren]) != CK_OK) {
            out->nchildren++;
            return w->error->status;
        }
    if (out->op == CK_OP_OR)
        join_missing(out);
    unwrap_single(out);
    return CK_OK;
}

ck_status ck_lowering_not(ck_lowering *w, ck_condition *out) {
    ck_condition *child = ck_alloc(w->error, 1, sizeof *child);
    if (!child)
        return w->error->status;
    *child = *out;
    *out = (ck_condition){.op = CK_OP_NOT, .nchildren = 1, .child = child};
    return CK_OK;
}

static ck_status lower_not(ck_lowering *w, const ck_sql_node *node, ck_condition *out) {
    if (ck_lowering_node(w, node->child[0], out) != CK_OK)
        return w->error->status;
    return ck_lowering_not(w, out);
}

static ck_status lower_missing(ck_lowering *w, const ck_sql_node *node, ck_condition *out) {
    ck_sql_side side;
    if (!is_one_sided(w, node->child[0], &side))
        return lower_rest(w, node, out);
    out->op = side == CK_SQL_L ? CK_OP_MISSING_L : CK_OP_MISSING_R;
    if (ck_lowering_expr(w, node->child[0], &out->a) != CK_OK)
        return w->error->status;
    return ck_expr_copy(w->error, &out->a, &out->b);
}

ck_status ck_lowering_node(ck_lowering *w, const ck_sql_node *node, ck_condition *out) {
    ck_sql_side side;
    bool call = node->kind == CK_SQL_CALL, lowered = false;
    if (call && (node->fn == CK_SQL_AND || node->fn == CK_SQL_OR))
        return lower_joined(w, node, out);
    if (call && node->fn == CK_SQL_NOT)
        return lower_not(w, node, out);
    if (call && node->fn == CK_SQL_IS_NULL)
        return lower_missing(w, node, out);
    if (node->kind == CK_SQL_LITERAL && node->type == CK_SQL_BOOL && node->number != 0) {
        out->op = CK_OP_ALWAYS;
        return CK_OK;
    }
    if (call && ck_lowering_atom(w, node, out, &lowered) != CK_OK)
        return w->error->status;
    if (lowered)
        return CK_OK;
    return is_one_sided(w, node, &side) ? lower_one_sided(w, node, side, out) : lower_rest(w, node, out);
}

/* ---- whole conditions ---- */

static ck_status start(ck_lowering *w) {
    ck_sql *sql = w->sql;
    if (sql->root->type != CK_SQL_BOOL && sql->root->type != CK_SQL_ANY)
        return ck_sql_fail(w->error, sql, sql->root->at, "a condition must be true or false, but this is %s.",
                           ck_sql_type_names[sql->root->type]);
    ck_sql_node *root = convert(w, sql->root);
    if (root)
        sql->root = root;
    return w->error->status;
}

ck_status ck_sql_lower(ck_error *error, ck_sql *sql, const ck_sql_binding *binding, ck_condition *condition) {
    ck_lowering w = {error, sql, binding};
    *condition = (ck_condition){0};
    if (start(&w) != CK_OK || ck_lowering_node(&w, sql->root, condition) != CK_OK)
        ck_condition_free(condition);
    return error->status;
}

/* ---- rules ---- */

void ck_sql_rule_free(ck_sql_rule *rule) {
    for (uint32_t i = 0; i < rule->nkeys; i++) {
        ck_expr_free(&rule->key[i].l);
        ck_expr_free(&rule->key[i].r);
    }
    if (rule->has_where)
        ck_condition_free(&rule->where);
    *rule = (ck_sql_rule){0};
}

/* l's expression = r's: a key. */
static bool is_key(const ck_lowering *w, const ck_sql_node *node) {
    if (node->kind != CK_SQL_CALL || node->fn != CK_SQL_EQ)
        return false;
    const ck_sql_node *a = node->child[0], *b = node->child[1];
    return (ck_lowering_is_one(w, a, CK_SQL_L) && ck_lowering_is_one(w, b, CK_SQL_R)) ||
           (ck_lowering_is_one(w, a, CK_SQL_R) && ck_lowering_is_one(w, b, CK_SQL_L));
}

static ck_status add_key(ck_lowering *w, const ck_sql_node *node, ck_sql_rule *rule) {
    bool turned = ck_lowering_is_one(w, node->child[0], CK_SQL_R);
    uint32_t k = rule->nkeys++;
    rule->key[k].l = rule->key[k].r = (ck_expr){0};
    if (ck_lowering_expr(w, node->child[turned], &rule->key[k].l) != CK_OK)
        return w->error->status;
    return ck_lowering_expr(w, node->child[!turned], &rule->key[k].r);
}

static ck_status add_filter(ck_lowering *w, const ck_sql_node *node, ck_sql_rule *rule) {
    ck_condition condition = {0};
    size_t room = rule->where.nchildren;
    if (reads_exploded(w, node))
        return ck_sql_fail(w->error, w->sql, node->at, "a column of arrays_to_explode can only be in an equality of l and r.");
    if (ck_lowering_node(w, node, &condition) != CK_OK ||
        ck_grow(w->error, &rule->where.child, &room, rule->where.nchildren + 1, sizeof condition) != CK_OK) {
        ck_condition_free(&condition);
        return w->error->status;
    }
    rule->has_where = true;
    rule->where.op = CK_OP_AND;
    rule->where.child[rule->where.nchildren++] = condition;
    return CK_OK;
}

static ck_status lower_rule(ck_lowering *w, const ck_sql_node *node, ck_sql_rule *rule) {
    if (node->kind == CK_SQL_CALL && node->fn == CK_SQL_AND) {
        for (uint32_t i = 0; i < node->n; i++)
            if (lower_rule(w, node->child[i], rule) != CK_OK)
                return w->error->status;
        return CK_OK;
    }
    bool key = is_key(w, node) && rule->nkeys < sizeof rule->key / sizeof *rule->key;
    return key ? add_key(w, node, rule) : add_filter(w, node, rule);
}

ck_status ck_sql_lower_rule(ck_error *error, ck_sql *sql, const ck_sql_binding *binding, ck_sql_rule *rule) {
    ck_lowering w = {error, sql, binding};
    *rule = (ck_sql_rule){0};
    if (start(&w) == CK_OK && lower_rule(&w, sql->root, rule) == CK_OK && rule->has_where)
        unwrap_single(&rule->where);
    return error->status;
}
