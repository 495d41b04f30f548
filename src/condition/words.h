/** The words of a condition's text: names, numbers, quoted texts and signs, with where they stand. Local. */
#ifndef CK_CONDITION_WORDS_H
#define CK_CONDITION_WORDS_H
#include "base/text.h"
#include <carrick/status.h>
#include <stdint.h>

typedef enum ck_word_kind {
    CK_WORD_END,
    CK_WORD_NAME,   /**< letters, digits, _ and bytes beyond ASCII; starts with none of the digits */
    CK_WORD_NUMBER, /**< decimal, perhaps with % after it */
    CK_WORD_QUOTED, /**< "text" or 'text'; `span` excludes the quotes, which are doubled inside */
    CK_WORD_SIGN    /**< one of . ( ) , = */
} ck_word_kind;

typedef struct ck_word {
    ck_word_kind kind;
    ck_span span;
    size_t at; /**< characters before it, plus 1 */
    double number;
} ck_word;

typedef struct ck_reader {
    const char *text;
    size_t next;   /**< byte after `word` */
    ck_word word;  /**< the current one */
} ck_reader;

/** Begin to read; the first word is current. @return CK_USAGE for a byte that starts no word, or an open quote */
ck_status ck_reader_start(ck_error *error, ck_reader *reader, const char *text);
ck_status ck_reader_advance(ck_error *error, ck_reader *reader);
/** The word after the current one. */
ck_status ck_reader_peek(ck_error *error, const ck_reader *reader, ck_word *word);
/** Is the current word this sign? */
bool ck_reader_at_sign(const ck_reader *reader, char sign);
/** Is it this name, in any case? */
bool ck_word_is(const ck_word *word, const char *name);
/** A quoted word's text, its doubled quotes made one. Caller frees. */
char *ck_word_unquote(ck_error *error, const ck_word *word);

/** CK_USAGE: "At character 5 of 'text': " and the sentence. */
ck_status ck_reader_fail(ck_error *error, const ck_reader *reader, size_t at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
