/* The calls of column expressions, applied to one value. */
#include "condition/calls.h"
#include "base/memory.h"
#include "condition/sql_eval.h"
#include <carrick/clean.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    ANY = (1u << CK_KIND_COUNT) - 1,
    DATES = CK_KINDS_FREE | 1u << CK_KIND_DATE,
    POSTCODES = CK_KINDS_FREE | 1u << CK_KIND_POSTCODE,
    EMAILS = CK_KINDS_FREE | 1u << CK_KIND_EMAIL,
    LETTERS = CK_KINDS_FREE | 1u << CK_KIND_NAME
};

const ck_call_info ck_call_table[CK_FN_COUNT] = {
    [CK_FN_PREFIX] = {"prefix", "prefix(n)", 1, false, NULL, ANY, CK_KIND_TEXT},
    [CK_FN_SUBSTR] = {"substr", "substr(i, n)", 2, false, NULL, ANY, CK_KIND_TEXT},
    [CK_FN_INITIAL] = {"initial", "initial", 0, false, NULL, ANY, CK_KIND_TEXT},
    [CK_FN_LOWER] = {"lower", "lower", 0, false, NULL, ANY, CK_KIND_TEXT},
    [CK_FN_UPPER] = {"upper", "upper", 0, false, NULL, ANY, CK_KIND_TEXT},
    [CK_FN_SOUNDEX] = {"soundex", "soundex", 0, false, "a name", LETTERS, CK_KIND_TEXT},
    [CK_FN_YEAR] = {"year", "year", 0, true, "a date", DATES, CK_KIND_INTEGER},
    [CK_FN_MONTH] = {"month", "month", 0, true, "a date", DATES, CK_KIND_INTEGER},
    [CK_FN_DAY] = {"day", "day", 0, true, "a date", DATES, CK_KIND_INTEGER},
    [CK_FN_DATE] = {"date", "date", 0, true, "a date", DATES, CK_KIND_DATE},
    [CK_FN_SECTOR] = {"sector", "sector", 0, false, "a postcode", POSTCODES, CK_KIND_TEXT},
    [CK_FN_DISTRICT] = {"district", "district", 0, false, "a postcode", POSTCODES, CK_KIND_TEXT},
    [CK_FN_AREA] = {"area", "area", 0, false, "a postcode", POSTCODES, CK_KIND_TEXT},
    [CK_FN_USER] = {"user", "user", 0, false, "an e-mail address", EMAILS, CK_KIND_TEXT},
    [CK_FN_WORDS] = {"words", "words", 0, false, NULL, ANY, CK_KIND_TEXT},
    [CK_FN_DELETIONS] = {"deletions", "deletions", 0, false, NULL, ANY, CK_KIND_TEXT},
    [CK_FN_PAIRS] = {"pairs", "pairs", 0, false, NULL, ANY, CK_KIND_TEXT},
};

/* ---- lists of values ---- */

static ck_span list_get(const ck_value_list *list, size_t i) {
    size_t begin = i ? list->end[i - 1] : 0;
    return (ck_span){list->bytes + begin, list->end[i] - begin};
}

/* A new value of n bytes at the end of the list, to be filled by the caller; NULL when memory fails. */
static char *list_push(ck_error *error, ck_value_list *list, size_t n) {
    size_t begin = list->n ? list->end[list->n - 1] : 0;
    if (ck_grow(error, &list->end, &list->end_room, list->n + 1, sizeof *list->end) != CK_OK ||
        ck_grow(error, &list->bytes, &list->bytes_room, begin + n + 1, 1) != CK_OK)
        return NULL;
    list->end[list->n++] = begin + n;
    return list->bytes + begin;
}

static ck_status list_add(ck_error *error, ck_value_list *list, const char *bytes, size_t n) {
    char *value = list_push(error, list, n);
    if (!value)
        return error->status;
    if (n)
        memcpy(value, bytes, n);
    return CK_OK;
}

static void list_free(ck_value_list *list) {
    ck_free(list->end);
    ck_free(list->bytes);
    *list = (ck_value_list){0};
}

/* ---- one value to one value ---- */

static ck_status add_substring(ck_error *error, ck_span value, int32_t first, int32_t count, ck_value_list *out) {
    size_t begin = ck_utf8_prefix(value.bytes, value.n, (size_t)first - 1);
    size_t n = ck_utf8_prefix(value.bytes + begin, value.n - begin, (size_t)count);
    return list_add(error, out, value.bytes + begin, n);
}

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
    char *room = list_push(error, out, 4 * value.n);
    if (!room)
        return error->status;
    out->end[out->n - 1] -= 4 * value.n - ck_value_cased(value, upper, room);
    return CK_OK;
}

static ck_status add_soundex(ck_error *error, ck_span value, ck_value_list *out) {
    char code[4];
    return ck_soundex(value.bytes, value.n, code) ? list_add(error, out, code, sizeof code) : CK_OK;
}

bool ck_value_days(const char *format, ck_span text, int64_t *days) {
    return ck_date_parse(format ? format : "%Y-%m-%d", text.bytes, text.n, days);
}

static ck_status add_date_part(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    int64_t days;
    int year, month, day;
    char text[48];
    if (!ck_value_days(call->format, value, &days))
        return CK_OK;
    ck_date_split(days, &year, &month, &day);
    if (call->fn == CK_FN_DATE)
        snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    else
        snprintf(text, sizeof text, "%d", call->fn == CK_FN_YEAR ? year : call->fn == CK_FN_MONTH ? month : day);
    return list_add(error, out, text, strlen(text));
}

static ck_status add_postcode_part(ck_error *error, ck_fn fn, ck_span value, ck_value_list *out) {
    size_t area, district, sector;
    if (!ck_postcode_parts(value.bytes, value.n, &area, &district, &sector))
        return CK_OK;
    return list_add(error, out, value.bytes, fn == CK_FN_AREA ? area : fn == CK_FN_DISTRICT ? district : sector);
}

static ck_status add_user(ck_error *error, ck_span value, ck_value_list *out) {
    const char *at = memchr(value.bytes, '@', value.n);
    return list_add(error, out, value.bytes, at ? (size_t)(at - value.bytes) : value.n);
}

/* ---- one value to several ---- */

static ck_status add_words(ck_error *error, ck_span value, ck_value_list *out) {
    size_t begin = 0;
    for (size_t i = 0; i <= value.n; i++) {
        if (i < value.n && value.bytes[i] != ' ')
            continue;
        if (i > begin && list_add(error, out, value.bytes + begin, i - begin) != CK_OK)
            return error->status;
        begin = i + 1;
    }
    return CK_OK;
}

static ck_status add_deletions(ck_error *error, ck_span value, ck_value_list *out) {
    if (list_add(error, out, value.bytes, value.n) != CK_OK)
        return error->status;
    for (size_t i = 0, width; i < value.n; i += width) {
        width = ck_utf8_prefix(value.bytes + i, value.n - i, 1);
        char *rest = list_push(error, out, value.n - width);
        if (!rest)
            return error->status;
        memcpy(rest, value.bytes, i);
        memcpy(rest + i, value.bytes + i + width, value.n - i - width);
    }
    return CK_OK;
}

static ck_status add_pair(ck_error *error, ck_span a, ck_span b, ck_value_list *out) {
    int order = ck_span_compare(a, b);
    if (order == 0)
        return CK_OK;
    ck_span first = order < 0 ? a : b, second = order < 0 ? b : a;
    char *pair = list_push(error, out, a.n + 1 + b.n);
    if (!pair)
        return error->status;
    memcpy(pair, first.bytes, first.n);
    pair[first.n] = ' ';
    memcpy(pair + first.n + 1, second.bytes, second.n);
    return CK_OK;
}

static ck_status add_pairs(ck_error *error, const ck_value_list *words, ck_value_list *out) {
    for (size_t i = 0; i < words->n; i++)
        for (size_t j = i + 1; j < words->n; j++)
            if (add_pair(error, list_get(words, i), list_get(words, j), out) != CK_OK)
                return error->status;
    return CK_OK;
}

static ck_status add_split(ck_error *error, ck_span value, const char *separator, ck_value_list *out) {
    size_t width = strlen(separator);
    for (const char *at; width && (at = memmem(value.bytes, value.n, separator, width)) != NULL;) {
        size_t n = (size_t)(at - value.bytes);
        if (list_add(error, out, value.bytes, n) != CK_OK)
            return error->status;
        value = (ck_span){at + width, value.n - n - width};
    }
    return list_add(error, out, value.bytes, value.n);
}

/* ---- SQL ---- */

/* The texts of an expression's calls, parsed once for all values. */
struct ck_sql_values {
    const char *text[CK_EXPR_CALLS];
    ck_sql sql[CK_EXPR_CALLS];
    ck_sql_context context;
};

static void free_sql(struct ck_sql_values *values) {
    for (uint32_t i = 0; values && i < CK_EXPR_CALLS; i++)
        ck_sql_free(&values->sql[i]);
    if (values)
        ck_sql_context_free(&values->context);
    ck_free(values);
}

static ck_status prepare_sql(ck_error *error, ck_value_set *values, uint32_t step, const char *text) {
    if (!values->sql && !(values->sql = ck_alloc_zero(error, 1, sizeof *values->sql)))
        return error->status;
    if (values->sql->text[step] == text)
        return CK_OK;
    ck_sql_free(&values->sql->sql[step]);
    values->sql->text[step] = text;
    if (ck_sql_parse(error, text, CK_SQL_DUCKDB, CK_SQL_OPERANDS, NULL, &values->sql->sql[step]) == CK_OK)
        ck_sql_check(error, &values->sql->sql[step], NULL);
    return error->status;
}

static ck_status add_sql(ck_error *error, const ck_call *call, uint32_t step, ck_span value, ck_value_set *values) {
    ck_sql_value operand = ck_sql_text_value(value), made;
    ck_span text;
    if (prepare_sql(error, values, step, call->format) != CK_OK)
        return error->status;
    ck_sql_context *context = &values->sql->context;
    context->operand = &operand;
    if (ck_sql_evaluate(context, &values->sql->sql[step], &made) != CK_OK ||
        ck_sql_value_text(context, &made, &text) != CK_OK)
        return ck_fail(error, context->error.status, "%s", context->error.text);
    return made.type == CK_SQL_ANY ? CK_OK : list_add(error, &values->list, text.bytes, text.n);
}

/* ---- chains ---- */

static ck_status apply_call(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    switch (call->fn) {
    case CK_FN_PREFIX: return add_substring(error, value, 1, call->arg[0], out);
    case CK_FN_SUBSTR: return add_substring(error, value, call->arg[0], call->arg[1], out);
    case CK_FN_INITIAL: return add_substring(error, value, 1, 1, out);
    case CK_FN_LOWER: return add_cased(error, value, false, out);
    case CK_FN_UPPER: return add_cased(error, value, true, out);
    case CK_FN_SOUNDEX: return add_soundex(error, value, out);
    case CK_FN_YEAR:
    case CK_FN_MONTH:
    case CK_FN_DAY:
    case CK_FN_DATE: return add_date_part(error, call, value, out);
    case CK_FN_SECTOR:
    case CK_FN_DISTRICT:
    case CK_FN_AREA: return add_postcode_part(error, call->fn, value, out);
    case CK_FN_USER: return add_user(error, value, out);
    case CK_FN_WORDS: return add_words(error, value, out);
    case CK_FN_DELETIONS: return add_deletions(error, value, out);
    case CK_FN_SPLIT: return add_split(error, value, call->format, out);
    case CK_FN_SQL:
    case CK_FN_PAIRS:
    case CK_FN_COUNT: break;
    }
    return ck_fail(error, CK_INTERNAL, "A column expression holds an unknown call (%d).", (int)call->fn);
}

static void drop_empty(ck_value_list *list) {
    size_t kept = 0, begin = 0;
    for (size_t i = 0; i < list->n; i++) {
        if (list->end[i] > begin)
            list->end[kept++] = list->end[i];
        begin = list->end[i];
    }
    list->n = kept;
}

/* Pairs are of the words of a single value, or of the values of a set. */
static ck_status apply_pairs(ck_error *error, bool is_set, ck_value_set *values) {
    if (is_set)
        return add_pairs(error, &values->spare, &values->list);
    values->words.n = 0;
    for (size_t i = 0; i < values->spare.n; i++)
        if (add_words(error, list_get(&values->spare, i), &values->words) != CK_OK)
            return error->status;
    return add_pairs(error, &values->words, &values->list);
}

static ck_status apply_step(ck_error *error, const ck_expr *expr, uint32_t step, ck_value_set *values) {
    ck_value_list before = values->list;
    values->list = values->spare;
    values->spare = before;
    values->list.n = 0;
    const ck_call *call = &expr->call[step];
    if (call->fn == CK_FN_PAIRS) {
        ck_expr so_far = *expr;
        so_far.ncalls = step;
        return apply_pairs(error, ck_expr_is_multi(&so_far), values);
    }
    for (size_t i = 0; i < values->spare.n; i++) {
        ck_span value = list_get(&values->spare, i);
        if ((call->fn == CK_FN_SQL ? add_sql(error, call, step, value, values)
                                   : apply_call(error, call, value, &values->list)) != CK_OK)
            return error->status;
    }
    return CK_OK;
}

ck_status ck_value_set_derive(ck_error *error, const ck_expr *expr, ck_span base, ck_value_set *values) {
    values->list.n = 0;
    ck_status status = list_add(error, &values->list, base.bytes, base.n);
    for (uint32_t step = 0; step < expr->ncalls && status == CK_OK; step++) {
        status = apply_step(error, expr, step, values);
        if (!expr->empty_is_value)
            drop_empty(&values->list);
    }
    return status;
}

ck_span ck_value_set_get(const ck_value_set *values, size_t i) {
    return list_get(&values->list, i);
}

void ck_value_set_free(ck_value_set *values) {
    free_sql(values->sql);
    values->sql = NULL;
    list_free(&values->words);
    list_free(&values->spare);
    list_free(&values->list);
}

/* ---- numbers ---- */

static size_t skip_digits(ck_span text, size_t i) {
    while (i < text.n && text.bytes[i] >= '0' && text.bytes[i] <= '9')
        i++;
    return i;
}

static bool is_decimal(ck_span text) {
    size_t i = text.n && (text.bytes[0] == '-' || text.bytes[0] == '+');
    size_t whole = skip_digits(text, i), digits = whole - i;
    i = whole;
    if (i < text.n && text.bytes[i] == '.') {
        size_t end = skip_digits(text, i + 1);
        digits += end - i - 1;
        i = end;
    }
    if (digits && i < text.n && (text.bytes[i] == 'e' || text.bytes[i] == 'E')) {
        size_t begin = i + 1 + (i + 1 < text.n && (text.bytes[i + 1] == '-' || text.bytes[i + 1] == '+'));
        i = skip_digits(text, begin);
        digits = i - begin;
    }
    return digits && i == text.n;
}

bool ck_value_number(ck_span text, double *number) {
    char copy[128];
    if (text.n >= sizeof copy || !is_decimal(text))
        return false;
    memcpy(copy, text.bytes, text.n);
    copy[text.n] = 0;
    *number = strtod(copy, NULL);
    return isfinite(*number);
}
