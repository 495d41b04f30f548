/* Blocks of which most records are settled: rows that are not (fresh) meet all others, settled ones do not meet one another. So the work goes by
   the fresh rows: each is broadcast against a run of those behind it, and stands, copied, against a run of the settled ones before it. (Which of
   two records is on the left is part of what some conditions ask, so the run before cannot simply be turned round.) */
#include "link/worker.h"

/* Fresh rows of a list, a tile at a time. */
typedef struct fresh_rows {
    const uint32_t *const *row;
    uint64_t n, next;
    uint64_t place[CK_TILE]; /* in the list, of the rows in the tile */
} fresh_rows;

static bool is_fresh(const ck_worker *w, const uint32_t *row) {
    return row[CK_WORD_SOURCE] < w->shared->people->nsources;
}

/* The next fresh rows into x. @return whether there are any */
static bool load_fresh(ck_worker *w, fresh_rows *fresh, uint32_t key) {
    const uint32_t *row[CK_TILE];
    uint32_t n = 0;
    for (; fresh->next < fresh->n && n < CK_TILE; fresh->next++)
        if (is_fresh(w, fresh->row[fresh->next])) {
            fresh->place[n] = fresh->next;
            row[n++] = fresh->row[fresh->next];
        }
    ck_worker_load(w, &w->x, row, n, key);
    return n > 0;
}

static uint32_t load_chunk(ck_worker *w, const uint32_t *const *row, uint64_t n, uint64_t begin, uint32_t key) {
    uint32_t m = (uint32_t)(n - begin < CK_TILE ? n - begin : CK_TILE);
    ck_worker_load(w, &w->y, row + begin, m, key);
    return m;
}

/* How many of m places from `begin` on are below `place`. */
static uint32_t count_below(uint64_t place, uint64_t begin, uint32_t m) {
    return place <= begin ? 0 : place - begin < m ? (uint32_t)(place - begin) : m;
}

/* Row i of x against places [from, m) of y. */
static void pair_behind(ck_worker *w, uint32_t i, uint32_t from, uint32_t m) {
    for (uint32_t j = from; j < m; j += CK_STRIP)
        ck_worker_strip(w, &w->x, i, true, &w->y, j, m - j < CK_STRIP ? m - j : CK_STRIP);
}

/* n copies of row i of x, at `at` of z. */
static void copy_row(ck_worker *w, uint32_t i, uint32_t at, uint32_t n) {
    for (uint32_t k = 0; k < w->nsquares * CK_SQUARE; k++) {
        size_t word = (w->square[k / CK_SQUARE] + k % CK_SQUARE) * (size_t)CK_TILE_STRIDE;
        for (uint32_t t = 0; t < n; t++)
            w->z.word[word + at + t] = w->x.word[word + i];
    }
    for (uint32_t t = 0; t < n; t++) {
        w->z.row[at + t] = w->x.row[i];
        w->z.key[at + t] = w->x.key[i];
        w->z.before[at + t] = w->x.before[i];
    }
}

/* The settled ones of places [0, m) of y against row i of x. */
static void pair_before(ck_worker *w, uint32_t i, uint32_t m, uint32_t *copied) {
    uint32_t n = m < CK_STRIP ? m : CK_STRIP;
    if (!m)
        return;
    if (*copied + n > CK_TILE) {
        ck_worker_flush(w); /* pairs that wait speak of the copies */
        *copied = 0;
    }
    copy_row(w, i, *copied, n);
    for (uint32_t j = 0; j < m; j += CK_STRIP)
        ck_worker_strip(w, &w->y, j, false, &w->z, *copied, m - j < CK_STRIP ? m - j : CK_STRIP);
    *copied += n;
}

/* Fresh rows against all of `row` behind them: the list itself or, `apart`, another that stands wholly behind. */
static void meet_behind(ck_worker *w, fresh_rows *fresh, const uint32_t *const *row, uint64_t n, bool apart, uint32_t key) {
    for (fresh->next = 0; load_fresh(w, fresh, key);)
        for (uint64_t begin = 0; begin < n; begin += CK_TILE) {
            uint32_t m = load_chunk(w, row, n, begin, key);
            w->tile_a = &w->x;
            w->tile_b = &w->y;
            for (uint32_t i = 0; i < w->x.n; i++)
                pair_behind(w, i, count_below(apart ? 0 : fresh->place[i] + 1, begin, m), m);
            ck_worker_flush(w);
        }
}

/* Settled rows of `row` against fresh ones behind them, likewise. */
static void meet_before(ck_worker *w, fresh_rows *fresh, const uint32_t *const *row, uint64_t n, bool apart, uint32_t key) {
    for (fresh->next = 0; load_fresh(w, fresh, key);)
        for (uint64_t begin = 0; begin < n; begin += CK_TILE) {
            uint32_t m = load_chunk(w, row, n, begin, key), copied = 0;
            w->tile_a = &w->y;
            w->tile_b = &w->z;
            for (uint32_t i = 0; i < w->x.n; i++)
                pair_before(w, i, count_below(apart ? n : fresh->place[i], begin, m), &copied);
            ck_worker_flush(w);
        }
}

void ck_worker_fresh_block(ck_worker *w, const uint32_t *const *row, uint64_t n, uint32_t key) {
    fresh_rows fresh = {.row = row, .n = n};
    meet_behind(w, &fresh, row, n, false, key);
    meet_before(w, &fresh, row, n, false, key);
    w->x.n = 0;
}

void ck_worker_fresh_segments(ck_worker *w, const uint32_t *const *x, uint64_t nx, const uint32_t *const *y, uint64_t ny, uint32_t key) {
    fresh_rows left = {.row = x, .n = nx}, right = {.row = y, .n = ny};
    meet_behind(w, &left, y, ny, true, key);
    meet_before(w, &right, x, nx, true, key);
    w->x.n = 0;
}
