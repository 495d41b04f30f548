#include "link/strip.h"
#include <string.h>

/* The levels of the kernels' instruction set. */
static ck_levels *choose_levels(const char *isa) {
#if defined(__x86_64__)
    if (strcmp(isa, "avx512") == 0)
        return ck_levels_avx512;
    if (strcmp(isa, "avx2") == 0)
        return ck_levels_avx2;
#endif
    (void)isa;
    return ck_levels_portable;
}

ck_status ck_worker_create(ck_error *error, const ck_shared *shared, ck_worker **worker) {
    ck_worker *w = *worker = ck_alloc_zero(error, 1, sizeof **worker);
    if (!w)
        return error->status;
    w->shared = shared;
    w->levels = choose_levels(ck_kernels_name(shared->kernels));
    size_t words = (size_t)shared->layout->nwords * CK_TILE_STRIDE;
    w->x.word = ck_alloc_zero(error, words, sizeof *w->x.word);
    w->y.word = ck_alloc_zero(error, words, sizeof *w->y.word);
    w->z.word = shared->settled ? ck_alloc_zero(error, words, sizeof *w->z.word) : NULL;
    w->codes = ck_alloc(error, 2 * CK_PLAN_COLUMNS, sizeof *w->codes);
    if (error->status == CK_OK && ck_cell_table_create(error, &w->cells) == CK_OK && ck_cell_table_create(error, &w->weights) == CK_OK)
        if (ck_cell_array_create(error, &w->array) == CK_OK)
            ck_scratch_create(error, shared->evaluator, &w->scratch);
    return error->status;
}

void ck_worker_free(ck_worker *w) {
    if (!w)
        return;
    ck_free(w->codes);
    ck_free(w->x.word);
    ck_free(w->y.word);
    ck_free(w->z.word);
    ck_free(w->base);
    ck_free(w->bound);
    ck_free(w->link);
    ck_cell_table_free(&w->cells);
    ck_cell_table_free(&w->weights);
    ck_cell_array_free(&w->array);
    ck_scratch_free(w->scratch);
    ck_free(w);
}

/* --- what a pass reads of a row ------------------------------------------------------------------------- */

static void want_steps(const ck_plan *plan, bool *wanted) {
    for (uint32_t k = 0; plan->nlane && k < plan->lane[plan->nlane].end; k++) {
        const ck_lane_step *step = &plan->step[k];
        wanted[step->word] |= step->op == CK_LANE_EQUAL || step->op == CK_LANE_NEAR || step->op == CK_LANE_REACH;
        wanted[step->rest_word] |= step->op == CK_LANE_REACH;
    }
}

static void want_plans(const ck_shared *shared, bool *wanted) {
    for (uint32_t p = 0; p < shared->nplans; p++) {
        const ck_plan *plan = &shared->plan[p];
        if (plan->front) {
            wanted[plan->missing_word] = wanted[plan->equal_word] = true;
            want_steps(plan, wanted);
        }
        for (uint32_t c = 0; c < plan->ncolumns; c++)
            wanted[shared->layout->column_word[plan->column[c]]] = true;
    }
}

/* Filters of rule r, and its keys unless they are the pass's own and told by the block. */
static void want_rule(const ck_shared *shared, uint32_t r, bool own, bool *wanted) {
    const ck_layout *layout = shared->layout;
    for (uint32_t c = 0; shared->rules->rule[r].has_where && c < layout->ncolumns; c++)
        if (ck_evaluator_condition_reads(shared->evaluator, shared->where[r], c))
            wanted[layout->column_word[c]] = true;
    if (own)
        return;
    wanted[layout->key_word[r]] = true;
    if (layout->shape[r] != CK_KEY_SINGLE)
        wanted[layout->key_word[r] + 1] = true;
}

/* Squares end with the row at the latest. */
static void list_squares(ck_worker *w, const bool *wanted) {
    uint32_t last = w->shared->layout->nwords - CK_SQUARE;
    w->nsquares = 0;
    for (uint32_t word = 0; word < w->shared->layout->nwords;) {
        if (wanted[word]) {
            w->square[w->nsquares++] = word < last ? word : last;
            word += CK_SQUARE;
        } else {
            word++;
        }
    }
}

/* Later rules are asked only for whole masks. */
void ck_worker_set_rule(ck_worker *w, uint32_t rule) {
    const ck_shared *shared = w->shared;
    bool wanted[CK_WORDS_MAX] = {false};
    bool all_rules = w->goal == CK_GOAL_CELLS || (w->goal == CK_GOAL_LINKS && w->scorer->uses_masks) || rule >= shared->rules->n;
    w->rule = rule;
    w->sets = rule < shared->rules->n && shared->layout->shape[rule] == CK_KEY_MULTI;
    wanted[CK_WORD_SOURCE] = !shared->all_allowed;
    if (w->compare)
        want_plans(shared, wanted);
    for (uint32_t r = 0; r < (all_rules ? shared->rules->n : rule + 1); r++)
        want_rule(shared, r, r == rule, wanted);
    list_squares(w, wanted);
    ck_worker_set_bounds(w);
    ck_cell_array_start(&w->array, w->compare ? shared->stride[shared->nplans] : 1, rule, shared->rules->n);
}

/* --- tiles ---------------------------------------------------------------------------------------- */

static inline void prefetch_row(const ck_worker *w, const uint32_t *row) {
    uint32_t last = w->sets ? w->shared->layout->nwords : w->nsquares ? w->square[w->nsquares - 1] + CK_SQUARE - 1 : 0;
    for (uint32_t k = w->nsquares ? w->square[0] : 0; k < last; k += 16)
        __builtin_prefetch(row + k);
    __builtin_prefetch(row + last);
}

/* A signature of the row's keys below `key`: two rows that share one of those have a bit in common. */
static uint32_t sign_before(const ck_worker *w, const uint32_t *row, uint32_t key) {
    uint32_t n, bits = 0;
    const uint32_t *set = ck_row_keys(w->shared->layout, row, w->rule, &n);
    for (uint32_t k = 0; k < n && set[k] < key; k++)
        bits |= UINT32_C(1) << (set[k] * UINT32_C(0x9e3779b1) >> 27);
    return bits;
}

typedef uint32_t square_row __attribute__((vector_size(CK_SQUARE * sizeof(uint32_t))));

static inline square_row read_square(const uint32_t *words) {
    square_row v;
    memcpy(&v, words, sizeof v);
    return v;
}
static inline void write_square(uint32_t *words, square_row v) {
    memcpy(words, &v, sizeof v);
}

/* Words [word, word + 4) of four rows, each word's side by side. */
static inline void turn_square(const uint32_t *const *row, uint32_t word, uint32_t *to) {
    square_row a = read_square(row[0] + word), b = read_square(row[1] + word), c = read_square(row[2] + word), d = read_square(row[3] + word);
    square_row ab = __builtin_shuffle(a, b, (square_row){0, 4, 1, 5}), cd = __builtin_shuffle(c, d, (square_row){0, 4, 1, 5});
    square_row ab_high = __builtin_shuffle(a, b, (square_row){2, 6, 3, 7}), cd_high = __builtin_shuffle(c, d, (square_row){2, 6, 3, 7});
    write_square(to, __builtin_shuffle(ab, cd, (square_row){0, 1, 4, 5}));
    write_square(to + CK_TILE_STRIDE, __builtin_shuffle(ab, cd, (square_row){2, 3, 6, 7}));
    write_square(to + 2 * CK_TILE_STRIDE, __builtin_shuffle(ab_high, cd_high, (square_row){0, 1, 4, 5}));
    write_square(to + 3 * CK_TILE_STRIDE, __builtin_shuffle(ab_high, cd_high, (square_row){2, 3, 6, 7}));
}

/* Lay the words of the tile's rows [at, at + 4) side by side; where the tile ends, its last row stands in for those that are not there. */
static inline void lay_rows(const ck_worker *w, ck_tile *tile, uint32_t at) {
    for (uint32_t k = tile->n; k < at + CK_SQUARE; k++)
        tile->row[k] = tile->row[tile->n - 1];
    for (uint32_t k = 0; k < w->nsquares; k++)
        turn_square(tile->row + at, w->square[k], tile->word + (size_t)w->square[k] * CK_TILE_STRIDE + at);
}

static void sign_rows(const ck_worker *w, ck_tile *tile) {
    for (uint32_t i = 0; w->sets && i < tile->n; i++)
        tile->before[i] = sign_before(w, tile->row[i], tile->key[i]);
}

void ck_worker_load(const ck_worker *w, ck_tile *tile, const uint32_t *const *row, uint32_t n, uint32_t key) {
    enum { AHEAD = 12 };
    tile->n = n;
    memcpy(tile->row, row, n * sizeof *row);
    for (uint32_t i = 0; i < n; i++)
        tile->key[i] = key;
    for (uint32_t i = 0; i < n; i += CK_SQUARE) {
        for (uint32_t k = i + AHEAD; k < i + AHEAD + CK_SQUARE && k < n; k++)
            prefetch_row(w, row[k]);
        lay_rows(w, tile, i);
    }
    sign_rows(w, tile);
}

static void pair_tiles(ck_worker *w, const ck_tile *x, const ck_tile *y) {
    bool same = x == y;
    w->tile_a = x;
    w->tile_b = y;
    for (uint32_t begin = 0; begin < y->n; begin += CK_STRIP) { /* the lanes of y stay in cache for all of x */
        uint32_t end = y->n - begin < CK_STRIP ? y->n : begin + CK_STRIP;
        for (uint32_t i = 0; i < (same ? end - 1 : x->n); i++) {
            uint32_t j = same && i >= begin ? i + 1 : begin;
            ck_worker_strip(w, x, i, true, y, j, end - j);
        }
    }
    ck_worker_flush(w);
}

/* --- small blocks: many in one tile, largest first, compared with themselves shifted ------------------- */

/* The shift d pairs lane k with lane k + d; only blocks of more than d members have such pairs, and they come first. */
static void pair_shifted(ck_worker *w) {
    ck_tile *tile = &w->y;
    if (tile->n < 2)
        return;
    w->tile_a = w->tile_b = tile;
    uint32_t longest = tile->remain[0];
    for (uint32_t d = 1; d <= longest; d++) {
        uint32_t end = w->members[d + 1] - d;
        for (uint32_t k = 0; k < end; k += CK_STRIP)
            ck_worker_strip(w, tile, k, false, tile, k + d, end - k < CK_STRIP ? end - k : CK_STRIP);
    }
    ck_worker_flush(w);
}

/* The waiting rows lie in x (rows and keys only), block after block; they are laid into y by falling block size. */
static void sort_small_blocks(ck_worker *w) {
    ck_tile *from = &w->x, *to = &w->y;
    uint32_t at[CK_SMALL_BLOCK + 2] = {0};
    for (uint32_t k = 0; k < from->n; k += from->remain[k] + 1)
        at[from->remain[k] + 1] += from->remain[k] + 1;
    uint32_t sum = 0;
    for (uint32_t size = CK_SMALL_BLOCK; size > 0; size--) {
        uint32_t members = at[size];
        at[size] = sum;
        sum += members;
    }
    for (uint32_t k = 0; k < from->n;) {
        uint32_t size = from->remain[k] + 1, place = at[size];
        at[size] += size;
        for (uint32_t m = 0; m < size; m++, k++) {
            to->row[place + m] = from->row[k];
            to->key[place + m] = from->key[k];
            to->remain[place + m] = size - 1 - m;
        }
    }
    memcpy(w->members, at, sizeof w->members);
    to->n = from->n;
    from->n = 0;
    for (uint32_t i = 0; i < to->n; i += CK_SQUARE)
        lay_rows(w, to, i);
    sign_rows(w, to);
}

static void run_small_blocks(ck_worker *w) {
    if (w->x.n) {
        sort_small_blocks(w);
        pair_shifted(w);
    }
}

void ck_worker_finish(ck_worker *w) {
    run_small_blocks(w);
    ck_cell_array_empty(&w->array, &w->error, &w->cells);
}

static void keep_small_block(ck_worker *w, const uint32_t *const *row, uint32_t n, uint32_t key) {
    if (w->x.n + n > CK_TILE)
        run_small_blocks(w);
    ck_tile *tile = &w->x;
    for (uint32_t m = 0; m < n; m++) {
        uint32_t at = tile->n++;
        tile->row[at] = row[m];
        tile->key[at] = key;
        tile->remain[at] = n - 1 - m;
        prefetch_row(w, row[m]);
    }
}

void ck_worker_block(ck_worker *w, const uint32_t *const *row, uint64_t n, uint32_t key) {
    if (n <= CK_SMALL_BLOCK) {
        keep_small_block(w, row, (uint32_t)n, key);
        return;
    }
    run_small_blocks(w);
    if (w->shared->settled) {
        ck_worker_fresh_block(w, row, n, key);
        return;
    }
    for (uint64_t i = 0; i < n; i += CK_TILE) {
        ck_worker_load(w, &w->x, row + i, (uint32_t)(n - i < CK_TILE ? n - i : CK_TILE), key);
        pair_tiles(w, &w->x, &w->x);
        for (uint64_t j = i + CK_TILE; j < n; j += CK_TILE) {
            ck_worker_load(w, &w->y, row + j, (uint32_t)(n - j < CK_TILE ? n - j : CK_TILE), key);
            pair_tiles(w, &w->x, &w->y);
        }
    }
    w->x.n = 0;
}

void ck_worker_segments(ck_worker *w, const uint32_t *const *x, uint64_t nx, const uint32_t *const *y, uint64_t ny, uint32_t key) {
    run_small_blocks(w);
    if (w->shared->settled) {
        ck_worker_fresh_segments(w, x, nx, y, ny, key);
        return;
    }
    for (uint64_t i = 0; i < nx; i += CK_TILE) {
        ck_worker_load(w, &w->x, x + i, (uint32_t)(nx - i < CK_TILE ? nx - i : CK_TILE), key);
        for (uint64_t j = 0; j < ny; j += CK_TILE) {
            ck_worker_load(w, &w->y, y + j, (uint32_t)(ny - j < CK_TILE ? ny - j : CK_TILE), key);
            pair_tiles(w, &w->x, &w->y);
        }
    }
    w->x.n = 0;
}
