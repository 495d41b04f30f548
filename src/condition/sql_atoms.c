/* Comparisons that the engine has atoms for. */
#include "condition/sql_lowering.h"
#include "base/memory.h"
#include "condition/sql_eval.h"
#include <math.h>
#include <string.h>

/* ---- comparisons with a constant ---- */

/* subject OP number, turned so that the constant is on the right. */
typedef struct bound {
    const ck_sql_node *subject;
    ck_sql_fn fn;
    double number;
} bound;

static bool is_constant(const ck_sql_node *node) {
    uint32_t column;
    return ck_sql_sides(node, &column) == 0;
}

static bool evaluate_number(ck_lowering *w, ck_sql_node *node, double *number) {
    ck_sql alone = {.root = node};
    ck_sql_context context = {0};
    ck_sql_value value;
    bool good = ck_sql_evaluate(&context, &alone, &value) == CK_OK && value.type == CK_SQL_NUMBER && !value.single;
    (void)w;
    *number = good ? value.number : 0;
    ck_sql_context_free(&context);
    return good;
}

static ck_sql_fn turn(ck_sql_fn fn) {
    switch (fn) {
    case CK_SQL_LT: return CK_SQL_GT;
    case CK_SQL_LE: return CK_SQL_GE;
    case CK_SQL_GT: return CK_SQL_LT;
    case CK_SQL_GE: return CK_SQL_LE;
    default: return fn;
    }
}

static bool read_bound(ck_lowering *w, const ck_sql_node *node, bound *out) {
    for (int side = 0; side < 2; side++) {
        ck_sql_node *constant = node->child[side];
        if (!is_constant(constant) || constant->type != CK_SQL_NUMBER || is_constant(node->child[!side]))
            continue;
        *out = (bound){.subject = node->child[!side], .fn = side ? node->fn : turn(node->fn)};
        return evaluate_number(w, constant, &out->number) && !isnan(out->number);
    }
    return false;
}

/* The least double above a number, or the greatest below: x > t is x >= above(t). */
static double above(double t) {
    return nextafter(t, INFINITY);
}

/* The greatest whole number below t, or not above it. */
static double whole_below(double t) {
    return ceil(t) - 1;
}

/* ---- two expressions, one of each side ---- */

static bool read_sides(const ck_lowering *w, const ck_sql_node *x, const ck_sql_node *y, const ck_sql_node **l, const ck_sql_node **r) {
    bool straight = ck_lowering_is_one(w, x, CK_SQL_L) && ck_lowering_is_one(w, y, CK_SQL_R);
    *l = straight ? x : y;
    *r = straight ? y : x;
    return straight || (ck_lowering_is_one(w, x, CK_SQL_R) && ck_lowering_is_one(w, y, CK_SQL_L));
}

static ck_status set_sides(ck_lowering *w, const ck_sql_node *l, const ck_sql_node *r, ck_condition *out) {
    if (ck_lowering_expr(w, l, &out->a) != CK_OK)
        return w->error->status;
    return ck_lowering_expr(w, r, &out->b);
}

/* ---- similarities and distances ---- */

static bool is_distance(ck_sql_fn fn) {
    return fn == CK_SQL_LEVENSHTEIN || fn == CK_SQL_DAMERAU_LEVENSHTEIN;
}

/* Similarities are kept as >= t, distances as <= n; the other directions are their negations. Equal is left to SQL. */
static bool measure_bound(const bound *b, double *value, bool *negated) {
    bool distance = is_distance(b->subject->fn);
    switch (b->fn) {
    case CK_SQL_GE: *negated = distance; *value = distance ? whole_below(b->number) : b->number; return true;
    case CK_SQL_GT: *negated = distance; *value = distance ? floor(b->number) : above(b->number); return true;
    case CK_SQL_LE: *negated = !distance; *value = distance ? floor(b->number) : above(b->number); return true;
    case CK_SQL_LT: *negated = !distance; *value = distance ? whole_below(b->number) : b->number; return true;
    default: return false;
    }
}

static ck_status lower_measure(ck_lowering *w, const bound *b, ck_condition *out, bool *lowered) {
    static const ck_measure measures[] = {CK_JARO_WINKLER, CK_JARO, CK_JACCARD, CK_LEVENSHTEIN, CK_DAMERAU_LEVENSHTEIN};
    const ck_sql_node *call = b->subject, *l, *r;
    bool negated;
    double value;
    if (call->kind != CK_SQL_CALL || call->fn < CK_SQL_JARO_WINKLER || call->fn > CK_SQL_DAMERAU_LEVENSHTEIN ||
        !read_sides(w, call->child[0], call->child[1], &l, &r) || !measure_bound(b, &value, &negated))
        return CK_OK;
    if (value < 0 || (!is_distance(call->fn) && value > 1))
        return CK_OK; /* always true or never: nothing for the kernels */
    *lowered = true;
    out->op = CK_OP_MEASURE;
    out->measure = measures[call->fn - CK_SQL_JARO_WINKLER];
    out->value = value;
    if (set_sides(w, l, r, out) != CK_OK)
        return w->error->status;
    return negated ? ck_lowering_not(w, out) : CK_OK;
}

/* ---- differences ---- */

/* A day of a column: try_strptime(column, format) without time of day, or a column of dates. */
static bool read_day(const ck_lowering *w, const ck_sql_node *node, const ck_sql_node **column, ck_span *format) {
    while (node->kind == CK_SQL_CALL && node->fn == CK_SQL_DATE)
        node = node->child[0];
    *format = ck_span_of("%Y-%m-%d");
    *column = node->n ? node->child[0] : node;
    if (node->kind != CK_SQL_CALL || (*column)->kind != CK_SQL_COLUMN)
        return false;
    if (node->fn == CK_SQL_TO_TIME || node->fn == CK_SQL_TO_DATE)
        return ck_lowering_kind(w, (*column)->column) == CK_KIND_DATE;
    if (node->fn != CK_SQL_TRY_STRPTIME || !ck_sql_is_day_format(node->child[1]->text))
        return false;
    *format = node->child[1]->text;
    return true;
}

static bool is_call(const ck_sql_node *node, ck_sql_fn fn) {
    return node->kind == CK_SQL_CALL && node->fn == fn;
}

/* ABS(x - y) of days; `unit` is how many of what is counted make a day. */
static bool read_day_difference(const ck_sql_node *node, const ck_sql_node **x, const ck_sql_node **y, double *unit) {
    if (!is_call(node, CK_SQL_ABS))
        return false;
    node = node->child[0];
    bool seconds = is_call(node, CK_SQL_SUBTRACT) && is_call(node->child[0], CK_SQL_EPOCH) && is_call(node->child[1], CK_SQL_EPOCH);
    bool days = is_call(node, CK_SQL_DAYS_BETWEEN) ||
                (is_call(node, CK_SQL_DATE_DIFF) && (node->child[0]->text.bytes[0] == 'd' || node->child[0]->text.bytes[0] == 'D'));
    if (!seconds && !days)
        return false;
    *unit = seconds ? 86400 : 1;
    *x = seconds ? node->child[0]->child[0] : node->child[node->n - 2];
    *y = seconds ? node->child[1]->child[0] : node->child[node->n - 1];
    return true;
}

static bool same_span(ck_span a, ck_span b) {
    return a.n == b.n && memcmp(a.bytes, b.bytes, a.n) == 0;
}

static ck_status lower_days(ck_lowering *w, const bound *b, ck_condition *out, bool *lowered) {
    const ck_sql_node *x, *y, *l, *r, *column[2];
    ck_span format[2];
    double unit;
    bool below = b->fn == CK_SQL_LE || b->fn == CK_SQL_LT;
    if (!below || !read_day_difference(b->subject, &x, &y, &unit) || !read_sides(w, x, y, &l, &r) ||
        !read_day(w, l, &column[0], &format[0]) || !read_day(w, r, &column[1], &format[1]) || !same_span(format[0], format[1]))
        return CK_OK;
    *lowered = true;
    out->op = CK_OP_DAYS;
    /* Whole days differ, so as many as fit would do; a share of a day stays where it reads back exactly. */
    out->value = b->fn == CK_SQL_LT ? whole_below(b->number / unit) : b->number / unit;
    if (out->value * unit != b->number)
        out->value = floor(out->value);
    if (ck_lowering_format(w, format[0], &out->text) != CK_OK)
        return w->error->status;
    return set_sides(w, column[0], column[1], out);
}

/* The column of a number. */
static const ck_sql_node *number_column(const ck_sql_node *node) {
    bool cast = is_call(node, CK_SQL_TO_NUMBER) && node->child[0]->kind == CK_SQL_COLUMN && node->number != 0;
    return cast ? node->child[0] : NULL;
}

static bool same_number(const ck_sql_node *a, const ck_sql_node *b) {
    const ck_sql_node *x = number_column(a), *y = number_column(b);
    return x && y && x->column == y->column && x->side == y->side;
}

/* ABS(x - y) / (CASE WHEN y > x THEN y ELSE x END), as Splink's PercentageDifferenceLevel. */
static bool is_share(const ck_sql_node *node, const ck_sql_node **x, const ck_sql_node **y) {
    if (!is_call(node, CK_SQL_DIVIDE) || !is_call(node->child[0], CK_SQL_ABS) || !is_call(node->child[1], CK_SQL_CASE))
        return false;
    const ck_sql_node *difference = node->child[0]->child[0], *larger = node->child[1];
    if (!is_call(difference, CK_SQL_SUBTRACT) || larger->n != 3 || !is_call(larger->child[0], CK_SQL_GT))
        return false;
    *x = difference->child[0];
    *y = difference->child[1];
    const ck_sql_node *test = larger->child[0];
    return same_number(test->child[0], *y) && same_number(test->child[1], *x) && same_number(larger->child[1], *y) &&
           same_number(larger->child[2], *x);
}

static ck_status lower_numbers(ck_lowering *w, const bound *b, ck_condition *out, bool *lowered) {
    const ck_sql_node *x = NULL, *y = NULL, *l, *r;
    bool share = b->fn == CK_SQL_LT && is_share(b->subject, &x, &y);
    bool difference = b->fn == CK_SQL_LE && is_call(b->subject, CK_SQL_ABS) && is_call(b->subject->child[0], CK_SQL_SUBTRACT);
    if (difference) {
        x = b->subject->child[0]->child[0];
        y = b->subject->child[0]->child[1];
    }
    if ((!share && !difference) || !number_column(x) || !number_column(y) ||
        !read_sides(w, number_column(x), number_column(y), &l, &r))
        return CK_OK;
    *lowered = true;
    out->op = share ? CK_OP_NUMBER_PERCENT : CK_OP_NUMBER_DIFFERENCE;
    out->value = b->number;
    return set_sides(w, l, r, out);
}

/* ---- equality ---- */

static ck_status lower_literal(ck_lowering *w, const ck_sql_node *subject, const ck_sql_node *literal, ck_condition *out) {
    bool left = ck_lowering_is_one(w, subject, CK_SQL_L);
    out->op = left ? CK_OP_LITERAL_L : CK_OP_LITERAL_R;
    out->text = ck_copy_text(w->error, literal->text.bytes, literal->text.n);
    if (!out->text || ck_lowering_expr(w, subject, &out->a) != CK_OK)
        return w->error->status;
    return ck_expr_copy(w->error, &out->a, &out->b);
}

static bool is_text(const ck_sql_node *node) {
    return node->kind == CK_SQL_LITERAL && node->type == CK_SQL_TEXT;
}

static bool is_one(const ck_lowering *w, const ck_sql_node *node) {
    return ck_lowering_is_one(w, node, CK_SQL_L) || ck_lowering_is_one(w, node, CK_SQL_R);
}

static ck_status lower_equal(ck_lowering *w, const ck_sql_node *node, ck_condition *out, bool *lowered) {
    const ck_sql_node *l, *r;
    for (int side = 0; side < 2; side++) {
        const ck_sql_node *subject = node->child[side], *literal = node->child[!side];
        if (!is_text(literal) || subject->type != CK_SQL_TEXT || !is_one(w, subject))
            continue;
        *lowered = true;
        return lower_literal(w, subject, literal, out);
    }
    /* A FLOAT or a literal in 32 bits equals otherwise than its text says. */
    if (!read_sides(w, node->child[0], node->child[1], &l, &r) || l->type != r->type)
        return CK_OK;
    *lowered = true;
    out->op = CK_OP_EQUAL;
    return set_sides(w, l, r, out);
}

ck_status ck_lowering_atom(ck_lowering *w, const ck_sql_node *node, ck_condition *out, bool *lowered) {
    bound b;
    *lowered = false;
    if (node->fn == CK_SQL_EQ || node->fn == CK_SQL_NE) {
        if (lower_equal(w, node, out, lowered) != CK_OK || !*lowered || node->fn == CK_SQL_EQ)
            return w->error->status;
        return ck_lowering_not(w, out);
    }
    if (node->fn < CK_SQL_LT || node->fn > CK_SQL_GE || !read_bound(w, node, &b))
        return CK_OK;
    if (lower_measure(w, &b, out, lowered) != CK_OK || *lowered || lower_days(w, &b, out, lowered) != CK_OK || *lowered)
        return w->error->status;
    return lower_numbers(w, &b, out, lowered);
}
