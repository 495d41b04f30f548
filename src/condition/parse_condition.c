/* Conditions from the words of a job file.
 *
 *      any   := all { "or" all }                        all := unary { "and" unary }
 *      unary := "not" unary | "(" any ")" | atom        (atoms: parse_atom.c)
 */
#include "condition/parse.h"
#include "condition/parser.h"
#include "base/memory.h"

enum { DEPTH_MAX = 64, NAME_ROOM = 256 };

static ck_status read_any(ck_parser *parser, ck_condition *out);

static ck_status read_not(ck_parser *parser, ck_condition *out);

static ck_status read_parenthesis(ck_parser *parser, ck_condition *out) {
    size_t at = parser->reader.word.at;
    if (ck_token_advance(parser->error, &parser->reader) != CK_OK || read_any(parser, out) != CK_OK)
        return parser->error->status;
    if (!ck_token_at_sign(&parser->reader, ')')) {
        char shown[NAME_ROOM];
        return ck_token_fail(parser->error, &parser->reader, parser->reader.word.at,
                             "'and', 'or' or the ')' of character %zu must stand here, not %s.", at,
                             ck_token_show(&parser->reader.word, shown, sizeof shown));
    }
    return ck_token_advance(parser->error, &parser->reader);
}

static ck_status read_unary(ck_parser *parser, ck_condition *out) {
    if (parser->depth == DEPTH_MAX)
        return ck_token_fail(parser->error, &parser->reader, parser->reader.word.at,
                             "parentheses and nots go deeper than %d.", DEPTH_MAX);
    parser->depth++;
    ck_status status;
    if (ck_token_is(&parser->reader.word, "not"))
        status = read_not(parser, out);
    else if (ck_token_at_sign(&parser->reader, '('))
        status = read_parenthesis(parser, out);
    else
        status = ck_read_atom(parser, out);
    parser->depth--;
    return status;
}

static ck_status read_not(ck_parser *parser, ck_condition *out) {
    out->op = CK_OP_NOT;
    if (ck_token_advance(parser->error, &parser->reader) != CK_OK)
        return parser->error->status;
    if (!(out->child = ck_alloc_zero(parser->error, 1, sizeof *out->child)))
        return parser->error->status;
    out->nchildren = 1;
    return read_unary(parser, &out->child[0]);
}

/* A zeroed child at the end of `parent`'s. */
static ck_condition *add_child(ck_parser *parser, ck_condition *parent, size_t *room) {
    if (ck_grow(parser->error, &parent->child, room, parent->nchildren + 1, sizeof *parent->child) != CK_OK)
        return NULL;
    ck_condition *child = &parent->child[parent->nchildren++];
    *child = (ck_condition){0};
    return child;
}

typedef ck_status read_condition(ck_parser *parser, ck_condition *out);

/* One operand, or several joined by `word` as children of `op`. */
static ck_status read_joined(ck_parser *parser, const char *word, ck_op op, read_condition *read, ck_condition *out) {
    if (read(parser, out) != CK_OK)
        return parser->error->status;
    if (!ck_token_is(&parser->reader.word, word))
        return CK_OK;
    ck_condition first = *out;
    *out = (ck_condition){.op = op};
    size_t room = 0;
    ck_condition *child = add_child(parser, out, &room);
    if (!child) {
        ck_condition_free(&first);
        return parser->error->status;
    }
    *child = first;
    while (ck_token_is(&parser->reader.word, word)) {
        if (ck_token_advance(parser->error, &parser->reader) != CK_OK || !(child = add_child(parser, out, &room)) ||
            read(parser, child) != CK_OK)
            return parser->error->status;
    }
    return CK_OK;
}

static ck_status read_all(ck_parser *parser, ck_condition *out) {
    return read_joined(parser, "and", CK_OP_AND, read_unary, out);
}

static ck_status read_any(ck_parser *parser, ck_condition *out) {
    return read_joined(parser, "or", CK_OP_OR, read_all, out);
}

ck_status ck_parse_condition(ck_error *error, const ck_schema *schema, const char *text, const uint32_t *defaults,
                             uint32_t ndefaults, const char *format, ck_condition *condition) {
    ck_parser parser = {
        .error = error, .schema = schema, .defaults = defaults, .ndefaults = ndefaults, .format = format};
    *condition = (ck_condition){0};
    ck_status status = ck_token_start(error, &parser.reader, text);
    if (status == CK_OK)
        status = read_any(&parser, condition);
    if (status == CK_OK && parser.reader.word.kind == CK_TOKEN_NAME)
        status = ck_fail_unjoined(&parser);
    if (status == CK_OK)
        status = ck_expect_end(&parser);
    if (status != CK_OK)
        ck_condition_free(condition);
    return status;
}
