/** Jaccard of a pair from its sketches, where they tell the sets of bytes exactly. */
#ifndef CK_COMPARE_JACCARD_H
#define CK_COMPARE_JACCARD_H
#include "compare/exact.h"
#include "compare/kernels.h"
#include "compare/words.h"

/** Are the letters of two values with these pages (of both) one bit a byte? Not with both cases, nor with
 *  control bytes or bytes above 0x7F, which share bits with others. */
static inline bool ck_jaccard_sketch_is_exact(unsigned pages) {
    return !(pages & CK_PAGE_OTHER) && pages != (CK_PAGE_UPPER | CK_PAGE_LOWER);
}

static inline double ck_jaccard_of_pair(const ck_pairs *pairs, size_t k) {
    uint32_t a = pairs->a[k], b = pairs->b[k];
    const ck_sketch *x = &pairs->x->sketch[a], *y = &pairs->y->sketch[b];
    if (!ck_jaccard_sketch_is_exact(x->pages | y->pages))
        return ck_words_jaccard(ck_strings_span(pairs->x, a), ck_strings_span(pairs->y, b));
    return ck_exact_jaccard((uint32_t)__builtin_popcountll(x->letters & y->letters),
                            (uint32_t)__builtin_popcountll(x->letters),
                            (uint32_t)__builtin_popcountll(y->letters));
}

static inline void ck_jaccard_measure(const ck_pairs *pairs, double *out) {
    for (size_t k = 0; k < pairs->n; k++)
        out[k] = ck_jaccard_of_pair(pairs, k);
}

static inline void ck_jaccard_ladder(const ck_ladder *ladder, const ck_pairs *pairs, uint8_t *out) {
    for (size_t k = 0; k < pairs->n; k++)
        out[k] = ck_ladder_level(ladder, ck_jaccard_of_pair(pairs, k));
}

#endif
