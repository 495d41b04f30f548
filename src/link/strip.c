/* Strips: the way of a strip of pairs. Lanes that words decide are counted at once; the others go to the buffer. */
#include "link/strip.h"
#include <string.h>

LANES static void keep_reaching(const uint32_t *restrict remain, uint32_t d, uint32_t n, uint32_t *restrict live) {
    for (uint32_t t = 0; t < n; t++)
        live[t] = remain[t] >= d ? live[t] : 0;
}
LANES static void keep_settled(const uint32_t *restrict class, uint32_t nsources, uint32_t n, uint32_t *restrict live) {
    for (uint32_t t = 0; t < n; t++)
        live[t] = class[t] >= nsources ? live[t] : 0;
}
LANES static void keep_within(const float *restrict reach, float floor, uint32_t n, uint32_t *restrict live) {
    for (uint32_t t = 0; t < n; t++)
        live[t] = reach[t] >= floor ? live[t] : 0;
}
LANES static void keep_undecided(const uint32_t *restrict undecided, uint32_t n, uint32_t *restrict live) {
    for (uint32_t t = 0; t < n; t++)
        live[t] = undecided[t] ? live[t] : 0;
}
LANES static uint32_t count_live(const uint32_t *restrict live, uint32_t n) {
    uint32_t m = 0;
    for (uint32_t t = 0; t < n; t++)
        m += live[t] & 1;
    return m;
}
LANES static void mark_bytes(const uint32_t *restrict live, uint32_t n, uint8_t *restrict byte) {
    for (uint32_t t = 0; t < n; t++)
        byte[t] = live[t] & 1;
}

/* Eight dead ones are passed over at a time. */
uint32_t ck_list_lanes(const uint32_t *live, uint32_t n, uint16_t *lane) {
    uint8_t byte[CK_STRIP] __attribute__((aligned(64)));
    uint32_t m = 0;
    mark_bytes(live, n, byte);
    memset(byte + n, 0, -n % sizeof(uint64_t));
    for (uint32_t t = 0; t < n; t += 8) {
        uint64_t eight;
        memcpy(&eight, byte + t, sizeof eight);
        for (; eight; eight &= eight - 1)
            lane[m++] = (uint16_t)(t + (uint32_t)__builtin_ctzll(eight) / 8);
    }
    return m;
}

/* --- the buffer ------------------------------------------------------------------------------------------ */

LANES static void number_places(uint32_t first, uint32_t step, uint32_t n, uint16_t *restrict place) {
    for (uint32_t t = 0; t < n; t++)
        place[t] = (uint16_t)(first + step * t);
}

/* Every lane is alive: arrays are copied whole. */
static void buffer_all(ck_worker *w, const ck_strip *s, const ck_lanes *v, const float *reach) {
    uint32_t at = w->nslots;
    size_t bytes = s->n * sizeof(uint32_t);
    memcpy(w->low + at, v->low, bytes);
    memcpy(w->mask_low + at, v->mask_low, bytes);
    memcpy(w->undecided + at, v->undecided, bytes);
    if (reach)
        memcpy(w->reach + at, reach, bytes);
    if (w->wide) {
        memcpy(w->high + at, v->high, bytes);
        memcpy(w->mask_high + at, v->mask_high, bytes);
    }
    number_places(s->i, !s->broadcast, s->n, w->a + at);
    number_places(s->j, 1, s->n, w->b + at);
    w->nslots = at + s->n;
}

static void buffer_listed(ck_worker *w, const ck_strip *s, const uint16_t *lane, uint32_t m, const ck_lanes *v, const float *reach) {
    uint32_t n = w->nslots;
    for (uint32_t k = 0; k < m; k++) {
        uint32_t t = lane[k];
        w->low[n + k] = v->low[t];
        w->mask_low[n + k] = v->mask_low[t];
        w->undecided[n + k] = v->undecided[t];
        w->a[n + k] = (uint16_t)(s->i + (s->broadcast ? 0 : t));
        w->b[n + k] = (uint16_t)(s->j + t);
    }
    for (uint32_t k = 0; k < m && reach; k++)
        w->reach[n + k] = reach[lane[k]];
    for (uint32_t k = 0; k < m && w->wide; k++) {
        w->high[n + k] = v->high[lane[k]];
        w->mask_high[n + k] = v->mask_high[lane[k]];
    }
    w->nslots = n + m;
}

LANES static void fill(uint32_t *restrict word, uint32_t value, uint32_t n) {
    for (uint32_t t = 0; t < n; t++)
        word[t] = value;
}
LANES static void fill_reach(float *restrict reach, float *restrict owed, float prior, uint32_t n) {
    for (uint32_t t = 0; t < n; t++) {
        reach[t] = prior;
        owed[t] = 0;
    }
}

static void start_lanes(const ck_worker *w, uint32_t n, ck_lanes *v) {
    size_t bytes = n * sizeof(uint32_t);
    memset(v->live, 0xff, bytes);
    memset(v->mask_low, 0, bytes);
    memset(v->low, 0, bytes);
    if (w->wide) {
        memset(v->mask_high, 0, bytes);
        memset(v->high, 0, bytes);
    }
    fill(v->undecided, w->compare ? w->shared->no_front : 0, n);
    v->makers = 0;
}

/* --- largest weights --------------------------------------------------------------------------------------- */

/* Bits of the live lanes' makers. */
LANES static uint32_t find_makers(const ck_lanes *v, uint32_t own_low, uint32_t own_high, bool wide, uint32_t n) {
    uint32_t alone = 0, others = 0;
    for (uint32_t t = 0; t < n; t++) {
        uint32_t other = v->mask_low[t] ^ own_low;
        if (wide)
            other |= v->mask_high[t] ^ own_high;
        alone |= other ? 0 : v->live[t];
        others |= other ? v->live[t] : 0;
    }
    return (alone ? UINT32_C(1) << CK_MADE_ALONE : 0) | (others ? UINT32_C(1) << CK_MADE_BY_ANY : 0);
}

static void start_weights(const ck_worker *w, uint32_t n, ck_lanes *v) {
    v->makers = find_makers(v, w->own_low, w->own_high, w->wide, n);
    for (ck_makers makers = 0; makers < CK_MAKERS; makers++)
        if (ck_lanes_weigh(v, makers))
            fill_reach(v->reach[makers], v->owed[makers], w->bounds[makers].prior, n);
}

LANES static void choose_reach(ck_lanes *v, uint32_t own_low, uint32_t own_high, bool wide, uint32_t n) {
    for (uint32_t t = 0; t < n; t++) {
        uint32_t other = v->mask_low[t] ^ own_low;
        if (wide)
            other |= v->mask_high[t] ^ own_high;
        v->reach[CK_MADE_ALONE][t] = other ? v->reach[CK_MADE_BY_ANY][t] : v->reach[CK_MADE_ALONE][t];
        v->owed[CK_MADE_ALONE][t] = other ? v->owed[CK_MADE_BY_ANY][t] : v->owed[CK_MADE_ALONE][t];
    }
}
LANES static void give_back(const float *restrict owed, uint32_t n, float *restrict reach) {
    for (uint32_t t = 0; t < n; t++)
        reach[t] += owed[t];
}

/* Only lanes that may reach the floor live on, each with its own makers' largest weight, in which comparisons that wait count as open. */
static const float *end_weights(const ck_worker *w, uint32_t n, ck_lanes *v) {
    ck_makers makers = ck_lanes_weigh(v, CK_MADE_ALONE) ? CK_MADE_ALONE : CK_MADE_BY_ANY;
    if (makers == CK_MADE_ALONE && ck_lanes_weigh(v, CK_MADE_BY_ANY))
        choose_reach(v, w->own_low, w->own_high, w->wide, n);
    keep_within(v->reach[makers], w->bound_floor, n, v->live);
    give_back(v->owed[makers], n, v->reach[makers]);
    return v->reach[makers];
}

/* --- counting on the spot --------------------------------------------------------------------------------- */

/* Numbers of the lanes' cells; lanes that are dead or undecided have the one that takes what is not counted. */
LANES static void number_cells(const ck_lanes *v, const ck_cell_array *array, uint32_t n, uint32_t *restrict cell) {
    uint32_t none = array->ncells, npatterns = array->npatterns, shift = array->shift & 31;
    if (none == npatterns)
        for (uint32_t t = 0; t < n; t++)
            cell[t] = v->live[t] && !v->undecided[t] ? v->low[t] : none;
    else
        for (uint32_t t = 0; t < n; t++)
            cell[t] = v->live[t] && !v->undecided[t] ? v->low[t] + (v->mask_low[t] >> shift) * npatterns : none;
}

static void find_cells(ck_worker *w, const ck_lanes *v, uint32_t n) {
    for (uint32_t t = 0; t < n; t++) {
        if (!v->live[t] || v->undecided[t])
            continue;
        uint64_t pattern = v->low[t], mask = v->mask_low[t];
        if (w->wide) {
            pattern += v->high[t] * w->shared->high_stride;
            mask |= (uint64_t)v->mask_high[t] << 32;
        }
        size_t i = ck_cell_table_find(&w->cells, &w->error, pattern, mask);
        if (i == SIZE_MAX)
            return;
        w->cells.count[i]++;
    }
}

/* Count the decided lanes; only the others stay alive. */
static void count_decided(ck_worker *w, ck_lanes *v, uint32_t n) {
    uint32_t cell[CK_STRIP];
    if (w->array.ncells) {
        number_cells(v, &w->array, n, cell);
        ck_cell_array_add(&w->array, cell, n);
    } else {
        find_cells(w, v, n);
    }
    keep_undecided(v->undecided, n, v->live);
}

void ck_worker_strip(ck_worker *w, const ck_tile *x, uint32_t i, bool broadcast, const ck_tile *y, uint32_t j, uint32_t n) {
    ck_strip s = {x, y, i, j, n, broadcast};
    ck_lanes v;
    uint16_t lane[CK_STRIP];
    const float *reach = NULL;
    start_lanes(w, n, &v);
    if (!broadcast && x == y)
        keep_reaching(x->remain + i, j - i, n, v.live);
    else if (!broadcast) /* against copies of a row that is not settled: it meets the others where they are its x */
        keep_settled(ck_lane_x(&s, CK_WORD_SOURCE), w->shared->people->nsources, n, v.live);
    ck_strip_rules(w, &s, &v);
    uint32_t m = count_live(v.live, n);
    w->pairs += m;
    if (!m || w->goal == CK_GOAL_COUNT)
        return;
    if (w->goal == CK_GOAL_LINKS)
        start_weights(w, n, &v);
    if (w->compare)
        w->levels(w, &s, &v);
    if (w->goal == CK_GOAL_CELLS)
        count_decided(w, &v, n);
    else
        reach = end_weights(w, n, &v);
    m = count_live(v.live, n);
    if (w->nslots + m > CK_SLOTS)
        ck_worker_flush(w);
    if (m == n)
        buffer_all(w, &s, &v, reach);
    else if (m)
        buffer_listed(w, &s, lane, ck_list_lanes(v.live, n, lane), &v, reach);
}
