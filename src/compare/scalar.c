/** The scalar instruction set: one pair after the other, any length. */
#include "compare/bit_lists.h"
#include "compare/bounds.h"
#include "compare/jaccard.h"
#include "compare/ratios.h"
#include <string.h>

enum { CHUNK = 1024 };

static bool runs_here(void) {
    return true;
}

static double measure_pair(ck_words *words, ck_measure measure, const ck_pairs *pairs, size_t k) {
    return ck_words_measure(words, measure, ck_strings_span(pairs->x, pairs->a[k]),
                            ck_strings_span(pairs->y, pairs->b[k]));
}

static void measure_pairs(ck_measure measure, const ck_pairs *pairs, double *out) {
    ck_words words;
    if (ck_ratios_measure(measure, pairs, out) || ck_dice_measure(measure, pairs, out))
        return;
    ck_words_init(&words);
    for (size_t k = 0; k < pairs->n; k++)
        out[k] = measure_pair(&words, measure, pairs, k);
}

static void ladder_pairs(const ck_ladder *ladder, const ck_pairs *pairs, uint8_t *out) {
    ck_words words;
    if (ck_ratios_ladder(ladder, pairs, out) || ck_dice_ladder(ladder, pairs, out))
        return;
    ck_words_init(&words);
    if (ladder->measure == CK_JACCARD) {
        ck_jaccard_ladder(ladder, pairs, out);
        return;
    }
    ck_bounds bounds = ck_bounds_prepare(ladder);
    memset(out, (int)ladder->n, pairs->n);
    for (size_t begin = 0; begin < pairs->n; begin += CHUNK) {
        size_t survivor[CHUNK], end = pairs->n - begin < CHUNK ? pairs->n : begin + CHUNK;
        size_t n = ck_bounds_survivors(&bounds, pairs, begin, end, survivor);
        for (size_t i = 0; i < n; i++)
            out[survivor[i]] =
                ck_ladder_level(ladder, measure_pair(&words, ladder->measure, pairs, survivor[i]));
    }
}

const ck_kernels ck_kernels_scalar = {"scalar", runs_here, measure_pairs, ladder_pairs};
