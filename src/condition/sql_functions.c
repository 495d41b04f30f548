/* Functions of numbers, dates and lists. Arguments are never NULL (but items of lists may be), and of their types. */
#include "condition/sql_eval.h"
#include "condition/calls.h"
#include <carrick/clean.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static const double DAY = 86400;

/* ---- numbers ---- */

static double arithmetic(ck_sql_fn fn, double x, double y) {
    switch (fn) {
    case CK_SQL_ADD: return x + y;
    case CK_SQL_SUBTRACT: return x - y;
    case CK_SQL_MULTIPLY: return x * y;
    case CK_SQL_DIVIDE: return x / y;
    case CK_SQL_MODULO: return fmod(x, y);
    case CK_SQL_NEGATE: return -x;
    case CK_SQL_ABS: return fabs(x);
    case CK_SQL_FLOOR: return floor(x);
    case CK_SQL_CEIL: return ceil(x);
    case CK_SQL_ROUND: return round(x);
    case CK_SQL_SQRT: return sqrt(x);
    case CK_SQL_LN: return log(x);
    case CK_SQL_EXP: return exp(x);
    case CK_SQL_POWER: return pow(x, y);
    case CK_SQL_RADIANS: return x * (M_PI / 180);
    case CK_SQL_DEGREES: return x * (180 / M_PI);
    case CK_SQL_SIN: return sin(x);
    case CK_SQL_COS: return cos(x);
    case CK_SQL_TAN: return tan(x);
    case CK_SQL_ASIN: return asin(x);
    case CK_SQL_ACOS: return acos(x);
    case CK_SQL_ATAN: return atan(x);
    case CK_SQL_ATAN2: return atan2(x, y);
    default: return NAN;
    }
}

void ck_sql_call_number(ck_sql_context *c, const ck_sql_node *call, const ck_sql_value *a, ck_sql_value *out) {
    double y = call->n > 1 ? a[1].number : 0;
    (void)c;
    *out = (ck_sql_value){.type = CK_SQL_NUMBER, .number = arithmetic(call->fn, a[0].number, y)};
    /* Negation and arithmetic of FLOATs and literals stay FLOAT. */
    bool single = a[0].single && (call->n == 1 || a[1].single || a[1].decimal);
    if (call->fn <= CK_SQL_NEGATE && single) {
        out->number = (float)out->number;
        out->single = true;
    }
}

/* ---- dates ---- */

/* The time of day that a format reads; the date itself is Carrick's to read. */
static double time_of_day(const char *format, const char *text) {
    struct tm parts = {.tm_mday = 1};
    if (!strstr(format, "%H") && !strstr(format, "%M") && !strstr(format, "%S"))
        return 0;
    if (!strptime(text, format, &parts))
        return 0;
    return 3600 * parts.tm_hour + 60 * parts.tm_min + parts.tm_sec;
}

static void parse_time(ck_sql_context *c, const ck_sql_node *call, const ck_sql_value *a, ck_sql_value *out) {
    char format[128], text[128];
    int64_t days;
    bool fits = a[0].text.n < sizeof text && a[1].text.n < sizeof format;
    if (fits) {
        snprintf(format, sizeof format, "%.*s", (int)a[1].text.n, a[1].text.bytes);
        snprintf(text, sizeof text, "%.*s", (int)a[0].text.n, a[0].text.bytes ? a[0].text.bytes : "");
    }
    if (fits && ck_value_days(format, a[0].text, &days))
        *out = (ck_sql_value){.type = CK_SQL_TIME, .number = (double)days * DAY + time_of_day(format, text)};
    else if (call->fn == CK_SQL_STRPTIME)
        ck_fail(&c->error, CK_DATA, "A value is no date of the format that strptime is given; write try_strptime for NULL in its place.");
}

static void format_time(ck_sql_context *c, const ck_sql_value *a, ck_sql_value *out) {
    char format[128], text[256];
    struct tm parts = {0};
    double days = floor(a[0].number / DAY);
    int seconds = (int)(a[0].number - days * DAY), year, month, day;
    ck_date_split((int64_t)days, &year, &month, &day);
    parts.tm_year = year - 1900;
    parts.tm_mon = month - 1;
    parts.tm_mday = day;
    parts.tm_hour = seconds / 3600;
    parts.tm_min = seconds / 60 % 60;
    parts.tm_sec = seconds % 60;
    snprintf(format, sizeof format, "%.*s", (int)(a[1].text.n < 127 ? a[1].text.n : 127), a[1].text.bytes);
    size_t n = strftime(text, sizeof text, format, &parts);
    const char *copy = ck_pool_copy(&c->error, &c->pool, text, n);
    if (copy)
        *out = ck_sql_text_value((ck_span){copy, n});
}

/* Boundaries of the unit between two times. */
static double difference(ck_span unit, double from, double to) {
    int year[2], month[2], day[2];
    double days[2] = {floor(from / DAY), floor(to / DAY)};
    if (strncasecmp(unit.bytes, "day", 3) == 0)
        return days[1] - days[0];
    for (int i = 0; i < 2; i++)
        ck_date_split((int64_t)days[i], &year[i], &month[i], &day[i]);
    if (strncasecmp(unit.bytes, "year", 4) == 0)
        return year[1] - year[0];
    return 12 * (year[1] - year[0]) + month[1] - month[0];
}

void ck_sql_call_time(ck_sql_context *c, const ck_sql_node *call, const ck_sql_value *a, ck_sql_value *out) {
    int year, month, day;
    ck_date_split((int64_t)floor(a[0].number / DAY), &year, &month, &day);
    ck_sql_value number = {.type = CK_SQL_NUMBER};
    switch (call->fn) {
    case CK_SQL_STRPTIME:
    case CK_SQL_TRY_STRPTIME: parse_time(c, call, a, out); return;
    case CK_SQL_STRFTIME: format_time(c, a, out); return;
    case CK_SQL_DATE: *out = (ck_sql_value){.type = CK_SQL_TIME, .number = floor(a[0].number / DAY) * DAY}; return;
    case CK_SQL_EPOCH: number.number = a[0].number; break;
    case CK_SQL_YEAR: number.number = year; break;
    case CK_SQL_MONTH: number.number = month; break;
    case CK_SQL_DAY: number.number = day; break;
    case CK_SQL_DATE_DIFF: number.number = difference(a[0].text, a[1].number, a[2].number); break;
    default: number.number = floor(a[0].number / DAY) - floor(a[1].number / DAY); break; /* days_between */
    }
    *out = number;
}

/* ---- lists ---- */

static bool has_item(const ck_sql_value *item, uint32_t n, const ck_sql_value *wanted) {
    for (uint32_t i = 0; i < n; i++)
        if (item[i].type == wanted->type && wanted->type != CK_SQL_ANY && ck_sql_compare(&item[i], wanted) == 0)
            return true;
    return false;
}

/* Distinct items of `list` that `among` holds too (NULL: all). */
static void keep_items(ck_sql_context *c, const ck_sql_value *list, const ck_sql_value *among, ck_sql_value *out) {
    ck_sql_value *item = ck_pool_take(&c->error, &c->pool, (list->n + 1) * sizeof *item);
    uint32_t n = 0;
    for (uint32_t i = 0; item && i < list->n; i++) {
        const ck_sql_value *value = &list->item[i];
        bool keep = value->type != CK_SQL_ANY && (!among || has_item(among->item, among->n, value));
        if (keep && !has_item(item, n, value))
            item[n++] = *value;
    }
    *out = (ck_sql_value){.type = CK_SQL_LIST, .n = n, .item = item};
}

static void split(ck_sql_context *c, ck_span text, ck_span separator, ck_sql_value *out) {
    uint32_t n = 1, i = 0;
    const char *end = text.bytes + text.n, *at = text.bytes;
    while (text.n && (at = memmem(at, (size_t)(end - at), separator.bytes, separator.n)) != NULL) {
        at += separator.n;
        n++;
    }
    ck_sql_value *item = ck_pool_take(&c->error, &c->pool, n * sizeof *item);
    for (const char *from = text.bytes; item && i < n; i++) {
        at = i + 1 < n ? memmem(from, (size_t)(end - from), separator.bytes, separator.n) : end;
        item[i] = ck_sql_text_value((ck_span){from, at ? (size_t)(at - from) : 0});
        from = i + 1 < n ? at + separator.n : end;
    }
    *out = (ck_sql_value){.type = CK_SQL_LIST, .n = item ? n : 0, .item = item};
}

static void flatten(ck_sql_context *c, const ck_sql_value *list, ck_sql_value *out) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < list->n; i++)
        n += list->item[i].n;
    ck_sql_value *item = ck_pool_take(&c->error, &c->pool, (n + 1) * sizeof *item);
    n = 0;
    for (uint32_t i = 0; item && i < list->n; i++)
        for (uint32_t j = 0; list->item[i].type == CK_SQL_LIST && j < list->item[i].n; j++)
            item[n++] = list->item[i].item[j];
    *out = (ck_sql_value){.type = CK_SQL_LIST, .n = n, .item = item};
}

static void extreme(const ck_sql_value *list, bool greatest, ck_sql_value *out) {
    for (uint32_t i = 0; i < list->n; i++) {
        const ck_sql_value *item = &list->item[i];
        if (item->type == CK_SQL_ANY || (out->type != CK_SQL_ANY && out->type != item->type))
            continue;
        int order = out->type == CK_SQL_ANY ? 0 : ck_sql_compare(item, out);
        if (out->type == CK_SQL_ANY || (greatest ? order > 0 : order < 0))
            *out = *item;
    }
}

/* From 1, or from the end. */
static void take_item(const ck_sql_value *list, double place, ck_sql_value *out) {
    double i = place < 0 ? list->n + place : place - 1;
    if (i >= 0 && i < list->n)
        *out = list->item[(uint32_t)i];
}

void ck_sql_call_list(ck_sql_context *c, const ck_sql_node *call, const ck_sql_value *a, ck_sql_value *out) {
    switch (call->fn) {
    case CK_SQL_LIST_OF: *out = (ck_sql_value){.type = CK_SQL_LIST, .n = call->n, .item = a}; break;
    case CK_SQL_ITEM: take_item(&a[0], a[1].number, out); break;
    case CK_SQL_CELL_ITEMS:
    case CK_SQL_SPLIT: split(c, a[0].text, a[1].text, out); break;
    case CK_SQL_LIST_INTERSECT: keep_items(c, &a[0], &a[1], out); break;
    case CK_SQL_LIST_DISTINCT: keep_items(c, &a[0], NULL, out); break;
    case CK_SQL_LIST_CONTAINS: *out = (ck_sql_value){.type = CK_SQL_BOOL, .number = has_item(a[0].item, a[0].n, &a[1])}; break;
    case CK_SQL_LIST_MAX:
    case CK_SQL_LIST_MIN: extreme(&a[0], call->fn == CK_SQL_LIST_MAX, out); break;
    case CK_SQL_LIST_LENGTH: *out = (ck_sql_value){.type = CK_SQL_NUMBER, .number = a[0].n}; break;
    case CK_SQL_FLATTEN: flatten(c, &a[0], out); break;
    default: ck_fail(&c->error, CK_INTERNAL, "A condition calls an unknown function of lists."); break;
    }
}
