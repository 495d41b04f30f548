/* The end of a buffer of pairs: comparisons are decided one after another, each for all of its pairs, then the pairs are counted in cells or
   scored. */
#include "link/worker.h"
#include <math.h>

/* --- largest possible weights ---------------------------------------------------------------------------- */

/* A bound is summed in single precision and in another order than the weight: this slack keeps it admissible. */
static const float SLACK = 1e-3f;

/* Of the rest's levels [first, last]. */
static float largest_of_rest(const ck_weight_bounds *bounds, const ck_plan *plan, uint32_t p, uint32_t first, uint32_t last) {
    float most = -INFINITY;
    for (uint32_t k = first; k <= last; k++)
        most = fmaxf(most, bounds->weight[p][plan->rest_digit[k]]);
    return most;
}

/* Comparisons whose open levels promise most over ELSE go first. */
static void order_plans(const ck_shared *shared, const ck_weight_bounds *bounds, uint32_t *order) {
    float promise[CK_COMPARISONS_MAX];
    for (uint32_t p = 0; p < shared->nplans; p++) {
        const ck_plan *plan = &shared->plan[p];
        promise[p] = bounds->open[p] - bounds->weight[p][plan->rest_digit[plan->nrest]];
        uint32_t at = p;
        for (; at > 0 && promise[order[at - 1]] < promise[p]; at--)
            order[at] = order[at - 1];
        order[at] = p;
    }
}

void ck_worker_set_scorer(ck_worker *w, const ck_scorer *scorer, double floor) {
    w->scorer = scorer;
    w->floor = floor;
}

static void fill_bounds(const ck_shared *shared, const ck_scorer *scorer, uint32_t rule, ck_makers makers, ck_weight_bounds *bounds) {
    double upper[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1] = {{0}}, prior = 0;
    if (scorer)
        ck_score_upper(scorer, rule, makers == CK_MADE_ALONE, &prior, upper);
    bounds->prior = (float)prior;
    for (uint32_t p = 0; p < shared->nplans; p++) {
        const ck_plan *plan = &shared->plan[p];
        for (uint32_t digit = 0; digit <= CK_LEVELS_MAX; digit++)
            bounds->weight[p][digit] = (float)upper[p][digit];
        bounds->open[p] = largest_of_rest(bounds, plan, p, 0, plan->nrest);
        for (uint32_t k = 0; plan->nlane && k <= plan->nlane; k++)
            bounds->lane[p][k] = largest_of_rest(bounds, plan, p, plan->lane[k].first, plan->lane[k].last);
        if (!plan->front)
            bounds->prior += bounds->open[p];
    }
}

/* A pass's pairs have its rule and later ones; those of groups may have none. */
void ck_worker_set_bounds(ck_worker *w) {
    w->bound_floor = w->scorer ? (float)w->floor - SLACK : -INFINITY;
    w->own_low = w->rule < 32 ? UINT32_C(1) << w->rule : 0;
    w->own_high = w->rule >= 32 && w->rule < CK_RULES_MAX ? UINT32_C(1) << (w->rule - 32) : 0;
    for (ck_makers makers = 0; makers < CK_MAKERS; makers++)
        fill_bounds(w->shared, w->scorer, w->rule, makers, &w->bounds[makers]);
    order_plans(w->shared, &w->bounds[CK_MADE_ALONE], w->order);
}

/* --- deciding ---------------------------------------------------------------------------------------------- */

/* The alive pairs whose comparison p is undecided. */
static uint32_t pick_undecided(const ck_worker *w, uint32_t p, uint16_t *pick) {
    uint32_t m = 0;
    if (w->nalive == w->nslots) {
        for (uint32_t k = 0; k < w->nslots; k++) {
            pick[m] = (uint16_t)k;
            m += w->undecided[k] >> p & 1;
        }
        return m;
    }
    for (uint32_t k = 0; k < w->nalive; k++) {
        pick[m] = w->alive[k];
        m += w->undecided[w->alive[k]] >> p & 1;
    }
    return m;
}

static void fetch_codes(ck_worker *w, const ck_plan *plan, const uint16_t *pick, uint32_t m, const uint32_t **l, const uint32_t **r) {
    for (uint32_t c = 0; c < plan->ncolumns; c++) {
        size_t word = (size_t)w->shared->layout->column_word[plan->column[c]] * CK_TILE_STRIDE;
        const uint32_t *x = w->tile_a->word + word, *y = w->tile_b->word + word;
        uint32_t *left = w->codes[2 * c], *right = w->codes[2 * c + 1];
        for (uint32_t k = 0; k < m; k++) {
            left[k] = x[w->a[pick[k]]];
            right[k] = y[w->b[pick[k]]];
        }
        l[plan->column[c]] = left;
        r[plan->column[c]] = right;
    }
}

static void drop_below(ck_worker *w) {
    uint32_t m = 0;
    for (uint32_t k = 0; k < w->nalive; k++) {
        w->alive[m] = w->alive[k];
        m += w->reach[w->alive[k]] >= w->bound_floor;
    }
    w->nalive = m;
}

/* Comparison p of the picked pairs is no longer open. */
static void lower_reach(ck_worker *w, uint32_t p, const uint16_t *pick, uint32_t m, const uint8_t *level) {
    const ck_plan *plan = &w->shared->plan[p];
    for (uint32_t k = 0; k < m; k++) {
        uint32_t slot = pick[k];
        const ck_weight_bounds *bounds = &w->bounds[ck_worker_makers(w, w->mask_low[slot], w->wide ? w->mask_high[slot] : 0)];
        w->reach[slot] += bounds->weight[p][plan->rest_digit[level[k]]] - bounds->open[p];
    }
}

static void decide(ck_worker *w, uint32_t p) {
    const ck_plan *plan = &w->shared->plan[p];
    if (!plan->asks)
        return;
    uint16_t pick[CK_SLOTS + CK_STRIP];
    uint8_t level[CK_BATCH];
    const uint32_t *l[CK_COLUMNS_MAX], *r[CK_COLUMNS_MAX];
    uint32_t m = pick_undecided(w, p, pick), *pattern = plan->high ? w->high : w->low;
    if (!m)
        return;
    fetch_codes(w, plan, pick, m, l, r);
    ck_evaluate_ladder(w->shared->evaluator, w->scratch, plan->ladder, &(ck_pair_batch){m, l, r}, level);
    for (uint32_t k = 0; k < m; k++)
        pattern[pick[k]] += plan->rest_digit[level[k]] * plan->stride;
    if (w->goal != CK_GOAL_LINKS)
        return;
    lower_reach(w, p, pick, m, level);
    drop_below(w);
}

/* --- counting and scoring ---------------------------------------------------------------------------------- */

static uint64_t pattern_of(const ck_worker *w, uint32_t slot) {
    return w->wide ? w->low[slot] + w->high[slot] * w->shared->high_stride : w->low[slot];
}
static uint64_t mask_of(const ck_worker *w, uint32_t slot) {
    return w->wide ? w->mask_low[slot] | (uint64_t)w->mask_high[slot] << 32 : w->mask_low[slot];
}

static void count_cells(ck_worker *w) {
    for (uint32_t k = 0; k < w->nslots; k++) {
        size_t i = ck_cell_table_find(&w->cells, &w->error, pattern_of(w, k), mask_of(w, k));
        if (i == SIZE_MAX)
            return;
        w->cells.count[i]++;
    }
}

/* Base weight and largest term-frequency sum of a pattern (and mask), computed once a worker. */
static size_t find_weight(ck_worker *w, uint64_t pattern, uint64_t mask) {
    size_t known = w->weights.n, i = ck_cell_table_find(&w->weights, &w->error, pattern, mask);
    if (i == known) {
        if (ck_grow(&w->error, &w->base, &w->base_room, i + 1, sizeof *w->base) != CK_OK ||
            ck_grow(&w->error, &w->bound, &w->bound_room, i + 1, sizeof *w->bound) != CK_OK)
            return SIZE_MAX;
        w->base[i] = ck_score_pattern(w->scorer, pattern, mask);
        w->bound[i] = ck_score_tf_bound(w->scorer, pattern, mask);
    }
    return i;
}

static void emit(ck_worker *w, uint32_t k, uint64_t pattern, double base) {
    const ck_layout *layout = w->shared->layout;
    uint32_t l[CK_COLUMNS_MAX], r[CK_COLUMNS_MAX];
    const uint32_t *x = w->tile_a->row[w->a[k]], *y = w->tile_b->row[w->b[k]];
    for (uint32_t c = 0; c < layout->ncolumns; c++) {
        l[c] = layout->column_word[c] ? x[layout->column_word[c]] : 0;
        r[c] = layout->column_word[c] ? y[layout->column_word[c]] : 0;
    }
    uint64_t mask = mask_of(w, k);
    double weight = ck_score_link(w->scorer, pattern, mask, base, l, r);
    if (!(weight >= w->floor) || ck_grow(&w->error, &w->link, &w->links_room, w->nlinks + 1, sizeof *w->link) != CK_OK)
        return;
    uint32_t rule = mask ? (uint32_t)__builtin_ctzll(mask) : CK_NO_RULE;
    w->link[w->nlinks++] = (ck_link_item){x[CK_WORD_RECORD], y[CK_WORD_RECORD], weight, w->scorer->nkeys ? mask : pattern, rule};
}

static void score_pairs(ck_worker *w) {
    for (uint32_t k = 0; k < w->nalive; k++) {
        uint32_t slot = w->alive[k];
        uint64_t pattern = pattern_of(w, slot);
        size_t i = find_weight(w, pattern, w->scorer->uses_masks ? mask_of(w, slot) : 0);
        if (i == SIZE_MAX)
            return;
        if (w->base[i] + w->bound[i] + SLACK >= w->floor)
            emit(w, slot, pattern, w->base[i]);
    }
}

void ck_worker_flush(ck_worker *w) {
    w->nalive = w->nslots;
    for (uint32_t k = 0; w->goal == CK_GOAL_LINKS && k < w->nslots; k++)
        w->alive[k] = (uint16_t)k;
    for (uint32_t k = 0; w->compare && w->nalive && k < w->shared->nplans; k++)
        decide(w, w->order[k]);
    if (w->error.status == CK_OK && w->nalive) {
        if (w->goal == CK_GOAL_CELLS)
            count_cells(w);
        else
            score_pairs(w);
    }
    w->nslots = 0;
}
