/* The walk over the tree: logic, comparisons, casts; what else there is, by kind of function. */
#include "condition/sql_eval.h"
#include "base/memory.h"
#include "compare/words.h"
#include "condition/calls.h"
#include <carrick/clean.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const double DAY = 86400;

static void eval(ck_sql_context *c, const ck_sql_node *node, ck_sql_value *out);

static ck_sql_value null_value(void) {
    return (ck_sql_value){.type = CK_SQL_ANY};
}

static ck_sql_value bool_value(bool truth) {
    return (ck_sql_value){.type = CK_SQL_BOOL, .number = truth};
}

ck_sql_value ck_sql_text_value(ck_span text) {
    return (ck_sql_value){.type = CK_SQL_TEXT, .text = text};
}

void ck_sql_context_free(ck_sql_context *context) {
    ck_matcher_free(&context->matcher);
    ck_free(context->words);
    ck_pool_free(&context->pool);
    *context = (ck_sql_context){0};
}

/* ---- comparing ---- */

static int compare_numbers(double a, double b) {
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

static int compare_lists(const ck_sql_value *a, const ck_sql_value *b) {
    for (uint32_t i = 0; i < a->n && i < b->n; i++) {
        const ck_sql_value *x = &a->item[i], *y = &b->item[i];
        int order = x->type == CK_SQL_ANY || y->type == CK_SQL_ANY ? (x->type == CK_SQL_ANY) - (y->type == CK_SQL_ANY)
                                                                   : ck_sql_compare(x, y);
        if (order)
            return order;
    }
    return (a->n > b->n) - (a->n < b->n);
}

int ck_sql_compare(const ck_sql_value *a, const ck_sql_value *b) {
    if (a->type == CK_SQL_TEXT && b->type == CK_SQL_TEXT)
        return ck_span_compare(a->text, b->text);
    if (a->type == CK_SQL_LIST && b->type == CK_SQL_LIST)
        return compare_lists(a, b);
    if ((a->single && (b->single || b->decimal)) || (b->single && a->decimal))
        return compare_numbers((float)a->number, (float)b->number);
    return compare_numbers(a->number, b->number);
}

static bool is_comparable(const ck_sql_value *a, const ck_sql_value *b) {
    return a->type == b->type;
}

static void eval_comparison(ck_sql_context *c, const ck_sql_node *node, ck_sql_value *out) {
    ck_sql_value a, b;
    eval(c, node->child[0], &a);
    eval(c, node->child[1], &b);
    bool null_a = a.type == CK_SQL_ANY, null_b = b.type == CK_SQL_ANY;
    if (node->fn == CK_SQL_DISTINCT && (null_a || null_b)) {
        *out = bool_value(null_a != null_b);
        return;
    }
    *out = null_value();
    if (null_a || null_b)
        return;
    if (!is_comparable(&a, &b)) {
        ck_fail(&c->error, CK_DATA, "A condition compares %s with %s.", ck_sql_type_names[a.type], ck_sql_type_names[b.type]);
        return;
    }
    int order = ck_sql_compare(&a, &b);
    switch (node->fn) {
    case CK_SQL_EQ: *out = bool_value(order == 0); break;
    case CK_SQL_LT: *out = bool_value(order < 0); break;
    case CK_SQL_LE: *out = bool_value(order <= 0); break;
    case CK_SQL_GT: *out = bool_value(order > 0); break;
    case CK_SQL_GE: *out = bool_value(order >= 0); break;
    default: *out = bool_value(order != 0); break;
    }
}

/* ---- logic ---- */

static void eval_joined(ck_sql_context *c, const ck_sql_node *node, ck_sql_value *out) {
    bool decides = node->fn == CK_SQL_OR, unknown = false;
    for (uint32_t i = 0; i < node->n; i++) {
        eval(c, node->child[i], out);
        if (out->type == CK_SQL_BOOL && (out->number != 0) == decides)
            return;
        unknown |= out->type == CK_SQL_ANY;
    }
    *out = unknown ? null_value() : bool_value(!decides);
}

static void eval_case(ck_sql_context *c, const ck_sql_node *node, ck_sql_value *out) {
    for (uint32_t i = 0; i + 1 < node->n; i += 2) {
        eval(c, node->child[i], out);
        if (out->type == CK_SQL_BOOL && out->number != 0) {
            eval(c, node->child[i + 1], out);
            return;
        }
    }
    eval(c, node->child[node->n - 1], out);
}

/* ---- casts ---- */

static ck_span format_number(ck_sql_context *c, double number) {
    char text[40];
    int n = 0;
    if (number == 0)
        number = 0; /* no sign */
    for (int digits = 15; digits <= 17; digits++) {
        n = snprintf(text, sizeof text, "%.*g", digits, number);
        double back = 0;
        if (isfinite(number) && sscanf(text, "%lf", &back) == 1 && back == number)
            break;
    }
    const char *copy = ck_pool_copy(&c->error, &c->pool, text, (size_t)n);
    return (ck_span){copy, copy ? (size_t)n : 0};
}

static ck_span format_time(ck_sql_context *c, double seconds) {
    char text[80];
    int year, month, day;
    double days = floor(seconds / DAY);
    long rest = (long)(seconds - days * DAY);
    ck_date_split((int64_t)days, &year, &month, &day);
    int n = snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    if (rest)
        n += snprintf(text + n, sizeof text - (size_t)n, " %02ld:%02ld:%02ld", rest / 3600, rest / 60 % 60, rest % 60);
    const char *copy = ck_pool_copy(&c->error, &c->pool, text, (size_t)n);
    return (ck_span){copy, copy ? (size_t)n : 0};
}

static ck_status join_items(ck_sql_context *c, const ck_sql_value *list, ck_span *text) {
    size_t n = 0;
    ck_span *item = ck_pool_take(&c->error, &c->pool, (list->n + 1) * sizeof *item);
    for (uint32_t i = 0; item && i < list->n; i++) {
        if (ck_sql_value_text(c, &list->item[i], &item[i]) != CK_OK)
            return c->error.status;
        n += item[i].n + 1;
    }
    char *out = item ? ck_pool_take(&c->error, &c->pool, n + 1) : NULL;
    if (!out)
        return c->error.status;
    *text = (ck_span){out, n};
    for (uint32_t i = 0; i < list->n; i++) {
        if (item[i].n)
            memcpy(out, item[i].bytes, item[i].n);
        out += item[i].n;
        *out++ = 0x1F;
    }
    return CK_OK;
}

ck_status ck_sql_value_text(ck_sql_context *c, const ck_sql_value *value, ck_span *text) {
    *text = (ck_span){"", 0};
    switch (value->type) {
    case CK_SQL_TEXT: *text = value->text; break;
    case CK_SQL_NUMBER: *text = format_number(c, value->number); break;
    case CK_SQL_TIME: *text = format_time(c, value->number); break;
    case CK_SQL_BOOL: *text = ck_span_of(value->number != 0 ? "true" : "false"); break;
    case CK_SQL_LIST: return join_items(c, value, text);
    case CK_SQL_ANY:
    case CK_SQL_TYPES: break;
    }
    return c->error.status;
}

static void fail_cast(ck_sql_context *c, const ck_sql_node *node, const char *what, ck_sql_value *out) {
    *out = null_value();
    if (node->number == 0)
        ck_fail(&c->error, CK_DATA, "A value cannot be cast to %s; write TRY_CAST in the condition for NULL in its place.", what);
}

static void cast_number(ck_sql_context *c, const ck_sql_node *node, ck_sql_value *out) {
    double number = out->number;
    bool exact = out->type == CK_SQL_TEXT || out->decimal;
    if (out->type == CK_SQL_TEXT) {
        ck_span text = out->text;
        for (; text.n && text.bytes[0] == ' '; text.n--)
            text.bytes++;
        while (text.n && text.bytes[text.n - 1] == ' ')
            text.n--;
        if (!ck_value_number(text, &number)) {
            fail_cast(c, node, "a number", out);
            return;
        }
    }
    *out = (ck_sql_value){.type = CK_SQL_NUMBER, .number = number};
    if (node->fn == CK_SQL_TO_FLOAT)
        *out = (ck_sql_value){.type = CK_SQL_NUMBER, .number = (float)number, .single = true};
    else if (node->fn == CK_SQL_TO_WHOLE)
        out->number = exact ? round(number) : nearbyint(number); /* decimals round half up, doubles to even */
}

/* ISO dates, perhaps with a time of day. */
static bool read_time(ck_span text, double *seconds) {
    int64_t days;
    int hour = 0, minute = 0, second = 0, used = 0;
    char rest[16] = {0};
    ck_span date = {text.bytes, text.n < 10 ? text.n : 10};
    if (!ck_value_days("%Y-%m-%d", date, &days))
        return false;
    if (text.n > 10) {
        if (text.n > 20 || (text.bytes[10] != ' ' && text.bytes[10] != 'T'))
            return false;
        memcpy(rest, text.bytes + 11, text.n - 11);
        if (sscanf(rest, "%2d:%2d:%2d%n", &hour, &minute, &second, &used) != 3 || (rest[used] && rest[used] != 'Z'))
            return false;
    }
    *seconds = (double)days * DAY + 3600 * hour + 60 * minute + second;
    return true;
}

static void cast_time(ck_sql_context *c, const ck_sql_node *node, ck_sql_value *out) {
    double seconds = out->number;
    if (out->type == CK_SQL_TEXT && !read_time(out->text, &seconds)) {
        fail_cast(c, node, "a date", out);
        return;
    }
    if (node->fn == CK_SQL_TO_DATE)
        seconds = floor(seconds / DAY) * DAY;
    *out = (ck_sql_value){.type = CK_SQL_TIME, .number = seconds};
}

static void eval_cast(ck_sql_context *c, const ck_sql_node *node, ck_sql_value *out) {
    ck_span text;
    eval(c, node->child[0], out);
    if (out->type == CK_SQL_ANY || c->error.status != CK_OK)
        return;
    if (node->fn == CK_SQL_TO_TIME || node->fn == CK_SQL_TO_DATE)
        cast_time(c, node, out);
    else if (node->fn != CK_SQL_TO_TEXT)
        cast_number(c, node, out);
    else if (ck_sql_value_text(c, out, &text) == CK_OK)
        *out = ck_sql_text_value(text);
}

/* ---- measures ---- */

static void eval_measure(ck_sql_context *c, const ck_sql_node *node, const ck_sql_value *argument, ck_sql_value *out) {
    static const ck_measure measures[] = {CK_JARO_WINKLER, CK_JARO, CK_JACCARD, CK_LEVENSHTEIN, CK_DAMERAU_LEVENSHTEIN};
    if (argument[0].text.n > CK_STRING_MAX || argument[1].text.n > CK_STRING_MAX) {
        ck_fail(&c->error, CK_DATA, "A value has more than %d bytes, too many to be compared as text.", CK_STRING_MAX);
        return;
    }
    if (!c->words && !(c->words = ck_alloc(&c->error, 1, sizeof(ck_words))))
        return;
    ck_words_init((ck_words *)c->words);
    double measure = ck_words_measure((ck_words *)c->words, measures[node->fn - CK_SQL_JARO_WINKLER], argument[0].text,
                                      argument[1].text);
    *out = (ck_sql_value){.type = CK_SQL_NUMBER, .number = measure};
}

/* ---- calls ---- */

/* Do the arguments have the types that the call needs? Items of lists are known only now. */
static bool have_types(ck_sql_context *c, const ck_sql_node *node, const ck_sql_value *argument) {
    const ck_sql_call_info *info = ck_sql_call_of(node->fn);
    size_t n = strlen(info->arguments);
    for (uint32_t i = 0; i < node->n; i++) {
        char letter = info->arguments[i < n ? i : n - 1];
        ck_sql_type wanted = letter == 't' || letter == 'x' ? CK_SQL_TEXT : letter == 'n' ? CK_SQL_NUMBER
                             : letter == 'd' ? CK_SQL_TIME : letter == 'l' ? CK_SQL_LIST : CK_SQL_ANY;
        if (wanted != CK_SQL_ANY && argument[i].type != wanted && argument[i].type != CK_SQL_ANY) {
            ck_fail(&c->error, CK_DATA, "A condition gives '%s' %s, but it needs %s.", info->name, ck_sql_type_names[argument[i].type],
                    ck_sql_type_names[wanted]);
            return false;
        }
    }
    return true;
}

/* CONCAT, CONCAT_WS and lists take NULL among their arguments. */
static bool takes_null(ck_sql_fn fn) {
    return fn == CK_SQL_CONCAT || fn == CK_SQL_CONCAT_WS || fn == CK_SQL_LIST_OF;
}

static void call_function(ck_sql_context *c, const ck_sql_node *node, const ck_sql_value *argument, ck_sql_value *out) {
    if (node->fn >= CK_SQL_JARO_WINKLER && node->fn <= CK_SQL_DAMERAU_LEVENSHTEIN)
        eval_measure(c, node, argument, out);
    else if (node->fn == CK_SQL_JOIN || (node->fn >= CK_SQL_SUBSTRING && node->fn <= CK_SQL_TUPLE_PART))
        ck_sql_call_text(c, node, argument, out);
    else if (node->fn >= CK_SQL_STRPTIME && node->fn <= CK_SQL_DAYS_BETWEEN)
        ck_sql_call_time(c, node, argument, out);
    else if (node->fn == CK_SQL_LIST_OF || node->fn == CK_SQL_ITEM || node->fn >= CK_SQL_SPLIT)
        ck_sql_call_list(c, node, argument, out);
    else
        ck_sql_call_number(c, node, argument, out);
}

static void eval_function(ck_sql_context *c, const ck_sql_node *node, ck_sql_value *out) {
    ck_sql_value *argument = ck_pool_take(&c->error, &c->pool, (node->n + 1) * sizeof *argument);
    bool null = false;
    *out = null_value();
    for (uint32_t i = 0; argument && i < node->n; i++) {
        if (node->child[i]->kind != CK_SQL_LAMBDA)
            eval(c, node->child[i], &argument[i]);
        null |= argument[i].type == CK_SQL_ANY && node->child[i]->kind != CK_SQL_LAMBDA;
    }
    if (c->error.status == CK_OK && (!null || takes_null(node->fn)) && have_types(c, node, argument))
        call_function(c, node, argument, out);
}

/* x -> expression, for every item. */
static void eval_transform(ck_sql_context *c, const ck_sql_node *node, ck_sql_value *out) {
    eval(c, node->child[0], out);
    if (out->type != CK_SQL_LIST)
        return;
    const ck_sql_node *lambda = node->child[1];
    const ck_sql_value list = *out;
    ck_sql_value *item = ck_pool_take(&c->error, &c->pool, (list.n + 1) * sizeof *item);
    for (uint32_t i = 0; item && i < list.n && c->error.status == CK_OK; i++) {
        c->parameter[lambda->column] = list.item[i];
        eval(c, lambda->child[0], &item[i]);
    }
    out->item = item;
}

/* The first of the arguments that is not NULL, or the extreme one. */
static void eval_choice(ck_sql_context *c, const ck_sql_node *node, ck_sql_value *out) {
    ck_sql_value other;
    *out = null_value();
    for (uint32_t i = 0; i < node->n && c->error.status == CK_OK; i++) {
        eval(c, node->child[i], &other);
        if (other.type == CK_SQL_ANY)
            continue;
        int order = out->type == CK_SQL_ANY ? 0 : ck_sql_compare(&other, out);
        if (out->type == CK_SQL_ANY || (node->fn == CK_SQL_GREATEST && order > 0) || (node->fn == CK_SQL_LEAST && order < 0))
            *out = other;
        if (node->fn == CK_SQL_COALESCE)
            return;
    }
}

static void eval_nullif(ck_sql_context *c, const ck_sql_node *node, ck_sql_value *out) {
    ck_sql_value other;
    eval(c, node->child[0], out);
    eval(c, node->child[1], &other);
    if (out->type != CK_SQL_ANY && out->type == other.type && ck_sql_compare(out, &other) == 0)
        *out = null_value();
}

static void eval_call(ck_sql_context *c, const ck_sql_node *node, ck_sql_value *out) {
    switch (node->fn) {
    case CK_SQL_AND:
    case CK_SQL_OR: eval_joined(c, node, out); return;
    case CK_SQL_NOT:
        eval(c, node->child[0], out);
        if (out->type == CK_SQL_BOOL)
            *out = bool_value(out->number == 0);
        return;
    case CK_SQL_IS_NULL:
        eval(c, node->child[0], out);
        *out = bool_value(out->type == CK_SQL_ANY);
        return;
    case CK_SQL_EQ:
    case CK_SQL_NE:
    case CK_SQL_LT:
    case CK_SQL_LE:
    case CK_SQL_GT:
    case CK_SQL_GE:
    case CK_SQL_DISTINCT: eval_comparison(c, node, out); return;
    case CK_SQL_CASE: eval_case(c, node, out); return;
    case CK_SQL_TO_TEXT:
    case CK_SQL_TO_NUMBER:
    case CK_SQL_TO_FLOAT:
    case CK_SQL_TO_WHOLE:
    case CK_SQL_TO_TIME:
    case CK_SQL_TO_DATE: eval_cast(c, node, out); return;
    case CK_SQL_COALESCE:
    case CK_SQL_GREATEST:
    case CK_SQL_LEAST: eval_choice(c, node, out); return;
    case CK_SQL_NULLIF: eval_nullif(c, node, out); return;
    case CK_SQL_LIST_TRANSFORM: eval_transform(c, node, out); return;
    default: eval_function(c, node, out);
    }
}

static void eval(ck_sql_context *c, const ck_sql_node *node, ck_sql_value *out) {
    switch (node->kind) {
    case CK_SQL_LITERAL:
        *out = (ck_sql_value){.type = node->type, .number = node->number, .text = node->text,
                              .decimal = node->type == CK_SQL_NUMBER};
        return;
    case CK_SQL_OPERAND: *out = c->operand[node->column]; return;
    case CK_SQL_PARAMETER: *out = c->parameter[node->column]; return;
    case CK_SQL_CALL: eval_call(c, node, out); return;
    case CK_SQL_COLUMN: /* its own value is NULL where no operands are given */
    case CK_SQL_LAMBDA: break;
    }
    *out = null_value();
    if (c->operand || node->kind == CK_SQL_LAMBDA)
        ck_fail(&c->error, CK_INTERNAL, "A condition was evaluated before its columns were put in.");
}

ck_status ck_sql_evaluate(ck_sql_context *context, const ck_sql *sql, ck_sql_value *value) {
    ck_pool_reset(&context->pool);
    eval(context, sql->root, value);
    return context->error.status;
}
