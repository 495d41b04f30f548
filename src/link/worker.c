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
    ck_free(w->base);
    ck_free(w->bound);
    ck_free(w->link);
    ck_cell_table_free(&w->cells);
    ck_cell_table_free(&w->weights);
    ck_cell_array_free(&w->array);
    ck_scratch_free(w->scratch);
    ck_free(w);
}

/* Counting needs no values unless filters read them; keys of later rules are asked only for whole masks. */
void ck_worker_set_rule(ck_worker *w, uint32_t rule) {
    const ck_layout *layout = w->shared->layout;
    bool all_keys = w->goal == CK_GOAL_CELLS || (w->goal == CK_GOAL_LINKS && w->scorer->uses_masks) || rule + 1 >= layout->nrules;
    bool no_values = w->goal == CK_GOAL_COUNT && !w->shared->any_where;
    w->rule = rule;
    w->keys_begin = layout->nrules ? layout->key_word[0] : layout->nwords;
    w->keys_end = all_keys ? layout->nwords : layout->key_word[rule + 1];
    w->values_end = no_values ? CK_WORD_SOURCE + 1 : w->keys_begin;
    ck_cell_array_start(&w->array, w->compare ? w->shared->stride[w->shared->nplans] : 1, rule, w->shared->rules->n);
}

/* --- tiles ---------------------------------------------------------------------------------------- */

static inline void prefetch_row(const ck_worker *w, const uint32_t *row) {
    for (uint32_t k = 0; k < w->keys_end; k += 16)
        __builtin_prefetch(row + k);
    __builtin_prefetch(row + w->keys_end - 1);
}

static inline void load_row(const ck_worker *w, ck_tile *tile, uint32_t at, const uint32_t *row, uint32_t key) {
    for (uint32_t k = 0; k < w->values_end; k++)
        tile->word[k * CK_TILE_STRIDE + at] = row[k];
    for (uint32_t k = w->keys_begin; k < w->keys_end; k++)
        tile->word[k * CK_TILE_STRIDE + at] = row[k];
    tile->row[at] = row;
    tile->key[at] = key;
}

static void load_tile(const ck_worker *w, ck_tile *tile, const uint32_t *const *row, uint32_t n, uint32_t key) {
    enum { AHEAD = 12 };
    for (uint32_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            prefetch_row(w, row[i + AHEAD]);
        load_row(w, tile, i, row[i], key);
    }
    tile->n = n;
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
            load_row(w, to, place + m, from->row[k], from->key[k]);
            to->remain[place + m] = size - 1 - m;
        }
    }
    memcpy(w->members, at, sizeof w->members);
    to->n = from->n;
    from->n = 0;
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
    for (uint64_t i = 0; i < n; i += CK_TILE) {
        load_tile(w, &w->x, row + i, (uint32_t)(n - i < CK_TILE ? n - i : CK_TILE), key);
        pair_tiles(w, &w->x, &w->x);
        for (uint64_t j = i + CK_TILE; j < n; j += CK_TILE) {
            load_tile(w, &w->y, row + j, (uint32_t)(n - j < CK_TILE ? n - j : CK_TILE), key);
            pair_tiles(w, &w->x, &w->y);
        }
    }
    w->x.n = 0;
}

void ck_worker_segments(ck_worker *w, const uint32_t *const *x, uint64_t nx, const uint32_t *const *y, uint64_t ny, uint32_t key) {
    run_small_blocks(w);
    for (uint64_t i = 0; i < nx; i += CK_TILE) {
        load_tile(w, &w->x, x + i, (uint32_t)(nx - i < CK_TILE ? nx - i : CK_TILE), key);
        for (uint64_t j = 0; j < ny; j += CK_TILE) {
            load_tile(w, &w->y, y + j, (uint32_t)(ny - j < CK_TILE ? ny - j : CK_TILE), key);
            pair_tiles(w, &w->x, &w->y);
        }
    }
    w->x.n = 0;
}
