#include "csv/encoding.h"
#include <carrick/clean.h>
#include <stdint.h>
#include <string.h>

/* Code points of the bytes 0x80 to 0x9F of windows-1252 (the WHATWG and Unicode tables; 0 = undefined). The bytes
   from 0xA0 on are the code points of the same number. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

/* Both forms are needed: two bytes below U+0800, three above. */
static size_t put_point(uint32_t point, char *out) {
    if (point < 0x800) {
        out[0] = (char)(0xC0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    out[0] = (char)(0xE0 | point >> 12);
    out[1] = (char)(0x80 | (point >> 6 & 0x3F));
    out[2] = (char)(0x80 | (point & 0x3F));
    return 3;
}

static bool has_high_byte(ck_span field) {
    unsigned char any = 0;
    for (size_t i = 0; i < field.n; i++)
        any |= (unsigned char)field.bytes[i];
    return any >= 0x80;
}

static ck_text_fault decode_windows_1252(ck_span *field, char *room, size_t *used) {
    size_t n = 0;
    for (size_t i = 0; i < field->n; i++) {
        unsigned char byte = (unsigned char)field->bytes[i];
        uint32_t point = byte < 0x80 || byte >= 0xA0 ? byte : windows_1252[byte - 0x80];
        if (byte >= 0x80 && point == 0)
            return CK_TEXT_UNDEFINED;
        if (byte < 0x80)
            room[n++] = (char)byte;
        else
            n += put_point(point, room + n);
    }
    *field = (ck_span){room, n};
    *used = n;
    return CK_TEXT_FINE;
}

ck_text_fault ck_text_decode(ck_encoding encoding, ck_span *field, char *room, size_t *used) {
    *used = 0;
    if (field->n && memchr(field->bytes, 0, field->n))
        return CK_TEXT_NUL;
    if (!has_high_byte(*field))
        return CK_TEXT_FINE;
    if (encoding == CK_WINDOWS_1252)
        return decode_windows_1252(field, room, used);
    size_t bad;
    return ck_utf8_valid(field->bytes, field->n, &bad) ? CK_TEXT_FINE : CK_TEXT_UNDEFINED;
}
