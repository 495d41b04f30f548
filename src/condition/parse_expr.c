/* Column expressions from text: a column and its calls. */
#include "condition/parse.h"
#include "condition/parser.h"
#include "base/memory.h"
#include <stdio.h>
#include <string.h>

enum { NAME_ROOM = 256 };

const char *ck_token_show(const ck_token *word, char *buffer, size_t room) {
    if (word->kind == CK_TOKEN_END)
        snprintf(buffer, room, "the end");
    else
        snprintf(buffer, room, "'%.*s'", (int)word->span.n, word->span.bytes);
    return buffer;
}

ck_status ck_fail_unknown(ck_parser *parser, const ck_token *word, const char *what, const char *const *known,
                          size_t n) {
    char name[NAME_ROOM], lower[NAME_ROOM];
    snprintf(name, sizeof name, "%.*s", (int)word->span.n, word->span.bytes);
    for (size_t i = 0; i < sizeof name; i++)
        lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
    const char *near = ck_text_nearest(name, known, n);
    if (!near)
        near = ck_text_nearest(lower, known, n);
    if (near)
        return ck_token_fail(parser->error, &parser->reader, word->at, "no %s is called '%s'; did you mean '%s'?",
                             what, name, near);
    return ck_token_fail(parser->error, &parser->reader, word->at, "no %s is called '%s'.", what, name);
}

ck_status ck_expect_end(ck_parser *parser) {
    const ck_token *word = &parser->reader.word;
    char shown[NAME_ROOM];
    if (word->kind == CK_TOKEN_END)
        return CK_OK;
    return ck_token_fail(parser->error, &parser->reader, word->at, "%s stands where the text should end.",
                         ck_token_show(word, shown, sizeof shown));
}

ck_status ck_read_whole(ck_parser *parser, const char *what, int32_t least, int32_t most, int32_t *number) {
    const ck_token *word = &parser->reader.word;
    char shown[NAME_ROOM];
    double value = word->number;
    if (word->kind != CK_TOKEN_NUMBER || !(value >= least && value <= most) || value != (double)(int32_t)value)
        return ck_token_fail(parser->error, &parser->reader, word->at,
                             "'%s' needs a whole number from %d to %d, not %s.", what, least, most,
                             ck_token_show(word, shown, sizeof shown));
    *number = (int32_t)value;
    return ck_token_advance(parser->error, &parser->reader);
}

/* ---- kinds ---- */

ck_kind ck_expr_kind(const ck_schema *schema, const ck_expr *expr) {
    if (expr->ncalls == 0)
        return schema->kind[expr->column];
    ck_fn last = expr->call[expr->ncalls - 1].fn;
    return last < CK_FN_COUNT ? ck_call_table[last].makes : CK_KIND_TEXT;
}

ck_status ck_check_kind(ck_parser *parser, const ck_expr *expr, uint32_t kinds, const char *what, const char *reads,
                        size_t at) {
    ck_kind kind = ck_expr_kind(parser->schema, expr);
    if (kinds >> kind & 1)
        return CK_OK;
    ck_fn last = expr->ncalls ? expr->call[expr->ncalls - 1].fn : CK_FN_COUNT;
    if (last < CK_FN_COUNT)
        return ck_token_fail(parser->error, &parser->reader, at, "'%s' reads %s, but '.%s' makes none.", what, reads,
                             ck_call_table[last].word);
    if (expr->ncalls)
        return ck_token_fail(parser->error, &parser->reader, at, "'%s' reads %s, but columns joined by + are text.", what, reads);
    return ck_token_fail(parser->error, &parser->reader, at, "'%s' reads %s, but column '%s' is of kind %s.", what,
                         reads, parser->schema->name[expr->column], ck_kind_name(kind));
}

/* ---- calls ---- */

/* Sets of sets stay small: a call that makes several values may only be done to those of the calls that its row names. */
static bool may_follow(const ck_expr *expr, const ck_call_info *info) {
    for (uint32_t i = 0; i < expr->ncalls && info->several; i++) {
        ck_fn before = expr->call[i].fn;
        if (ck_call_is_multi(before) && !(info->after >> before & 1))
            return false;
    }
    return true;
}

/* Calls that were written: all but the first of a pool. */
static uint32_t count_calls(const ck_expr *expr) {
    return expr->ncalls - (expr->ncalls > 0 && expr->call[0].fn == CK_FN_JOIN);
}

ck_status ck_add_call(ck_parser *parser, ck_expr *expr, ck_fn fn, size_t at) {
    const ck_call_info *info = &ck_call_table[fn];
    ck_kind kind = ck_expr_kind(parser->schema, expr);
    if (ck_check_kind(parser, expr, info->kinds, info->word, info->reads, at) != CK_OK)
        return parser->error->status;
    if (count_calls(expr) == CK_EXPR_CALLS - 1)
        return ck_token_fail(parser->error, &parser->reader, at, "an expression may have at most %d calls.",
                             CK_EXPR_CALLS - 1);
    if (!may_follow(expr, info))
        return ck_token_fail(parser->error, &parser->reader, at,
                             "'.%s' cannot follow '.%s': it would make sets of sets.", info->word,
                             ck_call_table[expr->call[expr->ncalls - 1].fn].word);
    ck_call *call = &expr->call[expr->ncalls++];
    *call = (ck_call){.fn = fn, .arg = {info->partial && kind == CK_KIND_BIRTH_DATE}};
    bool parses = info->takes_format && parser->format && !ck_kind_is_date(kind);
    if (parses && !(call->format = ck_copy_string(parser->error, parser->format)))
        return parser->error->status;
    return CK_OK;
}

static ck_status fail_usage(ck_parser *parser, const ck_call_info *info, size_t at) {
    const char *format = info->takes_format ? ", or " : "";
    return ck_token_fail(parser->error, &parser->reader, at, "'.%s' is written %s%s%s%s.", info->word, info->usage,
                         format, info->takes_format ? info->word : "",
                         info->takes_format ? "(\"%d/%m/%Y\") for dates in text" : "");
}

static ck_status read_format(ck_parser *parser, ck_call *call) {
    char *format = ck_token_unquote(parser->error, &parser->reader.word);
    if (!format)
        return parser->error->status;
    ck_free(call->format);
    call->format = format;
    return ck_token_advance(parser->error, &parser->reader);
}

static ck_status read_numbers(ck_parser *parser, const ck_call_info *info, ck_call *call) {
    for (uint32_t i = 0; i < info->nargs; i++) {
        if (i && !ck_token_at_sign(&parser->reader, ','))
            return fail_usage(parser, info, parser->reader.word.at);
        if (i && ck_token_advance(parser->error, &parser->reader) != CK_OK)
            return parser->error->status;
        if (ck_read_whole(parser, info->usage, 1, info->most, &call->arg[i]) != CK_OK)
            return parser->error->status;
    }
    return CK_OK;
}

/* What stands between the parentheses; the current word is the first of it. */
static ck_status read_arguments(ck_parser *parser, const ck_call_info *info, ck_call *call) {
    bool has_format = info->takes_format && parser->reader.word.kind == CK_TOKEN_QUOTED;
    if ((has_format ? read_format(parser, call) : read_numbers(parser, info, call)) != CK_OK)
        return parser->error->status;
    if (!ck_token_at_sign(&parser->reader, ')'))
        return fail_usage(parser, info, parser->reader.word.at);
    return ck_token_advance(parser->error, &parser->reader);
}

static ck_fn find_call(const ck_token *word) {
    ck_fn fn = 0;
    while (fn < CK_FN_COUNT && !ck_token_is(word, ck_call_table[fn].word))
        fn++;
    return fn;
}

/* The current word is the name after a dot. */
static ck_status read_call(ck_parser *parser, ck_expr *expr) {
    const char *known[CK_FN_COUNT];
    for (int i = 0; i < CK_FN_COUNT; i++)
        known[i] = ck_call_table[i].word;
    ck_token word = parser->reader.word;
    ck_fn fn = find_call(&word);
    if (word.kind != CK_TOKEN_NAME)
        return ck_token_fail(parser->error, &parser->reader, word.at,
                             "a call such as 'initial' must follow the dot.");
    if (fn == CK_FN_COUNT)
        return ck_fail_unknown(parser, &word, "call", known, CK_FN_COUNT);
    bool is_date = ck_kind_is_date(ck_expr_kind(parser->schema, expr));
    if (ck_add_call(parser, expr, fn, word.at) != CK_OK || ck_token_advance(parser->error, &parser->reader) != CK_OK)
        return parser->error->status;
    if (!ck_token_at_sign(&parser->reader, '('))
        return ck_call_table[fn].nargs && !ck_call_table[fn].optional ? fail_usage(parser, &ck_call_table[fn], word.at) : CK_OK;
    if (ck_token_advance(parser->error, &parser->reader) != CK_OK)
        return parser->error->status;
    if (is_date && parser->reader.word.kind == CK_TOKEN_QUOTED)
        return ck_token_fail(parser->error, &parser->reader, parser->reader.word.at,
                             "a format is for dates in text; this is a date already.");
    return read_arguments(parser, &ck_call_table[fn], &expr->call[expr->ncalls - 1]);
}

/* ---- columns ---- */

ck_status ck_default_column(ck_parser *parser, const ck_token *word, ck_expr *expr) {
    char shown[NAME_ROOM];
    ck_token_show(word, shown, sizeof shown);
    if (parser->ndefaults == 0)
        return ck_token_fail(parser->error, &parser->reader, word->at,
                             "%s must name its column, as in 'levenshtein dob 2'.", shown);
    if (parser->ndefaults > 1)
        return ck_token_fail(parser->error, &parser->reader, word->at,
                             "the comparison has several columns, so %s must name one, as in 'jaro_winkler %s 0.9'.",
                             shown, parser->schema->name[parser->defaults[0]]);
    *expr = ck_expr_column(parser->defaults[0]);
    return CK_OK;
}

static ck_status read_name(ck_parser *parser, uint32_t *column) {
    ck_token word = parser->reader.word;
    if (word.kind != CK_TOKEN_NAME && word.kind != CK_TOKEN_QUOTED) {
        char shown[NAME_ROOM];
        return ck_token_fail(parser->error, &parser->reader, word.at, "a column must stand here, not %s.",
                             ck_token_show(&word, shown, sizeof shown));
    }
    char *name = ck_token_unquote(parser->error, &word);
    if (!name)
        return parser->error->status;
    *column = ck_schema_find(parser->schema, name);
    ck_free(name);
    if (*column == UINT32_MAX)
        return ck_fail_unknown(parser, &word, "column", (const char *const *)parser->schema->name,
                               parser->schema->ncolumns);
    return ck_token_advance(parser->error, &parser->reader);
}

/* `forename+surname`: one column more, made of those (ck_tuple); its values are joined before anything else is done. */
static ck_status read_pool(ck_parser *parser, uint32_t first, ck_expr *expr) {
    const ck_schema *schema = parser->schema;
    ck_tuple tuple = {.n = 1, .column = {first}};
    uint32_t column = 0, number = 0;
    size_t at = parser->reader.word.at;
    if (!schema->wanted)
        return ck_token_fail(parser->error, &parser->reader, at, "columns cannot be joined by + here.");
    while (ck_token_at_sign(&parser->reader, '+')) {
        if (ck_token_advance(parser->error, &parser->reader) != CK_OK || read_name(parser, &column) != CK_OK)
            return parser->error->status;
        if (!ck_tuple_insert(&tuple, column))
            return ck_token_fail(parser->error, &parser->reader, at, "at most %d columns may be joined by +.", CK_TUPLE_COLUMNS);
    }
    if (ck_tuple_list_find(parser->error, schema->wanted, &tuple, &number) != CK_OK)
        return parser->error->status;
    *expr = ck_expr_column(schema->ncolumns - schema->ntuples + number);
    expr->call[expr->ncalls++] = (ck_call){.fn = CK_FN_JOIN};
    return CK_OK;
}

static ck_status read_column(ck_parser *parser, ck_expr *expr) {
    ck_token word = parser->reader.word;
    uint32_t column = 0;
    if (ck_token_at_sign(&parser->reader, '.'))
        return ck_default_column(parser, &word, expr);
    if (read_name(parser, &column) != CK_OK)
        return parser->error->status;
    *expr = ck_expr_column(column);
    return ck_token_at_sign(&parser->reader, '+') ? read_pool(parser, column, expr) : CK_OK;
}

ck_status ck_read_expr(ck_parser *parser, ck_expr *expr) {
    *expr = (ck_expr){0};
    ck_status status = read_column(parser, expr);
    while (status == CK_OK && ck_token_at_sign(&parser->reader, '.')) {
        status = ck_token_advance(parser->error, &parser->reader);
        if (status == CK_OK)
            status = read_call(parser, expr);
    }
    return status;
}

/* ---- whole texts ---- */

ck_status ck_parse_expr(ck_error *error, const ck_schema *schema, const char *text, ck_expr *expr) {
    ck_parser parser = {.error = error, .schema = schema};
    *expr = (ck_expr){0};
    ck_status status = ck_token_start(error, &parser.reader, text);
    if (status == CK_OK)
        status = ck_read_expr(&parser, expr);
    if (status == CK_OK)
        status = ck_expect_end(&parser);
    if (status != CK_OK)
        ck_expr_free(expr);
    return status;
}

static ck_status read_key(ck_parser *parser, ck_expr *l, ck_expr *r) {
    if (ck_read_expr(parser, l) != CK_OK)
        return parser->error->status;
    if (!ck_token_at_sign(&parser->reader, '='))
        return ck_expr_copy(parser->error, l, r);
    if (ck_token_advance(parser->error, &parser->reader) != CK_OK)
        return parser->error->status;
    return ck_read_expr(parser, r);
}

ck_status ck_parse_key(ck_error *error, const ck_schema *schema, const char *text, ck_expr *l, ck_expr *r) {
    ck_parser parser = {.error = error, .schema = schema};
    *l = *r = (ck_expr){0};
    ck_status status = ck_token_start(error, &parser.reader, text);
    if (status == CK_OK)
        status = read_key(&parser, l, r);
    if (status == CK_OK)
        status = ck_expect_end(&parser);
    if (status != CK_OK) {
        ck_expr_free(r);
        ck_expr_free(l);
    }
    return status;
}
