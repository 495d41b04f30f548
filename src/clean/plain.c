/* Kinds that keep their characters: text and category (copied), email (lower case). */
#include "clean/kinds.h"
#include <string.h>
#include <utf8proc.h>

ck_clean_result ck_clean_plain(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    (void)options;
    memcpy(out, value.bytes, value.n);
    *out_n = value.n;
    return CK_CLEAN_SAME;
}

ck_clean_result ck_clean_email(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    (void)options;
    size_t kept = 0, width;
    for (size_t i = 0; i < value.n; i += width) {
        int32_t point = ck_utf8_decode(value.bytes + i, value.n - i, &width);
        if (point < 0x80)
            out[kept++] = (char)(point >= 'A' && point <= 'Z' ? point - 'A' + 'a' : point);
        else
            kept += ck_utf8_encode(utf8proc_tolower(point), out + kept);
    }
    *out_n = kept;
    return CK_CLEAN_SAME;
}
