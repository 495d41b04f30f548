/* NHS numbers: ten digits, the last a check digit by modulus 11. */
#include "clean/kinds.h"
#include <string.h>

int ck_nhs_check_digit(const char digits[9]) {
    int sum = 0;
    for (int i = 0; i < 9; i++)
        sum += (digits[i] - '0') * (10 - i);
    int check = (11 - sum % 11) % 11;
    return check == 10 ? -1 : check;
}

static bool repeats_one_digit(const char digits[10]) {
    return memcmp(digits, digits + 1, 9) == 0;
}

ck_clean_result ck_clean_nhs_number(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    (void)options;
    size_t n = ck_clean_squeeze(value, true, out);
    if (n == 0)
        return CK_CLEAN_EMPTY;
    if (n != 10)
        return CK_CLEAN_INVALID;
    for (size_t i = 0; i < n; i++)
        if (!ck_is_digit(out[i]))
            return CK_CLEAN_INVALID;
    /* All ten numbers of one repeated digit pass modulus 11; none was ever issued. */
    if (repeats_one_digit(out) || ck_nhs_check_digit(out) != out[9] - '0')
        return CK_CLEAN_CHECK_DIGIT;
    *out_n = n;
    return CK_CLEAN_SAME;
}
