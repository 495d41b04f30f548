/** Every instruction set against the slow and obvious similarities, bit for bit; and the ladders, whose
 *  bounds must never move a pair to another level. `similarity ISA` tests one instruction set (77 when it
 *  cannot run here). */
#include "compare/glance.h"
#include "reference/similarity.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { VALUES = 800, HALF = VALUES / 2, LONGEST = 300, PAIRS = 4000, SKIPPED = 77 };

static const ck_kernels *kernels;

/** One kind of made-up strings. */
typedef struct text_kind {
    const char *name;
    const char *alphabet; /**< NULL: any byte, NUL too */
    unsigned longest;
} text_kind;

static const text_kind KINDS[] = {
    {"two letters, tiny", "AB", 5},
    {"three letters, up to 8", "ABC", 8},
    {"four letters, up to 12", "ABCD", 12},
    {"five letters, up to 17", "ABCDE", 17},
    {"names", "AEIONRSTLMDHKBC", 11},
    {"mixed case and digits", "abcABC123 -", 14},
    {"digits", "0123456789-", 10},
    {"any byte, up to 18", NULL, 18},
    {"up to 70", "ABCDEFG", 70},
    {"up to 140", "ABC", 140},
    {"any length", "ABCDEFGHIJ", LONGEST},
    {"any byte, any length", NULL, LONGEST},
    {"few words", "AB ", 9},
    {"words", "ABCDE1  ", 40},
    {"many words, often again", "A B", 64},
    {"many words, any length", "ABCDEFG  ", LONGEST},
};
enum { NKINDS = sizeof KINDS / sizeof KINDS[0] };

/** A dictionary, one of its later half, and pairs of values of the two. */
typedef struct sample {
    uint64_t state;
    uint64_t offset[VALUES + 1];
    char bytes[VALUES * LONGEST];
    ck_strings *x, *y; /**< value v of y is value HALF + v of x */
    uint32_t a[PAIRS], b[PAIRS];
    size_t pairs;
} sample;

/** A number below `below` (the generator is SplitMix64's; the test is built where xxHash may be absent). */
static uint32_t draw(sample *s, uint32_t below) {
    uint64_t x = s->state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((x >> 32) * below >> 32);
}

static char draw_byte(sample *s, const text_kind *kind) {
    if (kind->alphabet)
        return kind->alphabet[draw(s, (uint32_t)strlen(kind->alphabet))];
    uint32_t byte = draw(s, 256);
    return (char)(byte == 1 ? 0 : byte); /* to the reference's words 1 is NUL */
}

/** One to three edits of an earlier value, so that near pairs are common. @return its new length */
static size_t edit(sample *s, const text_kind *kind, char *text, size_t n) {
    for (uint32_t edits = 1 + draw(s, 3); edits-- > 0;) {
        size_t at = n ? draw(s, (uint32_t)n) : 0;
        switch (draw(s, 4)) {
        case 0:
            if (n)
                text[at] = draw_byte(s, kind);
            break;
        case 1:
            if (n < kind->longest) {
                memmove(text + at + 1, text + at, n - at);
                text[at] = draw_byte(s, kind);
                n++;
            }
            break;
        case 2:
            if (n)
                memmove(text + at, text + at + 1, --n - at);
            break;
        default:
            if (at + 1 < n) {
                char byte = text[at];
                text[at] = text[at + 1];
                text[at + 1] = byte;
            }
        }
    }
    return n;
}

static void draw_values(sample *s, const text_kind *kind) {
    s->offset[0] = 0;
    for (uint32_t v = 0; v < VALUES; v++) {
        char *text = s->bytes + s->offset[v];
        size_t n;
        if (v > 0 && draw(s, 2)) {
            uint32_t of = draw(s, v);
            n = (size_t)(s->offset[of + 1] - s->offset[of]);
            memcpy(text, s->bytes + s->offset[of], n);
            n = edit(s, kind, text, n);
        } else {
            n = draw(s, kind->longest + 1);
            for (size_t i = 0; i < n; i++)
                text[i] = draw_byte(s, kind);
        }
        s->offset[v + 1] = s->offset[v] + n;
    }
}

static sample *sample_create(const text_kind *kind, uint64_t seed) {
    sample *s = malloc(sizeof *s);
    assert_non_null(s);
    s->state = seed;
    draw_values(s, kind);
    s->pairs = kind->longest > 100 ? PAIRS / 20 : PAIRS;
    for (size_t k = 0; k < s->pairs; k++) {
        s->a[k] = draw(s, VALUES);
        s->b[k] = draw(s, 4) ? draw(s, HALF) : (s->a[k] + draw(s, 3)) % HALF;
    }
    ck_error error = {0};
    assert_int_equal(ck_strings_create(&error, VALUES, s->offset, s->bytes, &s->x), CK_OK);
    assert_int_equal(ck_strings_create(&error, VALUES - HALF, s->offset + HALF, s->bytes, &s->y), CK_OK);
    assert_int_equal(ck_strings_add_words(&error, s->x), CK_OK);
    assert_int_equal(ck_strings_add_bits(&error, s->x), CK_OK);
    assert_int_equal(ck_strings_add_words(&error, s->y), CK_OK);
    assert_int_equal(ck_strings_add_bits(&error, s->y), CK_OK);
    return s;
}

static void sample_free(sample *s) {
    ck_strings_free(s->y);
    ck_strings_free(s->x);
    free(s);
}

static double reference_of(const sample *s, ck_measure measure, size_t k) {
    const uint64_t *o = s->offset;
    uint32_t a = s->a[k], b = HALF + s->b[k];
    return reference_measure(measure, s->bytes + o[a], (size_t)(o[a + 1] - o[a]), s->bytes + o[b],
                             (size_t)(o[b + 1] - o[b]));
}

static void fail_pair(const sample *s, const text_kind *kind, ck_measure measure, size_t k, double got,
                      double expected) {
    const uint64_t *o = s->offset;
    uint32_t a = s->a[k], b = HALF + s->b[k];
    fail_msg("%s, measure %d of '%.*s' and '%.*s': %.17g, expected %.17g", kind->name, measure,
             (int)(o[a + 1] - o[a]), s->bytes + o[a], (int)(o[b + 1] - o[b]), s->bytes + o[b], got, expected);
}

static bool same_bits(double x, double y) {
    return memcmp(&x, &y, sizeof x) == 0;
}

/** `expected` becomes the reference's measures. */
static void check_measures(const sample *s, const text_kind *kind, ck_measure measure, double *expected) {
    static double out[PAIRS];
    ck_measure_batch(kernels, measure, s->x, s->y, s->a, s->b, s->pairs, out);
    for (size_t k = 0; k < s->pairs; k++) {
        expected[k] = reference_of(s, measure, k);
        if (!same_bits(out[k], expected[k]))
            fail_pair(s, kind, measure, k, out[k], expected[k]);
    }
}

static int rising(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/** A ladder of `n` thresholds that fit the measure: round numbers, and values that pairs have exactly. */
static void draw_ladder(sample *s, ck_measure measure, const double *values, uint32_t n, double *threshold) {
    bool distance = measure == CK_LEVENSHTEIN || measure == CK_DAMERAU_LEVENSHTEIN;
    for (uint32_t t = 0; t < n; t++) {
        double value = draw(s, 3) ? values[draw(s, (uint32_t)s->pairs)] : draw(s, 101) / 100.0;
        threshold[t] = distance ? (draw(s, 4) ? draw(s, 5) : value) : value;
    }
    qsort(threshold, n, sizeof *threshold, rising);
    for (uint32_t i = 0; !distance && i < n / 2; i++) {
        double swap = threshold[i];
        threshold[i] = threshold[n - 1 - i];
        threshold[n - 1 - i] = swap;
    }
}

static void check_ladder(const sample *s, const text_kind *kind, ck_measure measure, const double *values,
                         const double *threshold, uint32_t n) {
    static uint8_t level[PAIRS];
    ck_ladder_batch(kernels, measure, s->x, s->y, threshold, n, s->a, s->b, s->pairs, level);
    for (size_t k = 0; k < s->pairs; k++) {
        unsigned expected = reference_level(measure, values[k], threshold, n);
        if (level[k] != expected)
            fail_pair(s, kind, measure, k, level[k], expected);
    }
}

static ck_lane_words words_of(const uint32_t *word) {
    ck_lane_words words;
    memcpy(&words, word, sizeof words);
    return words;
}

/** The bounds of glances let through every pair that reaches a threshold. @return pairs that they hold back */
static size_t check_glances(const sample *s, const text_kind *kind, ck_measure measure, const double *values, const double *threshold,
                            uint32_t n) {
    ck_ladder ladder = {measure, threshold, n};
    ck_bounds bounds = ck_bounds_prepare(&ladder);
    size_t held = 0;
    for (size_t begin = 0; begin + CK_LANE_WORDS <= s->pairs; begin += CK_LANE_WORDS) {
        uint32_t word[4][CK_LANE_WORDS];
        for (size_t i = 0; i < CK_LANE_WORDS; i++) {
            ck_glance a = ck_glance_of(ck_strings_span(s->x, s->a[begin + i])), b = ck_glance_of(ck_strings_span(s->y, s->b[begin + i]));
            word[0][i] = a.letters, word[1][i] = a.rest, word[2][i] = b.letters, word[3][i] = b.rest;
        }
        ck_glances a = {words_of(word[0]), words_of(word[1])}, b = {words_of(word[2]), words_of(word[3])};
        ck_lane_words may = bounds.jaro ? ck_glance_allows_jaro(&bounds, a, b) : ck_glance_allows_edits(&bounds, a, b);
        for (size_t i = 0; i < CK_LANE_WORDS; i++) {
            held += !may[i];
            if (!may[i] && reference_level(measure, values[begin + i], threshold, n) < n)
                fail_pair(s, kind, measure, begin + i, -1, values[begin + i]);
        }
    }
    return held;
}

static void check_ladders(sample *s, const text_kind *kind, ck_measure measure, const double *values) {
    static const double NAMES[] = {0.92, 0.88, 0.7}, EDITS[] = {0, 1, 2}, EVERYTHING[] = {0.0},
                        NOTHING[] = {1.5, 1.25};
    bool distance = measure == CK_LEVENSHTEIN || measure == CK_DAMERAU_LEVENSHTEIN;
    check_ladder(s, kind, measure, values, distance ? EDITS : NAMES, 3);
    check_ladder(s, kind, measure, values, distance ? EDITS + 1 : NAMES, 1);
    check_ladder(s, kind, measure, values, EVERYTHING, 1);
    check_ladder(s, kind, measure, values, NOTHING, distance ? 1 : 2);
    check_ladder(s, kind, measure, values, NOTHING, 0);
    for (int round = 0; round < 12; round++) {
        double threshold[CK_LADDER_MAX];
        uint32_t n = 1 + draw(s, round < 6 ? 4 : CK_LADDER_MAX);
        draw_ladder(s, measure, values, n, threshold);
        check_ladder(s, kind, measure, values, threshold, n);
        if (ck_glance_bounds(measure))
            check_glances(s, kind, measure, values, threshold, n);
    }
}

/** The bounds are of use: of names at 0.92, or two edits, most pairs that are below it are held back. */
static void test_glances_hold_back(void **state) {
    (void)state;
    static double values[PAIRS];
    const double high = 0.92, few = 2;
    sample *s = sample_create(&KINDS[4], 99);
    for (unsigned m = 0; m < CK_MEASURES; m++) {
        ck_measure measure = (ck_measure)m;
        if (!ck_glance_bounds(measure))
            continue;
        const double *threshold = ck_measure_is_distance(measure) ? &few : &high;
        size_t below = 0;
        for (size_t k = 0; k < s->pairs; k++) {
            values[k] = reference_of(s, measure, k);
            below += reference_level(measure, values[k], threshold, 1) == 1;
        }
        assert_true(check_glances(s, &KINDS[4], measure, values, threshold, 1) > below / 2);
    }
    sample_free(s);
}

static void test_random_strings(void **state) {
    (void)state;
    static double expected[PAIRS];
    for (unsigned kind = 0; kind < NKINDS; kind++) {
        sample *s = sample_create(&KINDS[kind], 1000 + kind);
        for (unsigned measure = 0; measure < CK_MEASURES; measure++) {
            check_measures(s, &KINDS[kind], (ck_measure)measure, expected);
            check_ladders(s, &KINDS[kind], (ck_measure)measure, expected);
        }
        sample_free(s);
    }
}

/** Batches of every size up to a few times the widest lane count: nothing is lost or written at the seams. */
static void test_batch_sizes(void **state) {
    (void)state;
    sample *s = sample_create(&KINDS[4], 7);
    double threshold[] = {0.9, 0.5};
    for (size_t n = 0; n <= 200; n++) {
        double value[201];
        uint8_t level[201];
        value[n] = -5.0;
        level[n] = 99;
        ck_measure_batch(kernels, CK_JARO_WINKLER, s->x, s->y, s->a, s->b, n, value);
        ck_ladder_batch(kernels, CK_JARO_WINKLER, s->x, s->y, threshold, 2, s->a, s->b, n, level);
        for (size_t k = 0; k < n; k++) {
            double expected = reference_of(s, CK_JARO_WINKLER, k);
            assert_true(same_bits(value[k], expected));
            assert_int_equal(level[k], reference_level(CK_JARO_WINKLER, expected, threshold, 2));
        }
        assert_true(value[n] < -4.0 && level[n] == 99);
    }
    sample_free(s);
}

/** Values that other programs are known to give. */
static void test_known_values(void **state) {
    (void)state;
    static const struct {
        ck_measure measure;
        const char *a, *b;
        double value;
    } KNOWN[] = {
        {CK_JARO_WINKLER, "MARTHA", "MARHTA", 0.9611111111111111},
        {CK_JARO_WINKLER, "DIXON", "DICKSONX", 0.8133333333333332},
        {CK_JARO_WINKLER, "aaaa", "abaab", 0.805}, /* 0.8049999999999999 when rounded twice */
        {CK_JARO, "", "", 0.0},
        {CK_JARO, "\xc3\xa9", "\xc3\xa8", 0.6666666666666666},
        {CK_JACCARD, "ca", "abc", 0.6666666666666666},
        {CK_JACCARD, "", "a", 0.0},
        {CK_LEVENSHTEIN, "kitten", "sitting", 3.0},
        {CK_LEVENSHTEIN, "", "", 0.0},
        {CK_DAMERAU_LEVENSHTEIN, "ca", "abc", 2.0},
        {CK_DAMERAU_LEVENSHTEIN, "", "abc", 3.0},
        {CK_RATIO, "ca", "abc", 0.4},
        {CK_RATIO, "", "", 1.0},
        {CK_RATIO, "aaaaaaaaab", "cccccccccb", 0.09999999999999998}, /* a tie at 10 that rapidfuzz misses */
        {CK_TOKEN_SORT, "1 HIGH ST", " ST 1  HIGH", 1.0},
        {CK_TOKEN_SET, "1 HIGH ST", "HIGH", 1.0},
        {CK_TOKEN_SET, "AB CD", "AB CE", 0.8},
        {CK_TOKEN_SET, "", "", 0.0},
        {CK_PREFIX_OF, "J", "JOHN", 1.0},
        {CK_PREFIX_OF, "JOHNX", "JOHN", 1.0},
        {CK_PREFIX_OF, "JOAN", "JOHN", 0.0},
        {CK_PREFIX_OF, "", "JOHN", 0.0},
    };
    for (size_t k = 0; k < sizeof KNOWN / sizeof KNOWN[0]; k++) {
        char bytes[64];
        size_t na = strlen(KNOWN[k].a), nb = strlen(KNOWN[k].b);
        uint64_t offset[] = {0, na, na + nb};
        memcpy(bytes, KNOWN[k].a, na);
        memcpy(bytes + na, KNOWN[k].b, nb);
        ck_error error = {0};
        ck_strings *strings;
        uint32_t a = 0, b = 1;
        double value;
        assert_int_equal(ck_strings_create(&error, 2, offset, bytes, &strings), CK_OK);
        assert_int_equal(ck_strings_add_words(&error, strings), CK_OK);
        assert_int_equal(ck_strings_add_bits(&error, strings), CK_OK);
        ck_measure_batch(kernels, KNOWN[k].measure, strings, strings, &a, &b, 1, &value);
        ck_strings_free(strings);
        if (!same_bits(value, KNOWN[k].value))
            fail_msg("measure %d of '%s' and '%s': %.17g", KNOWN[k].measure, KNOWN[k].a, KNOWN[k].b, value);
    }
}

/** Two dictionaries, the longest strings that are taken, and one that is not. */
static void test_longest_strings(void **state) {
    (void)state;
    enum { N = CK_STRING_MAX };
    char *bytes = malloc(N + 1);
    assert_non_null(bytes);
    memset(bytes, 'A', N + 1);
    bytes[N / 2] = 'B';
    uint64_t whole[] = {0, N}, part[] = {1, N}, above[] = {0, N + 1};
    ck_error error = {0};
    ck_strings *x, *y, *none;
    assert_int_equal(ck_strings_create(&error, 1, whole, bytes, &x), CK_OK);
    assert_int_equal(ck_strings_create(&error, 1, part, bytes, &y), CK_OK);
    uint32_t zero = 0;
    double value;
    ck_measure_batch(kernels, CK_LEVENSHTEIN, x, y, &zero, &zero, 1, &value);
    assert_true(value >= 1.0 && value <= 1.0);
    ck_measure_batch(kernels, CK_DAMERAU_LEVENSHTEIN, x, y, &zero, &zero, 1, &value);
    assert_true(value >= 1.0 && value <= 1.0);
    ck_measure_batch(kernels, CK_JARO, x, y, &zero, &zero, 1, &value);
    assert_true(value > 0.9999 && value < 1.0);
    double close = 0.99;
    for (ck_measure measure = CK_RATIO; measure <= CK_TOKEN_SET; measure++) { /* a single word */
        uint8_t level;
        assert_int_equal(ck_strings_add_words(&error, x), CK_OK);
        assert_int_equal(ck_strings_add_bits(&error, x), CK_OK);
        assert_int_equal(ck_strings_add_words(&error, y), CK_OK);
        assert_int_equal(ck_strings_add_bits(&error, y), CK_OK);
        ck_measure_batch(kernels, measure, x, y, &zero, &zero, 1, &value);
        assert_true(value > 0.9999 && value < 1.0);
        ck_ladder_batch(kernels, measure, x, y, &close, 1, &zero, &zero, 1, &level);
        assert_int_equal(level, 0);
    }
    assert_int_equal(ck_strings_create(&error, 1, above, bytes, &none), CK_DATA);
    assert_null(none);
    ck_strings_free(x);
    ck_strings_free(y);
    free(bytes);
}

static int run_kernels(const ck_kernels *chosen) {
    kernels = chosen;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_values),
        cmocka_unit_test(test_batch_sizes),
        cmocka_unit_test(test_longest_strings),
        cmocka_unit_test(test_random_strings),
        cmocka_unit_test(test_glances_hold_back),
    };
    return cmocka_run_group_tests_name(ck_kernels_name(chosen), tests, NULL, NULL);
}

int main(int argc, char **argv) {
    const char *const one[] = {argc > 1 ? argv[1] : NULL, NULL};
    int failed = 0, run = 0;
    for (const char *const *name = argc > 1 ? one : ck_kernels_list(); *name; name++) {
        const ck_kernels *chosen = ck_kernels_choose(*name);
        if (!chosen) {
            printf("%s cannot run here: skipped\n", *name);
            continue;
        }
        failed += run_kernels(chosen);
        run++;
    }
    return run ? failed != 0 : SKIPPED;
}
