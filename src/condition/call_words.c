/* Calls that read the words of a text. */
#include "base/memory.h"
#include "condition/call_values.h"
#include <carrick/clean.h>
#include <string.h>

/* ---- words ---- */

static bool take_word(ck_span *rest, char separator, ck_span *word) {
    while (rest->n && *rest->bytes == separator) {
        rest->bytes++;
        rest->n--;
    }
    const char *end = rest->n ? memchr(rest->bytes, separator, rest->n) : NULL;
    word->bytes = rest->bytes;
    word->n = end ? (size_t)(end - rest->bytes) : rest->n;
    rest->bytes += word->n;
    rest->n -= word->n;
    return word->n > 0;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool take_number(ck_span *rest, ck_span *number) {
    size_t begin = 0, end;
    while (begin < rest->n && !is_digit(rest->bytes[begin]))
        begin++;
    for (end = begin; end < rest->n && is_digit(rest->bytes[end]);)
        end++;
    *number = (ck_span){rest->bytes + begin, end - begin};
    *rest = (ck_span){rest->bytes + end, rest->n - end};
    return number->n > 0;
}

static bool has_digit(ck_span word) {
    ck_span number;
    return take_number(&word, &number);
}

/* Words, or runs of digits, of a value; caller frees. */
static ck_span *list_words(ck_error *error, ck_span value, bool numbers, size_t *n) {
    ck_span *word = ck_alloc(error, value.n / 2 + 2, sizeof *word);
    *n = 0;
    while (word && (numbers ? take_number(&value, &word[*n]) : take_word(&value, ' ', &word[*n])))
        ++*n;
    return word;
}

ck_status ck_add_joined(ck_error *error, const ck_span *piece, size_t n, const char *between, ck_value_list *out) {
    size_t room = 0, width = strlen(between);
    for (size_t i = 0; i < n; i++)
        room += piece[i].n + (i ? width : 0);
    char *text = error->status == CK_OK && n ? ck_value_list_push(error, out, room) : NULL;
    for (size_t i = 0; text && i < n; i++) {
        if (i)
            text = (char *)memcpy(text, between, width) + width;
        text = (char *)memcpy(text, piece[i].bytes, piece[i].n) + piece[i].n;
    }
    return error->status;
}

/* ---- one text of all words ---- */

ck_status ck_call_sorted_words(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    size_t n;
    ck_span *word = list_words(error, value, false, &n);
    ck_sort_spans(word, n);
    ck_add_joined(error, word, n, " ", out);
    ck_free(word);
    return error->status;
}

ck_status ck_call_numbers(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    size_t n;
    ck_span *number = list_words(error, value, true, &n);
    ck_sort_spans(number, n);
    ck_add_joined(error, number, n, " ", out);
    ck_free(number);
    return error->status;
}

ck_status ck_call_street(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    size_t n, kept = 0;
    ck_span *word = list_words(error, value, false, &n);
    for (size_t i = 0; i < n; i++)
        if (!has_digit(word[i]))
            word[kept++] = word[i];
    ck_add_joined(error, word, kept, " ", out);
    ck_free(word);
    return error->status;
}

ck_status ck_call_join(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    ck_span piece[CK_TUPLE_COLUMNS];
    size_t n = 0;
    while (n < CK_TUPLE_COLUMNS && take_word(&value, CK_TUPLE_END, &piece[n]))
        n++;
    return ck_add_joined(error, piece, n, " ", out);
}

/* ---- several values ---- */

ck_status ck_call_words(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    for (ck_span word; take_word(&value, ' ', &word);)
        if (ck_value_list_add(error, out, word) != CK_OK)
            return error->status;
    return CK_OK;
}

ck_status ck_call_split(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    const char *separator = call->format;
    size_t width = strlen(separator);
    for (const char *at; width && (at = memmem(value.bytes, value.n, separator, width)) != NULL;) {
        size_t n = (size_t)(at - value.bytes);
        if (ck_value_list_add(error, out, (ck_span){value.bytes, n}) != CK_OK)
            return error->status;
        value = (ck_span){at + width, value.n - n - width};
    }
    return ck_value_list_add(error, out, value);
}

ck_status ck_call_pairs(ck_error *error, const ck_value_list *words, ck_value_list *out) {
    for (size_t i = 0; i < words->n; i++)
        for (size_t j = i + 1; j < words->n; j++) {
            ck_span a = ck_value_list_get(words, i), b = ck_value_list_get(words, j);
            int order = ck_span_compare(a, b);
            if (order && ck_value_list_add_two(error, out, order < 0 ? a : b, ' ', order < 0 ? b : a) != CK_OK)
                return error->status;
        }
    return CK_OK;
}

ck_status ck_call_bigram_words(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    ck_span word, next;
    if (!take_word(&value, ' ', &word))
        return CK_OK;
    for (; take_word(&value, ' ', &next); word = next)
        if (ck_value_list_add_two(error, out, word, ' ', next) != CK_OK)
            return error->status;
    return CK_OK;
}

static ck_span first_characters(ck_span word, size_t n) {
    return (ck_span){word.bytes, ck_utf8_prefix(word.bytes, word.n, n)};
}

ck_status ck_call_word_initials(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    size_t n;
    ck_span *word = list_words(error, value, false, &n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n && error->status == CK_OK; j++)
            if (ck_span_compare(word[i], word[j]) != 0)
                ck_value_list_add_two(error, out, word[i], ' ', first_characters(word[j], 1));
    ck_free(word);
    return error->status;
}

/* Shorter words, ST and THE, say little beside a number. */
static bool names_street(ck_span word) {
    enum { LEAST = 4 };
    return !has_digit(word) && ck_count_characters(word) >= LEAST;
}

ck_status ck_call_numbered_words(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    for (ck_span rest = value, number; take_number(&rest, &number);)
        for (ck_span words = value, word; take_word(&words, ' ', &word);)
            if (names_street(word) &&
                ck_value_list_add_two(error, out, number, ' ', first_characters(word, (size_t)call->arg[0])) != CK_OK)
                return error->status;
    return CK_OK;
}
