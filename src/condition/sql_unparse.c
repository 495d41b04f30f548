#include "condition/sql_unparse.h"
#include "base/memory.h"
#include "condition/calls.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct writer {
    ck_error *error;
    const ck_schema *schema;
    ck_sql_names names;
} writer;

static char *print(writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

static char *print(writer *w, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    char *text = ck_alloc(w->error, (size_t)n + 1, 1);
    if (text)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

/* 'text' or "name", the quotes inside doubled. */
static char *quote(writer *w, const char *text, char mark) {
    size_t n = 0;
    char *out = ck_alloc(w->error, 2 * strlen(text) + 3, 1);
    if (!out)
        return NULL;
    out[n++] = mark;
    for (; *text; text++) {
        out[n++] = *text;
        if (*text == mark)
            out[n++] = mark;
    }
    out[n++] = mark;
    out[n] = 0;
    return out;
}

/* ---- expressions ---- */

static char *column_text(writer *w, uint32_t column, ck_sql_side side) {
    const char *name = w->schema->name[column];
    char *quoted = quote(w, name, '"'), *text = NULL;
    if (quoted && w->names == CK_SQL_PREFIXED)
        text = print(w, "%s.%s", side == CK_SQL_L ? "l" : "r", quoted);
    else if (quoted)
        text = print(w, "%.*s_%s\"", (int)(strlen(quoted) - 1), quoted, side == CK_SQL_L ? "l" : "r");
    ck_free(quoted);
    return text;
}

/* What stands for the operands of a text in SQL. */
typedef struct operands {
    writer *w;
    char *const *text;
    const ck_tuple *tuple; /* of the only operand, or NULL */
    ck_sql_side side;
    char *part;
} operands;

static const char *name_operand(const ck_sql_node *node, void *data) {
    operands *of = data;
    if (node->kind == CK_SQL_CALL && node->fn == CK_SQL_TUPLE_PART && of->tuple) {
        ck_free(of->part);
        of->part = column_text(of->w, of->tuple->column[(uint32_t)node->child[1]->number - 1], of->side);
        return of->part ? of->part : "";
    }
    if (node->kind == CK_SQL_CALL && node->fn == CK_SQL_CELL_ITEMS) /* which is a list to Splink */
        return name_operand(node->child[0], data);
    return node->kind == CK_SQL_OPERAND ? of->text[node->column] : NULL;
}

static char *substitute(writer *w, const char *sql, operands *of) {
    ck_sql parsed = {0};
    char *text = NULL;
    of->w = w;
    if (ck_sql_parse(w->error, sql, CK_SQL_DUCKDB, CK_SQL_OPERANDS, NULL, &parsed) == CK_OK &&
        ck_sql_check(w->error, &parsed, NULL) == CK_OK)
        ck_sql_print(w->error, parsed.root, name_operand, of, &text);
    ck_free(of->part);
    ck_sql_free(&parsed);
    return text;
}

static const ck_tuple *tuple_of(const writer *w, uint32_t column) {
    uint32_t first = w->schema->ncolumns - w->schema->ntuples;
    return column >= first ? &w->schema->tuple[column - first] : NULL;
}

/* CK_FN_SQL of a value, or of the tuple that the column is. */
static char *sql_text(writer *w, const ck_expr *expr, const ck_call *call, const char *value, ck_sql_side side) {
    operands of = {.text = (char *const[]){(char *)(uintptr_t)value}, .tuple = tuple_of(w, expr->column), .side = side};
    return substitute(w, call->format, &of);
}

static char *date_text(writer *w, const char *value, const char *format, const char *part) {
    char *quoted = quote(w, format ? format : "%Y-%m-%d", '\''), *text = NULL;
    if (quoted && part)
        text = print(w, "strftime(try_strptime(%s, %s), '%s')", value, quoted, part);
    else if (quoted)
        text = print(w, "try_strptime(%s, %s)", value, quoted);
    ck_free(quoted);
    return text;
}

/* A call that reads the known parts of a birth_date. */
static bool is_partial(const ck_call *call) {
    return call->fn < CK_FN_COUNT && ck_call_table[call->fn].partial && call->arg[0];
}

static char *birth_text(writer *w, const char *value, ck_fn fn) {
    switch (fn) {
    case CK_FN_YEAR: return print(w, "regexp_extract(%s, '^0*([0-9]+)-', 1)", value);
    case CK_FN_MONTH: return print(w, "regexp_extract(%s, '^[^-]*-0*([0-9]+)-', 1)", value);
    case CK_FN_DAY: return print(w, "regexp_extract(%s, '-0*([0-9]+)$', 1)", value);
    case CK_FN_COMPLETE: return print(w, "regexp_extract(%s, '^[^?]*$', 0)", value);
    default:
        ck_fail(w->error, CK_USAGE, "'%s' has no form in SQL", ck_call_table[fn].word);
        return NULL;
    }
}

static char *call_text(writer *w, const ck_call *call, const char *value, bool last) {
    if (is_partial(call))
        return birth_text(w, value, call->fn);
    switch (call->fn) {
    case CK_FN_PREFIX: return print(w, "SUBSTRING(%s, 1, %d)", value, call->arg[0]);
    case CK_FN_INITIAL: return print(w, "SUBSTRING(%s, 1, 1)", value);
    case CK_FN_SUBSTR: return print(w, "SUBSTRING(%s, %d, %d)", value, call->arg[0], call->arg[1]);
    case CK_FN_LOWER: return print(w, "LOWER(%s)", value);
    case CK_FN_UPPER: return print(w, "UPPER(%s)", value);
    case CK_FN_YEAR: return date_text(w, value, call->format, "%Y");
    case CK_FN_MONTH: return date_text(w, value, call->format, "%-m");
    case CK_FN_DAY: return date_text(w, value, call->format, "%-d");
    case CK_FN_DATE: return date_text(w, value, call->format, last ? NULL : "%Y-%m-%d");
    case CK_FN_SECTOR:
        return print(w, "regexp_extract(%s, '^([A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9])[A-Za-z]{2}$', 1)", value);
    case CK_FN_DISTRICT:
        return print(w, "regexp_extract(%s, '^([A-Za-z]{1,2}[0-9][A-Za-z0-9]?) [0-9][A-Za-z]{2}$', 1)", value);
    case CK_FN_AREA:
        return print(w, "regexp_extract(%s, '^([A-Za-z]{1,2})[0-9][A-Za-z0-9]? [0-9][A-Za-z]{2}$', 1)", value);
    case CK_FN_USER: return print(w, "regexp_extract(%s, '^[^@]*', 0)", value);
    default: break;
    }
    ck_fail(w->error, CK_USAGE, "'%s' has no form in SQL",
            call->fn < CK_FN_COUNT ? ck_call_table[call->fn].word : call->fn == CK_FN_JOIN ? "+" : "split");
    return NULL;
}

/* What may come out empty is missing to a job, and a value to SQL. */
static bool may_be_empty(const ck_call *call) {
    return is_partial(call) || call->fn == CK_FN_SUBSTR || call->fn == CK_FN_USER || (call->fn >= CK_FN_SECTOR && call->fn <= CK_FN_AREA);
}

static char *expr_text(writer *w, const ck_expr *expr, ck_sql_side side) {
    char *text = column_text(w, expr->column, side);
    for (uint32_t i = 0; text && i < expr->ncalls; i++) {
        const ck_call *call = &expr->call[i];
        char *outer = call->fn == CK_FN_SQL ? sql_text(w, expr, call, text, side) : call_text(w, call, text, i + 1 == expr->ncalls);
        ck_free(text);
        text = outer;
        if (text && !expr->empty_is_value && may_be_empty(&expr->call[i])) {
            outer = print(w, "NULLIF(%s, '')", text);
            ck_free(text);
            text = outer;
        }
    }
    return text;
}

/* ---- atoms ---- */

/* The shortest decimal that reads back. */
static void print_number(double number, char *text, size_t room) {
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, room, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            return;
    }
}

static char *measure_text(writer *w, const ck_condition *condition, const char *a, const char *b) {
    static const char *const names[] = {"jaro_winkler_similarity", "jaro_similarity", "jaccard", "levenshtein", "damerau_levenshtein"};
    static const char *const words[] = {"ratio", "token_sort", "token_set", "prefix_of", "dice"};
    if (condition->measure == CK_PREFIX_OF)
        return print(w, "(STARTS_WITH(%s, %s) OR STARTS_WITH(%s, %s))", a, b, b, a);
    if (condition->measure >= CK_RATIO) {
        ck_fail(w->error, CK_USAGE, "'%s' has no form in SQL", words[condition->measure - CK_RATIO]);
        return NULL;
    }
    bool distance = condition->measure == CK_LEVENSHTEIN || condition->measure == CK_DAMERAU_LEVENSHTEIN;
    char number[40];
    print_number(condition->value, number, sizeof number);
    return print(w, "%s(%s, %s) %s %s", names[condition->measure], a, b, distance ? "<=" : ">=", number);
}

static char *days_text(writer *w, const ck_condition *condition, const char *a, const char *b) {
    char number[40], *x = date_text(w, a, condition->text, NULL), *y = date_text(w, b, condition->text, NULL), *text = NULL;
    print_number(condition->value * 86400, number, sizeof number);
    if (x && y)
        text = print(w, "ABS(EPOCH(%s) - EPOCH(%s)) <= %s", x, y, number);
    ck_free(y);
    ck_free(x);
    return text;
}

static char *swapped_text(writer *w, const ck_condition *condition, const char *a, const char *b) {
    char *x = date_text(w, a, condition->text, "%Y-%d-%m"), *y = date_text(w, b, condition->text, "%Y-%m-%d"),
         *z = date_text(w, a, condition->text, "%Y-%m-%d"), *text = NULL;
    if (x && y && z)
        text = print(w, "%s = %s AND %s <> %s", x, y, z, y);
    ck_free(z);
    ck_free(y);
    ck_free(x);
    return text;
}

static char *number_text(writer *w, const ck_condition *condition, const char *a, const char *b) {
    char number[40], *text = NULL;
    print_number(condition->value, number, sizeof number);
    char *x = print(w, "TRY_CAST(%s AS DOUBLE)", a), *y = print(w, "TRY_CAST(%s AS DOUBLE)", b);
    if (x && y && condition->op == CK_OP_NUMBER_DIFFERENCE)
        text = print(w, "ABS(%s - %s) <= %s", x, y, number);
    else if (x && y && condition->op == CK_OP_NUMBER_RELATIVE)
        text = print(w, "(%s = %s OR ABS(%s - %s) / GREATEST(ABS(%s), ABS(%s)) <= %s)", x, y, x, y, x, y, number);
    else if (x && y)
        text = print(w, "(ABS(%s - %s) / (CASE WHEN %s > %s THEN %s ELSE %s END)) < %s", x, y, y, x, y, x, number);
    ck_free(y);
    ck_free(x);
    return text;
}

static char *length_text(writer *w, const ck_condition *condition, const char *a, const char *b) {
    return print(w, "LENGTH(%s) >= %d AND LENGTH(%s) >= %d", a, (int)condition->value, b, (int)condition->value);
}

/* Is the expression itself true or false, so that it needs no "= 'true'"? */
static bool is_question(const ck_expr *expr) {
    ck_sql sql = {0};
    ck_error ignored = {0};
    const ck_call *last = expr->ncalls ? &expr->call[expr->ncalls - 1] : NULL;
    bool question = last && last->fn == CK_FN_SQL &&
                    ck_sql_parse(&ignored, last->format, CK_SQL_DUCKDB, CK_SQL_OPERANDS, NULL, &sql) == CK_OK &&
                    ck_sql_check(&ignored, &sql, NULL) == CK_OK && sql.root->type == CK_SQL_BOOL;
    ck_sql_free(&sql);
    return question;
}

static char *literal_text(writer *w, const ck_condition *condition, const ck_expr *expr, const char *a) {
    if (is_question(expr) && strcmp(condition->text, "true") == 0)
        return print(w, "%s", a);
    char *quoted = quote(w, condition->text ? condition->text : "", '\''), *text = quoted ? print(w, "%s = %s", a, quoted) : NULL;
    ck_free(quoted);
    return text;
}

static char *both_literals(writer *w, const ck_condition *condition, const char *a, const char *b) {
    char *x = literal_text(w, condition, &condition->a, a), *y = literal_text(w, condition, &condition->b, b);
    char *text = x && y ? print(w, "(%s) AND (%s)", x, y) : NULL;
    ck_free(y);
    ck_free(x);
    return text;
}

static char *atom_text(writer *w, const ck_condition *condition, const char *a, const char *b) {
    switch (condition->op) {
    case CK_OP_EQUAL: return print(w, "%s = %s", a, b);
    case CK_OP_MISSING: return print(w, "%s IS NULL OR %s IS NULL", a, b);
    case CK_OP_MISSING_L: return print(w, "%s IS NULL", a);
    case CK_OP_MISSING_R: return print(w, "%s IS NULL", b);
    case CK_OP_MEASURE: return measure_text(w, condition, a, b);
    case CK_OP_DAYS: return days_text(w, condition, a, b);
    case CK_OP_DAY_MONTH_SWAPPED: return swapped_text(w, condition, a, b);
    case CK_OP_NUMBER_DIFFERENCE:
    case CK_OP_NUMBER_PERCENT:
    case CK_OP_NUMBER_RELATIVE: return number_text(w, condition, a, b);
    case CK_OP_LENGTH: return length_text(w, condition, a, b);
    case CK_OP_LITERAL_L: return literal_text(w, condition, &condition->a, a);
    case CK_OP_LITERAL_R: return literal_text(w, condition, &condition->b, b);
    case CK_OP_LITERAL_BOTH: return both_literals(w, condition, a, b);
    default: break;
    }
    ck_fail(w->error, CK_INTERNAL, "A condition holds an unknown operation (%d).", (int)condition->op);
    return NULL;
}

/* ---- trees ---- */

static char *tree_text(writer *w, const ck_condition *condition);

static char *joined_text(writer *w, const ck_condition *condition) {
    const char *sign = condition->op == CK_OP_AND ? " AND " : " OR ";
    char *text = NULL;
    for (uint32_t i = 0; i < condition->nchildren && w->error->status == CK_OK; i++) {
        char *child = tree_text(w, &condition->child[i]);
        char *longer = child ? print(w, "%s%s(%s)", text ? text : "", text ? sign : "", child) : NULL;
        ck_free(child);
        ck_free(text);
        text = longer;
    }
    return text;
}

/* The operands, numbered as CK_OP_DISTANCE_KM has them, in the haversine formula. */
static char *distance_text(writer *w, const ck_condition *condition) {
    char *degrees[4] = {NULL}, number[40], *text = NULL;
    print_number(condition->value, number, sizeof number);
    for (uint32_t i = 0; i < 4 && w->error->status == CK_OK; i++) {
        const ck_condition *child = &condition->child[i];
        char *value = expr_text(w, &child->a, child->op == CK_OP_SIDE_L ? CK_SQL_L : CK_SQL_R);
        degrees[i] = value ? print(w, "RADIANS(TRY_CAST(%s AS DOUBLE))", value) : NULL;
        ck_free(value);
    }
    if (w->error->status == CK_OK)
        text = print(w, "%g * ASIN(SQRT(LEAST(1, POW(SIN((%s - %s) / 2), 2) + COS(%s) * COS(%s) * POW(SIN((%s - %s) / 2), 2)))) <= %s",
                     2 * CK_EARTH_KM, degrees[0], degrees[2], degrees[0], degrees[2], degrees[1], degrees[3], number);
    for (uint32_t i = 0; i < 4; i++)
        ck_free(degrees[i]);
    return text;
}

static char *rest_text(writer *w, const ck_condition *condition) {
    char **operand = ck_alloc_zero(w->error, condition->nchildren, sizeof *operand), *text = NULL;
    for (uint32_t i = 0; operand && i < condition->nchildren; i++) {
        const ck_condition *child = &condition->child[i];
        operand[i] = expr_text(w, &child->a, child->op == CK_OP_SIDE_L ? CK_SQL_L : CK_SQL_R);
    }
    if (w->error->status == CK_OK)
        text = substitute(w, condition->text, &(operands){.text = operand});
    for (uint32_t i = 0; operand && i < condition->nchildren; i++)
        ck_free(operand[i]);
    ck_free(operand);
    return text;
}

static char *tree_text(writer *w, const ck_condition *condition) {
    char *a, *b, *text = NULL;
    switch (condition->op) {
    case CK_OP_ALWAYS: return print(w, "TRUE");
    case CK_OP_AND:
    case CK_OP_OR: return joined_text(w, condition);
    case CK_OP_SQL: return rest_text(w, condition);
    case CK_OP_DISTANCE_KM: return distance_text(w, condition);
    case CK_OP_NOT:
    case CK_OP_SURE:
        a = tree_text(w, &condition->child[0]);
        text = a ? print(w, condition->op == CK_OP_NOT ? "NOT (%s)" : "COALESCE((%s), FALSE)", a) : NULL;
        ck_free(a);
        return text;
    default: break;
    }
    a = expr_text(w, &condition->a, CK_SQL_L);
    b = a ? expr_text(w, &condition->b, CK_SQL_R) : NULL;
    if (b)
        text = atom_text(w, condition, a, b);
    ck_free(b);
    ck_free(a);
    return text;
}

ck_status ck_condition_sql(ck_error *error, const ck_condition *condition, const ck_schema *schema, ck_sql_names names, char **text) {
    writer w = {error, schema, names};
    *text = condition->op == CK_OP_ALWAYS ? print(&w, "ELSE") : tree_text(&w, condition);
    return error->status;
}

ck_status ck_expr_sql(ck_error *error, const ck_expr *expr, ck_sql_side side, const ck_schema *schema, ck_sql_names names,
                      char **text) {
    writer w = {error, schema, names};
    *text = expr_text(&w, expr, side);
    return error->status;
}
