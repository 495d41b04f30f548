/* UTF-8 and the white space of all scripts. */
#include "clean/kinds.h"
#include <string.h>
#include <utf8proc.h>

size_t ck_utf8_prefix(const char *text, size_t n, size_t count) {
    size_t i = 0;
    while (i < n && count-- > 0) {
        i++;
        while (i < n && ((unsigned char)text[i] & 0xC0) == 0x80)
            i++;
    }
    return i;
}

/* Bytes of the well-formed sequence at the start of `s`, 0 when there is none (Unicode 15, table 3-7). */
static size_t sequence_width(const unsigned char *s, size_t n) {
    unsigned char lead = s[0], low = 0x80, high = 0xBF;
    size_t width = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (width < 2 || width > n)
        return width > n ? 0 : width;
    if (lead == 0xE0) low = 0xA0;  /* overlong */
    if (lead == 0xED) high = 0x9F; /* surrogates */
    if (lead == 0xF0) low = 0x90;  /* overlong */
    if (lead == 0xF4) high = 0x8F; /* beyond U+10FFFF */
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < width; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    return width;
}

bool ck_utf8_valid(const char *text, size_t n, size_t *bad) {
    const unsigned char *s = (const unsigned char *)text;
    size_t i = 0;
    while (i < n) {
        size_t width = sequence_width(s + i, n - i);
        if (width == 0) {
            *bad = i;
            return false;
        }
        i += width;
    }
    return true;
}

int32_t ck_utf8_decode(const char *text, size_t n, size_t *width) {
    const unsigned char *s = (const unsigned char *)text;
    *width = sequence_width(s, n);
    switch (*width) {
    case 1: return s[0];
    case 2: return (s[0] & 0x1F) << 6 | (s[1] & 0x3F);
    case 3: return (s[0] & 0x0F) << 12 | (s[1] & 0x3F) << 6 | (s[2] & 0x3F);
    case 4: return (s[0] & 0x07) << 18 | (s[1] & 0x3F) << 12 | (s[2] & 0x3F) << 6 | (s[3] & 0x3F);
    default: *width = 1; return 0xFFFD;
    }
}

size_t ck_utf8_encode(int32_t point, char *out) {
    return (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)out);
}

static bool is_space(int32_t point) {
    if (point < 0x80)
        return point == ' ' || (point >= '\t' && point <= '\r');
    if (point == 0x85 || point == 0x200B || point == 0xFEFF)
        return true;
    utf8proc_category_t category = utf8proc_category(point);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

static bool is_dash(int32_t point) {
    return point == '-' || (point >= 0x80 && utf8proc_category(point) == UTF8PROC_CATEGORY_PD) || point == 0x2212;
}

/* Start of the last character of n >= 1 bytes. */
static size_t last_start(const char *text, size_t n) {
    size_t i = n - 1, floor = n > 4 ? n - 4 : 0;
    while (i > floor && ((unsigned char)text[i] & 0xC0) == 0x80)
        i--;
    return i;
}

ck_span ck_clean_trim(ck_span value) {
    size_t width;
    while (value.n > 0 && is_space(ck_utf8_decode(value.bytes, value.n, &width))) {
        value.bytes += width;
        value.n -= width;
    }
    while (value.n > 0) {
        size_t start = last_start(value.bytes, value.n);
        if (!is_space(ck_utf8_decode(value.bytes + start, value.n - start, &width)) || start + width != value.n)
            break;
        value.n = start;
    }
    return value;
}

size_t ck_clean_squeeze(ck_span value, bool dashes, char *out) {
    size_t kept = 0, width;
    for (size_t i = 0; i < value.n; i += width) {
        int32_t point = ck_utf8_decode(value.bytes + i, value.n - i, &width);
        if (is_space(point) || (dashes && is_dash(point)))
            continue;
        memcpy(out + kept, value.bytes + i, width);
        kept += width;
    }
    return kept;
}
