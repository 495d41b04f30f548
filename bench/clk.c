/* Bloom filters of names: how many are made a second, and how many pairs are compared a second by each instruction set. Every answer that is timed is
 * checked: filters are made again bit by bit from the texts they are written as, and Dice of a sample of pairs is counted bit by bit.
 *
 *     bench_clk [NAMES [PAIRS]]        default 20000 and 5000000; prints a table, ends with 1 when an answer is wrong
 */
#include "base/hash.h"
#include "base/memory.h"
#include "release/bloom.h"
#include <carrick/similarity.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { Q = 2, HASHES = 12, NAME_ROOM = 32, CHECKED = 20000 };

typedef struct set {
    uint32_t bits;
    uint32_t n;
    char *bytes;
    uint64_t *offset;
    uint8_t **plain; /* [n] a byte a bit, read from the texts */
} set;

/* The machine may have other work. */
static double processor_seconds(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

/* A made-up name of 6 to 13 letters. */
static size_t make_name(uint32_t i, char name[NAME_ROOM]) {
    uint64_t random = ck_hash_mix(i / 2 + 1);
    size_t n = 6 + random % 8;
    for (size_t k = 0; k < n; k++)
        name[k] = (char)('A' + (random >> (5 * k % 59) & 31) % 26);
    if (i % 2) /* every other one is its neighbour with one letter changed */
        name[n / 2] = name[n / 2] == 'Z' ? 'Y' : 'Z';
    return n;
}

static double encode(ck_error *error, const ck_secret *key, set *s) {
    double start = processor_seconds();
    ck_bloom filter;
    char name[NAME_ROOM];
    size_t room = 0;
    s->offset = ck_alloc_zero(error, (size_t)s->n + 1, sizeof *s->offset);
    for (uint32_t i = 0; i < s->n && error->status == CK_OK; i++) {
        size_t n = make_name(i, name);
        ck_bloom_begin(&filter, s->bits);
        ck_bloom_add(&filter, key, "name", (ck_span){name, n}, Q, HASHES);
        if (ck_grow(error, &s->bytes, &room, s->offset[i] + CK_BLOOM_TEXT, 1) != CK_OK)
            break;
        ck_bloom_text(&filter, s->bytes + s->offset[i]);
        s->offset[i + 1] = s->offset[i] + strlen(s->bytes + s->offset[i]);
    }
    return processor_seconds() - start;
}

/* ---- the slow way ---- */

static void read_text(const char *text, size_t n, uint8_t *plain, uint32_t bits) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (uint32_t bit = 0; bit < bits; bit++) {
        const char *digit = bit / 6 < n ? strchr(digits, text[bit / 6]) : NULL;
        plain[bit] = digit && (digit - digits) >> (5 - bit % 6) & 1;
    }
}

static double dice(const set *s, uint32_t a, uint32_t b) {
    uint32_t both = 0, ones = 0;
    for (uint32_t bit = 0; bit < s->bits; bit++) {
        both += s->plain[a][bit] & s->plain[b][bit];
        ones += (uint32_t)s->plain[a][bit] + s->plain[b][bit];
    }
    return ones ? 2.0 * both / ones : 0;
}

/* No filter has more ones than its q-grams could set, none has no bit, and the same name has the same filter. @return how many are wrong */
static uint32_t check_filters(ck_error *error, const ck_secret *key, set *s) {
    uint32_t wrong = 0;
    char name[NAME_ROOM], text[CK_BLOOM_TEXT];
    ck_bloom again;
    s->plain = ck_alloc_zero(error, s->n, sizeof *s->plain);
    for (uint32_t i = 0; s->plain && i < s->n && error->status == CK_OK; i++) {
        size_t n = make_name(i, name), ones = 0;
        if (!(s->plain[i] = ck_alloc_zero(error, s->bits, 1)))
            break;
        read_text(s->bytes + s->offset[i], s->offset[i + 1] - s->offset[i], s->plain[i], s->bits);
        for (uint32_t bit = 0; bit < s->bits; bit++)
            ones += s->plain[i][bit];
        ck_bloom_begin(&again, s->bits);
        ck_bloom_add(&again, key, "name", (ck_span){name, n}, Q, HASHES);
        ck_bloom_text(&again, text);
        wrong += ones == 0 || ones > (n + Q - 1) * HASHES || strlen(text) != s->offset[i + 1] - s->offset[i] || memcmp(text, s->bytes + s->offset[i], strlen(text)) != 0;
    }
    return wrong;
}

static uint32_t check_pairs(const set *s, const uint32_t *a, const uint32_t *b, size_t n, const double *got) {
    uint32_t wrong = 0;
    for (size_t k = 0; k < n && k < CHECKED; k++)
        wrong += fabs(got[k] - dice(s, a[k], b[k])) > 1e-12;
    return wrong;
}

/* ---- the table ---- */

static uint32_t compare(ck_error *error, const set *s, size_t pairs) {
    ck_strings *strings = NULL;
    uint32_t wrong = 0, *a = ck_alloc(error, pairs, sizeof *a), *b = ck_alloc(error, pairs, sizeof *b);
    double *out = ck_alloc(error, pairs, sizeof *out);
    if (error->status == CK_OK && ck_strings_create(error, s->n, s->offset, s->bytes, &strings) == CK_OK)
        ck_strings_add_bits(error, strings);
    for (size_t k = 0; error->status == CK_OK && k < pairs; k++) {
        a[k] = (uint32_t)(ck_hash_mix(2 * k + 1) % s->n);
        b[k] = k % 4 ? (uint32_t)(ck_hash_mix(2 * k + 2) % s->n) : a[k] ^ 1;
    }
    for (const char *const *isa = ck_kernels_list(); error->status == CK_OK && *isa; isa++) {
        const ck_kernels *kernels = ck_kernels_choose(*isa);
        if (!kernels)
            continue;
        ck_measure_batch(kernels, CK_DICE, strings, strings, a, b, pairs, out); /* not timed: the first to write `out` waits for its pages */
        double start = processor_seconds();
        ck_measure_batch(kernels, CK_DICE, strings, strings, a, b, pairs, out);
        double seconds = processor_seconds() - start;
        uint32_t bad = check_pairs(s, a, b, pairs, out);
        printf("| dice, %s | %u | %.1f million pairs a second | %u of %d wrong |\n", *isa, s->bits, (double)pairs / seconds / 1e6, bad, pairs < CHECKED ? (int)pairs : CHECKED);
        wrong += bad;
    }
    ck_strings_free(strings);
    ck_free(out);
    ck_free(b);
    ck_free(a);
    return wrong;
}

int main(int argc, char **argv) {
    static const uint32_t bits[] = {512, 1024};
    ck_error error = {0};
    unsigned char bytes[] = "a key that keeps nothing secret.";
    ck_secret key = {bytes, sizeof bytes - 1};
    uint32_t wrong = 0, names = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) & ~1u : 20000;
    size_t pairs = argc > 2 ? strtoul(argv[2], NULL, 10) : 5000000;
    printf("| what | bits | speed | checked |\n|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof bits / sizeof *bits && error.status == CK_OK; i++) {
        set s = {.bits = bits[i], .n = names};
        double seconds = encode(&error, &key, &s);
        uint32_t bad = error.status == CK_OK ? check_filters(&error, &key, &s) : 0;
        printf("| filters of bigrams, %d bits each | %u | %.1f thousand names a second | %u of %u wrong |\n", HASHES, s.bits, names / seconds / 1e3, bad, names);
        wrong += bad;
        if (error.status == CK_OK)
            wrong += compare(&error, &s, pairs);
        for (uint32_t k = 0; s.plain && k < s.n; k++)
            ck_free(s.plain[k]);
        ck_free(s.plain);
        ck_free(s.offset);
        ck_free(s.bytes);
    }
    if (error.status)
        fprintf(stderr, "bench_clk: %s\n", error.text);
    return error.status || wrong;
}
