/* Calls that make one text of the characters of another. */
#include "base/memory.h"
#include "condition/call_values.h"
#include <carrick/clean.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* ---- pieces ---- */

static ck_status add_substring(ck_error *error, ck_span value, int32_t first, int32_t count, ck_value_list *out) {
    size_t begin = ck_utf8_prefix(value.bytes, value.n, (size_t)first - 1);
    size_t n = ck_utf8_prefix(value.bytes + begin, value.n - begin, (size_t)count);
    return ck_value_list_add(error, out, (ck_span){value.bytes + begin, n});
}

ck_status ck_call_prefix(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    return add_substring(error, value, 1, call->arg[0], out);
}

ck_status ck_call_substr(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    return add_substring(error, value, call->arg[0], call->arg[1], out);
}

ck_status ck_call_initial(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    return add_substring(error, value, 1, 1, out);
}

size_t ck_count_characters(ck_span value) {
    size_t n = 0;
    for (size_t i = 0; i < value.n; n++)
        i += ck_utf8_prefix(value.bytes + i, value.n - i, 1);
    return n;
}

static ck_span skip_characters(ck_span value, size_t n) {
    size_t begin = ck_utf8_prefix(value.bytes, value.n, n);
    return (ck_span){value.bytes + begin, value.n - begin};
}

ck_status ck_call_last(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    size_t n = ck_count_characters(value), last = (size_t)call->arg[0];
    return ck_value_list_add(error, out, skip_characters(value, n > last ? n - last : 0));
}

ck_status ck_call_half(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    size_t n = ck_count_characters(value);
    if (n < 4)
        return CK_OK;
    if (call->arg[0] == 1)
        return ck_value_list_add(error, out, (ck_span){value.bytes, ck_utf8_prefix(value.bytes, value.n, (n + 1) / 2)});
    return ck_value_list_add(error, out, skip_characters(value, n / 2));
}

/* ---- upper and lower case ---- */

/* Each code point by itself, as DuckDB: no special casing, so the German sharp s becomes the capital one. Bytes that
   are not UTF-8 stay as they are. */
size_t ck_value_cased(ck_span value, bool upper, char *room) {
    const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)value.bytes;
    size_t kept = 0;
    for (size_t i = 0; i < value.n;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t width = utf8proc_iterate(s + i, (utf8proc_ssize_t)(value.n - i), &point);
        if (width <= 0) {
            room[kept++] = value.bytes[i++];
            continue;
        }
        point = upper ? utf8proc_toupper(point) : utf8proc_tolower(point);
        kept += (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)room + kept);
        i += (size_t)width;
    }
    return kept;
}

static ck_status add_cased(ck_error *error, ck_span value, bool upper, ck_value_list *out) {
    char *room = ck_value_list_push(error, out, 4 * value.n);
    if (!room)
        return error->status;
    ck_value_list_cut(out, 4 * value.n - ck_value_cased(value, upper, room));
    return CK_OK;
}

ck_status ck_call_lower(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    return add_cased(error, value, false, out);
}

ck_status ck_call_upper(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    return add_cased(error, value, true, out);
}

/* ---- characters left out ---- */

/* The value without the characters that `keep` refuses; `data` is its memory from one character to the next. */
static ck_status add_filtered(ck_error *error, ck_span value, bool (*keep)(ck_span, void *), void *data, ck_value_list *out) {
    char *room = ck_value_list_push(error, out, value.n);
    size_t kept = 0;
    if (!room)
        return error->status;
    for (size_t i = 0, width; i < value.n; i += width) {
        width = ck_utf8_prefix(value.bytes + i, value.n - i, 1);
        if (!keep((ck_span){value.bytes + i, width}, data))
            continue;
        memcpy(room + kept, value.bytes + i, width);
        kept += width;
    }
    ck_value_list_cut(out, value.n - kept);
    return CK_OK;
}

static char upper_of(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_letter(ck_span character) {
    if (character.n == 1) {
        char upper = upper_of(character.bytes[0]);
        return upper >= 'A' && upper <= 'Z';
    }
    utf8proc_int32_t point;
    if (utf8proc_iterate((const utf8proc_uint8_t *)character.bytes, (utf8proc_ssize_t)character.n, &point) < 0)
        return false;
    utf8proc_category_t category = utf8proc_category(point);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

static bool keep_no_space(ck_span character, void *data) {
    (void)data;
    return *character.bytes != ' ';
}

static bool keep_letter(ck_span character, void *data) {
    (void)data;
    return is_letter(character);
}

ck_status ck_call_squeezed(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    return add_filtered(error, value, keep_no_space, NULL, out);
}

ck_status ck_call_letters(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    return add_filtered(error, value, keep_letter, NULL, out);
}

typedef struct skeleton {
    ck_span last;    /* letter kept */
    bool first;      /* it is the first, which stands for itself */
    bool separated;  /* by a letter that was left out */
} skeleton;

static bool equal_letters(ck_span a, ck_span b) {
    return a.n == b.n && (a.n == 1 ? upper_of(*a.bytes) == upper_of(*b.bytes) : memcmp(a.bytes, b.bytes, a.n) == 0);
}

/* LLOYD and LOYD are LD, BOB is BB, BANANA is BN: letters repeat also across vowels, but the first only next to itself. */
static bool keep_consonant(ck_span character, void *data) {
    skeleton *so_far = data;
    if (!is_letter(character))
        return false;
    if (!so_far->last.bytes) {
        *so_far = (skeleton){.last = character, .first = true};
        return true;
    }
    if (character.n == 1 && strchr("AEIOUYHW", upper_of(*character.bytes))) {
        so_far->separated = true;
        return false;
    }
    if (equal_letters(character, so_far->last) && !(so_far->first && so_far->separated))
        return false;
    *so_far = (skeleton){.last = character};
    return true;
}

ck_status ck_call_skeleton(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    return add_filtered(error, value, keep_consonant, &(skeleton){0}, out);
}

/* ---- other orders and codes ---- */

static int compare_spans(const void *a, const void *b) {
    return ck_span_compare(*(const ck_span *)a, *(const ck_span *)b);
}

void ck_sort_spans(ck_span *span, size_t n) {
    if (n > 1)
        qsort(span, n, sizeof *span, compare_spans);
}

/* UTF-8 has the order of code points. */
ck_status ck_call_sorted(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    size_t n = 0;
    ck_span *character = ck_alloc(error, value.n, sizeof *character);
    for (size_t i = 0, width; character && i < value.n; i += width) {
        width = ck_utf8_prefix(value.bytes + i, value.n - i, 1);
        if (value.bytes[i] != ' ')
            character[n++] = (ck_span){value.bytes + i, width};
    }
    ck_sort_spans(character, n);
    ck_add_joined(error, character, n, "", out);
    ck_free(character);
    return error->status;
}

ck_status ck_call_soundex(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    char code[4];
    return ck_soundex(value.bytes, value.n, code) ? ck_value_list_add(error, out, (ck_span){code, sizeof code}) : CK_OK;
}
