/* Names in SQL: columns of either side, parameters of list functions, operands. */
#include "condition/sql_parser.h"
#include <string.h>
#include <strings.h>

static bool ends_in(ck_span name, const char *suffix) {
    size_t n = strlen(suffix);
    return name.n > n && strncasecmp(name.bytes + name.n - n, suffix, n) == 0;
}

static ck_sql_node *make_column(ck_sql_parser *p, ck_span name, ck_sql_side side, uint32_t at) {
    ck_sql_node *node = ck_sql_new(p->error, p->sql, CK_SQL_COLUMN, at);
    ck_error inner = {0};
    if (!node)
        return NULL;
    node->side = side;
    node->text = name;
    if (ck_sql_columns_find(&inner, p->columns, name, &node->column) == CK_OK)
        return node;
    if (inner.status == CK_USAGE)
        ck_sql_fail(p->error, p->sql, at, "%s", inner.text);
    else
        ck_fail(p->error, inner.status, "%s", inner.text);
    return NULL;
}

/* first_name_l in a level. */
static ck_sql_node *read_suffixed(ck_sql_parser *p, const ck_sql_token *token) {
    ck_span name = token->text;
    bool left = ends_in(name, "_l");
    if (!left && !ends_in(name, "_r")) {
        ck_sql_fail(p->error, p->sql, token->at, "a column of a level ends in _l or _r.");
        return NULL;
    }
    name.n -= 2;
    return make_column(p, name, left ? CK_SQL_L : CK_SQL_R, token->at);
}

/* l.first_name in a rule; `token` is the l, and the dot is current. */
static ck_sql_node *read_prefixed(ck_sql_parser *p, const ck_sql_token *token) {
    bool left = token->text.n == 1 && (token->text.bytes[0] == 'l' || token->text.bytes[0] == 'L');
    bool right = token->text.n == 1 && (token->text.bytes[0] == 'r' || token->text.bytes[0] == 'R');
    if (!left && !right) {
        ck_sql_fail(p->error, p->sql, token->at, "a column of a rule begins with l. or r.");
        return NULL;
    }
    if (!need_sign(p, "."))
        return NULL;
    ck_sql_token name = p->lexer.token;
    if (name.kind != CK_SQL_NAME && name.kind != CK_SQL_QUOTED)
        return fail(p, "a column's name is needed here.");
    return advance(p) ? make_column(p, name.text, left ? CK_SQL_L : CK_SQL_R, name.at) : NULL;
}

static ck_sql_node *read_parameter(ck_sql_parser *p, const ck_sql_token *token) {
    for (uint32_t i = p->nlambdas; i-- > 0;) {
        if (p->lambda[i].n != token->text.n || strncasecmp(p->lambda[i].bytes, token->text.bytes, token->text.n) != 0)
            continue;
        ck_sql_node *node = ck_sql_new(p->error, p->sql, CK_SQL_PARAMETER, token->at);
        if (node)
            node->column = i;
        return node;
    }
    return NULL;
}

ck_sql_node *ck_sql_read_name(ck_sql_parser *p, const ck_sql_token *token) {
    ck_sql_node *parameter = read_parameter(p, token);
    if (parameter || p->error->status != CK_OK)
        return parameter;
    if (p->names == CK_SQL_PREFIXED)
        return read_prefixed(p, token);
    if (p->names == CK_SQL_SUFFIXED)
        return read_suffixed(p, token);
    ck_sql_fail(p->error, p->sql, token->at, "no column can stand here.");
    return NULL;
}

ck_sql_node *ck_sql_read_operand(ck_sql_parser *p, const ck_sql_token *token) {
    ck_sql_node *node = ck_sql_new(p->error, p->sql, CK_SQL_OPERAND, token->at);
    if (p->names != CK_SQL_OPERANDS) {
        ck_sql_fail(p->error, p->sql, token->at, "this sign is not understood.");
        return NULL;
    }
    if (node)
        node->column = (uint32_t)token->number - 1;
    if (node && node->column >= p->sql->noperands)
        p->sql->noperands = node->column + 1;
    return node;
}
