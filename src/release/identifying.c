#include "release/identifying.h"
#include <carrick/clean.h>
#include <string.h>

static bool is_kind(ck_kind kind, ck_span value) {
    const ck_clean_options options = {.kind = kind};
    char out[1024];
    size_t n;
    return ck_clean_room(value.n) <= sizeof out && ck_clean_value(&options, value.bytes, value.n, out, &n) <= CK_CLEAN_CHANGED;
}

static uint32_t count_digits(ck_span value) {
    uint32_t n = 0;
    for (size_t i = 0; i < value.n; i++)
        n += value.bytes[i] >= '0' && value.bytes[i] <= '9';
    return n;
}

static bool is_email(ck_span value) {
    const char *at = memchr(value.bytes, '@', value.n);
    return at && at > value.bytes && memchr(at, '.', value.n - (size_t)(at - value.bytes));
}

static bool is_phone(ck_span value, uint32_t digits) {
    return digits >= 10 && digits <= 13 && value.n <= 20 && (value.bytes[0] == '0' || value.bytes[0] == '+');
}

void ck_identifying_add(ck_identifying *seen, ck_span value, uint64_t rows) {
    enum { NHS_DIGITS = 10, POSTCODE_LEAST = 5, POSTCODE_MOST = 8 };
    uint32_t digits = count_digits(value);
    seen->values += rows;
    seen->nhs_numbers += digits == NHS_DIGITS && is_kind(CK_KIND_NHS_NUMBER, value) ? rows : 0;
    seen->postcodes += digits > 0 && value.n >= POSTCODE_LEAST && value.n <= POSTCODE_MOST && is_kind(CK_KIND_POSTCODE, value) ? rows : 0;
    seen->emails += is_email(value) ? rows : 0;
    seen->phones += is_phone(value, digits) ? rows : 0;
}

const char *ck_identifying_say(const ck_identifying *seen, uint64_t distinct) {
    enum { FEW = 100 };
    if (100 * seen->nhs_numbers > seen->values)
        return "holds valid NHS numbers";
    if (100 * seen->postcodes > seen->values)
        return "holds full postcodes";
    if (100 * seen->emails > seen->values)
        return "holds e-mail addresses";
    if (2 * seen->phones > seen->values)
        return "holds telephone numbers";
    if (seen->values >= FEW && 10 * distinct > 9 * seen->values)
        return "has another value in nearly every row";
    return NULL;
}
