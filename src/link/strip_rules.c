/* Who lives: source pairs that are allowed, and rule masks, so that a pair is made in its first rule and under its first key there. */
#include "link/strip.h"

/* mask |= bit where a = b and not 0 */
LANES static void mark_equal_to(uint32_t a, const uint32_t *restrict b, uint32_t n, uint32_t bit, uint32_t *restrict mask) {
    for (uint32_t t = 0; t < n; t++)
        mask[t] |= b[t] == a ? bit : 0;
}
LANES static void mark_equal(const uint32_t *restrict a, const uint32_t *restrict b, uint32_t n, uint32_t bit, uint32_t *restrict mask) {
    for (uint32_t t = 0; t < n; t++)
        mask[t] |= (a[t] == b[t]) & (a[t] != 0) ? bit : 0;
}
LANES static void mark_all(uint32_t bit, uint32_t n, uint32_t *restrict mask) {
    for (uint32_t t = 0; t < n; t++)
        mask[t] |= bit;
}
LANES static void keep_without(const uint32_t *restrict mask, uint32_t bits, uint32_t n, uint32_t *restrict live) {
    for (uint32_t t = 0; t < n; t++)
        live[t] = (mask[t] & bits) ? 0 : live[t];
}

static void keep_allowed(const ck_shared *shared, const ck_strip *s, uint32_t *live) {
    const uint32_t *y = ck_lane_y(s, CK_WORD_SOURCE), *x = ck_lane_x(s, CK_WORD_SOURCE);
    uint32_t classes = ck_count_classes(shared->settled, shared->people->nsources);
    for (uint32_t t = 0; t < s->n; t++)
        if (!shared->allowed[x[s->broadcast ? 0 : t] * classes + y[t]])
            live[t] = 0;
}

static void mark_word(const ck_strip *s, uint32_t word_x, uint32_t word_y, uint32_t bit, uint32_t *mask) {
    const uint32_t *x = ck_lane_x(s, word_x), *y = ck_lane_y(s, word_y);
    if (!s->broadcast)
        mark_equal(x, y, s->n, bit, mask);
    else if (*x)
        mark_equal_to(*x, y, s->n, bit, mask);
}

/* --- rules whose keys are sets: signatures in lanes tell nearly all pairs that share nothing, the others are looked at --- */

CK_LOOP void overlap_loop(const bool one, const uint32_t *x, const uint32_t *y, uint32_t n, uint32_t *mask) {
    for (uint32_t t = 0; t < n; t += CK_LANE_WORDS)
        ck_store(mask + t, ck_load(mask + t) | (ck_lane_words)((ck_load_side(one, x, t) & ck_load(y + t)) != 0));
}

/* Add the lanes whose two signatures have a bit in common. */
LANES static void mark_overlap(bool one, const uint32_t *x, const uint32_t *y, uint32_t n, uint32_t *mask) {
    if (one)
        overlap_loop(true, x, y, n, mask);
    else
        overlap_loop(false, x, y, n, mask);
}
LANES static void keep_live(const uint32_t *restrict live, uint32_t n, uint32_t *restrict mask) {
    for (uint32_t t = 0; t < n; t++)
        mask[t] &= live[t];
}

/* Smallest common member of two rising sets, 0 = none. */
static uint32_t first_common(const uint32_t *a, uint32_t na, const uint32_t *b, uint32_t nb) {
    for (uint32_t i = 0, j = 0; i < na && j < nb;) {
        if (a[i] == b[j])
            return a[i];
        if (a[i] < b[j])
            i++;
        else
            j++;
    }
    return 0;
}

/* The first key of rule r, whose keys are sets, that a lane's two records share, 0 = none. */
static uint32_t shared_of_sets(const ck_layout *layout, const ck_strip *s, uint32_t r, uint32_t t) {
    uint32_t nx, ny;
    const uint32_t *x = ck_row_keys(layout, s->x->row[s->i + (s->broadcast ? 0 : t)], r, &nx), *y = ck_row_keys(layout, s->y->row[s->j + t], r, &ny);
    return first_common(x, nx, y, ny);
}

static void mark_sets(const ck_layout *layout, const ck_strip *s, uint32_t r, uint32_t bit, const uint32_t *live, uint32_t *mask) {
    uint32_t may[CK_STRIP + CK_LANE_WORDS] = {0}, word = layout->key_word[r];
    uint16_t lane[CK_STRIP];
    for (uint32_t half = 0; half < 2; half++)
        mark_overlap(s->broadcast, ck_lane_x(s, word + half), ck_lane_y(s, word + half), s->n, may);
    keep_live(live, s->n, may);
    uint32_t m = ck_list_lanes(may, s->n, lane);
    for (uint32_t k = 0; k < m; k++)
        if (shared_of_sets(layout, s, r, lane[k]))
            mask[lane[k]] |= bit;
}

/* Lanes whose records share a key before the block's die. */
static void keep_first_shared(const ck_layout *layout, const ck_strip *s, uint32_t r, uint32_t *live) {
    uint32_t may[CK_STRIP + CK_LANE_WORDS] = {0};
    uint16_t lane[CK_STRIP];
    mark_overlap(s->broadcast, s->x->before + s->i, s->y->before + s->j, s->n, may);
    keep_live(live, s->n, may);
    uint32_t m = ck_list_lanes(may, s->n, lane);
    for (uint32_t k = 0; k < m; k++)
        if (shared_of_sets(layout, s, r, lane[k]) < s->y->key[s->j + lane[k]])
            live[lane[k]] = 0;
}

/* --- marks ----------------------------------------------------------------------------------------------- */

/* Set the bit of rule r in the lanes that share one of its keys. */
static void mark_rule(ck_worker *w, const ck_strip *s, uint32_t r, uint32_t *live, uint32_t *mask) {
    const ck_layout *layout = w->shared->layout;
    uint32_t bit = UINT32_C(1) << (r & 31), word = layout->key_word[r];
    if (layout->shape[r] == CK_KEY_SINGLE) {
        mark_word(s, word, word, bit, mask);
    } else if (layout->shape[r] == CK_KEY_CROSS) {
        mark_word(s, word, word + 1, bit, mask);
        if (!w->shared->rules->rule[r].directed)
            mark_word(s, word + 1, word, bit, mask);
    } else {
        mark_sets(layout, s, r, bit, live, mask);
    }
}

/* The pair's two keys of a rule across columns may both be shared; 0 = none is. */
static uint32_t shared_across(const ck_shared *shared, const ck_strip *s, uint32_t r, uint32_t t) {
    uint32_t word = shared->layout->key_word[r];
    const uint32_t *x = s->x->row[s->i + (s->broadcast ? 0 : t)], *y = s->y->row[s->j + t];
    uint32_t one = x[word] == y[word + 1] ? x[word] : 0;
    uint32_t other = !shared->rules->rule[r].directed && x[word + 1] == y[word] ? x[word + 1] : 0;
    return one && other ? (one < other ? one : other) : one | other;
}

/* The pass's own rule: a pair is made under its first shared key only. Simple rules' blocks are their keys. */
static void mark_own_rule(ck_worker *w, const ck_strip *s, uint32_t *live, uint32_t *mask) {
    uint32_t r = w->rule;
    if (w->shared->layout->shape[r] == CK_KEY_MULTI)
        keep_first_shared(w->shared->layout, s, r, live);
    else if (w->shared->layout->shape[r] == CK_KEY_CROSS)
        for (uint32_t t = 0; t < s->n; t++)
            if (live[t] && shared_across(w->shared, s, r, t) != s->y->key[s->j + t])
                live[t] = 0;
    mark_all(UINT32_C(1) << (r & 31), s->n, mask);
}

/* Clear rule r's bit where its filter is not true. */
static void filter_rule(ck_worker *w, const ck_strip *s, uint32_t r, const uint32_t *live, uint32_t *mask) {
    const ck_shared *shared = w->shared;
    uint32_t bit = UINT32_C(1) << (r & 31), m = 0;
    uint16_t lane[CK_STRIP];
    for (uint32_t t = 0; t < s->n; t++) {
        lane[m] = (uint16_t)t;
        m += live[t] && (mask[t] & bit);
    }
    if (!m)
        return;
    const uint32_t *l[CK_COLUMNS_MAX] = {0}, *rr[CK_COLUMNS_MAX] = {0};
    uint32_t codes[16][CK_STRIP];
    uint32_t used = 0;
    for (uint32_t c = 0; c < shared->layout->ncolumns && used < 16; c++) {
        if (!ck_evaluator_condition_reads(shared->evaluator, shared->where[r], c))
            continue;
        const uint32_t *x = ck_lane_x(s, shared->layout->column_word[c]), *y = ck_lane_y(s, shared->layout->column_word[c]);
        for (uint32_t k = 0; k < m; k++) {
            codes[used][k] = x[s->broadcast ? 0 : lane[k]];
            codes[used + 1][k] = y[lane[k]];
        }
        l[c] = codes[used++];
        rr[c] = codes[used++];
    }
    uint8_t truth[CK_STRIP];
    ck_evaluate_condition(shared->evaluator, w->scratch, shared->where[r], &(ck_pair_batch){m, l, rr}, truth);
    for (uint32_t k = 0; k < m; k++)
        if (truth[k] != CK_TRUE)
            mask[lane[k]] &= ~bit;
}

static void mark_and_filter(ck_worker *w, const ck_strip *s, uint32_t r, uint32_t *live, uint32_t *mask) {
    mark_rule(w, s, r, live, mask);
    if (w->shared->rules->rule[r].has_where)
        filter_rule(w, s, r, live, mask);
}

LANES static uint32_t any_live(const uint32_t *restrict live, uint32_t n) {
    uint32_t any = 0;
    for (uint32_t t = 0; t < n; t++)
        any |= live[t];
    return any;
}

/* Rule masks of the lanes; lanes that an earlier rule makes die. Later rules are asked only when somebody reads whole masks. */
static void mark_rules(ck_worker *w, const ck_strip *s, uint32_t *live, uint32_t *low, uint32_t *high) {
    const ck_shared *shared = w->shared;
    uint32_t nrules = shared->rules->n, own = w->rule;
    for (uint32_t r = 0; r < nrules && r < own; r++)
        mark_and_filter(w, s, r, live, r < 32 ? low : high);
    if (own < nrules) {
        if (own)
            keep_without(low, own < 32 ? (UINT32_C(1) << own) - 1 : UINT32_MAX, s->n, live);
        if (own > 32)
            keep_without(high, (UINT32_C(1) << (own - 32)) - 1, s->n, live);
        if (!any_live(live, s->n))
            return;
        uint32_t *mask = own < 32 ? low : high;
        mark_own_rule(w, s, live, mask);
        if (shared->rules->rule[own].has_where) {
            filter_rule(w, s, own, live, mask);
            for (uint32_t t = 0; t < s->n; t++)
                live[t] = mask[t] >> (own & 31) & 1 ? live[t] : 0;
        }
    }
    if (w->goal == CK_GOAL_CELLS || (w->goal == CK_GOAL_LINKS && w->scorer->uses_masks && !w->scorer->first_rule_only))
        for (uint32_t r = own + 1; r < nrules; r++)
            mark_and_filter(w, s, r, live, r < 32 ? low : high);
}

void ck_strip_rules(ck_worker *w, const ck_strip *s, ck_lanes *v) {
    if (!w->shared->all_allowed)
        keep_allowed(w->shared, s, v->live);
    mark_rules(w, s, v->live, v->mask_low, v->mask_high);
}
