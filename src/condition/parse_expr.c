/* Column expressions from text: a column and its calls. */
#include "condition/parse.h"
#include "condition/parser.h"
#include "base/memory.h"
#include <stdio.h>
#include <string.h>

enum { NAME_ROOM = 256, ARGUMENT_MAX = 1000000 };

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
    return expr->ncalls ? ck_call_table[expr->call[expr->ncalls - 1].fn].makes : schema->kind[expr->column];
}

ck_status ck_check_kind(ck_parser *parser, const ck_expr *expr, uint32_t kinds, const char *what, const char *reads,
                        size_t at) {
    ck_kind kind = ck_expr_kind(parser->schema, expr);
    if (kinds >> kind & 1)
        return CK_OK;
    if (expr->ncalls)
        return ck_token_fail(parser->error, &parser->reader, at, "'%s' reads %s, but '.%s' makes none.", what, reads,
                             ck_call_table[expr->call[expr->ncalls - 1].fn].word);
    return ck_token_fail(parser->error, &parser->reader, at, "'%s' reads %s, but column '%s' is of kind %s.", what,
                         reads, parser->schema->name[expr->column], ck_kind_name(kind));
}

/* ---- calls ---- */

/* Sets of sets stay small: pairs and words are of single values or words, deletions come once. */
static bool may_follow(const ck_expr *expr, ck_fn fn) {
    bool words = false, deletions = false, pairs = false;
    for (uint32_t i = 0; i < expr->ncalls; i++) {
        words |= expr->call[i].fn == CK_FN_WORDS;
        deletions |= expr->call[i].fn == CK_FN_DELETIONS;
        pairs |= expr->call[i].fn == CK_FN_PAIRS;
    }
    switch (fn) {
    case CK_FN_WORDS: return !words && !deletions && !pairs;
    case CK_FN_PAIRS: return !deletions && !pairs;
    case CK_FN_DELETIONS: return !deletions;
    default: return true;
    }
}

ck_status ck_add_call(ck_parser *parser, ck_expr *expr, ck_fn fn, size_t at) {
    const ck_call_info *info = &ck_call_table[fn];
    if (ck_check_kind(parser, expr, info->kinds, info->word, info->reads, at) != CK_OK)
        return parser->error->status;
    if (expr->ncalls == CK_EXPR_CALLS)
        return ck_token_fail(parser->error, &parser->reader, at, "an expression may have at most %d calls.",
                             CK_EXPR_CALLS);
    if (!may_follow(expr, fn))
        return ck_token_fail(parser->error, &parser->reader, at,
                             "'.%s' cannot follow '.%s': it would make sets of sets.", info->word,
                             ck_call_table[expr->call[expr->ncalls - 1].fn].word);
    bool parses = info->takes_format && parser->format && ck_expr_kind(parser->schema, expr) != CK_KIND_DATE;
    ck_call *call = &expr->call[expr->ncalls++];
    *call = (ck_call){.fn = fn};
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
        if (ck_read_whole(parser, info->usage, 1, ARGUMENT_MAX, &call->arg[i]) != CK_OK)
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
    bool is_date = ck_expr_kind(parser->schema, expr) == CK_KIND_DATE;
    if (ck_add_call(parser, expr, fn, word.at) != CK_OK || ck_token_advance(parser->error, &parser->reader) != CK_OK)
        return parser->error->status;
    if (!ck_token_at_sign(&parser->reader, '('))
        return ck_call_table[fn].nargs ? fail_usage(parser, &ck_call_table[fn], word.at) : CK_OK;
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

static ck_status read_column(ck_parser *parser, ck_expr *expr) {
    ck_token word = parser->reader.word;
    if (ck_token_at_sign(&parser->reader, '.'))
        return ck_default_column(parser, &word, expr);
    if (word.kind != CK_TOKEN_NAME && word.kind != CK_TOKEN_QUOTED) {
        char shown[NAME_ROOM];
        return ck_token_fail(parser->error, &parser->reader, word.at, "a column must stand here, not %s.",
                             ck_token_show(&word, shown, sizeof shown));
    }
    char *name = ck_token_unquote(parser->error, &word);
    if (!name)
        return parser->error->status;
    uint32_t column = ck_schema_find(parser->schema, name);
    ck_free(name);
    if (column == UINT32_MAX)
        return ck_fail_unknown(parser, &word, "column", (const char *const *)parser->schema->name,
                               parser->schema->ncolumns);
    *expr = ck_expr_column(column);
    return ck_token_advance(parser->error, &parser->reader);
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
