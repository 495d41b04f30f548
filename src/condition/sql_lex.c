#include "condition/sql_lex.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const signs[] = {"<>", "!=", "<=", ">=", "==", "||", "::", "->", "(", ")", "[", "]",
                                     ",",  ".",  ":",  "=",  "<",  ">",  "+",  "-",  "*",  "/", "%"};
enum { SIGNS = sizeof signs / sizeof *signs, SHOWN = 40 /* bytes of a token in a message */ };

static bool starts_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Characters before a byte, plus 1. */
static uint32_t character_at(const char *source, size_t byte) {
    uint32_t at = 1;
    for (size_t i = 0; i < byte; i++)
        at += ((unsigned char)source[i] & 0xC0) != 0x80;
    return at;
}

static size_t byte_of(const char *source, uint32_t at) {
    size_t byte = 0;
    for (uint32_t seen = 0; source[byte]; byte++) {
        seen += ((unsigned char)source[byte] & 0xC0) != 0x80;
        if (seen == at)
            break;
    }
    return byte;
}

/* Bytes of the token that begins here, for messages. */
static size_t token_size(const char *s) {
    size_t n = 0;
    if (starts_name(*s) || is_digit(*s)) {
        while (starts_name(s[n]) || is_digit(s[n]) || (is_digit(*s) && s[n] == '.'))
            n++;
        return n;
    }
    for (size_t i = 0; i < SIGNS; i++)
        if (strncmp(s, signs[i], strlen(signs[i])) == 0)
            return strlen(signs[i]);
    if (*s == '\'' || *s == '"' || *s == '`') {
        for (n = 1; s[n] && s[n] != *s;)
            n++;
        return n + (s[n] != 0);
    }
    return *s != 0;
}

ck_status ck_sql_fail(ck_error *error, const ck_sql *sql, uint32_t at, const char *format, ...) {
    char sentence[512], token[SHOWN + 1];
    const char *s = sql->source + byte_of(sql->source, at);
    size_t n = token_size(s);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    snprintf(token, sizeof token, "%.*s", (int)(n < SHOWN ? n : SHOWN), s);
    if (n == 0)
        return ck_fail(error, CK_USAGE, "at character %u (the end): %s", at, sentence);
    return ck_fail(error, CK_USAGE, "at character %u (%s): %s", at, token, sentence);
}

/* Text in quotes, which are doubled inside; Spark knows the backslash as well. */
static ck_status lex_quoted(ck_error *error, ck_sql_lexer *lexer, const char *s, ck_sql_token *token, size_t *length) {
    char quote = *s;
    bool slashes = lexer->sql->dialect == CK_SQL_SPARK && quote == '\'';
    size_t n = strlen(s), i = 1, kept = 0;
    char *text = ck_pool_take(error, &lexer->sql->pool, n + 1);
    if (!text)
        return error->status;
    for (; i < n; i++) {
        if (s[i] == quote && s[i + 1] != quote)
            break;
        if (s[i] == quote || (slashes && s[i] == '\\' && i + 1 < n))
            i++;
        text[kept++] = s[i];
    }
    if (i >= n)
        return ck_sql_fail(error, lexer->sql, token->at, "this quote is never closed.");
    *length = i + 1;
    token->kind = quote == '\'' ? CK_SQL_STRING : CK_SQL_QUOTED;
    token->text = (ck_span){text, kept};
    if (kept == 0 && token->kind == CK_SQL_QUOTED)
        return ck_sql_fail(error, lexer->sql, token->at, "a name in quotes is empty.");
    return CK_OK;
}

static ck_status lex_number(ck_error *error, ck_sql_lexer *lexer, const char *s, ck_sql_token *token, size_t *length) {
    size_t n = 0;
    while (is_digit(s[n]))
        n++;
    if (s[n] == '.')
        for (n++; is_digit(s[n]);)
            n++;
    if ((s[n] == 'e' || s[n] == 'E') && (is_digit(s[n + 1]) || ((s[n + 1] == '-' || s[n + 1] == '+') && is_digit(s[n + 2]))))
        for (n += 2; is_digit(s[n]);)
            n++;
    if (starts_name(s[n]) || s[n] == '.')
        return ck_sql_fail(error, lexer->sql, token->at, "this is no number.");
    errno = 0;
    token->kind = CK_SQL_DIGITS;
    token->number = strtod(s, NULL);
    *length = n;
    return errno == ERANGE ? ck_sql_fail(error, lexer->sql, token->at, "this number is out of range.") : CK_OK;
}

static ck_status lex_place(ck_error *error, ck_sql_lexer *lexer, const char *s, ck_sql_token *token, size_t *length) {
    token->kind = CK_SQL_PLACE;
    for (*length = 1; is_digit(s[*length]) && *length < 4; ++*length)
        token->number = 10 * token->number + (s[*length] - '0');
    return token->number >= 1 ? CK_OK : ck_sql_fail(error, lexer->sql, token->at, "this sign is not understood.");
}

static ck_status lex(ck_error *error, ck_sql_lexer *lexer, size_t from, ck_sql_token *token, size_t *next) {
    const char *source = lexer->sql->source;
    while (source[from] && strchr(" \t\r\n", source[from]))
        from++;
    const char *s = source + from;
    size_t n = 0;
    ck_status status = CK_OK;
    *token = (ck_sql_token){.at = character_at(source, from)};
    if (starts_name(*s)) {
        for (token->kind = CK_SQL_NAME; starts_name(s[n]) || is_digit(s[n]);)
            n++;
    } else if (is_digit(*s) || (*s == '.' && is_digit(s[1])))
        status = lex_number(error, lexer, s, token, &n);
    else if (*s == '\'' || *s == '"' || *s == '`')
        status = lex_quoted(error, lexer, s, token, &n);
    else if (*s == '$')
        status = lex_place(error, lexer, s, token, &n);
    else if (*s) {
        token->kind = CK_SQL_SIGN;
        for (size_t i = 0; i < SIGNS && n == 0; i++)
            n = strncmp(s, signs[i], strlen(signs[i])) == 0 ? strlen(signs[i]) : 0;
        if (n == 0 || (s[0] == '-' && s[1] == '-'))
            status = ck_sql_fail(error, lexer->sql, token->at, "this sign is not understood.");
    }
    token->raw = (ck_span){s, n};
    if (token->kind == CK_SQL_NAME)
        token->text = token->raw;
    *next = from + n;
    return status;
}

ck_status ck_sql_lex_start(ck_error *error, ck_sql_lexer *lexer, ck_sql *sql) {
    *lexer = (ck_sql_lexer){.sql = sql};
    return ck_sql_lex_advance(error, lexer);
}

ck_status ck_sql_lex_advance(ck_error *error, ck_sql_lexer *lexer) {
    return lex(error, lexer, lexer->next, &lexer->token, &lexer->next);
}

ck_status ck_sql_lex_peek(ck_error *error, const ck_sql_lexer *lexer, ck_sql_token *token) {
    ck_sql_lexer copy = *lexer;
    size_t next;
    return lex(error, &copy, lexer->next, token, &next);
}

bool ck_sql_at_sign(const ck_sql_lexer *lexer, const char *sign) {
    return lexer->token.kind == CK_SQL_SIGN && ck_span_is(lexer->token.raw, sign);
}

bool ck_sql_token_is_word(const ck_sql_token *token, const char *word) {
    return token->kind == CK_SQL_NAME && token->raw.n == strlen(word) && strncasecmp(token->raw.bytes, word, token->raw.n) == 0;
}

bool ck_sql_at_word(const ck_sql_lexer *lexer, const char *word) {
    return ck_sql_token_is_word(&lexer->token, word);
}
