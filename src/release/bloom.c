#include "release/bloom.h"
#include <sodium.h>
#include <string.h>

void ck_bloom_begin(ck_bloom *filter, uint32_t bits) {
    memset(filter->byte, 0, bits / 8);
    filter->bits = bits;
}

static bool get_bit(const ck_bloom *filter, uint32_t i) {
    return filter->byte[i / 8] >> i % 8 & 1;
}

static void put_bit(ck_bloom *filter, uint32_t i, bool value) {
    filter->byte[i / 8] = (uint8_t)((filter->byte[i / 8] & ~(1u << i % 8)) | (unsigned)value << i % 8);
}

/* Numbers below a limit, one after another, that nobody without the key can foretell: eight of each digest of the message and its turn. */
typedef struct stream {
    const ck_secret *key;
    uint8_t message[256];
    size_t n;
    uint8_t digest[CK_DIGEST];
    uint32_t turn, used;
} stream;

static void start_stream(stream *s, const ck_secret *key, const char *label, const char *text, size_t n) {
    size_t length = strnlen(label, 200);
    *s = (stream){.key = key, .used = CK_DIGEST / sizeof(uint32_t)};
    memcpy(s->message, label, length);
    s->message[length] = 0x1F;
    memcpy(s->message + length + 1, text, n);
    s->n = length + 1 + n;
    s->message[s->n++] = 0x1F;
}

static uint32_t draw(stream *s, uint32_t limit) {
    if (s->used == CK_DIGEST / sizeof(uint32_t)) {
        for (size_t i = 0; i < sizeof s->turn; i++)
            s->message[s->n + i] = (uint8_t)(s->turn >> 8 * i);
        ck_hmac(s->key, s->message, s->n + sizeof s->turn, s->digest);
        s->turn++;
        s->used = 0;
    }
    const uint8_t *byte = s->digest + s->used++ * sizeof(uint32_t);
    uint32_t number = (uint32_t)byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16 | (uint32_t)byte[3] << 24;
    return (uint32_t)((uint64_t)number * limit >> 32);
}

static char at(ck_span value, size_t place, uint32_t q) {
    return place < q - 1 || place - (q - 1) >= value.n ? ' ' : value.bytes[place - (q - 1)];
}

static void gram_at(ck_span value, size_t place, uint32_t q, char gram[CK_BLOOM_Q_MOST]) {
    for (uint32_t i = 0; i < q; i++)
        gram[i] = at(value, place + i, q);
}

/* Only to save work, since a q-gram sets the same bits again: in a text that is no name it is not looked for far back. */
static bool met_lately(ck_span value, size_t place, uint32_t q, const char *gram) {
    enum { FAR = 64 };
    char other[CK_BLOOM_Q_MOST];
    for (size_t before = place > FAR ? place - FAR : 0; before < place; before++) {
        gram_at(value, before, q, other);
        if (memcmp(other, gram, q) == 0)
            return true;
    }
    return false;
}

void ck_bloom_add(ck_bloom *filter, const ck_secret *key, const char *label, ck_span value, uint32_t q, uint32_t hashes) {
    char gram[CK_BLOOM_Q_MOST];
    stream places;
    for (size_t place = 0; value.n && place < value.n + q - 1; place++) {
        gram_at(value, place, q, gram);
        if (met_lately(value, place, q, gram))
            continue;
        start_stream(&places, key, label, gram, q);
        for (uint32_t h = 0; h < hashes; h++)
            put_bit(filter, draw(&places, filter->bits), true);
    }
    sodium_memzero(&places, sizeof places);
}

bool ck_bloom_is_empty(const ck_bloom *filter) {
    return sodium_is_zero(filter->byte, filter->bits / 8);
}

/* The complement behind it, then every bit changes places with one that the key tells (Fisher & Yates). */
static void balance_bits(ck_bloom *filter, const ck_secret *key) {
    stream places;
    for (uint32_t i = 0; i < filter->bits / 8; i++)
        filter->byte[filter->bits / 8 + i] = (uint8_t)~filter->byte[i];
    filter->bits *= 2;
    start_stream(&places, key, "permutation", "", 0);
    for (uint32_t i = filter->bits - 1; i > 0; i--) {
        uint32_t j = draw(&places, i + 1);
        bool kept = get_bit(filter, i);
        put_bit(filter, i, get_bit(filter, j));
        put_bit(filter, j, kept);
    }
    sodium_memzero(&places, sizeof places);
}

void ck_bloom_finish(ck_bloom *filter, const ck_secret *key, bool balance, bool fold) {
    if (balance)
        balance_bits(filter, key);
    if (fold) {
        filter->bits /= 2;
        for (uint32_t i = 0; i < filter->bits / 8; i++)
            filter->byte[i] ^= filter->byte[filter->bits / 8 + i];
    }
}

void ck_bloom_text(const ck_bloom *filter, char text[CK_BLOOM_TEXT]) {
    sodium_bin2base64(text, CK_BLOOM_TEXT, filter->byte, filter->bits / 8, sodium_base64_VARIANT_ORIGINAL);
}
