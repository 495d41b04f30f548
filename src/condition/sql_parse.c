/* SQL to its tree, by precedence:
 *
 *      or < and < not < comparison, is, in, between < || < + - < * / % < unary - < :: [ ]
 */
#include "condition/sql_parser.h"
#include "base/memory.h"
#include <string.h>

static ck_sql_node *parse_joined(ck_sql_parser *p);
static ck_sql_node *parse_unary(ck_sql_parser *p);

/* ---- tree ---- */

ck_sql_node *ck_sql_new(ck_error *error, ck_sql *sql, ck_sql_kind kind, uint32_t at) {
    ck_sql_node *node = ck_pool_take(error, &sql->pool, sizeof *node);
    if (node) {
        node->kind = kind;
        node->at = at;
    }
    return node;
}

ck_status ck_sql_append(ck_error *error, ck_sql *sql, ck_sql_node *parent, ck_sql_node *child) {
    if (!parent || !child)
        return error->status;
    if (parent->n == parent->room) {
        uint32_t room = parent->room ? 2 * parent->room : 2;
        ck_sql_node **list = ck_pool_take(error, &sql->pool, room * sizeof(ck_sql_node *));
        if (!list)
            return error->status;
        if (parent->n)
            memcpy(list, parent->child, parent->n * sizeof *list);
        parent->child = list;
        parent->room = room;
    }
    parent->child[parent->n++] = child;
    return CK_OK;
}

/* ---- primaries ---- */

static bool is_reserved(const ck_sql_token *token) {
    static const char *const words[] = {"and", "or", "not", "is", "in", "between", "like", "ilike", "then", "when", "else", "end",
                                        "as", "from", "select", "where", "exists", "over", "union", "having"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (ck_sql_token_is_word(token, words[i]))
            return true;
    return false;
}

static ck_sql_node *read_word(ck_sql_parser *p, const ck_sql_token *token) {
    if (take_word(p, "null"))
        return make_literal(p, CK_SQL_ANY, token->at, 0, (ck_span){0});
    if (take_word(p, "true"))
        return make_literal(p, CK_SQL_BOOL, token->at, 1, (ck_span){0});
    if (take_word(p, "false"))
        return make_literal(p, CK_SQL_BOOL, token->at, 0, (ck_span){0});
    if (take_word(p, "case"))
        return ck_sql_read_case(p, token->at);
    if (is_reserved(token))
        return fail(p, "a value is needed here.");
    if (!advance(p))
        return NULL;
    if (ck_sql_at_sign(&p->lexer, "(")) {
        if (ck_sql_token_is_word(token, "cast") || ck_sql_token_is_word(token, "try_cast"))
            return ck_sql_read_cast(p, token->raw.n > 4, token->at);
        if (ck_sql_token_is_word(token, "extract"))
            return ck_sql_read_extract(p, token->at);
        return ck_sql_read_call(p, token);
    }
    if (ck_sql_at_sign(&p->lexer, "[") && ck_sql_token_is_word(token, "array")) { /* ARRAY[a, b] */
        ck_sql_node *list = ck_sql_new(p->error, p->sql, CK_SQL_CALL, token->at);
        if (!list || !advance(p))
            return NULL;
        list->fn = CK_SQL_LIST_OF;
        return ck_sql_read_arguments(p, list, "]") ? list : NULL;
    }
    return ck_sql_read_name(p, token);
}

static ck_sql_node *read_list(ck_sql_parser *p, uint32_t at) {
    ck_sql_node *list = ck_sql_new(p->error, p->sql, CK_SQL_CALL, at);
    if (!list || !advance(p))
        return NULL;
    list->fn = CK_SQL_LIST_OF;
    return ck_sql_read_arguments(p, list, "]") ? list : NULL;
}

static ck_sql_node *read_primary(ck_sql_parser *p) {
    ck_sql_token token = p->lexer.token;
    switch (token.kind) {
    case CK_SQL_NAME: return read_word(p, &token);
    case CK_SQL_QUOTED: return advance(p) ? ck_sql_read_name(p, &token) : NULL;
    case CK_SQL_STRING: return advance(p) ? make_literal(p, CK_SQL_TEXT, token.at, 0, token.text) : NULL;
    case CK_SQL_DIGITS: return advance(p) ? make_literal(p, CK_SQL_NUMBER, token.at, token.number, token.raw) : NULL;
    case CK_SQL_PLACE: return advance(p) ? ck_sql_read_operand(p, &token) : NULL;
    case CK_SQL_END: return fail(p, "a value is needed here.");
    case CK_SQL_SIGN: break;
    }
    if (ck_sql_at_sign(&p->lexer, "["))
        return read_list(p, token.at);
    if (!take_sign(p, "("))
        return p->error->status == CK_OK ? fail(p, "a value is needed here.") : NULL;
    ck_sql_node *inner = ck_sql_read_condition(p);
    return inner && need_sign(p, ")") ? inner : NULL;
}

static ck_sql_node *parse_postfix(ck_sql_parser *p) {
    ck_sql_node *node = read_primary(p);
    while (node && p->error->status == CK_OK) {
        uint32_t at = p->lexer.token.at;
        if (take_sign(p, "::")) {
            node = ck_sql_read_cast_to(p, at, node);
        } else if (take_sign(p, "[")) {
            node = make_call(p, CK_SQL_ITEM, at, node, ck_sql_read_condition(p));
            if (node && p->sql->dialect == CK_SQL_SPARK) /* counted from 0 */
                node->child[1] = make_call(p, CK_SQL_ADD, at, node->child[1],
                                           make_literal(p, CK_SQL_NUMBER, at, 1, (ck_span){0}));
            if (!need_sign(p, "]"))
                return NULL;
        } else
            break;
    }
    return node;
}

/* A sign's operand. */
static ck_sql_node *parse_signed(ck_sql_parser *p) {
    if (++p->depth > DEPTH_MAX)
        return fail(p, "the condition is nested too deep.");
    ck_sql_node *value = parse_unary(p);
    p->depth--;
    return value;
}

static ck_sql_node *parse_unary(ck_sql_parser *p) {
    uint32_t at = p->lexer.token.at;
    if (take_sign(p, "+"))
        return parse_signed(p);
    if (!take_sign(p, "-"))
        return p->error->status == CK_OK ? parse_postfix(p) : NULL;
    ck_sql_node *value = parse_signed(p);
    if (value && value->kind == CK_SQL_LITERAL && value->type == CK_SQL_NUMBER && value->text.n) {
        value->number = -value->number;
        value->text = (ck_span){0};
        value->at = at;
        return value;
    }
    return make_call(p, CK_SQL_NEGATE, at, value, NULL);
}

typedef struct operator {
    const char *sign;
    ck_sql_fn fn;
} operator;

/* Operators of one rank, from the left. */
static ck_sql_node *parse_rank(ck_sql_parser *p, const operator *operators, size_t n, ck_sql_node *(*next)(ck_sql_parser *)) {
    ck_sql_node *node = next(p);
    while (node && p->error->status == CK_OK) {
        uint32_t at = p->lexer.token.at;
        size_t i = 0;
        while (i < n && !ck_sql_at_sign(&p->lexer, operators[i].sign))
            i++;
        if (i == n)
            return node;
        if (!advance(p))
            return NULL;
        ck_sql_node *right = next(p);
        node = right ? make_call(p, operators[i].fn, at, node, right) : NULL;
    }
    return p->error->status == CK_OK ? node : NULL;
}

static ck_sql_node *parse_product(ck_sql_parser *p) {
    static const operator operators[] = {{"*", CK_SQL_MULTIPLY}, {"/", CK_SQL_DIVIDE}, {"%", CK_SQL_MODULO}};
    return parse_rank(p, operators, 3, parse_unary);
}

static ck_sql_node *parse_sum(ck_sql_parser *p) {
    static const operator operators[] = {{"+", CK_SQL_ADD}, {"-", CK_SQL_SUBTRACT}};
    return parse_rank(p, operators, 2, parse_product);
}

static ck_sql_node *parse_joined(ck_sql_parser *p) {
    static const operator operators[] = {{"||", CK_SQL_JOIN}};
    return parse_rank(p, operators, 1, parse_sum);
}

/* ---- comparisons ---- */

static ck_sql_node *negate(ck_sql_parser *p, bool negated, ck_sql_node *node) {
    return negated && node ? make_call(p, CK_SQL_NOT, node->at, node, NULL) : node;
}

static ck_sql_node *read_is(ck_sql_parser *p, ck_sql_node *left, uint32_t at) {
    bool negated = take_word(p, "not");
    if (take_word(p, "null"))
        return negate(p, negated, make_call(p, CK_SQL_IS_NULL, at, left, NULL));
    if (take_word(p, "distinct")) {
        if (!need_word(p, "FROM"))
            return NULL;
        ck_sql_node *right = parse_joined(p);
        return right ? negate(p, negated, make_call(p, CK_SQL_DISTINCT, at, left, right)) : NULL;
    }
    bool truth = ck_sql_at_word(&p->lexer, "true");
    if (!truth && !ck_sql_at_word(&p->lexer, "false"))
        return p->error->status == CK_OK ? fail(p, "NULL, TRUE, FALSE or DISTINCT FROM is needed after IS.") : NULL;
    ck_sql_node *right = make_literal(p, CK_SQL_BOOL, p->lexer.token.at, truth, (ck_span){0});
    return advance(p) && right ? negate(p, !negated, make_call(p, CK_SQL_DISTINCT, at, left, right)) : NULL;
}

/* x IN (a, b) is x = a OR x = b. */
static ck_sql_node *read_in(ck_sql_parser *p, ck_sql_node *left, uint32_t at) {
    ck_sql_node *any = ck_sql_new(p->error, p->sql, CK_SQL_CALL, at);
    if (!any || !need_sign(p, "("))
        return NULL;
    any->fn = CK_SQL_OR;
    do {
        ck_sql_node *item = parse_joined(p);
        if (item && item->kind != CK_SQL_LITERAL) {
            ck_sql_fail(p->error, p->sql, item->at, "the list of IN may hold texts and numbers only.");
            return NULL;
        }
        if (!item || ck_sql_append(p->error, p->sql, any, make_call(p, CK_SQL_EQ, at, left, item)) != CK_OK)
            return NULL;
    } while (take_sign(p, ","));
    return need_sign(p, ")") ? any : NULL;
}

static ck_sql_node *read_between(ck_sql_parser *p, ck_sql_node *left, uint32_t at) {
    ck_sql_node *least = parse_joined(p);
    if (!least || !need_word(p, "AND"))
        return NULL;
    ck_sql_node *most = parse_joined(p);
    if (!most)
        return NULL;
    ck_sql_node *above = make_call(p, CK_SQL_GE, at, left, least), *below = make_call(p, CK_SQL_LE, at, left, most);
    return above && below ? make_call(p, CK_SQL_AND, at, above, below) : NULL;
}

static ck_sql_node *parse_comparison(ck_sql_parser *p) {
    static const operator operators[] = {{"=", CK_SQL_EQ}, {"==", CK_SQL_EQ}, {"<>", CK_SQL_NE}, {"!=", CK_SQL_NE},
                                         {"<", CK_SQL_LT}, {"<=", CK_SQL_LE}, {">", CK_SQL_GT}, {">=", CK_SQL_GE}};
    ck_sql_node *left = parse_rank(p, operators, sizeof operators / sizeof *operators, parse_joined);
    while (left && p->error->status == CK_OK) {
        uint32_t at = p->lexer.token.at;
        if (take_word(p, "is")) {
            left = read_is(p, left, at);
            continue;
        }
        bool negated = take_word(p, "not");
        if (take_word(p, "in"))
            left = negate(p, negated, read_in(p, left, at));
        else if (take_word(p, "between"))
            left = negate(p, negated, read_between(p, left, at));
        else if (negated && p->error->status == CK_OK)
            return fail(p, "IN or BETWEEN is needed after NOT.");
        else
            break;
    }
    return p->error->status == CK_OK ? left : NULL;
}

/* ---- and, or, not ---- */

static ck_sql_node *parse_not(ck_sql_parser *p) {
    uint32_t at = p->lexer.token.at;
    if (!take_word(p, "not"))
        return p->error->status == CK_OK ? parse_comparison(p) : NULL;
    if (++p->depth > DEPTH_MAX)
        return fail(p, "the condition is nested too deep.");
    ck_sql_node *inner = parse_not(p);
    p->depth--;
    return inner ? make_call(p, CK_SQL_NOT, at, inner, NULL) : NULL;
}

static ck_sql_node *parse_chain(ck_sql_parser *p, const char *word, ck_sql_fn fn, ck_sql_node *(*next)(ck_sql_parser *)) {
    ck_sql_node *first = next(p), *chain = NULL;
    while (first && ck_sql_at_word(&p->lexer, word)) {
        uint32_t at = p->lexer.token.at;
        if (!advance(p) || (!chain && !(chain = make_call(p, fn, at, first, NULL))) ||
            ck_sql_append(p->error, p->sql, chain, next(p)) != CK_OK)
            return NULL;
    }
    if (p->error->status != CK_OK)
        return NULL;
    return chain ? chain : first;
}

static ck_sql_node *parse_and(ck_sql_parser *p) {
    return parse_chain(p, "and", CK_SQL_AND, parse_not);
}

ck_sql_node *ck_sql_read_condition(ck_sql_parser *p) {
    if (++p->depth > DEPTH_MAX)
        return fail(p, "the condition is nested too deep.");
    ck_sql_node *node = parse_chain(p, "or", CK_SQL_OR, parse_and);
    p->depth--;
    return node;
}

ck_status ck_sql_parse(ck_error *error, const char *text, ck_sql_dialect dialect, ck_sql_names names, ck_sql_columns *columns,
                       ck_sql *sql) {
    ck_sql_parser p = {.error = error, .sql = sql, .names = names, .columns = columns};
    sql->dialect = dialect;
    if (!(sql->source = ck_pool_copy(error, &sql->pool, text, strlen(text))) ||
        ck_sql_lex_start(error, &p.lexer, sql) != CK_OK)
        return error->status;
    if (p.lexer.token.kind == CK_SQL_END)
        return ck_fail(error, CK_USAGE, "at character 1 (the end): the text is empty.");
    sql->root = ck_sql_read_condition(&p);
    if (error->status == CK_OK && p.lexer.token.kind != CK_SQL_END)
        return ck_sql_fail(error, sql, p.lexer.token.at, "the condition should end here.");
    return error->status;
}
