/* The tree as text, with parentheses wherever they might matter. */
#include "condition/sql.h"
#include "base/memory.h"
#include <stdio.h>
#include <string.h>

typedef struct printer {
    ck_error *error;
    ck_sql_name_leaf *name;
    void *data;
    char *text;
    size_t n, room;
} printer;

static void put(printer *p, const char *bytes, size_t n) {
    if (ck_grow(p->error, &p->text, &p->room, p->n + n + 1, 1) != CK_OK)
        return;
    memcpy(p->text + p->n, bytes, n);
    p->n += n;
    p->text[p->n] = 0;
}

static void put_text(printer *p, const char *text) {
    put(p, text, strlen(text));
}

static void put_quoted(printer *p, ck_span text) {
    put_text(p, "'");
    for (size_t i = 0; i < text.n; i++) {
        put(p, &text.bytes[i], 1);
        if (text.bytes[i] == '\'')
            put_text(p, "'");
    }
    put_text(p, "'");
}

static void put_number(printer *p, const ck_sql_node *node) {
    char number[40];
    snprintf(number, sizeof number, "%.17g", node->number);
    if (node->text.n)
        put(p, node->text.bytes, node->text.n);
    else
        put_text(p, number);
}

static void put_literal(printer *p, const ck_sql_node *node) {
    if (node->type == CK_SQL_TEXT)
        put_quoted(p, node->text);
    else if (node->type == CK_SQL_NUMBER)
        put_number(p, node);
    else
        put_text(p, node->type == CK_SQL_ANY ? "NULL" : node->number != 0 ? "TRUE" : "FALSE");
}

static void put_node(printer *p, const ck_sql_node *node);

static const char *operator_of(ck_sql_fn fn) {
    static const char *const signs[] = {[CK_SQL_AND] = " AND ", [CK_SQL_OR] = " OR ", [CK_SQL_EQ] = " = ", [CK_SQL_NE] = " <> ",
                                        [CK_SQL_LT] = " < ", [CK_SQL_LE] = " <= ", [CK_SQL_GT] = " > ", [CK_SQL_GE] = " >= ",
                                        [CK_SQL_DISTINCT] = " IS DISTINCT FROM ", [CK_SQL_ADD] = " + ", [CK_SQL_SUBTRACT] = " - ",
                                        [CK_SQL_MULTIPLY] = " * ", [CK_SQL_DIVIDE] = " / ", [CK_SQL_MODULO] = " % ",
                                        [CK_SQL_JOIN] = " || "};
    return fn < sizeof signs / sizeof *signs ? signs[fn] : NULL;
}

static bool is_joint(const ck_sql_node *node) {
    return node->kind == CK_SQL_CALL && (operator_of(node->fn) || node->fn == CK_SQL_NOT || node->fn == CK_SQL_IS_NULL);
}

/* An operand of an operator. */
static void put_inner(printer *p, const ck_sql_node *node) {
    bool wrap = is_joint(node) || (node->kind == CK_SQL_LITERAL && node->type == CK_SQL_NUMBER && node->number < 0);
    put_text(p, wrap ? "(" : "");
    put_node(p, node);
    put_text(p, wrap ? ")" : "");
}

static void put_list(printer *p, const ck_sql_node *node, const char *open, const char *close) {
    put_text(p, open);
    for (uint32_t i = 0; i < node->n; i++) {
        put_text(p, i ? ", " : "");
        put_node(p, node->child[i]);
    }
    put_text(p, close);
}

static void put_case(printer *p, const ck_sql_node *node) {
    put_text(p, "CASE");
    for (uint32_t i = 0; i + 1 < node->n; i += 2) {
        put_text(p, " WHEN ");
        put_node(p, node->child[i]);
        put_text(p, " THEN ");
        put_node(p, node->child[i + 1]);
    }
    put_text(p, " ELSE ");
    put_node(p, node->child[node->n - 1]);
    put_text(p, " END");
}

static void put_cast(printer *p, const ck_sql_node *node) {
    static const char *const types[] = {[CK_SQL_TO_TEXT] = "VARCHAR", [CK_SQL_TO_NUMBER] = "DOUBLE", [CK_SQL_TO_FLOAT] = "FLOAT",
                                        [CK_SQL_TO_WHOLE] = "BIGINT", [CK_SQL_TO_TIME] = "TIMESTAMP", [CK_SQL_TO_DATE] = "DATE"};
    put_text(p, node->number != 0 ? "TRY_CAST(" : "CAST(");
    put_node(p, node->child[0]);
    put_text(p, " AS ");
    put_text(p, types[node->fn]);
    put_text(p, ")");
}

static void put_call(printer *p, const ck_sql_node *node) {
    const char *sign = operator_of(node->fn);
    for (uint32_t i = 0; sign && i < node->n; i++) {
        put_text(p, i ? sign : "");
        put_inner(p, node->child[i]);
    }
    if (sign)
        return;
    switch (node->fn) {
    case CK_SQL_NOT:
    case CK_SQL_NEGATE:
        put_text(p, node->fn == CK_SQL_NOT ? "NOT (" : "-(");
        put_node(p, node->child[0]);
        put_text(p, ")");
        return;
    case CK_SQL_IS_NULL:
        put_inner(p, node->child[0]);
        put_text(p, " IS NULL");
        return;
    case CK_SQL_CASE: put_case(p, node); return;
    case CK_SQL_TO_TEXT:
    case CK_SQL_TO_NUMBER:
    case CK_SQL_TO_FLOAT:
    case CK_SQL_TO_WHOLE:
    case CK_SQL_TO_TIME:
    case CK_SQL_TO_DATE: put_cast(p, node); return;
    case CK_SQL_LIST_OF: put_list(p, node, "[", "]"); return;
    default:
        put_text(p, ck_sql_call_of(node->fn)->name);
        put_list(p, node, "(", ")");
    }
}

static void put_node(printer *p, const ck_sql_node *node) {
    char leaf[32];
    const char *named = p->name ? p->name(node, p->data) : NULL;
    if (named) {
        put_text(p, named);
        return;
    }
    switch (node->kind) {
    case CK_SQL_LITERAL: put_literal(p, node); return;
    case CK_SQL_OPERAND:
        snprintf(leaf, sizeof leaf, "$%u", node->column + 1);
        put_text(p, leaf);
        return;
    case CK_SQL_PARAMETER:
    case CK_SQL_LAMBDA:
        snprintf(leaf, sizeof leaf, "x%u", node->column + 1);
        put_text(p, leaf);
        if (node->kind == CK_SQL_LAMBDA) {
            put_text(p, " -> ");
            put_node(p, node->child[0]);
        }
        return;
    case CK_SQL_CALL: put_call(p, node); return;
    case CK_SQL_COLUMN: put(p, node->text.bytes, node->text.n); return;
    }
}

ck_status ck_sql_print(ck_error *error, const ck_sql_node *node, ck_sql_name_leaf *name, void *data, char **text) {
    printer p = {.error = error, .name = name, .data = data};
    put_text(&p, "");
    put_node(&p, node);
    if (error->status != CK_OK) {
        ck_free(p.text);
        p.text = NULL;
    }
    *text = p.text;
    return error->status;
}
