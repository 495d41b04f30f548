/** Dictionaries of Bloom filters: each value's bits as words, and how many are set.
 *
 *      Dice(a, b) = 2 |a and b| / (|a| + |b|)        0 when neither has a bit; 0 when their lengths differ
 *
 *  (Schnell, Bachteler & Reiher 2009). With |a| and |b| known, no pair can exceed 2 min(|a|, |b|) / (|a| + |b|): a ladder's loosest
 *  threshold is asked of that first. */
#ifndef CK_COMPARE_BIT_LISTS_H
#define CK_COMPARE_BIT_LISTS_H
#include "compare/kernels.h"

typedef struct ck_bit_lists {
    uint64_t *word;   /**< words of all values, one after another */
    uint64_t *first;  /**< [count + 1] into `word` */
    uint32_t *ones;   /**< [count] */
} ck_bit_lists;

/** Decode base64 values (kind clk); anything else has no bits. @return CK_OK or CK_MEMORY */
ck_status ck_bit_lists_create(ck_error *error, const ck_strings *strings, ck_bit_lists **lists);
void ck_bit_lists_free(ck_bit_lists *lists);

static inline double ck_dice_of(uint64_t both, uint32_t ones_a, uint32_t ones_b) {
    return ones_a + ones_b ? (double)(2 * both) / (double)(ones_a + ones_b) : 0.0;
}

static inline double ck_dice_pair(const ck_bit_lists *x, const ck_bit_lists *y, uint32_t a, uint32_t b) {
    const uint64_t *p = x->word + x->first[a], *q = y->word + y->first[b];
    uint64_t n = x->first[a + 1] - x->first[a], both = 0;
    if (n != y->first[b + 1] - y->first[b])
        return 0.0;
    for (uint64_t i = 0; i < n; i++)
        both += (uint64_t)__builtin_popcountll(p[i] & q[i]);
    return ck_dice_of(both, x->ones[a], y->ones[b]);
}

/* ---- batches: false when the measure is another; compiled once an instruction set ---- */

static inline bool ck_dice_measure(ck_measure measure, const ck_pairs *pairs, double *out) {
    if (measure != CK_DICE)
        return false;
    for (size_t k = 0; k < pairs->n; k++)
        out[k] = ck_dice_pair(pairs->x->bits, pairs->y->bits, pairs->a[k], pairs->b[k]);
    return true;
}

static inline bool ck_dice_ladder(const ck_ladder *ladder, const ck_pairs *pairs, uint8_t *out) {
    if (ladder->measure != CK_DICE)
        return false;
    const ck_bit_lists *x = pairs->x->bits, *y = pairs->y->bits;
    double loosest = ladder->n ? ladder->threshold[ladder->n - 1] : 2.0; /* none is reached */
    for (size_t k = 0; k < pairs->n; k++) {
        uint32_t p = x->ones[pairs->a[k]], q = y->ones[pairs->b[k]];
        out[k] = (uint8_t)ladder->n;
        if (ck_dice_of(p < q ? p : q, p, q) >= loosest)
            out[k] = ck_ladder_level(ladder, ck_dice_pair(x, y, pairs->a[k], pairs->b[k]));
    }
    return true;
}

#endif
