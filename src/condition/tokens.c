/* The tokens of a condition's text. */
#include "condition/tokens.h"
#include "base/memory.h"
#include "condition/calls.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_name_byte(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

ck_status ck_token_fail(ck_error *error, const ck_token_reader *reader, size_t at, const char *format, ...) {
    char sentence[512];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    return ck_fail(error, CK_USAGE, "At character %zu of '%.300s': %s", at, reader->text, sentence);
}

static size_t count_characters(const char *text, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

static size_t end_of_name(const char *text, size_t i) {
    while (is_name_byte(text[i]))
        i++;
    return i;
}

static size_t end_of_number(const char *text, size_t i) {
    i += text[i] == '-' || text[i] == '+';
    while (is_digit(text[i]) || text[i] == '.')
        i++;
    if (text[i] == 'e' || text[i] == 'E') {
        size_t exponent = i + 1 + (text[i + 1] == '-' || text[i + 1] == '+');
        if (is_digit(text[exponent]))
            for (i = exponent; is_digit(text[i]);)
                i++;
    }
    return i + (text[i] == '%');
}

/* Does a number start at i? A dot before a digit starts one, but not after a name ("surname.2"). */
static bool starts_number(const char *text, size_t i) {
    size_t digit = i + (text[i] == '-' || text[i] == '+');
    if (is_digit(text[digit]))
        return true;
    return text[digit] == '.' && is_digit(text[digit + 1]) && (i == 0 || !is_name_byte(text[i - 1]));
}

static ck_status read_number(ck_error *error, const ck_token_reader *reader, ck_token *word) {
    char decimal[80];
    size_t n = word->span.n;
    bool percent = word->span.bytes[n - 1] == '%';
    int length =
        snprintf(decimal, sizeof decimal, "%.*s%s", (int)(n - percent), word->span.bytes, percent ? "e-2" : "");
    if (length >= (int)sizeof decimal || !ck_value_number((ck_span){decimal, (size_t)length}, &word->number))
        return ck_token_fail(error, reader, word->at, "'%.*s' is no number.", (int)n, word->span.bytes);
    return CK_OK;
}

/* The byte after the closing quote, 0 when there is none. */
static size_t end_of_quoted(const char *text, size_t i) {
    char quote = text[i++];
    for (; text[i]; i++)
        if (text[i] == quote && text[++i] != quote)
            return i;
    return 0;
}

static ck_status read_word(ck_error *error, const ck_token_reader *reader, size_t i, ck_token *word, size_t *next) {
    const char *text = reader->text;
    while (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r')
        i++;
    size_t end = i + 1, quote = 0;
    *word = (ck_token){.at = count_characters(text, i) + 1};
    if (!text[i]) {
        end = i;
    } else if (text[i] == '"' || text[i] == '\'') {
        if ((end = end_of_quoted(text, i)) == 0)
            return ck_token_fail(error, reader, word->at, "the quote that opens here is never closed.");
        word->kind = CK_TOKEN_QUOTED;
        quote = 1;
    } else if (starts_number(text, i)) {
        end = end_of_number(text, i);
        word->kind = CK_TOKEN_NUMBER;
    } else if (is_name_byte(text[i])) {
        end = end_of_name(text, i);
        word->kind = CK_TOKEN_NAME;
    } else if (strchr(".(),=+", text[i])) {
        word->kind = CK_TOKEN_SIGN;
    } else {
        return ck_token_fail(error, reader, word->at, "'%c' has no meaning here.", text[i]);
    }
    word->span = (ck_span){text + i + quote, end - i - 2 * quote};
    *next = end;
    return word->kind == CK_TOKEN_NUMBER ? read_number(error, reader, word) : CK_OK;
}

ck_status ck_token_start(ck_error *error, ck_token_reader *reader, const char *text) {
    *reader = (ck_token_reader){.text = text};
    return ck_token_advance(error, reader);
}

ck_status ck_token_advance(ck_error *error, ck_token_reader *reader) {
    return read_word(error, reader, reader->next, &reader->word, &reader->next);
}

ck_status ck_token_peek(ck_error *error, const ck_token_reader *reader, ck_token *word) {
    size_t next;
    return read_word(error, reader, reader->next, word, &next);
}

bool ck_token_at_sign(const ck_token_reader *reader, char sign) {
    return reader->word.kind == CK_TOKEN_SIGN && reader->word.span.bytes[0] == sign;
}

bool ck_token_is(const ck_token *word, const char *name) {
    return word->kind == CK_TOKEN_NAME && word->span.n == strlen(name) &&
           strncasecmp(word->span.bytes, name, word->span.n) == 0;
}

char *ck_token_unquote(ck_error *error, const ck_token *word) {
    char *text = ck_copy_text(error, word->span.bytes, word->span.n);
    if (!text || word->kind != CK_TOKEN_QUOTED)
        return text;
    char quote = word->span.bytes[-1];
    size_t kept = 0;
    for (size_t i = 0; i < word->span.n; i++) {
        text[kept++] = text[i];
        i += text[i] == quote;
    }
    text[kept] = 0;
    return text;
}
