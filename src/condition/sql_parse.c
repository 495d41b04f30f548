/* SQL to its tree, by precedence:
 *
 *      or < and < not < comparison, is, in, between < || < + - < * / % < unary - < :: [ ]
 */
#include "condition/sql_lex.h"
#include "base/memory.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DEPTH_MAX = 100, LAMBDAS_MAX = 4 };

typedef struct parser {
    ck_error *error;
    ck_sql *sql;
    ck_sql_lexer lexer;
    ck_sql_names names;
    ck_sql_columns *columns;
    uint32_t depth, nlambdas;
    ck_span lambda[LAMBDAS_MAX]; /* names of the parameters in sight */
} parser;

static ck_sql_node *parse_or(parser *p);
static ck_sql_node *parse_joined(parser *p);
static ck_sql_node *parse_unary(parser *p);

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

static ck_sql_node *make_call(parser *p, ck_sql_fn fn, uint32_t at, ck_sql_node *a, ck_sql_node *b) {
    ck_sql_node *node = ck_sql_new(p->error, p->sql, CK_SQL_CALL, at);
    if (!node || !a)
        return NULL;
    node->fn = fn;
    if (ck_sql_append(p->error, p->sql, node, a) != CK_OK || (b && ck_sql_append(p->error, p->sql, node, b) != CK_OK))
        return NULL;
    return node;
}

static ck_sql_node *make_literal(parser *p, ck_sql_type type, uint32_t at, double number, ck_span text) {
    ck_sql_node *node = ck_sql_new(p->error, p->sql, CK_SQL_LITERAL, at);
    if (node) {
        node->type = type;
        node->number = number;
        node->text = text;
    }
    return node;
}

/* ---- steps ---- */

static bool advance(parser *p) {
    return ck_sql_lex_advance(p->error, &p->lexer) == CK_OK;
}

static void *fail(parser *p, const char *what) {
    ck_sql_fail(p->error, p->sql, p->lexer.token.at, "%s", what);
    return NULL;
}

/* Take the keyword when it is there. */
static bool take_word(parser *p, const char *word) {
    return ck_sql_at_word(&p->lexer, word) && advance(p);
}

static bool take_sign(parser *p, const char *sign) {
    return ck_sql_at_sign(&p->lexer, sign) && advance(p);
}

static bool need_sign(parser *p, const char *sign) {
    if (p->error->status != CK_OK)
        return false;
    if (take_sign(p, sign))
        return true;
    if (p->error->status == CK_OK)
        ck_sql_fail(p->error, p->sql, p->lexer.token.at, "'%s' is needed here.", sign);
    return false;
}

static bool need_word(parser *p, const char *word) {
    if (p->error->status != CK_OK)
        return false;
    if (take_word(p, word))
        return true;
    if (p->error->status == CK_OK)
        ck_sql_fail(p->error, p->sql, p->lexer.token.at, "%s is needed here.", word);
    return false;
}

/* ---- columns ---- */

static bool ends_in(ck_span name, const char *suffix) {
    size_t n = strlen(suffix);
    return name.n > n && strncasecmp(name.bytes + name.n - n, suffix, n) == 0;
}

static ck_sql_node *make_column(parser *p, ck_span name, ck_sql_side side, uint32_t at) {
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
static ck_sql_node *read_suffixed(parser *p, const ck_sql_token *token) {
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
static ck_sql_node *read_prefixed(parser *p, const ck_sql_token *token) {
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

static ck_sql_node *read_parameter(parser *p, const ck_sql_token *token) {
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

static bool is_reserved(const ck_sql_token *token) {
    static const char *const words[] = {"and", "or", "not", "is", "in", "between", "like", "ilike", "then", "when", "else", "end",
                                        "as", "from", "select", "where", "exists", "over", "union", "having"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (ck_sql_token_is_word(token, words[i]))
            return true;
    return false;
}

static ck_sql_node *read_name(parser *p, const ck_sql_token *token) {
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

static ck_sql_node *read_operand(parser *p, const ck_sql_token *token) {
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

/* ---- CASE, CAST, EXTRACT ---- */

/* CASE x WHEN v THEN ... is CASE WHEN x = v THEN ... */
static ck_sql_node *read_case(parser *p, uint32_t at) {
    ck_sql_node *node = ck_sql_new(p->error, p->sql, CK_SQL_CALL, at), *subject = NULL;
    if (!node)
        return NULL;
    node->fn = CK_SQL_CASE;
    if (!ck_sql_at_word(&p->lexer, "when") && !(subject = parse_or(p)))
        return NULL;
    while (take_word(p, "when")) {
        ck_sql_node *when = parse_or(p);
        if (subject && when)
            when = make_call(p, CK_SQL_EQ, when->at, subject, when);
        if (!when || ck_sql_append(p->error, p->sql, node, when) != CK_OK || !need_word(p, "THEN") ||
            ck_sql_append(p->error, p->sql, node, parse_or(p)) != CK_OK)
            return NULL;
    }
    if (p->error->status == CK_OK && node->n == 0)
        return fail(p, "WHEN is needed here.");
    ck_sql_node *other = take_word(p, "else") ? parse_or(p) : make_literal(p, CK_SQL_ANY, p->lexer.token.at, 0, (ck_span){0});
    if (p->error->status != CK_OK || ck_sql_append(p->error, p->sql, node, other) != CK_OK || !need_word(p, "END"))
        return NULL;
    return node;
}

static const struct {
    const char *name;
    ck_sql_fn fn;
} cast_types[] = {
    {"varchar", CK_SQL_TO_TEXT}, {"text", CK_SQL_TO_TEXT}, {"string", CK_SQL_TO_TEXT}, {"char", CK_SQL_TO_TEXT},
    {"double", CK_SQL_TO_NUMBER}, {"float8", CK_SQL_TO_NUMBER}, {"numeric", CK_SQL_TO_NUMBER}, {"decimal", CK_SQL_TO_NUMBER},
    {"float", CK_SQL_TO_FLOAT}, {"float4", CK_SQL_TO_FLOAT}, {"real", CK_SQL_TO_FLOAT},
    {"integer", CK_SQL_TO_WHOLE}, {"int", CK_SQL_TO_WHOLE}, {"bigint", CK_SQL_TO_WHOLE}, {"smallint", CK_SQL_TO_WHOLE},
    {"tinyint", CK_SQL_TO_WHOLE}, {"hugeint", CK_SQL_TO_WHOLE}, {"long", CK_SQL_TO_WHOLE},
    {"timestamp", CK_SQL_TO_TIME}, {"datetime", CK_SQL_TO_TIME}, {"date", CK_SQL_TO_DATE}};

/* The type's name, with what may follow it: (10), (10, 2), PRECISION. */
static bool read_cast_type(parser *p, ck_sql_fn *fn) {
    size_t i = 0, n = sizeof cast_types / sizeof *cast_types;
    while (i < n && !ck_sql_at_word(&p->lexer, cast_types[i].name))
        i++;
    if (i == n) {
        fail(p, "this is no type that a value can be cast to; there are VARCHAR, DOUBLE, FLOAT, INTEGER, DATE and TIMESTAMP.");
        return false;
    }
    *fn = cast_types[i].fn;
    if (!advance(p))
        return false;
    if (*fn == CK_SQL_TO_NUMBER)
        take_word(p, "precision");
    if (*fn != CK_SQL_TO_TEXT && ck_sql_at_sign(&p->lexer, "(")) {
        fail(p, "digits of a type would round; cast to DOUBLE.");
        return false;
    }
    if (take_sign(p, "("))
        return p->lexer.token.kind == CK_SQL_DIGITS && advance(p) && need_sign(p, ")");
    return p->error->status == CK_OK;
}

/* `value` cast; SQLite and Spark make NULL of what cannot be. */
static ck_sql_node *make_cast(parser *p, ck_sql_fn fn, bool try, uint32_t at, ck_sql_node *value) {
    /* In SQLite a float is a double. */
    if (fn == CK_SQL_TO_FLOAT && (p->sql->dialect == CK_SQL_SQLITE))
        fn = CK_SQL_TO_NUMBER;
    ck_sql_node *node = make_call(p, fn, at, value, NULL);
    if (node)
        node->number = try || p->sql->dialect == CK_SQL_SPARK;
    return node;
}

static ck_sql_node *read_cast(parser *p, bool try, uint32_t at) {
    ck_sql_fn fn;
    if (!need_sign(p, "("))
        return NULL;
    ck_sql_node *value = parse_or(p);
    if (!value || !need_word(p, "AS") || !read_cast_type(p, &fn) || !need_sign(p, ")"))
        return NULL;
    return make_cast(p, fn, try, at, value);
}

static ck_sql_node *read_extract(parser *p, uint32_t at) {
    static const struct {
        const char *name;
        ck_sql_fn fn;
    } parts[] = {{"epoch", CK_SQL_EPOCH}, {"year", CK_SQL_YEAR}, {"month", CK_SQL_MONTH}, {"day", CK_SQL_DAY}};
    size_t i = 0;
    if (!need_sign(p, "("))
        return NULL;
    while (i < 4 && !ck_sql_at_word(&p->lexer, parts[i].name))
        i++;
    if (i == 4)
        return fail(p, "EXTRACT takes EPOCH, YEAR, MONTH or DAY.");
    if (!advance(p) || !need_word(p, "FROM"))
        return NULL;
    ck_sql_node *value = parse_or(p);
    return value && need_sign(p, ")") ? make_call(p, parts[i].fn, at, value, NULL) : NULL;
}

/* ---- calls ---- */

/* x -> expression, or lambda x: expression; NULL without an error where none of them stands */
static ck_sql_node *read_lambda(parser *p) {
    ck_sql_token name = p->lexer.token, next;
    if (name.kind != CK_SQL_NAME || ck_sql_lex_peek(p->error, &p->lexer, &next) != CK_OK)
        return NULL;
    bool word = ck_sql_token_is_word(&name, "lambda") && next.kind == CK_SQL_NAME;
    if (!word && (next.kind != CK_SQL_SIGN || !ck_span_is(next.raw, "->")))
        return NULL;
    if (word && (!advance(p) || ck_sql_lex_peek(p->error, &p->lexer, &next) != CK_OK))
        return NULL;
    if (word && (next.kind != CK_SQL_SIGN || !ck_span_is(next.raw, ":")))
        return fail(p, "':' is needed after this name.");
    name = p->lexer.token;
    if (p->nlambdas == LAMBDAS_MAX)
        return fail(p, "functions of list items are nested too deep.");
    ck_sql_node *node = ck_sql_new(p->error, p->sql, CK_SQL_LAMBDA, name.at);
    if (!node || !advance(p) || !advance(p))
        return NULL;
    node->column = p->nlambdas;
    p->lambda[p->nlambdas++] = name.text;
    ck_sql_append(p->error, p->sql, node, parse_or(p));
    p->nlambdas--;
    return node;
}

static bool read_arguments(parser *p, ck_sql_node *call, const char *close) {
    if (take_sign(p, close))
        return true;
    do {
        ck_sql_node *argument = read_lambda(p);
        if (!argument && p->error->status == CK_OK)
            argument = parse_or(p);
        if (!argument || ck_sql_append(p->error, p->sql, call, argument) != CK_OK)
            return false;
        if (call->fn == CK_SQL_SUBSTRING && call->n == 1 && take_word(p, "from")) { /* substring(x from 'pattern') */
            call->fn = CK_SQL_REGEXP_SUBSTRING;
            ck_sql_append(p->error, p->sql, call, parse_or(p));
        }
    } while (take_sign(p, ","));
    return need_sign(p, close);
}

static ck_sql_node *fail_call(parser *p, const ck_sql_token *token) {
    const char *known[256];
    char word[64];
    uint32_t n = 0;
    for (uint32_t i = 0; i < ck_sql_calls && n < 256; i++)
        if (ck_sql_call_table[i].name[0] != ' ')
            known[n++] = ck_sql_call_table[i].name;
    snprintf(word, sizeof word, "%.*s", (int)(token->text.n < 60 ? token->text.n : 60), token->text.bytes);
    for (char *c = word; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    const char *near = ck_text_nearest(word, known, n);
    ck_sql_fail(p->error, p->sql, token->at, "this function is not known%s%s%s", near ? "; did you mean '" : ".", near ? near : "",
                near ? "'?" : "");
    return NULL;
}

/* Spark replaces all, and writes $1 for a group. */
static void adapt_replacement(parser *p, const ck_sql_token *token, ck_sql_node *call) {
    ck_sql_append(p->error, p->sql, call, make_literal(p, CK_SQL_TEXT, token->at, 0, ck_span_of("g")));
    if (call->child[2]->kind != CK_SQL_LITERAL)
        return;
    char *text = ck_pool_copy(p->error, &p->sql->pool, call->child[2]->text.bytes, call->child[2]->text.n);
    for (size_t i = 0; text && i + 1 < call->child[2]->text.n; i++)
        if (text[i] == '$' && text[i + 1] >= '0' && text[i + 1] <= '9')
            text[i] = '\\';
    if (text)
        call->child[2]->text.bytes = text;
}

/* What one name means in some dialects only. */
static void adapt_call(parser *p, const ck_sql_token *token, ck_sql_node *call) {
    bool spark = p->sql->dialect == CK_SQL_SPARK;
    if (call->fn == CK_SQL_DATE_DIFF && call->n == 2)
        call->fn = CK_SQL_DAYS_BETWEEN; /* Spark: days from the second to the first */
    if (call->fn == CK_SQL_CONCAT && spark)
        call->fn = CK_SQL_JOIN; /* NULL where a part is */
    if (call->fn == CK_SQL_LIST_LENGTH && call->n == 2 && call->child[1]->kind == CK_SQL_LITERAL && call->child[1]->number == 1)
        call->n = 1; /* PostgreSQL's array_length(x, 1) */
    if (call->fn == CK_SQL_REGEXP_REPLACE && spark && call->n == 3)
        adapt_replacement(p, token, call);
    if (call->fn == CK_SQL_REGEXP_EXTRACT && spark && call->n == 2)
        ck_sql_append(p->error, p->sql, call, make_literal(p, CK_SQL_NUMBER, token->at, 1, (ck_span){0}));
}

/* Letters of Java's and PostgreSQL's date formats to strptime's. */
static ck_span adapt_format(parser *p, const ck_sql_node *literal) {
    static const struct {
        const char *letters, *directive;
    } rows[] = {{"yyyy", "%Y"}, {"YYYY", "%Y"}, {"HH24", "%H"}, {"MM", "%m"}, {"dd", "%d"}, {"DD", "%d"}, {"HH", "%H"},
                {"mm", "%M"}, {"MI", "%M"}, {"ss", "%S"}, {"SS", "%S"}, {"yy", "%y"}, {"YY", "%y"}};
    char *out = ck_pool_take(p->error, &p->sql->pool, literal->text.n + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < literal->text.n;) {
        const char *s = literal->text.bytes + i;
        size_t row = 0, nrows = sizeof rows / sizeof *rows;
        while (row < nrows && strncmp(s, rows[row].letters, strlen(rows[row].letters)) != 0)
            row++;
        if (row < nrows) {
            n += (size_t)snprintf(out + n, 3, "%s", rows[row].directive);
            i += strlen(rows[row].letters);
        } else if (((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z')) && *s != 'T') {
            ck_sql_fail(p->error, p->sql, literal->at, "this date format has letters that are not understood.");
            break;
        } else {
            out[n] = *s;
            n += *s != '\'';
            i++;
        }
    }
    return (ck_span){out, n};
}

static bool takes_other_format(const ck_sql_token *token) {
    static const char *const names[] = {"try_to_timestamp", "to_timestamp", "to_date", "try_cast_date", "try_cast_timestamp"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (ck_sql_token_is_word(token, names[i]))
            return true;
    return false;
}

static ck_sql_node *read_call(parser *p, const ck_sql_token *token) {
    const ck_sql_call_info *info = ck_sql_find_call(token->text);
    if (!info)
        return fail_call(p, token);
    ck_sql_node *call = ck_sql_new(p->error, p->sql, CK_SQL_CALL, token->at);
    if (!call || !advance(p))
        return NULL;
    call->fn = info->fn;
    if (!read_arguments(p, call, ")"))
        return NULL;
    adapt_call(p, token, call);
    if (takes_other_format(token) && call->n == 1 && p->sql->dialect != CK_SQL_DUCKDB)
        ck_sql_append(p->error, p->sql, call, make_literal(p, CK_SQL_TEXT, token->at, 0, ck_span_of("%Y-%m-%d")));
    else if (takes_other_format(token) && call->n == 2 && call->child[1]->kind == CK_SQL_LITERAL)
        call->child[1]->text = adapt_format(p, call->child[1]);
    return p->error->status == CK_OK ? call : NULL;
}

/* ---- primaries ---- */

static ck_sql_node *read_word(parser *p, const ck_sql_token *token) {
    if (take_word(p, "null"))
        return make_literal(p, CK_SQL_ANY, token->at, 0, (ck_span){0});
    if (take_word(p, "true"))
        return make_literal(p, CK_SQL_BOOL, token->at, 1, (ck_span){0});
    if (take_word(p, "false"))
        return make_literal(p, CK_SQL_BOOL, token->at, 0, (ck_span){0});
    if (take_word(p, "case"))
        return read_case(p, token->at);
    if (is_reserved(token))
        return fail(p, "a value is needed here.");
    if (!advance(p))
        return NULL;
    if (ck_sql_at_sign(&p->lexer, "(")) {
        if (ck_sql_token_is_word(token, "cast") || ck_sql_token_is_word(token, "try_cast"))
            return read_cast(p, token->raw.n > 4, token->at);
        if (ck_sql_token_is_word(token, "extract"))
            return read_extract(p, token->at);
        return read_call(p, token);
    }
    if (ck_sql_at_sign(&p->lexer, "[") && ck_sql_token_is_word(token, "array")) { /* ARRAY[a, b] */
        ck_sql_node *list = ck_sql_new(p->error, p->sql, CK_SQL_CALL, token->at);
        if (!list || !advance(p))
            return NULL;
        list->fn = CK_SQL_LIST_OF;
        return read_arguments(p, list, "]") ? list : NULL;
    }
    return read_name(p, token);
}

static ck_sql_node *read_list(parser *p, uint32_t at) {
    ck_sql_node *list = ck_sql_new(p->error, p->sql, CK_SQL_CALL, at);
    if (!list || !advance(p))
        return NULL;
    list->fn = CK_SQL_LIST_OF;
    return read_arguments(p, list, "]") ? list : NULL;
}

static ck_sql_node *read_primary(parser *p) {
    ck_sql_token token = p->lexer.token;
    switch (token.kind) {
    case CK_SQL_NAME: return read_word(p, &token);
    case CK_SQL_QUOTED: return advance(p) ? read_name(p, &token) : NULL;
    case CK_SQL_STRING: return advance(p) ? make_literal(p, CK_SQL_TEXT, token.at, 0, token.text) : NULL;
    case CK_SQL_DIGITS: return advance(p) ? make_literal(p, CK_SQL_NUMBER, token.at, token.number, token.raw) : NULL;
    case CK_SQL_PLACE: return advance(p) ? read_operand(p, &token) : NULL;
    case CK_SQL_END: return fail(p, "a value is needed here.");
    case CK_SQL_SIGN: break;
    }
    if (ck_sql_at_sign(&p->lexer, "["))
        return read_list(p, token.at);
    if (!take_sign(p, "("))
        return p->error->status == CK_OK ? fail(p, "a value is needed here.") : NULL;
    ck_sql_node *inner = parse_or(p);
    return inner && need_sign(p, ")") ? inner : NULL;
}

static ck_sql_node *parse_postfix(parser *p) {
    ck_sql_node *node = read_primary(p);
    while (node && p->error->status == CK_OK) {
        uint32_t at = p->lexer.token.at;
        ck_sql_fn fn;
        if (take_sign(p, "::")) {
            node = read_cast_type(p, &fn) ? make_cast(p, fn, false, at, node) : NULL;
        } else if (take_sign(p, "[")) {
            node = make_call(p, CK_SQL_ITEM, at, node, parse_or(p));
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
static ck_sql_node *parse_signed(parser *p) {
    if (++p->depth > DEPTH_MAX)
        return fail(p, "the condition is nested too deep.");
    ck_sql_node *value = parse_unary(p);
    p->depth--;
    return value;
}

static ck_sql_node *parse_unary(parser *p) {
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
static ck_sql_node *parse_rank(parser *p, const operator *operators, size_t n, ck_sql_node *(*next)(parser *)) {
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

static ck_sql_node *parse_product(parser *p) {
    static const operator operators[] = {{"*", CK_SQL_MULTIPLY}, {"/", CK_SQL_DIVIDE}, {"%", CK_SQL_MODULO}};
    return parse_rank(p, operators, 3, parse_unary);
}

static ck_sql_node *parse_sum(parser *p) {
    static const operator operators[] = {{"+", CK_SQL_ADD}, {"-", CK_SQL_SUBTRACT}};
    return parse_rank(p, operators, 2, parse_product);
}

static ck_sql_node *parse_joined(parser *p) {
    static const operator operators[] = {{"||", CK_SQL_JOIN}};
    return parse_rank(p, operators, 1, parse_sum);
}

/* ---- comparisons ---- */

static ck_sql_node *negate(parser *p, bool negated, ck_sql_node *node) {
    return negated && node ? make_call(p, CK_SQL_NOT, node->at, node, NULL) : node;
}

static ck_sql_node *read_is(parser *p, ck_sql_node *left, uint32_t at) {
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
static ck_sql_node *read_in(parser *p, ck_sql_node *left, uint32_t at) {
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

static ck_sql_node *read_between(parser *p, ck_sql_node *left, uint32_t at) {
    ck_sql_node *least = parse_joined(p);
    if (!least || !need_word(p, "AND"))
        return NULL;
    ck_sql_node *most = parse_joined(p);
    if (!most)
        return NULL;
    ck_sql_node *above = make_call(p, CK_SQL_GE, at, left, least), *below = make_call(p, CK_SQL_LE, at, left, most);
    return above && below ? make_call(p, CK_SQL_AND, at, above, below) : NULL;
}

static ck_sql_node *parse_comparison(parser *p) {
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

static ck_sql_node *parse_not(parser *p) {
    uint32_t at = p->lexer.token.at;
    if (!take_word(p, "not"))
        return p->error->status == CK_OK ? parse_comparison(p) : NULL;
    if (++p->depth > DEPTH_MAX)
        return fail(p, "the condition is nested too deep.");
    ck_sql_node *inner = parse_not(p);
    p->depth--;
    return inner ? make_call(p, CK_SQL_NOT, at, inner, NULL) : NULL;
}

static ck_sql_node *parse_chain(parser *p, const char *word, ck_sql_fn fn, ck_sql_node *(*next)(parser *)) {
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

static ck_sql_node *parse_and(parser *p) {
    return parse_chain(p, "and", CK_SQL_AND, parse_not);
}

static ck_sql_node *parse_or(parser *p) {
    if (++p->depth > DEPTH_MAX)
        return fail(p, "the condition is nested too deep.");
    ck_sql_node *node = parse_chain(p, "or", CK_SQL_OR, parse_and);
    p->depth--;
    return node;
}

ck_status ck_sql_parse(ck_error *error, const char *text, ck_sql_dialect dialect, ck_sql_names names, ck_sql_columns *columns,
                       ck_sql *sql) {
    parser p = {.error = error, .sql = sql, .names = names, .columns = columns};
    sql->dialect = dialect;
    if (!(sql->source = ck_pool_copy(error, &sql->pool, text, strlen(text))) ||
        ck_sql_lex_start(error, &p.lexer, sql) != CK_OK)
        return error->status;
    if (p.lexer.token.kind == CK_SQL_END)
        return ck_fail(error, CK_USAGE, "at character 1 (the end): the text is empty.");
    sql->root = parse_or(&p);
    if (error->status == CK_OK && p.lexer.token.kind != CK_SQL_END)
        return ck_sql_fail(error, sql, p.lexer.token.at, "the condition should end here.");
    return error->status;
}
