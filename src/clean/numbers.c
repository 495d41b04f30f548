/* Integers, numbers and UPRNs. Integers and UPRNs stay text and may have any length; numbers are doubles. */
#include "clean/kinds.h"
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t count_digits(const char *s, size_t n) {
    size_t i = 0;
    while (i < n && ck_is_digit(s[i]))
        i++;
    return i;
}

static size_t count_zeros(const char *s, size_t n) {
    size_t i = 0;
    while (i < n && s[i] == '0')
        i++;
    return i;
}

/* ---- UPRN ---- */

ck_clean_result ck_clean_uprn(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    enum { UPRN_DIGITS_MAX = 12 };
    (void)options;
    if (count_digits(value.bytes, value.n) != value.n)
        return CK_CLEAN_INVALID;
    size_t zeros = count_zeros(value.bytes, value.n), n = value.n - zeros;
    if (n == 0 || n > UPRN_DIGITS_MAX)
        return CK_CLEAN_INVALID;
    memcpy(out, value.bytes + zeros, n);
    *out_n = n;
    return CK_CLEAN_SAME;
}

/* ---- reading and printing doubles, whatever the locale ---- */

/* The "C" locale for this thread; a NULL handle (no memory) leaves the caller's. */
static locale_t enter_c_locale(locale_t *old) {
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c)
        *old = uselocale(c);
    return c;
}

static void leave_c_locale(locale_t c, locale_t old) {
    if (!c)
        return;
    uselocale(old);
    freelocale(c);
}

/* [+-] digits [. digits] [e [+-] digits], with a digit before or after the point. */
static bool is_decimal(ck_span value) {
    const char *s = value.bytes, *end = s + value.n;
    s += s < end && (*s == '+' || *s == '-');
    size_t whole = count_digits(s, (size_t)(end - s)), fraction = 0;
    s += whole;
    if (s < end && *s == '.') {
        fraction = count_digits(s + 1, (size_t)(end - s - 1));
        s += 1 + fraction;
    }
    if (whole + fraction == 0)
        return false;
    if (s < end && (*s == 'e' || *s == 'E')) {
        s++;
        s += s < end && (*s == '+' || *s == '-');
        size_t exponent = count_digits(s, (size_t)(end - s));
        s += exponent;
        return exponent > 0 && s == end;
    }
    return s == end;
}

/* Finite value of a decimal. The text is copied to end it with NUL; one of 512 bytes or more is no number. */
static bool read_decimal(ck_span value, double *number) {
    char text[512];
    if (value.n >= sizeof text || !is_decimal(value))
        return false;
    memcpy(text, value.bytes, value.n);
    text[value.n] = 0;
    *number = strtod(text, NULL);
    return isfinite(*number);
}

/* The fewest significant digits that read back exactly, as d.ddde[+-]xx. */
static void print_shortest(double number, char text[40]) {
    for (int digits = 0; digits < 17; digits++) {
        snprintf(text, 40, "%.*e", digits, number);
        if (strtod(text, NULL) == number)
            return;
    }
}

/* d.ddde[+-]xx to plain digits where that needs at most 21 places, else with an exponent: 100000, 0.00012, 1e+21. */
static size_t lay_out(const char *scientific, char *out) {
    char digits[32];
    size_t ndigits = 0, n = 0;
    const char *s = scientific;
    if (*s == '-')
        out[n++] = *s++;
    for (; *s != 'e'; s++)
        if (*s != '.')
            digits[ndigits++] = *s;
    int point = atoi(s + 1) + 1; /* digits before the decimal point; <= 0: zeros after it */
    if (point > 21 || point < -5)
        return (size_t)sprintf(out, "%s", scientific);
    if (point <= 0)
        n += (size_t)sprintf(out + n, "0.%.*s", -point, "00000");
    for (int i = 0; i < (int)ndigits || i < point; i++) {
        if (i == point && point > 0)
            out[n++] = '.';
        out[n++] = i < (int)ndigits ? digits[i] : '0';
    }
    return n;
}

static bool is_within(const ck_clean_options *options, double number) {
    double bound;
    if (options->min && read_decimal(ck_span_of(options->min), &bound) && number < bound)
        return false;
    return !(options->max && read_decimal(ck_span_of(options->max), &bound) && number > bound);
}

/* ---- number ---- */

static ck_clean_result clean_number(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    double number;
    if (!read_decimal(value, &number))
        return CK_CLEAN_INVALID;
    if (!is_within(options, number))
        return CK_CLEAN_OUT_OF_RANGE;
    char scientific[40];
    print_shortest(number == 0 ? 0.0 : number, scientific); /* no negative zero */
    *out_n = lay_out(scientific, out);
    return CK_CLEAN_SAME;
}

ck_clean_result ck_clean_number(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    locale_t old = (locale_t)0, c = enter_c_locale(&old);
    ck_clean_result result = clean_number(options, value, out, out_n);
    leave_c_locale(c, old);
    return result;
}

/* ---- integer ---- */

/* The digits of an integer, without sign, leading zeros and a fraction of zeros only; false when it is none. */
static bool integer_digits(ck_span value, bool *negative, ck_span *digits) {
    const char *s = value.bytes, *end = s + value.n;
    *negative = s < end && *s == '-';
    s += s < end && (*s == '+' || *s == '-');
    size_t n = count_digits(s, (size_t)(end - s));
    const char *tail = s + n;
    if (n == 0 || (tail < end && (*tail != '.' || count_zeros(tail + 1, (size_t)(end - tail - 1)) != (size_t)(end - tail - 1))))
        return false;
    size_t zeros = count_zeros(s, n);
    zeros -= zeros == n;
    *digits = (ck_span){s + zeros, n - zeros};
    return true;
}

static bool integer_within(const ck_clean_options *options, const char *text, size_t n) {
    if (!options->min && !options->max)
        return true;
    double number;
    locale_t old = (locale_t)0, c = enter_c_locale(&old);
    bool within = read_decimal((ck_span){text, n}, &number) && is_within(options, number);
    leave_c_locale(c, old);
    return within;
}

ck_clean_result ck_clean_integer(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    bool negative;
    ck_span digits;
    if (!integer_digits(value, &negative, &digits))
        return CK_CLEAN_INVALID;
    size_t n = 0;
    if (negative && !(digits.n == 1 && *digits.bytes == '0'))
        out[n++] = '-';
    memcpy(out + n, digits.bytes, digits.n);
    n += digits.n;
    if (!integer_within(options, out, n))
        return CK_CLEAN_OUT_OF_RANGE;
    *out_n = n;
    return CK_CLEAN_SAME;
}

/* ---- options ---- */

static ck_status check_bound(ck_error *error, const ck_clean_options *options, const char *word, const char *bound) {
    if (!bound)
        return CK_OK;
    int64_t days;
    double number;
    if (ck_kind_is_date(options->kind))
        return ck_date_parse("%Y-%m-%d", bound, strlen(bound), &days)
                   ? CK_OK
                   : ck_fail(error, CK_USAGE, "%s: %s is not a date written YYYY-MM-DD.", word, bound);
    if (options->kind != CK_KIND_INTEGER && options->kind != CK_KIND_NUMBER)
        return ck_fail(error, CK_USAGE, "%s: is for dates, integers and numbers, not for kind %s.", word,
                       ck_kind_name(options->kind));
    locale_t old = (locale_t)0, c = enter_c_locale(&old);
    bool good = read_decimal(ck_span_of(bound), &number);
    leave_c_locale(c, old);
    return good ? CK_OK : ck_fail(error, CK_USAGE, "%s: %s is not a number.", word, bound);
}

ck_status ck_clean_check(ck_error *error, const ck_clean_options *options) {
    if (options->nformat > 0 && !ck_kind_is_date(options->kind))
        return ck_fail(error, CK_USAGE, "format: is for dates, not for kind %s.", ck_kind_name(options->kind));
    for (uint32_t i = 0; i < options->nformat; i++)
        if (!ck_date_format_valid(options->format[i]))
            return ck_fail(error, CK_USAGE,
                           "format: \"%s\" is not a date format; directives are %%Y %%m %%d %%y %%b %%B %%j %%H %%M %%S %%%%.",
                           options->format[i]);
    if (check_bound(error, options, "min", options->min) != CK_OK)
        return error->status;
    return check_bound(error, options, "max", options->max);
}
