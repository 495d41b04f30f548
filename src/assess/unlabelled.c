#include "assess/unlabelled.h"
#include "base/memory.h"
#include <math.h>

static int band_of(double relative) {
    int band = CK_LABEL_BANDS - 1;
    while (relative < ck_label_band_from(band))
        band--;
    return band;
}

ck_status ck_sum_links(const ck_comm *comm, ck_error *error, const ck_links *links, double decision, ck_link_sum band[CK_LABEL_BANDS]) {
    enum { COUNT, WHOLE, PART, FACTS };
    const double unit = 0x1p32;
    uint64_t sum[CK_LABEL_BANDS][FACTS] = {{0}};
    for (uint64_t i = 0; i < links->n; i++) {
        uint64_t *s = sum[band_of(links->weight[i] - decision)];
        s[COUNT]++;
        s[PART] += (uint64_t)(ck_probability_of_weight(links->weight[i]) * unit + 0.5);
        s[WHOLE] += s[PART] >> 32;
        s[PART] &= UINT32_MAX;
    }
    ck_par_sum(comm, &sum[0][0], CK_LABEL_BANDS * FACTS);
    for (int k = 0; k < CK_LABEL_BANDS; k++)
        band[k] = (ck_link_sum){sum[k][COUNT], (double)sum[k][WHOLE] + (double)sum[k][PART] / unit};
    return ck_par_agree(comm, error);
}

double ck_missed_of_two(double first_only, double second_only, double both) {
    return both > 0 ? first_only * second_only / both : (double)NAN;
}

double ck_missed_of_many(uint32_t rules, double once, double twice) {
    return rules > 1 && twice > 0 ? (double)(rules - 1) / rules * once * once / (2 * twice) : (double)NAN;
}

void ck_count_captures(const ck_cells *cells, const ck_scorer *scorer, double floor_log2, ck_captures *captures) {
    double alone[64] = {0};
    uint64_t all = 0;
    *captures = (ck_captures){0};
    for (size_t i = 0; i < cells->n; i++) {
        uint64_t mask = cells->mask[i];
        double weight = ck_score_pattern(scorer, cells->pattern[i], scorer->uses_masks ? mask : 0);
        double matches = (double)cells->count[i] * ck_probability_of_weight(weight);
        int caught = __builtin_popcountll(mask);
        all |= mask;
        captures->matches += matches;
        captures->below_floor += weight < floor_log2 ? matches : 0;
        captures->once += caught == 1 ? matches : 0;
        captures->twice += caught == 2 ? matches : 0;
        if (caught == 1)
            alone[__builtin_ctzll(mask)] += matches;
    }
    captures->rules = (uint32_t)__builtin_popcountll(all);
    if (captures->rules == 2)
        captures->missed = ck_missed_of_two(alone[__builtin_ctzll(all)], alone[63 - __builtin_clzll(all)], captures->twice);
    else
        captures->missed = ck_missed_of_many(captures->rules, captures->once, captures->twice);
}
