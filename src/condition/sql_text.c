/* Functions of text. Arguments are never NULL but in CONCAT and CONCAT_WS, and of their types. Characters are code points. */
#include "condition/sql_eval.h"
#include "condition/calls.h"
#include <carrick/clean.h>
#include <math.h>
#include <string.h>

size_t ck_sql_characters(ck_span text) {
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
    return n;
}

/* Characters [begin, end), counted from 0. */
static ck_span cut(ck_span text, double begin, double end) {
    double n = (double)ck_sql_characters(text);
    begin = begin < 0 ? 0 : begin > n ? n : begin;
    end = end < begin ? begin : end > n ? n : end;
    size_t from = ck_utf8_prefix(text.bytes, text.n, (size_t)begin);
    return (ck_span){text.bytes + from, ck_utf8_prefix(text.bytes + from, text.n - from, (size_t)(end - begin))};
}

/* From 1; a negative place counts from the end. */
static ck_span substring(const ck_sql_node *call, const ck_sql_value *a) {
    double n = (double)ck_sql_characters(a[0].text), first = trunc(a[1].number), most = call->n == 3 ? trunc(a[2].number) : INFINITY;
    double begin = first < 0 ? n + first : first - 1;
    if (most < 0)
        return cut(a[0].text, begin + most, begin);
    return cut(a[0].text, begin, begin + most);
}

static ck_span end_piece(const ck_sql_node *call, const ck_sql_value *a) {
    double n = (double)ck_sql_characters(a[0].text), count = trunc(a[1].number);
    if (call->fn == CK_SQL_LEFT)
        return cut(a[0].text, 0, count < 0 ? n + count : count);
    return cut(a[0].text, count < 0 ? -count : n - count, n);
}

/* Is the character of n bytes one of `set`? */
static bool is_one_of(ck_span set, const char *bytes, size_t n) {
    for (size_t i = 0, width; i < set.n; i += width) {
        width = ck_utf8_prefix(set.bytes + i, set.n - i, 1);
        if (width == n && memcmp(set.bytes + i, bytes, n) == 0)
            return true;
    }
    return false;
}

static ck_span trim(const ck_sql_node *call, const ck_sql_value *a) {
    ck_span text = a[0].text, set = call->n == 2 ? a[1].text : ck_span_of(" ");
    while (call->fn != CK_SQL_RTRIM && text.n) {
        size_t width = ck_utf8_prefix(text.bytes, text.n, 1);
        if (!is_one_of(set, text.bytes, width))
            break;
        text.bytes += width;
        text.n -= width;
    }
    while (call->fn != CK_SQL_LTRIM && text.n) {
        size_t width = 1;
        while (width < text.n && ((unsigned char)text.bytes[text.n - width] & 0xC0) == 0x80)
            width++;
        if (!is_one_of(set, text.bytes + text.n - width, width))
            break;
        text.n -= width;
    }
    return text;
}

/* The n-th part of a tuple's text. */
static void tuple_part(const ck_sql_value *a, ck_sql_value *out) {
    ck_span rest = a[0].text;
    const char *end;
    for (double n = a[1].number; rest.n && (end = memchr(rest.bytes, CK_TUPLE_END, rest.n)); n--) {
        size_t length = (size_t)(end - rest.bytes);
        if (n == 1 && length > 0)
            *out = ck_sql_text_value((ck_span){rest.bytes, length});
        if (n == 1)
            return;
        rest = (ck_span){end + 1, rest.n - length - 1};
    }
}

/* ---- texts put together ---- */

typedef struct builder {
    ck_sql_context *context;
    char *bytes;
    size_t n, room;
} builder;

static void add(builder *b, ck_span text) {
    if (b->n + text.n > b->room || !b->bytes) {
        size_t room = 2 * (b->n + text.n) + 32;
        char *bytes = ck_pool_take(&b->context->error, &b->context->pool, room);
        if (!bytes)
            return;
        if (b->n)
            memcpy(bytes, b->bytes, b->n);
        b->bytes = bytes;
        b->room = room;
    }
    if (text.n)
        memcpy(b->bytes + b->n, text.bytes, text.n);
    b->n += text.n;
}

static ck_span built(const builder *b) {
    return (ck_span){b->bytes ? b->bytes : "", b->n};
}

static ck_span concat(ck_sql_context *c, const ck_sql_node *call, const ck_sql_value *a) {
    builder b = {.context = c};
    bool any = false;
    for (uint32_t i = call->fn == CK_SQL_CONCAT_WS; i < call->n; i++) {
        if (a[i].type == CK_SQL_ANY)
            continue;
        if (any && call->fn == CK_SQL_CONCAT_WS)
            add(&b, a[0].text);
        add(&b, a[i].text);
        any = true;
    }
    return built(&b);
}

static const char *find(ck_span text, ck_span part) {
    return part.n ? memmem(text.bytes, text.n, part.bytes, part.n) : text.bytes;
}

static ck_span replace(ck_sql_context *c, const ck_sql_value *a) {
    builder b = {.context = c};
    ck_span rest = a[0].text;
    for (const char *at; a[1].text.n && (at = find(rest, a[1].text));) {
        size_t before = (size_t)(at - rest.bytes);
        add(&b, (ck_span){rest.bytes, before});
        add(&b, a[2].text);
        rest = (ck_span){at + a[1].text.n, rest.n - before - a[1].text.n};
    }
    add(&b, rest);
    return built(&b);
}

static ck_span reverse(ck_sql_context *c, ck_span text) {
    char *out = ck_pool_take(&c->error, &c->pool, text.n + 1);
    for (size_t i = 0, width; out && i < text.n; i += width) {
        width = ck_utf8_prefix(text.bytes + i, text.n - i, 1);
        memcpy(out + text.n - i - width, text.bytes + i, width);
    }
    return (ck_span){out ? out : "", out ? text.n : 0};
}

static ck_span change_case(ck_sql_context *c, bool upper, ck_span text) {
    char *out = ck_pool_take(&c->error, &c->pool, 4 * text.n + 1);
    return out ? (ck_span){out, ck_value_cased(text, upper, out)} : (ck_span){"", 0};
}

/* ---- regular expressions ---- */

static void add_replacement(builder *b, ck_span text, ck_span pattern) {
    for (size_t i = 0; i < pattern.n; i++) {
        char next = i + 1 < pattern.n ? pattern.bytes[i + 1] : 0;
        if (pattern.bytes[i] == '\\' && next >= '0' && next <= '9') {
            add(b, ck_regex_group(&b->context->matcher, text, (uint32_t)(next - '0')));
            i++;
        } else {
            i += pattern.bytes[i] == '\\' && next == '\\';
            add(b, (ck_span){pattern.bytes + i, 1});
        }
    }
}

static ck_span regexp_replace(ck_sql_context *c, const ck_sql_node *call, const ck_sql_value *a) {
    builder b = {.context = c};
    ck_span text = a[0].text;
    bool all = call->n == 4 && memchr(a[3].text.bytes ? a[3].text.bytes : "", 'g', a[3].text.n), found = true;
    size_t from = 0, begin, end;
    while (found && from <= text.n && ck_regex_match(&c->error, &c->matcher, call->regex, text, from, &found, &begin, &end) == CK_OK) {
        if (!found)
            break;
        add(&b, (ck_span){text.bytes + from, begin - from});
        add_replacement(&b, text, a[2].text);
        from = end;
        if (end == begin) { /* an empty match: on by one character */
            size_t width = end < text.n ? ck_utf8_prefix(text.bytes + end, text.n - end, 1) : 1;
            if (end < text.n)
                add(&b, (ck_span){text.bytes + end, width});
            from = end + width;
        }
        found = all;
    }
    if (from < text.n)
        add(&b, (ck_span){text.bytes + from, text.n - from});
    return built(&b);
}

static void regexp(ck_sql_context *c, const ck_sql_node *call, const ck_sql_value *a, ck_sql_value *out) {
    bool found = false;
    size_t begin, end;
    if (ck_regex_match(&c->error, &c->matcher, call->regex, a[0].text, 0, &found, &begin, &end) != CK_OK)
        return;
    uint32_t group = call->fn == CK_SQL_REGEXP_EXTRACT && call->n == 3 ? (uint32_t)a[2].number : 0;
    if (call->fn == CK_SQL_REGEXP_SUBSTRING && ck_regex_groups(call->regex) > 0)
        group = 1;
    if (call->fn == CK_SQL_REGEXP_MATCHES)
        *out = (ck_sql_value){.type = CK_SQL_BOOL, .number = found};
    else if (found)
        *out = ck_sql_text_value(ck_regex_group(&c->matcher, a[0].text, group));
    else if (call->fn == CK_SQL_REGEXP_EXTRACT)
        *out = ck_sql_text_value(ck_span_of(""));
}

/* ---- all ---- */

static void answer(bool truth, ck_sql_value *out) {
    *out = (ck_sql_value){.type = CK_SQL_BOOL, .number = truth};
}

void ck_sql_call_text(ck_sql_context *c, const ck_sql_node *call, const ck_sql_value *a, ck_sql_value *out) {
    size_t n = call->n > 1 ? a[1].text.n : 0;
    switch (call->fn) {
    case CK_SQL_SUBSTRING: *out = ck_sql_text_value(substring(call, a)); break;
    case CK_SQL_LEFT:
    case CK_SQL_RIGHT: *out = ck_sql_text_value(end_piece(call, a)); break;
    case CK_SQL_LOWER: *out = ck_sql_text_value(change_case(c, false, a[0].text)); break;
    case CK_SQL_UPPER: *out = ck_sql_text_value(change_case(c, true, a[0].text)); break;
    case CK_SQL_TRIM:
    case CK_SQL_LTRIM:
    case CK_SQL_RTRIM: *out = ck_sql_text_value(trim(call, a)); break;
    case CK_SQL_LENGTH:
        *out = (ck_sql_value){.type = CK_SQL_NUMBER,
                              .number = a[0].type == CK_SQL_LIST ? a[0].n : (double)ck_sql_characters(a[0].text)};
        break;
    case CK_SQL_CONCAT_WS:
        if (a[0].type != CK_SQL_ANY)
            *out = ck_sql_text_value(concat(c, call, a));
        break;
    case CK_SQL_JOIN:
    case CK_SQL_CONCAT: *out = ck_sql_text_value(concat(c, call, a)); break;
    case CK_SQL_TUPLE_PART: tuple_part(a, out); break;
    case CK_SQL_REPLACE: *out = ck_sql_text_value(replace(c, a)); break;
    case CK_SQL_REVERSE: *out = ck_sql_text_value(reverse(c, a[0].text)); break;
    case CK_SQL_STARTS_WITH: answer(a[0].text.n >= n && (n == 0 || memcmp(a[0].text.bytes, a[1].text.bytes, n) == 0), out); break;
    case CK_SQL_ENDS_WITH:
        answer(a[0].text.n >= n && (n == 0 || memcmp(a[0].text.bytes + a[0].text.n - n, a[1].text.bytes, n) == 0), out);
        break;
    case CK_SQL_CONTAINS: answer(n == 0 || find(a[0].text, a[1].text) != NULL, out); break;
    case CK_SQL_REGEXP_REPLACE: *out = ck_sql_text_value(regexp_replace(c, call, a)); break;
    default: regexp(c, call, a, out); break;
    }
}
