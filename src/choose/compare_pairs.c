/* Patterns of pairs whose records are at hand. */
#include "choose/compare_pairs.h"
#include "base/memory.h"
#include <omp.h>

typedef struct comparer {
    ck_evaluator *evaluator;
    uint32_t ladder[CK_COMPARISONS_MAX];
} comparer;

static ck_status make_comparer(ck_error *error, const ck_choose_input *input, const ck_comparisons *comparisons, comparer *with) {
    const ck_condition *rung[CK_LEVELS_MAX];
    if (ck_evaluator_create(error, input->people->column, input->people->ncolumns, input->engine->kernels, &with->evaluator) != CK_OK)
        return error->status;
    for (uint32_t c = 0; c < comparisons->n && error->status == CK_OK; c++) {
        const ck_comparison *comparison = &comparisons->comparison[c];
        for (uint32_t i = 0; i + 1 < comparison->nlevels; i++)
            rung[i] = &comparison->level[i].condition;
        ck_evaluator_add_ladder(with->evaluator, error, rung, comparison->nlevels - 1, &with->ladder[c]);
    }
    return error->status == CK_OK ? ck_evaluator_prepare(with->evaluator, error) : error->status;
}

/* Room of one thread. */
typedef struct desk {
    ck_scratch *scratch;
    uint32_t *code;      /* [2 * ncolumns * CK_BATCH] */
    const uint32_t **l, **r;
    uint8_t level[CK_BATCH];
} desk;

static ck_status open_desk(ck_error *error, const comparer *with, uint32_t ncolumns, desk *at) {
    ck_scratch_create(error, with->evaluator, &at->scratch);
    at->code = ck_alloc(error, 2 * (size_t)ncolumns * CK_BATCH, sizeof *at->code);
    at->l = ck_alloc(error, ncolumns, sizeof *at->l);
    at->r = ck_alloc(error, ncolumns, sizeof *at->r);
    for (uint32_t c = 0; error->status == CK_OK && c < ncolumns; c++) {
        at->l[c] = at->code + 2 * (size_t)c * CK_BATCH;
        at->r[c] = at->l[c] + CK_BATCH;
    }
    return error->status;
}

static void close_desk(desk *at) {
    ck_scratch_free(at->scratch);
    ck_free(at->code);
    ck_free(at->l);
    ck_free(at->r);
}

static void compare_batch(const comparer *with, desk *at, ck_learned *learned, size_t begin, size_t n) {
    const ck_sample *rows = &learned->rows;
    for (uint32_t c = 0; c < rows->ncolumns; c++) {
        uint32_t *l = at->code + 2 * (size_t)c * CK_BATCH, *r = l + CK_BATCH;
        for (size_t k = 0; k < n; k++) {
            l[k] = rows->code[c][learned->a[begin + k]];
            r[k] = rows->code[c][learned->b[begin + k]];
        }
    }
    ck_pair_batch batch = {n, at->l, at->r};
    for (uint32_t c = 0; c < learned->comparisons.n; c++) {
        const ck_comparison *comparison = &learned->comparisons.comparison[c];
        ck_evaluate_ladder(with->evaluator, at->scratch, with->ladder[c], &batch, at->level);
        for (size_t k = 0; k < n; k++)
            learned->pattern[begin + k] += (uint64_t)(ck_level_gamma(comparison, at->level[k]) + 1) * learned->stride[c];
    }
}

ck_status ck_learned_compare(ck_error *error, const ck_choose_input *input, ck_learned *learned) {
    comparer with = {0};
    uint32_t threads = input->engine->threads;
    desk *desks = ck_alloc_zero(error, threads, sizeof *desks);
    learned->pattern = ck_alloc_zero(error, learned->npairs, sizeof *learned->pattern);
    if (error->status == CK_OK && make_comparer(error, input, &learned->comparisons, &with) == CK_OK)
        for (uint32_t t = 0; t < threads && error->status == CK_OK; t++)
            open_desk(error, &with, input->people->ncolumns, &desks[t]);
    if (error->status == CK_OK) {
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
        for (size_t begin = 0; begin < learned->npairs; begin += CK_BATCH)
            compare_batch(&with, &desks[omp_get_thread_num()], learned, begin,
                          learned->npairs - begin < CK_BATCH ? learned->npairs - begin : CK_BATCH);
        for (uint32_t t = 0; t < threads; t++)
            ck_scratch_check(desks[t].scratch, error);
    }
    for (uint32_t t = 0; desks && t < threads; t++)
        close_desk(&desks[t]);
    ck_free(desks);
    ck_evaluator_free(with.evaluator);
    return error->status;
}
