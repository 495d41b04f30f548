/* u: how often two records that are not one person reach each level. */
#include "model/estimate.h"
#include "base/memory.h"
#include <math.h>

ck_em_options ck_em_options_resolve(ck_em_options options) {
    if (!(options.tolerance > 0))
        options.tolerance = 1e-4;
    if (options.max_iterations == 0)
        options.max_iterations = 100;
    if (!(options.floor > 0))
        options.floor = 1e-12;
    if (options.least_free == 0)
        options.least_free = 3;
    return options;
}

/* Agreeing pairs of one code and all pairs with a value on both sides, of the sources s <= t. */
static void count_pairs(const uint64_t *a, const uint64_t *b, uint32_t codes, bool same, double *agree, double *total) {
    uint64_t present_a = 0, present_b = 0;
    for (uint32_t code = 1; code <= codes; code++) {
        present_a += a[code];
        present_b += b[code];
        double pairs = same ? (double)a[code] * ((double)a[code] - 1) / 2 : (double)a[code] * (double)b[code];
        *agree += pairs;
    }
    *total += same ? (double)present_a * ((double)present_a - 1) / 2 : (double)present_a * (double)present_b;
}

double ck_closed_form_u(const uint64_t *count, uint32_t codes, uint32_t nsources, const bool *allowed) {
    size_t width = (size_t)codes + 1;
    double agree = 0, total = 0;
    for (uint32_t s = 0; s < nsources; s++)
        for (uint32_t t = s; t < nsources; t++)
            if (allowed[s * nsources + t])
                count_pairs(count + s * width, count + t * width, codes, s == t, &agree, &total);
    if (!(total > 0))
        return NAN;
    return fmin(1, fmax(agree, .5) / total);
}

/* [c * width + index]: random pairs at each level. */
static void count_levels(const ck_comparisons *comparisons, const uint64_t *stride, const ck_cells *random, double *level) {
    for (size_t i = 0; i < random->n; i++)
        for (uint32_t c = 0; c < comparisons->n; c++) {
            int gamma = ck_pattern_gamma(stride, c, random->pattern[i]);
            level[c * CK_LEVELS_MAX + ck_level_of_gamma(&comparisons->comparison[c], gamma)] += (double)random->count[i];
        }
}

/* Levels known beforehand keep their u; the others share what is left in proportion to (pairs + 1/2). */
static void share_rest(ck_comparison *comparison, const double *pairs, const double *exact, double floor) {
    double known = 0, counted = 0;
    for (uint32_t i = 0; i < comparison->nlevels; i++) {
        ck_level *level = &comparison->level[i];
        if (level->is_null)
            continue;
        if (level->fix_u)
            known += level->u;
        else if (!isnan(exact[i]))
            known += exact[i];
        else
            counted += pairs[i] + .5;
    }
    double rest = fmax(0, 1 - known);
    for (uint32_t i = 0; i < comparison->nlevels; i++) {
        ck_level *level = &comparison->level[i];
        if (!level->is_null && !level->fix_u)
            level->u = fmax(floor, isnan(exact[i]) ? rest * (pairs[i] + .5) / counted : exact[i]);
    }
}

ck_status ck_estimate_u(ck_error *error, ck_comparisons *comparisons, const ck_cells *random, const ck_level_values *exact,
                        double floor) {
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    double *level = ck_alloc_zero(error, (size_t)CK_COMPARISONS_MAX * CK_LEVELS_MAX, sizeof *level);
    if (level && ck_pattern_strides(error, comparisons, stride) == CK_OK) {
        count_levels(comparisons, stride, random, level);
        for (uint32_t c = 0; c < comparisons->n; c++)
            share_rest(&comparisons->comparison[c], level + (size_t)c * CK_LEVELS_MAX, exact->v[c], floor);
    }
    ck_free(level);
    return error->status;
}
