/** The tokens of SQL, with where they stand. Local. */
#ifndef CK_CONDITION_SQL_LEX_H
#define CK_CONDITION_SQL_LEX_H
#include "condition/sql.h"

typedef enum ck_sql_token_kind {
    CK_SQL_END,
    CK_SQL_NAME,    /**< bare: keyword, function or column */
    CK_SQL_QUOTED,  /**< "name" or `name`: never a keyword */
    CK_SQL_STRING,  /**< 'text' */
    CK_SQL_DIGITS,  /**< a number */
    CK_SQL_PLACE,   /**< $1; `number` counts from 1 */
    CK_SQL_SIGN
} ck_sql_token_kind;

typedef struct ck_sql_token {
    ck_sql_token_kind kind;
    ck_span raw;      /**< as it is written */
    ck_span text;     /**< without quotes, escapes undone */
    uint32_t at;      /**< character, from 1 */
    double number;
} ck_sql_token;

typedef struct ck_sql_lexer {
    ck_sql *sql;
    size_t next; /**< byte after `token` */
    ck_sql_token token;
} ck_sql_lexer;

/** Begin with the source of `sql`: its first token is current. */
ck_status ck_sql_lex_start(ck_error *error, ck_sql_lexer *lexer, ck_sql *sql);
ck_status ck_sql_lex_advance(ck_error *error, ck_sql_lexer *lexer);
/** The token after the current one. */
ck_status ck_sql_lex_peek(ck_error *error, const ck_sql_lexer *lexer, ck_sql_token *token);
bool ck_sql_at_sign(const ck_sql_lexer *lexer, const char *sign);
/** Is the current token this keyword, in any case? */
bool ck_sql_at_word(const ck_sql_lexer *lexer, const char *word);
bool ck_sql_token_is_word(const ck_sql_token *token, const char *word);

#endif
