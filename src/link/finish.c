/* What becomes of buffered pairs: queued comparisons are evaluated, then pairs are counted in cells or scored. */
#include "link/worker.h"
#include <math.h>

static void flush_queue(ck_worker *w, uint32_t p) {
    const ck_plan *plan = &w->shared->plan[p];
    ck_queue *queue = &w->queue[p];
    if (!queue->n)
        return;
    const uint32_t *l[CK_COLUMNS_MAX], *r[CK_COLUMNS_MAX];
    for (uint32_t c = 0; c < plan->ncolumns; c++) {
        l[plan->column[c]] = queue->l + (size_t)c * (CK_BATCH + CK_STRIP);
        r[plan->column[c]] = queue->r + (size_t)c * (CK_BATCH + CK_STRIP);
    }
    uint8_t level[CK_BATCH];
    ck_evaluate_ladder(w->shared->evaluator, w->scratch, plan->ladder, &(ck_pair_batch){queue->n, l, r}, level);
    uint32_t *pattern = plan->high ? w->high : w->low;
    for (uint32_t q = 0; q < queue->n; q++)
        pattern[queue->slot[q]] += plan->rest_digit[level[q]] * plan->stride;
    queue->n = 0;
}

static void count_cells(ck_worker *w) {
    for (uint32_t k = 0; k < w->nslots; k++) {
        uint64_t pattern = w->low[k] + w->high[k] * w->shared->high_stride;
        uint64_t mask = w->mask_low[k] | (uint64_t)w->mask_high[k] << 32;
        size_t i = ck_cell_table_find(&w->cells, &w->error, pattern, mask);
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
    double weight = ck_score_pair(w->scorer, pattern, base, l, r);
    if (!(weight >= w->floor) || ck_grow(&w->error, &w->link, &w->links_room, w->nlinks + 1, sizeof *w->link) != CK_OK)
        return;
    uint64_t mask = w->mask_low[k] | (uint64_t)w->mask_high[k] << 32;
    uint32_t rule = mask ? (uint32_t)__builtin_ctzll(mask) : CK_NO_RULE;
    w->link[w->nlinks++] = (ck_link_item){x[CK_WORD_RECORD], y[CK_WORD_RECORD], weight, pattern, rule};
}

/* A bound is computed in another order than the sum it bounds: a hair of slack keeps it admissible. */
static const double SLACK = 1e-6;

static void score_pairs(ck_worker *w) {
    for (uint32_t k = 0; k < w->nslots; k++) {
        uint64_t pattern = w->low[k] + w->high[k] * w->shared->high_stride;
        uint64_t mask = w->scorer->uses_masks ? w->mask_low[k] | (uint64_t)w->mask_high[k] << 32 : 0;
        size_t i = find_weight(w, pattern, mask);
        if (i == SIZE_MAX)
            return;
        if (w->base[i] + w->bound[i] + SLACK >= w->floor)
            emit(w, k, pattern, w->base[i]);
    }
}

void ck_worker_flush(ck_worker *w) {
    for (uint32_t p = 0; w->compare && p < w->shared->nplans; p++)
        flush_queue(w, p);
    w->pairs += w->nslots;
    if (w->error.status == CK_OK && w->nslots) {
        if (w->goal == CK_GOAL_CELLS)
            count_cells(w);
        else
            score_pairs(w);
    }
    w->nslots = 0;
}
