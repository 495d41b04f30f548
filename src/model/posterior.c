/* P(match) of cells with m and u known; each blocking rule has its own match share. */
#include "model/estimate.h"
#include "base/memory.h"
#include <math.h>

/* Natural log of m/u over the comparisons of `use`; missing adds nothing. */
static double log_bayes_factor(const ck_comparisons *comparisons, const uint64_t *stride, uint64_t pattern, uint32_t use) {
    double sum = 0;
    for (uint32_t c = 0; c < comparisons->n; c++) {
        int gamma = ck_pattern_gamma(stride, c, pattern);
        if (gamma < 0 || !(use >> c & 1))
            continue;
        const ck_comparison *comparison = &comparisons->comparison[c];
        const ck_level *level = &comparison->level[ck_level_of_gamma(comparison, gamma)];
        if (!isnan(level->m) && !isnan(level->u))
            sum += log(level->m / level->u);
    }
    return fmin(fmax(sum, -500), 500);
}

static double match_probability(double share, double bayes_factor) {
    double match = share * bayes_factor;
    return match / (match + 1 - share);
}

/* Maximum likelihood: the log-likelihood sum n log(1 + share (b - 1)) is concave, so bisect its slope. */
static double best_share(const double *bayes_factor, const uint64_t *count, const uint32_t *cell, size_t n) {
    double low = 1e-12, high = 1 - 1e-12;
    for (int step = 0; step < 60; step++) {
        double share = (low + high) / 2, slope = 0;
        for (size_t k = 0; k < n; k++) {
            double b = bayes_factor[cell[k]];
            slope += (double)count[cell[k]] * (b - 1) / (1 + share * (b - 1));
        }
        *(slope > 0 ? &low : &high) = share;
    }
    return (low + high) / 2;
}

uint32_t ck_first_rule(uint64_t mask) {
    return mask ? (uint32_t)__builtin_ctzll(mask) : CK_ANY_RULE;
}

/* The cells whose first rule is r. */
static size_t list_group(const ck_cells *cells, uint32_t r, uint32_t *cell) {
    size_t n = 0;
    for (size_t i = 0; i < cells->n; i++)
        if (ck_first_rule(cells->mask[i]) == r)
            cell[n++] = (uint32_t)i;
    return n;
}

/* Which comparisons speak of a group: an empty set is widened to `widest`. */
static ck_status group_probabilities(ck_error *error, const ck_comparisons *comparisons, const ck_cells *cells,
                                     const ck_rule_view *rule, uint32_t nrules, uint32_t use, uint32_t widest, double *p) {
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    uint32_t *cell = ck_alloc(error, cells->n, sizeof *cell);
    double *bayes_factor = ck_alloc(error, cells->n, sizeof *bayes_factor);
    if (error->status || ck_pattern_strides(error, comparisons, stride) != CK_OK)
        goto done;
    for (size_t i = 0; i < cells->n; i++)
        p[i] = NAN;
    for (uint32_t r = 0; r < nrules; r++) {
        size_t n = list_group(cells, r, cell);
        uint32_t looked_at = use & ~rule[r].held_out;
        looked_at = looked_at ? looked_at : widest;
        if (n == 0 || looked_at == 0)
            continue;
        for (size_t k = 0; k < n; k++)
            bayes_factor[cell[k]] = exp(log_bayes_factor(comparisons, stride, cells->pattern[cell[k]], looked_at));
        double share = best_share(bayes_factor, cells->count, cell, n);
        for (size_t k = 0; k < n; k++)
            p[cell[k]] = match_probability(share, bayes_factor[cell[k]]);
    }
done:
    ck_free(bayes_factor);
    ck_free(cell);
    return error->status;
}

ck_status ck_cell_probabilities(ck_error *error, const ck_comparisons *comparisons, const ck_cells *cells,
                                const ck_rule_view *rule, uint32_t nrules, uint32_t use, double *p) {
    uint32_t all = (uint32_t)((UINT64_C(1) << comparisons->n) - 1);
    return group_probabilities(error, comparisons, cells, rule, nrules, use & all, 0, p);
}

ck_status ck_estimate_matches(ck_error *error, const ck_comparisons *comparisons, const ck_cells *cells,
                              const ck_rule_view *rule, uint32_t nrules, double *matches) {
    uint32_t all = (uint32_t)((UINT64_C(1) << comparisons->n) - 1);
    double *p = ck_alloc(error, cells->n, sizeof *p);
    *matches = 0;
    if (p && group_probabilities(error, comparisons, cells, rule, nrules, all, all, p) == CK_OK)
        for (size_t i = 0; i < cells->n; i++)
            *matches += isnan(p[i]) ? 0 : p[i] * (double)cells->count[i];
    ck_free(p);
    return error->status;
}
