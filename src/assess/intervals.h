/** Intervals of 95 % for shares: the one home of Wilson's formula and of what makes dependent or drawn observations fit it. Local. */
#ifndef CK_ASSESS_INTERVALS_H
#define CK_ASSESS_INTERVALS_H
#include <math.h>
#include <stdint.h>

typedef struct ck_bounds {
    double low, high;
} ck_bounds;

/** A share with its interval; NAN where it has no meaning. */
typedef struct ck_interval {
    double estimate, low, high;
} ck_interval;

/** 97.5 % of the normal distribution. */
#define CK_Z95 1.959963984540054

/** Wilson (1927) for a share of n observations, n need not be whole: both NAN for n = 0. */
ck_bounds ck_wilson_share(double share, double n);
/** The same for right of n. */
ck_bounds ck_wilson_bounds(uint64_t right, uint64_t n);
/** The same for x of n drawn without replacement from `population`: drawing n of N tells as much as drawing n (N - 1) / (N - n) with it. */
ck_interval ck_wilson_of_sample(uint64_t x, uint64_t n, uint64_t population);

/** Sums over clusters of a ratio right / size whose observations depend on one another inside a cluster (pairs of one person, weighted
 *  observations): add every cluster, then ask. */
typedef struct ck_ratio {
    uint64_t clusters;
    double right, size, right2, size2, cross; /**< sums of r, s, r^2, s^2 and r s */
} ck_ratio;
static inline void ck_ratio_add(ck_ratio *ratio, double right, double size) {
    ratio->clusters++;
    ratio->right += right;
    ratio->size += size;
    ratio->right2 += right * right;
    ratio->size2 += size * size;
    ratio->cross += right * size;
}
/** How many independent observations would tell as much, at most `most`:
 *
 *      p (1 - p) / V,    V = G / (G - 1) sum (r - p s)^2 / (sum s)^2        (the linearised variance of a ratio, Cochran 1977)
 *
 *  and (sum s)^2 / sum s^2 (Kish 1965) where no cluster differs from another, as when all is right: V would be 0. */
double ck_ratio_effective(const ck_ratio *ratio, double most);
/** Wilson's interval of the ratio with that number (Korn and Graubard 1998 do so with the binomial one). */
ck_interval ck_wilson_of_ratio(const ck_ratio *ratio, double most);

#endif
