/* Calls in SQL: functions with what their names mean in each dialect, CASE, CAST, EXTRACT. */
#include "condition/sql_parser.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- CASE, CAST, EXTRACT ---- */

/* CASE x WHEN v THEN ... is CASE WHEN x = v THEN ... */
ck_sql_node *ck_sql_read_case(ck_sql_parser *p, uint32_t at) {
    ck_sql_node *node = ck_sql_new(p->error, p->sql, CK_SQL_CALL, at), *subject = NULL;
    if (!node)
        return NULL;
    node->fn = CK_SQL_CASE;
    if (!ck_sql_at_word(&p->lexer, "when") && !(subject = ck_sql_read_condition(p)))
        return NULL;
    while (take_word(p, "when")) {
        ck_sql_node *when = ck_sql_read_condition(p);
        if (subject && when)
            when = make_call(p, CK_SQL_EQ, when->at, subject, when);
        if (!when || ck_sql_append(p->error, p->sql, node, when) != CK_OK || !need_word(p, "THEN") ||
            ck_sql_append(p->error, p->sql, node, ck_sql_read_condition(p)) != CK_OK)
            return NULL;
    }
    if (p->error->status == CK_OK && node->n == 0)
        return fail(p, "WHEN is needed here.");
    ck_sql_node *other = take_word(p, "else") ? ck_sql_read_condition(p) : make_literal(p, CK_SQL_ANY, p->lexer.token.at, 0, (ck_span){0});
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
static bool read_cast_type(ck_sql_parser *p, ck_sql_fn *fn) {
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
static ck_sql_node *make_cast(ck_sql_parser *p, ck_sql_fn fn, bool attempt, uint32_t at, ck_sql_node *value) {
    /* In SQLite a float is a double. */
    if (fn == CK_SQL_TO_FLOAT && (p->sql->dialect == CK_SQL_SQLITE))
        fn = CK_SQL_TO_NUMBER;
    ck_sql_node *node = make_call(p, fn, at, value, NULL);
    if (node)
        node->number = attempt || p->sql->dialect == CK_SQL_SPARK;
    return node;
}

ck_sql_node *ck_sql_read_cast(ck_sql_parser *p, bool attempt, uint32_t at) {
    ck_sql_fn fn;
    if (!need_sign(p, "("))
        return NULL;
    ck_sql_node *value = ck_sql_read_condition(p);
    if (!value || !need_word(p, "AS") || !read_cast_type(p, &fn) || !need_sign(p, ")"))
        return NULL;
    return make_cast(p, fn, attempt, at, value);
}

ck_sql_node *ck_sql_read_cast_to(ck_sql_parser *p, uint32_t at, ck_sql_node *value) {
    ck_sql_fn fn;
    return read_cast_type(p, &fn) ? make_cast(p, fn, false, at, value) : NULL;
}

ck_sql_node *ck_sql_read_extract(ck_sql_parser *p, uint32_t at) {
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
    ck_sql_node *value = ck_sql_read_condition(p);
    return value && need_sign(p, ")") ? make_call(p, parts[i].fn, at, value, NULL) : NULL;
}

/* ---- calls ---- */

/* x -> expression, or lambda x: expression; NULL without an error where none of them stands */
static ck_sql_node *read_lambda(ck_sql_parser *p) {
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
    ck_sql_append(p->error, p->sql, node, ck_sql_read_condition(p));
    p->nlambdas--;
    return node;
}

bool ck_sql_read_arguments(ck_sql_parser *p, ck_sql_node *call, const char *close) {
    if (take_sign(p, close))
        return true;
    do {
        ck_sql_node *argument = read_lambda(p);
        if (!argument && p->error->status == CK_OK)
            argument = ck_sql_read_condition(p);
        if (!argument || ck_sql_append(p->error, p->sql, call, argument) != CK_OK)
            return false;
        if (call->fn == CK_SQL_SUBSTRING && call->n == 1 && take_word(p, "from")) { /* substring(x from 'pattern') */
            call->fn = CK_SQL_REGEXP_SUBSTRING;
            ck_sql_append(p->error, p->sql, call, ck_sql_read_condition(p));
        }
    } while (take_sign(p, ","));
    return need_sign(p, close);
}

static ck_sql_node *fail_call(ck_sql_parser *p, const ck_sql_token *token) {
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
static void adapt_replacement(ck_sql_parser *p, const ck_sql_token *token, ck_sql_node *call) {
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
static void adapt_call(ck_sql_parser *p, const ck_sql_token *token, ck_sql_node *call) {
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
static ck_span adapt_format(ck_sql_parser *p, const ck_sql_node *literal) {
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

ck_sql_node *ck_sql_read_call(ck_sql_parser *p, const ck_sql_token *token) {
    const ck_sql_call_info *info = ck_sql_find_call(token->text);
    if (!info)
        return fail_call(p, token);
    ck_sql_node *call = ck_sql_new(p->error, p->sql, CK_SQL_CALL, token->at);
    if (!call || !advance(p))
        return NULL;
    call->fn = info->fn;
    if (!ck_sql_read_arguments(p, call, ")"))
        return NULL;
    adapt_call(p, token, call);
    if (takes_other_format(token) && call->n == 1 && p->sql->dialect != CK_SQL_DUCKDB)
        ck_sql_append(p->error, p->sql, call, make_literal(p, CK_SQL_TEXT, token->at, 0, ck_span_of("%Y-%m-%d")));
    else if (takes_other_format(token) && call->n == 2 && call->child[1]->kind == CK_SQL_LITERAL)
        call->child[1]->text = adapt_format(p, call->child[1]);
    return p->error->status == CK_OK ? call : NULL;
}
