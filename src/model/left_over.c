/* m of a comparison that no session may train, from match probabilities that leave it out. */
#include "model/estimate.h"
#include <math.h>

/* Sums over the pairs of one group in which the comparison is not missing, p = P(match):
 *   a[i] = sum of p, b[i] = sum of 1 - p at level i;  mm, mn, nn = sums of p p, p (1 - p), (1 - p)(1 - p).
 * With p calibrated and the comparison independent of the others given the truth, the pairs' expectation is
 *   a = mm m + mn v,  b = mn m + nn v   with m and v the level shares of matches and of the group's non-matches. */
typedef struct group_sums {
    double a[CK_LEVELS_MAX], b[CK_LEVELS_MAX], mm, mn, nn;
} group_sums;

/* p must tell matches from non-matches at least so well (0 = not at all, 1 = wholly) for the two equations to be solved. */
static const double least_separation = .05;

static group_sums sum_group(const ck_comparison *comparison, const uint64_t *stride, uint32_t c, const ck_cells *cells, uint32_t rule,
                            const double *p) {
    group_sums sums = {.mm = 0};
    for (size_t i = 0; i < cells->n; i++) {
        int gamma = ck_pattern_gamma(stride, c, cells->pattern[i]);
        if (gamma < 0 || isnan(p[i]) || ck_first_rule(cells->mask[i]) != rule)
            continue;
        double n = (double)cells->count[i];
        uint32_t level = ck_level_of_gamma(comparison, gamma);
        sums.a[level] += n * p[i];
        sums.b[level] += n * (1 - p[i]);
        sums.mm += n * p[i] * p[i];
        sums.mn += n * p[i] * (1 - p[i]);
        sums.nn += n * (1 - p[i]) * (1 - p[i]);
    }
    return sums;
}

/* Solve for m and add it to `total`, weighted by the group's expected matches. */
static void add_group(const group_sums *sums, uint32_t nlevels, double *total) {
    double matches = sums->mm + sums->mn, others = sums->nn + sums->mn, sum = 0, m[CK_LEVELS_MAX];
    double determinant = sums->mm * sums->nn - sums->mn * sums->mn;
    bool solvable = determinant > least_separation * matches * others;
    for (uint32_t i = 0; i < nlevels; i++) {
        m[i] = solvable ? fmax(0, sums->a[i] * sums->nn - sums->b[i] * sums->mn) : sums->a[i];
        sum += m[i];
    }
    for (uint32_t i = 0; i < nlevels && sum > 0; i++)
        total[i] += matches * m[i] / sum;
}

static void solve_comparison(const ck_comparison *comparison, const uint64_t *stride, uint32_t c, const ck_cells *cells, uint32_t nrules,
                             const double *p, double *m) {
    double total[CK_LEVELS_MAX] = {0}, seen[CK_LEVELS_MAX] = {0}, sum = 0;
    for (uint32_t r = 0; r < nrules; r++) {
        group_sums sums = sum_group(comparison, stride, c, cells, r, p);
        add_group(&sums, comparison->nlevels, total);
        for (uint32_t i = 0; i < comparison->nlevels; i++)
            seen[i] += sums.a[i] + sums.b[i];
    }
    for (uint32_t i = 0; i < comparison->nlevels; i++)
        sum += total[i];
    for (uint32_t i = 0; i < comparison->nlevels; i++)
        m[i] = sum > 0 && seen[i] > 0 ? total[i] / sum : NAN;
}

ck_status ck_levels_of_matches(ck_error *error, const ck_comparisons *comparisons, const ck_cells *cells, uint32_t nrules,
                               uint32_t wanted, const double *p, ck_level_values *m) {
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    ck_level_values_clear(m);
    if (ck_pattern_strides(error, comparisons, stride) != CK_OK)
        return error->status;
    for (uint32_t c = 0; c < comparisons->n; c++)
        if (wanted >> c & 1)
            solve_comparison(&comparisons->comparison[c], stride, c, cells, nrules, p, m->v[c]);
    return CK_OK;
}
