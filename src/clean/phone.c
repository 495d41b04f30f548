/* Telephone numbers: the digits that a caller within the United Kingdom dials after the 0. */
#include "clean/kinds.h"

/* What is dialled inside follows the number: "x12", "ext. 12" or "#12". */
static size_t before_extension(ck_span value) {
    size_t n = 0;
    while (n < value.n && !ck_is_digit(value.bytes[n]))
        n++;
    while (n < value.n && ck_to_upper(value.bytes[n]) != 'X' && value.bytes[n] != '#')
        n++;
    return n;
}

static bool has_plus(ck_span value) {
    size_t i = 0;
    while (i < value.n && value.bytes[i] != '+' && !ck_is_digit(value.bytes[i]))
        i++;
    return i < value.n && value.bytes[i] == '+';
}

static size_t count_zeros(const char *digits, size_t n) {
    size_t zeros = 0;
    while (zeros < n && digits[zeros] == '0')
        zeros++;
    return zeros;
}

/* Digits that say only where the caller is: 00 or +, 44, and the 0 of a long-distance call. */
static size_t count_leading(const char *digits, size_t n, bool plus) {
    size_t zeros = count_zeros(digits, n);
    if (!(plus || zeros >= 2) || n - zeros < 2 || digits[zeros] != '4' || digits[zeros + 1] != '4')
        return zeros;
    return zeros + 2 + count_zeros(digits + zeros + 2, n - zeros - 2);
}

ck_clean_result ck_clean_phone(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    (void)options;
    size_t end = before_extension(value), n = 0;
    for (size_t i = 0; i < end; i++)
        if (ck_is_digit(value.bytes[i]))
            out[n++] = value.bytes[i];
    size_t leading = count_leading(out, n, has_plus(value));
    if (leading == n)
        return n ? CK_CLEAN_PLACEHOLDER : CK_CLEAN_INVALID;
    for (size_t i = leading; i < n; i++)
        out[i - leading] = out[i];
    *out_n = n - leading;
    return CK_CLEAN_SAME;
}
