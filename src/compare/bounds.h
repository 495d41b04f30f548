/** Admissible bounds: what a pair can reach at best, from its sketches alone. A pair that cannot reach the
 *  loosest threshold of its ladder never meets a kernel. The bounds err on the side of letting pairs through,
 *  never on the other.
 *
 *  Bytes that two strings have in common, each as often as both have it, number at most
 *      common = popcount(letters_a & letters_b) + min(repeats_a, repeats_b)
 *  since a bit that both have stands for one common byte, and for one more only where both strings repeat it.
 *  No matching (Jaro) and no alignment (edit distances) pairs more bytes than that.
 */
#ifndef CK_COMPARE_BOUNDS_H
#define CK_COMPARE_BOUNDS_H
#include "compare/kernels.h"

enum { CK_BOUND_ONE = 4096 /**< 1.0 in the fixed point of `need` */ };

typedef struct ck_bounds {
    bool jaro;       /**< bound by `need`; else by `most_edits` */
    int32_t need[5]; /**< [common prefix] least matches / length_a + matches / length_b, in 1 / CK_BOUND_ONE,
                        rounded down */
    int32_t most_edits;
} ck_bounds;

/** The threshold that is reached most easily; one that nothing reaches when there is none. */
static inline double ck_bounds_loosest(const ck_ladder *ladder) {
    bool distance = ck_measure_is_distance(ladder->measure);
    double loosest = distance ? -1.0 : 2.0;
    for (uint32_t t = 0; t < ladder->n; t++) {
        double threshold = ladder->threshold[t];
        if (distance ? threshold > loosest : threshold < loosest)
            loosest = threshold;
    }
    return loosest;
}

/** The least Jaro similarity from which Winkler's boost reaches `threshold`. */
static inline double ck_bounds_jaro_before_boost(double threshold, uint32_t prefix) {
    if (threshold <= 0.7)
        return threshold;
    double before = (threshold - 0.1 * prefix) / (1.0 - 0.1 * prefix);
    return before > 0.7 ? before : 0.7;
}

/** With all m matches in order jaro = (m / length_a + m / length_b + 1) / 3. */
static inline ck_bounds ck_bounds_prepare(const ck_ladder *ladder) {
    double loosest = ck_bounds_loosest(ladder);
    ck_bounds bounds = {.jaro = !ck_measure_is_distance(ladder->measure)};
    for (uint32_t prefix = 0; prefix < 5; prefix++) {
        double jaro =
            ladder->measure == CK_JARO_WINKLER ? ck_bounds_jaro_before_boost(loosest, prefix) : loosest;
        double need = (3.0 * jaro - 1.0 - 1e-9) * CK_BOUND_ONE;
        bounds.need[prefix] = need > 0.0 ? (int32_t)need : 0;
    }
    bounds.most_edits = loosest < CK_STRING_MAX ? (int32_t)loosest : CK_STRING_MAX;
    if (loosest < 0.0)
        bounds.most_edits = -1;
    return bounds;
}

static inline int32_t ck_bounds_common(const ck_sketch *a, const ck_sketch *b) {
    int32_t repeats = a->repeats < b->repeats ? a->repeats : b->repeats;
    return __builtin_popcountll(a->letters & b->letters) + repeats;
}

/** Bytes that both begin with, at most 4; too many when both are shorter and equal. */
static inline unsigned ck_bounds_prefix(const ck_sketch *a, const ck_sketch *b) {
    uint64_t differ = (uint64_t)(a->prefix ^ b->prefix) | UINT64_C(1) << 32;
    return (unsigned)__builtin_ctzll(differ) / 8;
}

/** May the pair reach the loosest threshold? */
static inline bool ck_bounds_allow_jaro(const ck_bounds *bounds, const ck_sketch *a, const ck_sketch *b) {
    int32_t best = ck_bounds_common(a, b) * (a->length + b->length) * CK_BOUND_ONE;
    return best >= bounds->need[ck_bounds_prefix(a, b)] * (a->length * b->length);
}

static inline bool ck_bounds_allow_edits(const ck_bounds *bounds, const ck_sketch *a, const ck_sketch *b) {
    int32_t longer = a->length > b->length ? a->length : b->length;
    return longer - ck_bounds_common(a, b) <= bounds->most_edits;
}

/** Numbers of those of the pairs [begin, end) that the bounds let through; how many. `survivor` has room for
 *  all. */
static inline size_t ck_bounds_survivors(const ck_bounds *bounds, const ck_pairs *pairs, size_t begin,
                                         size_t end, size_t *survivor) {
    const ck_sketch *x = pairs->x->sketch, *y = pairs->y->sketch;
    size_t n = 0;
    for (size_t k = begin; k < end; k++) {
        const ck_sketch *a = &x[pairs->a[k]], *b = &y[pairs->b[k]];
        survivor[n] = k;
        n += bounds->jaro ? ck_bounds_allow_jaro(bounds, a, b) : ck_bounds_allow_edits(bounds, a, b);
    }
    return n;
}

#endif
