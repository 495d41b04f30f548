/* Calls that read dates, postcodes, e-mail addresses and numbers. */
#include "condition/call_values.h"
#include <carrick/clean.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ck_status add_text(ck_error *error, const char *text, ck_value_list *out) {
    return ck_value_list_add(error, out, ck_span_of(text));
}

/* ---- dates ---- */

bool ck_value_days(const char *format, ck_span text, int64_t *days) {
    return ck_date_parse(format ? format : "%Y-%m-%d", text.bytes, text.n, days);
}

/* Year, month, day; -1 where a date of birth has none. */
static bool read_parts(const ck_call *call, ck_span value, int part[3]) {
    int64_t days;
    if (call->arg[0])
        return ck_birth_date_parts(value.bytes, value.n, part);
    if (!ck_value_days(call->format, value, &days))
        return false;
    ck_date_split(days, &part[0], &part[1], &part[2]);
    return true;
}

ck_status ck_call_date_part(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    int part[3], wanted = call->fn == CK_FN_YEAR ? 0 : call->fn == CK_FN_MONTH ? 1 : 2;
    char text[16];
    if (!read_parts(call, value, part) || part[wanted] < 0)
        return CK_OK;
    snprintf(text, sizeof text, "%d", part[wanted]);
    return add_text(error, text, out);
}

static ck_status add_date(ck_error *error, int year, int month, int day, ck_value_list *out) {
    char text[48];
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    return add_text(error, text, out);
}

static bool is_complete(const int part[3]) {
    return part[0] >= 0 && part[1] >= 0 && part[2] >= 0;
}

ck_status ck_call_date(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    int64_t days;
    int part[3];
    if (!ck_value_days(call->format, value, &days))
        return CK_OK;
    ck_date_split(days, &part[0], &part[1], &part[2]);
    return add_date(error, part[0], part[1], part[2], out);
}

ck_status ck_call_complete(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    int part[3];
    bool complete = read_parts(call, value, part) && is_complete(part);
    return complete ? add_date(error, part[0], part[1], part[2], out) : CK_OK;
}

ck_status ck_call_order_free(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    int part[3];
    if (!read_parts(call, value, part) || !is_complete(part))
        return CK_OK;
    bool rising = part[1] < part[2];
    return add_date(error, part[0], part[rising ? 1 : 2], part[rising ? 2 : 1], out);
}

/* ---- postcodes, e-mail addresses ---- */

ck_status ck_call_postcode_part(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    size_t area, district, sector;
    if (!ck_postcode_parts(value.bytes, value.n, &area, &district, &sector))
        return CK_OK;
    value.n = call->fn == CK_FN_AREA ? area : call->fn == CK_FN_DISTRICT ? district : sector;
    return ck_value_list_add(error, out, value);
}

ck_status ck_call_user(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    const char *at = memchr(value.bytes, '@', value.n);
    return ck_value_list_add(error, out, (ck_span){value.bytes, at ? (size_t)(at - value.bytes) : value.n});
}

ck_status ck_call_domain(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    const char *at = memchr(value.bytes, '@', value.n);
    return at ? ck_value_list_add(error, out, (ck_span){at + 1, (size_t)(value.bytes + value.n - at - 1)}) : CK_OK;
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

enum { DIGITS_ROOM = 352 }; /* of a whole double */

static ck_status add_whole(ck_error *error, const char *sign, double whole, ck_value_list *out) {
    char text[DIGITS_ROOM];
    snprintf(text, sizeof text, "%s%.0f", sign, whole + 0.0); /* no negative zero */
    return add_text(error, text, out);
}

ck_status ck_call_integer(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    double number;
    return ck_value_number(value, &number) ? add_whole(error, "", trunc(number), out) : CK_OK;
}

static ck_status add_bins(ck_error *error, const char *sign, double bin, ck_value_list *out) {
    if (add_whole(error, sign, bin, out) != CK_OK)
        return error->status;
    return add_whole(error, sign, bin + 1, out);
}

/* Bins b and b + 1 of width 2w overlap by w, so what lies at most w apart shares one. */
ck_status ck_call_bins(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    int64_t days;
    double number;
    if (ck_value_days(NULL, value, &days))
        number = (double)days;
    else if (!ck_value_number(value, &number))
        return CK_OK;
    return add_bins(error, "", floor(number / call->arg[0]), out);
}

/* floor(log(y) / log(ratio)) of y >= 1 by squaring, multiplying and dividing only: a library's logarithm may differ by
   its last bit from one machine to the next, and with it the bin. */
static double count_factors(double y, double ratio) {
    double power[32], factors = 0;
    int n = 0;
    for (double p = ratio; n < 32 && p <= y; p *= p)
        power[n++] = p;
    while (n-- > 0)
        if (y >= power[n]) {
            y /= power[n];
            factors += (double)(UINT32_C(1) << n);
        }
    return factors;
}

/* (1 + x) / (1 + y) is at most x / y, so numbers at most p per cent of the greater apart are at most one factor apart. */
ck_status ck_call_log_bins(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    double number;
    if (!ck_value_number(value, &number))
        return CK_OK;
    return add_bins(error, number < 0 ? "-" : "", count_factors(1 + fabs(number), 100.0 / (100 - call->arg[0])), out);
}
