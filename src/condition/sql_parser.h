/** What the parts of the SQL parser share: the steps, and who reads what. A reader returns NULL with an error set. Local. */
#ifndef CK_CONDITION_SQL_PARSER_H
#define CK_CONDITION_SQL_PARSER_H
#include "condition/sql_lex.h"

enum { DEPTH_MAX = 100, LAMBDAS_MAX = 4 };

typedef struct ck_sql_parser {
    ck_error *error;
    ck_sql *sql;
    ck_sql_lexer lexer;
    ck_sql_names names;
    ck_sql_columns *columns;
    uint32_t depth, nlambdas;
    ck_span lambda[LAMBDAS_MAX]; /* names of the parameters in sight */
} ck_sql_parser;

/* ---- who reads what ---- */

ck_sql_node *ck_sql_read_condition(ck_sql_parser *p);                            /**< any expression (sql_parse.c) */
ck_sql_node *ck_sql_read_name(ck_sql_parser *p, const ck_sql_token *token);      /**< a column or parameter; the token is behind (sql_parse_names.c) */
ck_sql_node *ck_sql_read_operand(ck_sql_parser *p, const ck_sql_token *token);   /**< $1 */
ck_sql_node *ck_sql_read_case(ck_sql_parser *p, uint32_t at);                    /**< after CASE (sql_parse_calls.c) */
ck_sql_node *ck_sql_read_cast(ck_sql_parser *p, bool attempt, uint32_t at);      /**< after CAST */
ck_sql_node *ck_sql_read_cast_to(ck_sql_parser *p, uint32_t at, ck_sql_node *value); /**< after value :: */
ck_sql_node *ck_sql_read_extract(ck_sql_parser *p, uint32_t at);                 /**< after EXTRACT */
ck_sql_node *ck_sql_read_call(ck_sql_parser *p, const ck_sql_token *token);      /**< after a function's name */
bool ck_sql_read_arguments(ck_sql_parser *p, ck_sql_node *call, const char *close); /**< after what opens them */

/* ---- nodes ---- */

static inline ck_sql_node *make_call(ck_sql_parser *p, ck_sql_fn fn, uint32_t at, ck_sql_node *a, ck_sql_node *b) {
    ck_sql_node *node = ck_sql_new(p->error, p->sql, CK_SQL_CALL, at);
    if (!node || !a)
        return NULL;
    node->fn = fn;
    if (ck_sql_append(p->error, p->sql, node, a) != CK_OK || (b && ck_sql_append(p->error, p->sql, node, b) != CK_OK))
        return NULL;
    return node;
}

static inline ck_sql_node *make_literal(ck_sql_parser *p, ck_sql_type type, uint32_t at, double number, ck_span text) {
    ck_sql_node *node = ck_sql_new(p->error, p->sql, CK_SQL_LITERAL, at);
    if (node) {
        node->type = type;
        node->number = number;
        node->text = text;
    }
    return node;
}

/* ---- steps ---- */

static inline bool advance(ck_sql_parser *p) {
    return ck_sql_lex_advance(p->error, &p->lexer) == CK_OK;
}

static inline void *fail(ck_sql_parser *p, const char *what) {
    ck_sql_fail(p->error, p->sql, p->lexer.token.at, "%s", what);
    return NULL;
}

/* Take the keyword when it is there. */
static inline bool take_word(ck_sql_parser *p, const char *word) {
    return ck_sql_at_word(&p->lexer, word) && advance(p);
}

static inline bool take_sign(ck_sql_parser *p, const char *sign) {
    return ck_sql_at_sign(&p->lexer, sign) && advance(p);
}

static inline bool need_sign(ck_sql_parser *p, const char *sign) {
    if (p->error->status != CK_OK)
        return false;
    if (take_sign(p, sign))
        return true;
    if (p->error->status == CK_OK)
        ck_sql_fail(p->error, p->sql, p->lexer.token.at, "'%s' is needed here.", sign);
    return false;
}

static inline bool need_word(ck_sql_parser *p, const char *word) {
    if (p->error->status != CK_OK)
        return false;
    if (take_word(p, word))
        return true;
    if (p->error->status == CK_OK)
        ck_sql_fail(p->error, p->sql, p->lexer.token.at, "%s is needed here.", word);
    return false;
}

#endif
