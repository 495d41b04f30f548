/** The tokens of a condition's text: names, numbers, quoted texts and signs, with where they stand. Local. */
#ifndef CK_CONDITION_TOKENS_H
#define CK_CONDITION_TOKENS_H
#include "base/text.h"
#include <carrick/status.h>
#include <stdint.h>

typedef enum ck_token_kind {
    CK_TOKEN_END,
    CK_TOKEN_NAME,   /**< letters, digits, _ and bytes beyond ASCII; starts with none of the digits */
    CK_TOKEN_NUMBER, /**< decimal, perhaps with % after it */
    CK_TOKEN_QUOTED, /**< "text" or 'text'; `span` excludes the quotes, which are doubled inside */
    CK_TOKEN_SIGN    /**< one of . ( ) , = + */
} ck_token_kind;

typedef struct ck_token {
    ck_token_kind kind;
    ck_span span;
    size_t at; /**< characters before it, plus 1 */
    double number;
} ck_token;

typedef struct ck_token_reader {
    const char *text;
    size_t next;   /**< byte after `word` */
    ck_token word; /**< the current one */
} ck_token_reader;

/** Begin to read; the first word is current. @return CK_USAGE for a byte that starts no word, or an open quote */
ck_status ck_token_start(ck_error *error, ck_token_reader *reader, const char *text);
ck_status ck_token_advance(ck_error *error, ck_token_reader *reader);
/** The word after the current one. */
ck_status ck_token_peek(ck_error *error, const ck_token_reader *reader, ck_token *word);
/** Is the current word this sign? */
bool ck_token_at_sign(const ck_token_reader *reader, char sign);
/** Is it this name, in any case? */
bool ck_token_is(const ck_token *word, const char *name);
/** A quoted word's text, its doubled quotes made one. Caller frees. */
char *ck_token_unquote(ck_error *error, const ck_token *word);

/** CK_USAGE: "At character 5 of 'text': " and the sentence. */
ck_status ck_token_fail(ck_error *error, const ck_token_reader *reader, size_t at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
