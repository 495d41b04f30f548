/* Calls that make several keys of one spelling, of which another spelling of the same shares some. */
#include "base/hash.h"
#include "condition/call_values.h"
#include "base/base64.h"
#include <carrick/clean.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

ck_status ck_call_deletions(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    if (ck_value_list_add(error, out, value) != CK_OK)
        return error->status;
    if (call->arg[0] > 1 && ck_count_characters(value) < (size_t)call->arg[0])
        return CK_OK;
    for (size_t i = 0, width; i < value.n; i += width) {
        width = ck_utf8_prefix(value.bytes + i, value.n - i, 1);
        char *rest = ck_value_list_push(error, out, value.n - width);
        if (!rest)
            return error->status;
        memcpy(rest, value.bytes, i);
        memcpy(rest + i, value.bytes + i + width, value.n - i - width);
    }
    return CK_OK;
}

enum { BANDS = 4, ROWS = 2 };

/* The least of a hash over the pairs of neighbouring characters is equal for two texts with the probability of the share
   of pairs that they have in common (Broder 1997); a band asks for ROWS of them at once. */
static uint64_t least_hash(ck_span value, uint64_t seed) {
    uint64_t least = UINT64_MAX;
    size_t first = ck_utf8_prefix(value.bytes, value.n, 1), second;
    for (size_t i = 0; i + first < value.n; i += first, first = second) {
        second = ck_utf8_prefix(value.bytes + i + first, value.n - i - first, 1);
        uint64_t hash = ck_hash_bytes(value.bytes + i, first + second, seed);
        least = hash < least ? hash : least;
    }
    return least;
}

ck_status ck_call_minhash(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    (void)call;
    enum { LEAST = 3 }; /* a single pair is no better than the value itself */
    if (ck_count_characters(value) < LEAST)
        return CK_OK;
    for (uint64_t band = 0; band < BANDS; band++) {
        char text[8 + 16 * ROWS];
        size_t n = (size_t)snprintf(text, sizeof text, "%u", (unsigned)band);
        for (uint64_t row = 0; row < ROWS; row++)
            n += (size_t)snprintf(text + n, sizeof text - n, ":%08x", (unsigned)(least_hash(value, band * ROWS + row) >> 32));
        if (ck_value_list_add(error, out, (ck_span){text, n}) != CK_OK)
            return error->status;
    }
    return CK_OK;
}

/* Two filters that differ in a share d of their bits agree on a sample of n of them with probability (1 - d)^n (Indyk & Motwani 1998); of sixteen samples
   one does with 1 - (1 - (1 - d)^n)^16. The places depend on nothing but the band, the turn and the number of bits. */
ck_status ck_call_bands(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out) {
    enum { SAMPLES = 16 };
    uint8_t bits[CK_CLK_BYTES_MAX];
    uint64_t n = 8 * ck_clk_decode(value.bytes, value.n, bits, sizeof bits);
    for (uint64_t band = 0; n && band < SAMPLES; band++) {
        uint64_t sample = 0;
        char text[3 + 16];
        for (uint64_t turn = 0; turn < (uint64_t)call->arg[0]; turn++) {
            uint64_t place = ck_hash_mix(band * CK_CALL_BAND_BITS + turn + 1) % n;
            sample = sample << 1 | (bits[place / 8] >> place % 8 & 1);
        }
        int length = snprintf(text, sizeof text, "%02x%" PRIx64, (unsigned)band, sample);
        if (ck_value_list_add(error, out, (ck_span){text, (size_t)length}) != CK_OK)
            return error->status;
    }
    return CK_OK;
}
