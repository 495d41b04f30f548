#include "assess/intervals.h"
#include <stdbool.h>

ck_bounds ck_wilson_share(double share, double n) {
    if (!(n > 0))
        return (ck_bounds){(double)NAN, (double)NAN};
    double p = share, zz = CK_Z95 * CK_Z95 / n;
    double middle = p + zz / 2, half = sqrt(zz * (p * (1 - p) + zz / 4));
    /* At the ends rounding would leave the bound a hair beside the share itself. */
    double low = p <= 0 ? 0 : (middle - half) / (1 + zz), high = p >= 1 ? 1 : (middle + half) / (1 + zz);
    return (ck_bounds){low, high};
}

ck_bounds ck_wilson_bounds(uint64_t right, uint64_t n) {
    return ck_wilson_share(n ? (double)right / (double)n : (double)NAN, (double)n);
}

static ck_interval interval_of(double share, double n) {
    ck_bounds bounds = ck_wilson_share(share, n);
    return (ck_interval){share, bounds.low, bounds.high};
}

ck_interval ck_wilson_of_sample(uint64_t x, uint64_t n, uint64_t population) {
    double share = n ? (double)x / (double)n : (double)NAN;
    if (n > 0 && n >= population)
        return (ck_interval){share, share, share};
    return interval_of(share, (double)n * (double)(population - 1) / (double)(population - n));
}

double ck_ratio_effective(const ck_ratio *ratio, double most) {
    if (!(ratio->size > 0))
        return 0;
    double n = (double)ratio->clusters, p = ratio->right / ratio->size, all = ratio->size * ratio->size;
    double squares = ratio->right2 - 2 * p * ratio->cross + p * p * ratio->size2;
    bool differ = ratio->clusters > 1 && squares > 1e-12 * ratio->size2; /* rounding leaves a trace where they cancel */
    return fmin(differ ? p * (1 - p) * all * (n - 1) / (n * squares) : all / ratio->size2, most);
}

ck_interval ck_wilson_of_ratio(const ck_ratio *ratio, double most) {
    return interval_of(ratio->size > 0 ? ratio->right / ratio->size : (double)NAN, ck_ratio_effective(ratio, most));
}
