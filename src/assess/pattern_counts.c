#include "assess/describe.h"
#include "base/memory.h"
#include "model/model.h"
#include <math.h>
#include <stdlib.h>

static int by_pattern(const void *x, const void *y) {
    uint64_t a = ((const ck_pattern_row *)x)->pattern, b = ((const ck_pattern_row *)y)->pattern;
    return (a > b) - (a < b);
}

static int by_falling_pairs(const void *x, const void *y) {
    const ck_pattern_row *p = x, *q = y;
    return p->pairs != q->pairs ? (p->pairs < q->pairs) - (p->pairs > q->pairs) : by_pattern(x, y);
}

/* Rows of one pattern become one; sorted by pattern. @return how many are left */
static uint64_t fold(ck_pattern_row *row, uint64_t n) {
    uint64_t kept = 0;
    if (n)
        qsort(row, n, sizeof *row, by_pattern);
    for (uint64_t i = 0; i < n; i++) {
        ck_pattern_row *last = kept ? &row[kept - 1] : NULL;
        if (!last || last->pattern != row[i].pattern) {
            row[kept++] = row[i];
            continue;
        }
        last->pairs += row[i].pairs;
        last->links += row[i].links;
        last->matches_2_32 += row[i].matches_2_32;
        last->least = fmin(last->least, row[i].least);
        last->most = fmax(last->most, row[i].most);
    }
    return kept;
}

/* This rank's patterns; folded whenever the buffer is full, so memory goes by patterns, not links. */
static uint64_t count_here(ck_error *error, const ck_links *links, double decision, ck_pattern_row **row) {
    size_t room = 0, full = 1 << 16;
    uint64_t n = 0;
    for (uint64_t i = 0; i < links->n; i++) {
        if (n == full && (n = fold(*row, n)) > full / 2)
            full *= 2;
        if (ck_grow(error, row, &room, (size_t)n + 1, sizeof **row) != CK_OK)
            return 0;
        double weight = links->weight[i], probability = ck_probability_of_weight(weight);
        (*row)[n++] = (ck_pattern_row){links->pattern ? links->pattern[i] : 0, 1, weight >= decision, (uint64_t)(probability * 0x1p32 + 0.5), weight, weight};
    }
    return fold(*row, n);
}

ck_status ck_count_patterns(const ck_comm *comm, ck_error *error, const ck_links *links, double decision, ck_pattern_row **row, uint64_t *n) {
    ck_pattern_row *mine = NULL;
    uint64_t *offset = NULL, here = count_here(error, links, decision, &mine);
    void *all = NULL;
    *n = 0;
    if (ck_par_gather(comm, error, mine, here * sizeof *mine, &all, &offset) == CK_OK && comm->rank == 0) {
        *n = fold(all, offset[comm->size] / sizeof *mine);
        if (*n)
            qsort(all, *n, sizeof *mine, by_falling_pairs);
    }
    *row = all;
    ck_free(offset);
    ck_free(mine);
    return error->status;
}
