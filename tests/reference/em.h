/** EM over single pairs, slow and obvious: products over each pair's levels, no counts of patterns, no logarithms. ck_em_session on
 *  cells must equal it up to rounding. */
#ifndef CK_REFERENCE_EM_H
#define CK_REFERENCE_EM_H
#include <stddef.h>

enum { REFERENCE_COMPARISONS = 8, REFERENCE_LEVELS = 8 };

/** m and u are by [comparison][gamma]; gamma runs from 0 to nlevels - 1, -1 is missing. */
typedef struct reference_em {
    unsigned ncomparisons, nlevels[REFERENCE_COMPARISONS];
    double u[REFERENCE_COMPARISONS][REFERENCE_LEVELS], m[REFERENCE_COMPARISONS][REFERENCE_LEVELS];
    double share;
    unsigned iterations;
} reference_em;

/** From m falling by .3 a level and a share of .1, until nothing moves by `tolerance` or more, at most `most` times.
 *  gamma: [npairs * ncomparisons]. */
void reference_em_solve(reference_em *em, const int *gamma, size_t npairs, double tolerance, unsigned most);
/** P(match) of one pair. */
double reference_em_probability(const reference_em *em, const int *gamma);

#endif
