/* Kinds that a supplier has coded already: pseudonyms, and Bloom filters of their identifiers. */
#include "base/base64.h"
#include "clean/kinds.h"
#include <string.h>

static bool is_hex(ck_span value) {
    for (size_t i = 0; i < value.n; i++) {
        char c = value.bytes[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
            return false;
    }
    return true;
}

/* Hexadecimal digits are the same number in either case; any other code is kept as it is, as long as it is one word. */
ck_clean_result ck_clean_pseudonym(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    (void)options;
    bool hex = is_hex(value);
    for (size_t i = 0; i < value.n; i++) {
        if (value.bytes[i] == ' ' || value.bytes[i] == '\t')
            return CK_CLEAN_INVALID;
        out[i] = hex && value.bytes[i] >= 'A' && value.bytes[i] <= 'F' ? (char)(value.bytes[i] - 'A' + 'a') : value.bytes[i];
    }
    *out_n = value.n;
    return CK_CLEAN_SAME;
}

ck_clean_result ck_clean_clk(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    (void)options;
    uint8_t bits[CK_CLK_BYTES_MAX];
    if (ck_clk_decode(value.bytes, value.n, bits, sizeof bits) == 0)
        return CK_CLEAN_INVALID;
    memcpy(out, value.bytes, value.n);
    *out_n = value.n;
    return CK_CLEAN_SAME;
}
