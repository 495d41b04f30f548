#include "model/in_file.h"
#include "base/memory.h"
#include "model/rule_tables.h"
#include <math.h>

enum { STEPS = 50 };
static const double start_share = 0.05, least_share = 1e-6, most_share = 0.999;

/* log2 odds of a share whose log2 is given. */
static double log2_odds(double log2_share) {
    return log2_share - log2(1 - exp2(log2_share));
}

/* The weight of a cell if its rules held as many matches as non-matches. With eta a fixed part of the non-matches L_r is
   log2(pi / (1 - pi)) and a rest that does not know pi, so the old odds can be taken out and others put in. */
static double weigh_even(const ck_scorer *scorer, uint64_t pattern, uint64_t mask) {
    double weight = ck_score_pattern(scorer, pattern, mask), odds = 0;
    if (!scorer->rules)
        return weight - scorer->prior_log2;
    for (uint64_t left = mask; left; left &= left - 1)
        odds += log2_odds(scorer->rules->rule[__builtin_ctzll(left)].match);
    return weight - odds / __builtin_popcountll(mask);
}

static double mean_odds(const double *share, uint64_t mask) {
    double sum = 0;
    for (uint64_t left = mask; left; left &= left - 1) {
        double pi = share[__builtin_ctzll(left)];
        sum += log2(pi / (1 - pi));
    }
    return sum / __builtin_popcountll(mask);
}

/* One step: P(match) of every cell from the shares, then the shares from those. @return the expected matches */
static double step(const ck_cells *cells, const uint64_t *mask, const double *even, double *share) {
    double match[CK_RULE_TABLES_MAX] = {0}, pairs[CK_RULE_TABLES_MAX] = {0}, all = 0;
    for (size_t i = 0; i < cells->n; i++) {
        if (!mask[i])
            continue;
        double n = (double)cells->count[i], p = n * ck_probability_of_weight(even[i] + mean_odds(share, mask[i]));
        all += p;
        for (uint64_t left = mask[i]; left; left &= left - 1) {
            match[__builtin_ctzll(left)] += p;
            pairs[__builtin_ctzll(left)] += n;
        }
    }
    for (int r = 0; r < CK_RULE_TABLES_MAX; r++)
        share[r] = pairs[r] > 0 ? fmin(fmax(match[r] / pairs[r], least_share), most_share) : start_share;
    return all;
}

ck_status ck_expect_in_file(ck_error *error, const ck_scorer *scorer, const ck_cells *cells, double *matches) {
    double share[CK_RULE_TABLES_MAX];
    uint64_t *mask = ck_alloc(error, cells->n, sizeof *mask);
    double *even = ck_alloc(error, cells->n, sizeof *even);
    *matches = 0;
    for (int r = 0; r < CK_RULE_TABLES_MAX; r++)
        share[r] = start_share;
    for (size_t i = 0; error->status == CK_OK && i < cells->n; i++) {
        mask[i] = cells->mask[i] & (scorer->rules ? scorer->rules->active : UINT64_MAX);
        even[i] = mask[i] ? weigh_even(scorer, cells->pattern[i], mask[i]) : 0;
    }
    for (int k = 0; error->status == CK_OK && k < STEPS; k++)
        *matches = step(cells, mask, even, share);
    ck_free(even);
    ck_free(mask);
    return error->status;
}
