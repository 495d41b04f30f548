#include "link/train_sample.h"
#include <math.h>

ck_pair_sample ck_plan_pair_sample(double pairs, double records, double wanted_pairs, double wanted_records) {
    double fraction = 1;
    if (pairs > wanted_pairs)
        fraction = fmin(1, fmax(sqrt(wanted_pairs / pairs), wanted_records / records));
    double buckets = fmax(1, floor(pairs * fraction * fraction / wanted_pairs));
    return (ck_pair_sample){fraction >= 1 ? UINT64_MAX : (uint64_t)(fraction * 18446744073709549568.0), (uint64_t)buckets};
}
