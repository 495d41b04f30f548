#include "base/base64.h"

static int value_of(char sign) {
    if (sign >= 'A' && sign <= 'Z')
        return sign - 'A';
    if (sign >= 'a' && sign <= 'z')
        return sign - 'a' + 26;
    if (sign >= '0' && sign <= '9')
        return sign - '0' + 52;
    return sign == '+' ? 62 : sign == '/' ? 63 : -1;
}

size_t ck_base64_decode(const char *text, size_t n, uint8_t *bytes, size_t room) {
    size_t padding = n && text[n - 1] == '=' ? (n > 1 && text[n - 2] == '=' ? 2 : 1) : 0, made = 0;
    uint32_t bits = 0, held = 0;
    if (n % 4)
        return SIZE_MAX;
    for (size_t i = 0; i < n - padding; i++) {
        int value = value_of(text[i]);
        if (value < 0)
            return SIZE_MAX;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held < 8)
            continue;
        if (made == room)
            return SIZE_MAX;
        held -= 8;
        bytes[made++] = (uint8_t)(bits >> held);
        bits &= (1u << held) - 1;
    }
    return bits == 0 ? made : SIZE_MAX;
}

size_t ck_clk_decode(const char *text, size_t n, uint8_t *bits, size_t room) {
    size_t bytes = ck_base64_decode(text, n, bits, room);
    return bytes != SIZE_MAX && bytes % sizeof(uint64_t) == 0 ? bytes : 0;
}
