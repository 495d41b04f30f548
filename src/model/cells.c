/* Cells: counts by (pattern, rule mask). */
#include "model/comparison.h"
#include "base/memory.h"
#include <stdlib.h>

typedef struct triple {
    uint64_t pattern, mask, count;
} triple;

void ck_cells_free(ck_cells *cells) {
    ck_free(cells->pattern);
    ck_free(cells->mask);
    ck_free(cells->count);
    *cells = (ck_cells){0};
}

static int compare_triples(const void *x, const void *y) {
    const triple *a = x, *b = y;
    if (a->pattern != b->pattern) return a->pattern < b->pattern ? -1 : 1;
    return (a->mask > b->mask) - (a->mask < b->mask);
}

/* Merge neighbours with equal keys; a key whose counts are all 0 disappears. */
static size_t merge_triples(triple *t, size_t n) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (t[i].count == 0) continue;
        if (kept > 0 && compare_triples(&t[kept - 1], &t[i]) == 0) t[kept - 1].count += t[i].count;
        else t[kept++] = t[i];
    }
    return kept;
}

ck_status ck_cells_normalise(ck_error *error, ck_cells *cells) {
    triple *t = ck_alloc(error, cells->n, sizeof *t);
    if (t == NULL) return error->status;
    for (size_t i = 0; i < cells->n; i++) t[i] = (triple){cells->pattern[i], cells->mask[i], cells->count[i]};
    qsort(t, cells->n, sizeof *t, compare_triples);
    cells->n = merge_triples(t, cells->n);
    for (size_t i = 0; i < cells->n; i++) {
        cells->pattern[i] = t[i].pattern;
        cells->mask[i] = t[i].mask;
        cells->count[i] = t[i].count;
    }
    ck_free(t);
    return CK_OK;
}

uint64_t ck_cells_total(const ck_cells *cells) {
    uint64_t total = 0;
    for (size_t i = 0; i < cells->n; i++) total += cells->count[i];
    return total;
}
