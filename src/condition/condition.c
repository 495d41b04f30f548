/* The tree of conditions: copies, ends, equality. */
#include "condition/condition.h"
#include "base/memory.h"
#include "condition/calls.h"
#include <string.h>

bool ck_expr_is_multi(const ck_expr *expr) {
    for (uint32_t i = 0; i < expr->ncalls; i++)
        if (ck_call_is_multi(expr->call[i].fn))
            return true;
    return false;
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool ck_expr_equal(const ck_expr *a, const ck_expr *b) {
    if (a->column != b->column || a->ncalls != b->ncalls || a->empty_is_value != b->empty_is_value)
        return false;
    for (uint32_t i = 0; i < a->ncalls; i++) {
        const ck_call *x = &a->call[i], *y = &b->call[i];
        if (x->fn != y->fn || x->arg[0] != y->arg[0] || x->arg[1] != y->arg[1] || !same_text(x->format, y->format))
            return false;
    }
    return true;
}

ck_expr ck_expr_column(uint32_t column) {
    return (ck_expr){.column = column};
}

void ck_expr_free(ck_expr *expr) {
    for (uint32_t i = 0; i < expr->ncalls; i++)
        ck_free(expr->call[i].format);
    *expr = (ck_expr){0};
}

ck_status ck_expr_copy(ck_error *error, const ck_expr *from, ck_expr *to) {
    *to = *from;
    for (uint32_t i = 0; i < from->ncalls; i++)
        to->call[i].format = NULL;
    for (uint32_t i = 0; i < from->ncalls; i++) {
        const char *format = from->call[i].format;
        if (format && !(to->call[i].format = ck_copy_string(error, format))) {
            ck_expr_free(to);
            return error->status;
        }
    }
    return CK_OK;
}

void ck_condition_free(ck_condition *condition) {
    for (uint32_t i = 0; i < condition->nchildren; i++)
        ck_condition_free(&condition->child[i]);
    ck_free(condition->child);
    ck_free(condition->text);
    ck_expr_free(&condition->b);
    ck_expr_free(&condition->a);
    *condition = (ck_condition){0};
}

static ck_status copy_content(ck_error *error, const ck_condition *from, ck_condition *to) {
    to->op = from->op;
    to->measure = from->measure;
    to->value = from->value;
    if (ck_expr_copy(error, &from->a, &to->a) != CK_OK || ck_expr_copy(error, &from->b, &to->b) != CK_OK)
        return error->status;
    if (from->text && !(to->text = ck_copy_string(error, from->text)))
        return error->status;
    if (from->nchildren == 0)
        return CK_OK;
    if (!(to->child = ck_alloc_zero(error, from->nchildren, sizeof *to->child)))
        return error->status;
    to->nchildren = from->nchildren;
    for (uint32_t i = 0; i < from->nchildren; i++)
        if (copy_content(error, &from->child[i], &to->child[i]) != CK_OK)
            return error->status;
    return CK_OK;
}

ck_status ck_condition_copy(ck_error *error, const ck_condition *from, ck_condition *to) {
    *to = (ck_condition){0};
    ck_status status = copy_content(error, from, to);
    if (status != CK_OK)
        ck_condition_free(to);
    return status;
}

/* ---- tuples ---- */

bool ck_tuple_holds(const ck_tuple *tuple, uint32_t column) {
    for (uint32_t i = 0; i < tuple->n; i++)
        if (tuple->column[i] == column)
            return true;
    return false;
}

bool ck_tuple_insert(ck_tuple *tuple, uint32_t column) {
    uint32_t at = 0;
    while (at < tuple->n && tuple->column[at] < column)
        at++;
    if (at < tuple->n && tuple->column[at] == column)
        return true;
    if (tuple->n == CK_TUPLE_COLUMNS)
        return false;
    memmove(&tuple->column[at + 1], &tuple->column[at], (tuple->n - at) * sizeof *tuple->column);
    tuple->column[at] = column;
    tuple->n++;
    return true;
}

ck_status ck_tuple_list_find(ck_error *error, ck_tuple_list *list, const ck_tuple *wanted, uint32_t *number) {
    uint32_t i = 0;
    while (i < list->n && memcmp(&list->tuple[i], wanted, sizeof *wanted) != 0)
        i++;
    *number = i;
    if (i < list->n)
        return CK_OK;
    if (ck_grow(error, &list->tuple, &list->room, (size_t)i + 1, sizeof *list->tuple) != CK_OK)
        return error->status;
    list->tuple[list->n++] = *wanted;
    return CK_OK;
}

/* ---- names ---- */

uint32_t ck_schema_find(const ck_schema *schema, const char *name) {
    for (uint32_t i = 0; i < schema->ncolumns; i++)
        if (strcmp(schema->name[i], name) == 0)
            return i;
    return UINT32_MAX;
}
