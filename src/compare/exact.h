/** The double expressions of the similarities, in one place: every kernel counts in integers and ends here,
 *  so that no instruction set can differ from another by a bit. The order of the operations is DuckDB 2.0's.
 */
#ifndef CK_COMPARE_EXACT_H
#define CK_COMPARE_EXACT_H
#include <math.h>
#include <stdint.h>

/** Jaro of `matches` > 0 bytes, of which `transpositions` pairs are out of order. */
static inline double ck_exact_jaro(double matches, double transpositions, double length_a, double length_b) {
    return (matches / length_a + matches / length_b + (matches - transpositions) / matches) / 3.0;
}

/** Winkler's boost for `prefix` <= 4 equal first bytes. One rounding at the end: with two, pairs of ten and
 *  more bytes that lie at 0.92 exactly would fall below it, and in DuckDB they do not. */
static inline double ck_exact_winkler(double jaro, double prefix) {
    return jaro > 0.7 ? fma(prefix * 0.1, 1.0 - jaro, jaro) : jaro;
}

/** Jaccard of two sets of which `both` elements are common; two empty sets have none. */
static inline double ck_exact_jaccard(uint32_t both, uint32_t size_a, uint32_t size_b) {
    uint32_t either = size_a + size_b - both;
    return either ? (double)both / (double)either : 0.0;
}

#endif
