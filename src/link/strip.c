/* Strips: from lanes of two tiles to buffered pairs and queued comparisons. Lanes are 32-bit; masks are 0 or ~0. */
#include "link/worker.h"
#include <string.h>

/* One strip: where its lanes come from. */
typedef struct strip {
    const ck_tile *x, *y;
    uint32_t i, j, n;
    bool broadcast;
} strip;

static inline const uint32_t *lane_x(const strip *s, uint32_t word) {
    return s->x->word + (size_t)word * CK_TILE_STRIDE + s->i;
}
static inline const uint32_t *lane_y(const strip *s, uint32_t word) {
    return s->y->word + (size_t)word * CK_TILE_STRIDE + s->j;
}

/* --- plain loops, compiled to vector code ---------------------------------------------------------- */

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
LANES static void keep_reaching(const uint32_t *restrict remain, uint32_t d, uint32_t n, uint32_t *restrict live) {
    for (uint32_t t = 0; t < n; t++)
        live[t] = remain[t] >= d ? live[t] : 0;
}
/* What the front of a comparison adds to a lane: pattern, undecided bit, weight; for missing, equal and other. */
typedef struct front {
    uint32_t digit[3], bit;
    float weight[3];
} front;
typedef struct lanes {
    uint32_t low[CK_STRIP], high[CK_STRIP], mask_low[CK_STRIP], mask_high[CK_STRIP], undecided[CK_STRIP], live[CK_STRIP];
    float reach[CK_STRIP];
} lanes;

LANES static void add_front_to(uint32_t am, uint32_t ae, const uint32_t *restrict bm, const uint32_t *restrict be, uint32_t n,
                               const front *f, uint32_t *restrict pattern, uint32_t *restrict undecided) {
    uint32_t missing = f->digit[0], equal = f->digit[1], other = f->digit[2], bit = f->bit, none = am == 0;
    for (uint32_t t = 0; t < n; t++) {
        uint32_t m = none | (bm[t] == 0), e = be[t] == ae;
        pattern[t] += m ? missing : e ? equal : other;
        undecided[t] |= m | e ? 0 : bit;
    }
}
LANES static void add_front(const uint32_t *restrict am, const uint32_t *restrict ae, const uint32_t *restrict bm,
                            const uint32_t *restrict be, uint32_t n, const front *f, uint32_t *restrict pattern,
                            uint32_t *restrict undecided) {
    uint32_t missing = f->digit[0], equal = f->digit[1], other = f->digit[2], bit = f->bit;
    for (uint32_t t = 0; t < n; t++) {
        uint32_t m = (am[t] == 0) | (bm[t] == 0), e = ae[t] == be[t];
        pattern[t] += m ? missing : e ? equal : other;
        undecided[t] |= m | e ? 0 : bit;
    }
}
LANES static void add_reach_to(uint32_t am, uint32_t ae, const uint32_t *restrict bm, const uint32_t *restrict be, uint32_t n,
                               const front *f, float *restrict reach) {
    float missing = f->weight[0], equal = f->weight[1], other = f->weight[2];
    uint32_t none = am == 0;
    for (uint32_t t = 0; t < n; t++)
        reach[t] += none | (bm[t] == 0) ? missing : be[t] == ae ? equal : other;
}
LANES static void add_reach(const uint32_t *restrict am, const uint32_t *restrict ae, const uint32_t *restrict bm,
                            const uint32_t *restrict be, uint32_t n, const front *f, float *restrict reach) {
    float missing = f->weight[0], equal = f->weight[1], other = f->weight[2];
    for (uint32_t t = 0; t < n; t++)
        reach[t] += (am[t] == 0) | (bm[t] == 0) ? missing : ae[t] == be[t] ? equal : other;
}
/* mask = ~0 where a = b and not 0 */
LANES static void test_equal_to(uint32_t a, const uint32_t *restrict b, uint32_t n, uint32_t *restrict mask) {
    uint32_t any = a ? ~UINT32_C(0) : 0;
    for (uint32_t t = 0; t < n; t++)
        mask[t] = b[t] == a ? any : 0;
}
LANES static void test_equal(const uint32_t *restrict a, const uint32_t *restrict b, uint32_t n, uint32_t *restrict mask) {
    for (uint32_t t = 0; t < n; t++)
        mask[t] = (a[t] == b[t]) & (a[t] != 0) ? ~UINT32_C(0) : 0;
}
LANES static void join_and(uint32_t *restrict mask, const uint32_t *restrict with, uint32_t n) {
    for (uint32_t t = 0; t < n; t++)
        mask[t] &= with[t];
}
LANES static void join_or(uint32_t *restrict mask, const uint32_t *restrict with, uint32_t n) {
    for (uint32_t t = 0; t < n; t++)
        mask[t] |= with[t];
}
/* A level's lanes among the open ones: their pattern and weight, and they are open no more. */
LANES static void settle(const uint32_t *restrict mask, uint32_t bit, uint32_t digit, float weight, uint32_t n, uint32_t *restrict open,
                         uint32_t *restrict pattern, float *restrict reach) {
    for (uint32_t t = 0; t < n; t++) {
        uint32_t here = mask[t] & open[t] & bit;
        pattern[t] += here ? digit : 0;
        reach[t] += here ? weight : 0;
        open[t] &= ~(mask[t] & bit);
    }
}
LANES static void keep_within(const float *restrict reach, float floor, uint32_t n, uint32_t *restrict live) {
    for (uint32_t t = 0; t < n; t++)
        live[t] = reach[t] >= floor ? live[t] : 0;
}
LANES static uint32_t count_live(const uint32_t *restrict live, uint32_t n) {
    uint32_t m = 0;
    for (uint32_t t = 0; t < n; t++)
        m += live[t] & 1;
    return m;
}
static uint32_t list_live(const uint32_t *restrict live, uint32_t n, uint16_t *restrict lane) {
    uint32_t m = 0;
    for (uint32_t t = 0; t < n; t++) {
        lane[m] = (uint16_t)t;
        m += live[t] & 1;
    }
    return m;
}

/* --- who is alive ----------------------------------------------------------------------------------- */

static void keep_allowed(const ck_shared *shared, const strip *s, uint32_t *live) {
    const uint32_t *y = lane_y(s, CK_WORD_SOURCE), *x = lane_x(s, CK_WORD_SOURCE);
    for (uint32_t t = 0; t < s->n; t++)
        if (!shared->allowed[x[s->broadcast ? 0 : t] * shared->people->nsources + y[t]])
            live[t] = 0;
}

static void mark_word(const strip *s, uint32_t word_x, uint32_t word_y, uint32_t bit, uint32_t *mask) {
    const uint32_t *x = lane_x(s, word_x), *y = lane_y(s, word_y);
    if (!s->broadcast)
        mark_equal(x, y, s->n, bit, mask);
    else if (*x)
        mark_equal_to(*x, y, s->n, bit, mask);
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

/* The first key of rule r that a lane's two records share, 0 = none. */
static uint32_t shared_key(const ck_shared *shared, const strip *s, uint32_t r, uint32_t t) {
    const ck_layout *layout = shared->layout;
    uint32_t i = s->i + (s->broadcast ? 0 : t), j = s->j + t, word = layout->key_word[r];
    const uint32_t *x = s->x->row[i], *y = s->y->row[j];
    if (layout->shape[r] == CK_KEY_SINGLE)
        return x[word] == y[word] ? x[word] : 0;
    if (layout->shape[r] == CK_KEY_CROSS) {
        uint32_t one = x[word] == y[word + 1] ? x[word] : 0;
        uint32_t other = !shared->rules->rule[r].directed && x[word + 1] == y[word] ? x[word + 1] : 0;
        return one && other ? (one < other ? one : other) : one | other;
    }
    if (!((x[word] & y[word]) | (x[word + 1] & y[word + 1])))
        return 0;
    uint32_t nx, ny;
    const uint32_t *set_x = ck_row_keys(layout, x, r, &nx), *set_y = ck_row_keys(layout, y, r, &ny);
    return first_common(set_x, nx, set_y, ny);
}

/* Set the bit of rule r in the lanes that share one of its keys. */
static void mark_rule(ck_worker *w, const strip *s, uint32_t r, uint32_t *live, uint32_t *mask) {
    const ck_layout *layout = w->shared->layout;
    uint32_t bit = UINT32_C(1) << (r & 31), word = layout->key_word[r];
    if (layout->shape[r] == CK_KEY_SINGLE) {
        mark_word(s, word, word, bit, mask);
    } else if (layout->shape[r] == CK_KEY_CROSS) {
        mark_word(s, word, word + 1, bit, mask);
        if (!w->shared->rules->rule[r].directed)
            mark_word(s, word + 1, word, bit, mask);
    } else {
        for (uint32_t t = 0; t < s->n; t++)
            if (live[t] && shared_key(w->shared, s, r, t))
                mask[t] |= bit;
    }
}

/* The pass's own rule: a pair is made under its first shared key only. Simple rules' blocks are their keys. */
static void mark_own_rule(ck_worker *w, const strip *s, uint32_t *live, uint32_t *mask) {
    uint32_t r = w->rule;
    if (w->shared->layout->shape[r] != CK_KEY_SINGLE)
        for (uint32_t t = 0; t < s->n; t++)
            if (live[t] && shared_key(w->shared, s, r, t) != s->y->key[s->j + t])
                live[t] = 0;
    mark_all(UINT32_C(1) << (r & 31), s->n, mask);
}

/* Clear rule r's bit where its filter is not true. */
static void filter_rule(ck_worker *w, const strip *s, uint32_t r, const uint32_t *live, uint32_t *mask) {
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
        const uint32_t *x = lane_x(s, shared->layout->column_word[c]), *y = lane_y(s, shared->layout->column_word[c]);
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

static void mark_and_filter(ck_worker *w, const strip *s, uint32_t r, uint32_t *live, uint32_t *mask) {
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
static void mark_rules(ck_worker *w, const strip *s, uint32_t *live, uint32_t *low, uint32_t *high) {
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
    if (w->goal == CK_GOAL_CELLS || (w->goal == CK_GOAL_LINKS && w->scorer->uses_masks))
        for (uint32_t r = own + 1; r < nrules; r++)
            mark_and_filter(w, s, r, live, r < 32 ? low : high);
}

/* --- levels ------------------------------------------------------------------------------------------- */

static front make_front(const ck_worker *w, uint32_t p) {
    const ck_plan *plan = &w->shared->plan[p];
    const ck_bounds *bounds = &w->bounds;
    uint32_t other = plan->nrest || plan->nlane ? 0 : plan->rest_digit[0];
    return (front){.digit = {plan->missing_digit * plan->stride, plan->equal_digit * plan->stride, other * plan->stride},
                   .bit = plan->nrest || plan->nlane ? UINT32_C(1) << p : 0,
                   .weight = {bounds->weight[p][plan->missing_digit], bounds->weight[p][plan->equal_digit], bounds->open[p]}};
}

/* Levels that are formulas over equal words: every lane that the front left open is settled. */
static void add_lane_levels(ck_worker *w, const strip *s, uint32_t p, lanes *v) {
    const ck_plan *plan = &w->shared->plan[p];
    const float *weight = w->bounds.weight[p], open = w->bounds.open[p];
    uint32_t *pattern = plan->high ? v->high : v->low, bit = UINT32_C(1) << p;
    uint32_t stack[CK_LANE_DEPTH + 1][CK_STRIP];
    for (uint32_t k = 0, step = 0; k < plan->nlane; k++) {
        uint32_t top = 0;
        for (; step < plan->lane_end[k]; step++) {
            const ck_lane_step *at = &plan->lane[step];
            if (at->op == CK_OP_EQUAL && s->broadcast)
                test_equal_to(*lane_x(s, at->word), lane_y(s, at->word), s->n, stack[top++]);
            else if (at->op == CK_OP_EQUAL)
                test_equal(lane_x(s, at->word), lane_y(s, at->word), s->n, stack[top++]);
            else if (at->op == CK_OP_AND)
                top--, join_and(stack[top - 1], stack[top], s->n);
            else
                top--, join_or(stack[top - 1], stack[top], s->n);
        }
        settle(stack[0], bit, plan->rest_digit[k] * plan->stride, weight[plan->rest_digit[k]] - open, s->n, v->undecided, pattern, v->reach);
    }
    memset(stack[0], 0xff, s->n * sizeof(uint32_t));
    uint32_t otherwise = plan->rest_digit[plan->nlane];
    settle(stack[0], bit, otherwise * plan->stride, weight[otherwise] - open, s->n, v->undecided, pattern, v->reach);
}

/* The front of every comparison that has one. */
static void add_levels(ck_worker *w, const strip *s, lanes *v) {
    for (uint32_t p = 0; p < w->shared->nplans; p++) {
        const ck_plan *plan = &w->shared->plan[p];
        if (!plan->front)
            continue;
        front f = make_front(w, p);
        uint32_t *pattern = plan->high ? v->high : v->low;
        const uint32_t *xm = lane_x(s, plan->missing_word), *xe = lane_x(s, plan->equal_word);
        const uint32_t *ym = lane_y(s, plan->missing_word), *ye = lane_y(s, plan->equal_word);
        if (s->broadcast)
            add_front_to(*xm, *xe, ym, ye, s->n, &f, pattern, v->undecided);
        else
            add_front(xm, xe, ym, ye, s->n, &f, pattern, v->undecided);
        if (w->goal == CK_GOAL_LINKS && s->broadcast)
            add_reach_to(*xm, *xe, ym, ye, s->n, &f, v->reach);
        else if (w->goal == CK_GOAL_LINKS)
            add_reach(xm, xe, ym, ye, s->n, &f, v->reach);
        if (plan->nlane)
            add_lane_levels(w, s, p, v);
    }
}

LANES static void number_places(uint32_t first, uint32_t step, uint32_t n, uint16_t *restrict place) {
    for (uint32_t t = 0; t < n; t++)
        place[t] = (uint16_t)(first + step * t);
}

/* Every lane is alive: arrays are copied whole. */
static void buffer_all(ck_worker *w, const strip *s, const lanes *v) {
    uint32_t at = w->nslots;
    size_t bytes = s->n * sizeof(uint32_t);
    memcpy(w->low + at, v->low, bytes);
    memcpy(w->mask_low + at, v->mask_low, bytes);
    memcpy(w->undecided + at, v->undecided, bytes);
    memcpy(w->reach + at, v->reach, bytes);
    if (w->wide) {
        memcpy(w->high + at, v->high, bytes);
        memcpy(w->mask_high + at, v->mask_high, bytes);
    }
    number_places(s->i, !s->broadcast, s->n, w->a + at);
    number_places(s->j, 1, s->n, w->b + at);
    w->nslots = at + s->n;
}

static void buffer_listed(ck_worker *w, const strip *s, const uint16_t *lane, uint32_t m, const lanes *v) {
    uint32_t n = w->nslots;
    for (uint32_t k = 0; k < m; k++) {
        uint32_t t = lane[k];
        w->low[n + k] = v->low[t];
        w->mask_low[n + k] = v->mask_low[t];
        w->undecided[n + k] = v->undecided[t];
        w->reach[n + k] = v->reach[t];
        w->a[n + k] = (uint16_t)(s->i + (s->broadcast ? 0 : t));
        w->b[n + k] = (uint16_t)(s->j + t);
    }
    for (uint32_t k = 0; k < m && w->wide; k++) {
        w->high[n + k] = v->high[lane[k]];
        w->mask_high[n + k] = v->mask_high[lane[k]];
    }
    w->nslots = n + m;
}

LANES static void fill(uint32_t *restrict undecided, uint32_t bits, float *restrict reach, float prior, uint32_t n) {
    for (uint32_t t = 0; t < n; t++) {
        undecided[t] = bits;
        reach[t] = prior;
    }
}

static void start_lanes(const ck_worker *w, uint32_t n, lanes *v) {
    size_t bytes = n * sizeof(uint32_t);
    memset(v->live, 0xff, bytes);
    memset(v->mask_low, 0, bytes);
    memset(v->low, 0, bytes);
    if (w->wide) {
        memset(v->mask_high, 0, bytes);
        memset(v->high, 0, bytes);
    }
    fill(v->undecided, w->compare ? w->shared->no_front : 0, v->reach, w->bounds.prior, n);
}

void ck_worker_strip(ck_worker *w, const ck_tile *x, uint32_t i, bool broadcast, const ck_tile *y, uint32_t j, uint32_t n) {
    strip s = {x, y, i, j, n, broadcast};
    lanes v;
    uint16_t lane[CK_STRIP];
    start_lanes(w, n, &v);
    if (!broadcast)
        keep_reaching(x->remain + i, j - i, n, v.live);
    if (!w->shared->all_allowed)
        keep_allowed(w->shared, &s, v.live);
    mark_rules(w, &s, v.live, v.mask_low, v.mask_high);
    uint32_t m = count_live(v.live, n);
    w->pairs += m;
    if (!m || w->goal == CK_GOAL_COUNT)
        return;
    if (w->compare)
        add_levels(w, &s, &v);
    if (w->goal == CK_GOAL_LINKS) {
        keep_within(v.reach, w->bounds.floor, n, v.live);
        m = count_live(v.live, n);
    }
    if (w->nslots + m > CK_SLOTS)
        ck_worker_flush(w);
    if (m == n)
        buffer_all(w, &s, &v);
    else if (m)
        buffer_listed(w, &s, lane, list_live(v.live, n, lane), &v);
}
