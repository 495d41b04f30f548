#include "assess/unlabelled.h"
#include "base/memory.h"
#include <math.h>

double ck_missed_of_two(double first_only, double second_only, double both) {
    return both > 0 ? first_only * second_only / both : (double)NAN;
}

double ck_missed_of_many(uint32_t rules, double once, double twice) {
    return rules > 1 && twice > 0 ? (double)(rules - 1) / rules * once * once / (2 * twice) : (double)NAN;
}

void ck_weigh_cells(const ck_cells *cells, const ck_scorer *scorer, double *weight) {
    for (size_t i = 0; i < cells->n; i++)
        weight[i] = ck_score_pattern(scorer, cells->pattern[i], scorer->uses_masks ? cells->mask[i] : 0);
}

void ck_count_captures(const ck_cells *cells, const uint64_t *count, const double *weight, double shift, double floor_log2, ck_captures *captures) {
    double alone[64] = {0};
    uint64_t all = 0;
    *captures = (ck_captures){0};
    for (size_t i = 0; i < cells->n; i++) {
        uint64_t mask = cells->mask[i];
        double matches = (double)count[i] * ck_probability_of_weight(weight[i] + shift);
        int caught = __builtin_popcountll(mask);
        all |= mask;
        captures->matches += matches;
        captures->below_floor += weight[i] < floor_log2 ? matches : 0;
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

static double sum_matches(const ck_cells *cells, const double *weight, double shift) {
    double sum = 0;
    for (size_t i = 0; i < cells->n; i++)
        sum += (double)cells->count[i] * ck_probability_of_weight(weight[i] + shift);
    return sum;
}

double ck_shift_of_matches(const ck_cells *cells, const double *weight, double factor) {
    double wanted = factor * sum_matches(cells, weight, 0), low = -16, high = 16;
    for (int step = 0; step < 40; step++) {
        double middle = .5 * (low + high);
        *(sum_matches(cells, weight, middle) < wanted ? &low : &high) = middle;
    }
    return .5 * (low + high);
}
