/* Columns and types of parsed SQL. */
#include "condition/sql.h"
#include "base/memory.h"
#include "condition/sql_regex.h"
#include <carrick/clean.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void ck_sql_free(ck_sql *sql) {
    for (size_t i = 0; i < sql->nregexes; i++)
        ck_regex_free(sql->regex[i]);
    ck_free(sql->regex);
    ck_pool_free(&sql->pool);
    *sql = (ck_sql){0};
}

/* ---- columns ---- */

void ck_sql_columns_free(ck_sql_columns *columns) {
    for (uint32_t i = 0; i < columns->n; i++)
        ck_free(columns->name[i]);
    ck_free(columns->type);
    ck_free(columns->name);
    *columns = (ck_sql_columns){0};
}

static bool find_name(const ck_sql_columns *columns, ck_span name, bool any_case, uint32_t *column) {
    for (uint32_t i = 0; i < columns->n; i++) {
        bool same = any_case ? strncasecmp(columns->name[i], name.bytes, name.n) == 0 : memcmp(columns->name[i], name.bytes, name.n) == 0;
        if (strlen(columns->name[i]) == name.n && same) {
            *column = i;
            return true;
        }
    }
    return false;
}

static ck_status fail_column(ck_error *error, const ck_sql_columns *columns, ck_span name) {
    char word[128];
    snprintf(word, sizeof word, "%.*s", (int)(name.n < 120 ? name.n : 120), name.bytes);
    const char *near = ck_text_nearest(word, (const char *const *)columns->name, columns->n);
    return ck_fail(error, CK_USAGE, "there is no column '%s'%s%s%s", word, near ? "; did you mean '" : ".", near ? near : "",
                   near ? "'?" : "");
}

ck_status ck_sql_columns_find(ck_error *error, ck_sql_columns *columns, ck_span name, uint32_t *column) {
    if (find_name(columns, name, false, column) || find_name(columns, name, true, column))
        return CK_OK;
    if (columns->closed)
        return fail_column(error, columns, name);
    uint32_t n = columns->n;
    if (ck_grow(error, &columns->name, &columns->name_room, n + 1, sizeof *columns->name) != CK_OK ||
        ck_grow(error, &columns->type, &columns->type_room, n + 1, sizeof *columns->type) != CK_OK ||
        !(columns->name[n] = ck_copy_text(error, name.bytes, name.n)))
        return error->status;
    columns->type[n] = CK_SQL_TEXT;
    *column = columns->n++;
    return CK_OK;
}

static void visit_sides(const ck_sql_node *node, unsigned *sides, uint32_t *column) {
    if (node->kind == CK_SQL_COLUMN) {
        *sides |= 1u << node->side;
        *column = *column == UINT32_MAX || *column == node->column ? node->column : UINT32_MAX - 1;
    }
    for (uint32_t i = 0; i < node->n; i++)
        visit_sides(node->child[i], sides, column);
}

unsigned ck_sql_sides(const ck_sql_node *node, uint32_t *column) {
    unsigned sides = 0;
    *column = UINT32_MAX;
    visit_sides(node, &sides, column);
    return sides;
}

/* ---- types that columns need ---- */

static ck_sql_type type_of_letter(char letter) {
    switch (letter) {
    case 't':
    case 'x': return CK_SQL_TEXT;
    case 'n': return CK_SQL_NUMBER;
    case 'd': return CK_SQL_TIME;
    case 'l': return CK_SQL_LIST;
    case 'b': return CK_SQL_BOOL;
    default: return CK_SQL_ANY;
    }
}

static char letter_at(const ck_sql_call_info *info, uint32_t i) {
    size_t n = strlen(info->arguments);
    return n == 0 ? 'a' : info->arguments[i < n ? i : n - 1];
}

/* Of a node, before it is checked; a column has the type that is known so far. */
static ck_sql_type guess_type(const ck_sql_node *node, const ck_sql_columns *columns) {
    if (node->kind == CK_SQL_LITERAL)
        return node->type;
    if (node->kind == CK_SQL_COLUMN)
        return columns->type[node->column];
    if (node->kind == CK_SQL_OPERAND)
        return CK_SQL_TEXT;
    if (node->kind != CK_SQL_CALL)
        return CK_SQL_ANY;
    const ck_sql_call_info *info = ck_sql_call_of(node->fn);
    if (node->fn == CK_SQL_CASE && node->n > 1)
        return guess_type(node->child[1], columns);
    return info->result == 's' && node->n ? guess_type(node->child[0], columns) : type_of_letter(info->result);
}

static void need(const ck_sql_node *node, ck_sql_type type, ck_sql_columns *columns) {
    bool special = type == CK_SQL_NUMBER || type == CK_SQL_TIME || type == CK_SQL_LIST;
    if (!special)
        return;
    if (node->kind == CK_SQL_COLUMN)
        columns->type[node->column] = type;
    if (node->kind != CK_SQL_CALL)
        return;
    bool passes = ck_sql_call_of(node->fn)->result == 's';
    for (uint32_t i = 0; i < node->n && passes; i++)
        need(node->child[i], type, columns);
    for (uint32_t i = 1; i < node->n && node->fn == CK_SQL_CASE; i += i + 2 < node->n ? 2 : 1)
        need(node->child[i], type, columns);
}

/* What is compared with a number is a number. */
static void infer_same(const ck_sql_node *node, ck_sql_columns *columns) {
    for (uint32_t i = 0; i < node->n; i++) {
        ck_sql_type type = guess_type(node->child[i], columns);
        for (uint32_t j = 0; j < node->n && type != CK_SQL_TEXT; j++)
            need(node->child[j], type, columns);
    }
}

static void infer(const ck_sql_node *node, ck_sql_columns *columns) {
    for (uint32_t i = 0; i < node->n; i++)
        infer(node->child[i], columns);
    if (node->kind != CK_SQL_CALL)
        return;
    const ck_sql_call_info *info = ck_sql_call_of(node->fn);
    if (info->arguments[0] == 's')
        infer_same(node, columns);
    else
        for (uint32_t i = 0; i < node->n; i++)
            need(node->child[i], type_of_letter(letter_at(info, i)), columns);
}

void ck_sql_infer(const ck_sql *sql, ck_sql_columns *columns) {
    if (sql->root)
        infer(sql->root, columns);
}

/* ---- checks ---- */

typedef struct checker {
    ck_error *error;
    ck_sql *sql;
    const ck_sql_columns *columns;
} checker;

static const char *name_of(ck_sql_fn fn) {
    const char *name = ck_sql_call_of(fn)->name;
    return name + (name[0] == ' ');
}

static ck_status check_type(checker *c, const ck_sql_node *call, const ck_sql_node *argument, ck_sql_type wanted) {
    if (wanted == CK_SQL_ANY || argument->type == CK_SQL_ANY || argument->type == wanted)
        return CK_OK;
    if (argument->kind == CK_SQL_COLUMN && argument->type != CK_SQL_TEXT)
        return ck_sql_fail(c->error, c->sql, argument->at, "'%s' needs %s, but other conditions use this column as %s.",
                           name_of(call->fn), ck_sql_type_names[wanted], ck_sql_type_names[argument->type]);
    return ck_sql_fail(c->error, c->sql, argument->at, "'%s' needs %s, but this is %s.", name_of(call->fn), ck_sql_type_names[wanted],
                       ck_sql_type_names[argument->type]);
}

static ck_status add_regex(checker *c, ck_sql_node *call, ck_span pattern, bool any_case) {
    char reason[192];
    ck_sql *sql = c->sql;
    if (call->regex)
        return CK_OK;
    if (ck_grow(c->error, &sql->regex, &sql->regex_room, sql->nregexes + 1, sizeof *sql->regex) != CK_OK)
        return c->error->status;
    call->regex = ck_regex_compile(pattern, any_case, reason, sizeof reason);
    if (!call->regex)
        return ck_sql_fail(c->error, sql, call->child[1]->at, "this regular expression is not understood: %s.", reason);
    sql->regex[sql->nregexes++] = call->regex;
    return CK_OK;
}

static bool has_letter(const ck_sql_node *call, uint32_t i, char letter) {
    return i < call->n && memchr(call->child[i]->text.bytes ? call->child[i]->text.bytes : "", letter, call->child[i]->text.n);
}

static ck_status check_regexp(checker *c, ck_sql_node *call) {
    const ck_sql_node *group = call->fn == CK_SQL_REGEXP_EXTRACT && call->n == 3 ? call->child[2] : NULL;
    bool replace = call->fn == CK_SQL_REGEXP_REPLACE;
    if (add_regex(c, call, call->child[1]->text, replace && has_letter(call, 3, 'i')) != CK_OK)
        return c->error->status;
    if (group && (group->kind != CK_SQL_LITERAL || group->number < 0 || group->number > ck_regex_groups(call->regex)))
        return ck_sql_fail(c->error, c->sql, group->at, "the pattern has %u groups; name one of them, or 0 for all of the match.",
                           ck_regex_groups(call->regex));
    for (size_t i = 0; replace && call->n == 4 && i < call->child[3]->text.n; i++)
        if (!strchr("gi", call->child[3]->text.bytes[i]))
            return ck_sql_fail(c->error, c->sql, call->child[3]->at, "options of REGEXP_REPLACE are 'g' (all) and 'i' (any case).");
    return CK_OK;
}

static ck_status check_format(checker *c, const ck_sql_node *literal) {
    char format[128];
    snprintf(format, sizeof format, "%.*s", (int)(literal->text.n < 127 ? literal->text.n : 127), literal->text.bytes);
    if (literal->text.n < sizeof format && ck_date_format_valid(format) && strchr(format, '%'))
        return CK_OK;
    return ck_sql_fail(c->error, c->sql, literal->at, "a date format has the directives %%Y %%y %%m %%d %%b %%B %%j %%H %%M %%S.");
}

static ck_status check_unit(checker *c, const ck_sql_node *literal) {
    static const char *const units[] = {"day", "month", "year"};
    for (size_t i = 0; i < 3; i++)
        if (literal->text.n == strlen(units[i]) && strncasecmp(literal->text.bytes, units[i], literal->text.n) == 0)
            return CK_OK;
    return ck_sql_fail(c->error, c->sql, literal->at, "a difference of dates is counted in 'day', 'month' or 'year'.");
}

/* What a function asks beyond the types of its arguments. */
static ck_status check_special(checker *c, ck_sql_node *call) {
    switch (call->fn) {
    case CK_SQL_REGEXP_EXTRACT:
    case CK_SQL_REGEXP_MATCHES:
    case CK_SQL_REGEXP_SUBSTRING:
    case CK_SQL_REGEXP_REPLACE: return check_regexp(c, call);
    case CK_SQL_STRPTIME:
    case CK_SQL_TRY_STRPTIME: return check_format(c, call->child[1]);
    case CK_SQL_DATE_DIFF: return check_unit(c, call->child[0]);
    case CK_SQL_LENGTH:
        if (call->child[0]->type == CK_SQL_NUMBER || call->child[0]->type == CK_SQL_BOOL || call->child[0]->type == CK_SQL_TIME)
            return check_type(c, call, call->child[0], CK_SQL_TEXT);
        return CK_OK;
    case CK_SQL_SPLIT:
        if (call->child[1]->text.n == 0)
            return ck_sql_fail(c->error, c->sql, call->child[1]->at, "the text to split at is empty.");
        return CK_OK;
    case CK_SQL_TO_TEXT:
        return call->child[0]->type == CK_SQL_LIST ? check_type(c, call, call->child[0], CK_SQL_TEXT) : CK_OK;
    case CK_SQL_TO_NUMBER:
    case CK_SQL_TO_FLOAT:
    case CK_SQL_TO_WHOLE:
        if (call->child[0]->type == CK_SQL_LIST || call->child[0]->type == CK_SQL_TIME)
            return check_type(c, call, call->child[0], CK_SQL_NUMBER);
        return CK_OK;
    case CK_SQL_TO_TIME:
    case CK_SQL_TO_DATE:
        if (call->child[0]->type != CK_SQL_TEXT)
            return check_type(c, call, call->child[0], CK_SQL_TIME);
        return CK_OK;
    default: return CK_OK;
    }
}

/* The first argument's type that is known, which all must have. */
static ck_status check_same(checker *c, const ck_sql_node *call, uint32_t first, uint32_t step, ck_sql_type *type) {
    *type = CK_SQL_ANY;
    for (uint32_t i = first; i < call->n; i += step)
        if (*type == CK_SQL_ANY)
            *type = call->child[i]->type;
    for (uint32_t i = first; i < call->n; i += step)
        if (check_type(c, call, call->child[i], *type) != CK_OK)
            return c->error->status;
    return CK_OK;
}

static ck_status check_case(checker *c, ck_sql_node *call) {
    for (uint32_t i = 0; i + 1 < call->n; i += 2)
        if (check_type(c, call, call->child[i], CK_SQL_BOOL) != CK_OK)
            return c->error->status;
    if (check_same(c, call, 1, 2, &call->type) != CK_OK)
        return c->error->status;
    const ck_sql_node *other = call->child[call->n - 1];
    if (call->type == CK_SQL_ANY)
        call->type = other->type;
    return check_type(c, call, other, call->type);
}

static ck_status check_argument(checker *c, const ck_sql_node *call, const ck_sql_node *argument, char letter) {
    if (letter == 'f' || argument->kind == CK_SQL_LAMBDA) {
        if (letter == 'f' && argument->kind == CK_SQL_LAMBDA)
            return CK_OK;
        return ck_sql_fail(c->error, c->sql, argument->at, letter == 'f' ? "a function such as x -> lower(x) is needed here."
                                                                          : "a function of list items cannot stand here.");
    }
    if (letter == 'x' && (argument->kind != CK_SQL_LITERAL || argument->type != CK_SQL_TEXT))
        return ck_sql_fail(c->error, c->sql, argument->at, "'%s' needs a text in quotes here, not an expression.", name_of(call->fn));
    return check_type(c, call, argument, type_of_letter(letter));
}

static ck_status check_call(checker *c, ck_sql_node *call) {
    const ck_sql_call_info *info = ck_sql_call_of(call->fn);
    if (call->n < info->least || call->n > info->most)
        return ck_sql_fail(c->error, c->sql, call->at, "'%s' takes %s%u argument%s, not %u.", name_of(call->fn),
                           info->least < info->most ? "at least " : "", info->least, info->least == 1 ? "" : "s", call->n);
    if (call->fn == CK_SQL_CASE)
        return check_case(c, call);
    ck_sql_type same = CK_SQL_ANY;
    if (info->arguments[0] == 's') {
        if (check_same(c, call, 0, 1, &same) != CK_OK)
            return c->error->status;
    } else
        for (uint32_t i = 0; i < call->n; i++)
            if (check_argument(c, call, call->child[i], letter_at(info, i)) != CK_OK)
                return c->error->status;
    call->type = info->result == 's' ? same : type_of_letter(info->result);
    return check_special(c, call);
}

static ck_status check(checker *c, ck_sql_node *node) {
    for (uint32_t i = 0; i < node->n; i++)
        if (check(c, node->child[i]) != CK_OK)
            return c->error->status;
    switch (node->kind) {
    case CK_SQL_COLUMN: node->type = c->columns->type[node->column]; return CK_OK;
    case CK_SQL_OPERAND: node->type = CK_SQL_TEXT; return CK_OK;
    case CK_SQL_CALL: return check_call(c, node);
    case CK_SQL_LITERAL:
    case CK_SQL_PARAMETER:
    case CK_SQL_LAMBDA: return CK_OK;
    }
    return CK_OK;
}

ck_status ck_sql_check(ck_error *error, ck_sql *sql, const ck_sql_columns *columns) {
    checker c = {error, sql, columns};
    if (sql->root->kind == CK_SQL_LAMBDA)
        return ck_sql_fail(error, sql, 1, "a function of list items cannot stand here.");
    return check(&c, sql->root);
}
