/** The scalar instruction set: one pair after the other, any length. */
#include "compare/kernels.h"
#include "compare/words.h"

static bool runs_here(void) { return true; }

static double measure_pair(ck_words *words, ck_measure measure, const ck_pairs *pairs, size_t k) {
    uint32_t a = pairs->a[k], b = pairs->b[k];
    return ck_words_measure(words, measure, (ck_span){ck_strings_bytes(pairs->x, a), ck_strings_length(pairs->x, a)},
                            (ck_span){ck_strings_bytes(pairs->y, b), ck_strings_length(pairs->y, b)});
}

static void measure_pairs(ck_measure measure, const ck_pairs *pairs, double *out) {
    ck_words words;
    ck_words_init(&words);
    for (size_t k = 0; k < pairs->n; k++) out[k] = measure_pair(&words, measure, pairs, k);
}

static void ladder_pairs(const ck_ladder *ladder, const ck_pairs *pairs, uint8_t *out) {
    ck_words words;
    ck_words_init(&words);
    for (size_t k = 0; k < pairs->n; k++)
        out[k] = ck_ladder_level(ladder, measure_pair(&words, ladder->measure, pairs, k));
}

const ck_kernels ck_kernels_scalar = {"scalar", runs_here, measure_pairs, ladder_pairs};
