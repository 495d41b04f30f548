/* Records against themselves: each comparison's ladder on pairs (i, i), a batch at a time. */
#include "assess/unlabelled.h"
#include "base/memory.h"
#include "condition/evaluate.h"
#include <math.h>

typedef struct ck_selves {
    const ck_people *people;
    const ck_comparisons *comparisons;
    const ck_scorer *scorer;
    uint32_t nrules;
    ck_evaluator *evaluator;
    ck_scratch *scratch;
    uint32_t ladder[CK_COMPARISONS_MAX];
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    const uint32_t **batch;   /* [ncolumns] codes of the batch's records */
    uint32_t *code;           /* [ncolumns] of one record */
    uint64_t *pattern;        /* [CK_BATCH] */
} ck_selves;

static ck_status add_ladder(ck_error *error, ck_selves *s, uint32_t c) {
    const ck_comparison *comparison = &s->comparisons->comparison[c];
    const ck_condition *condition[CK_LEVELS_MAX];
    for (uint32_t k = 0; k + 1 < comparison->nlevels; k++)
        condition[k] = &comparison->level[k].condition;
    return ck_evaluator_add_ladder(s->evaluator, error, condition, comparison->nlevels - 1, &s->ladder[c]);
}

static ck_status prepare(ck_error *error, ck_selves *s, const ck_kernels *kernels) {
    if (ck_evaluator_create(error, s->people->column, s->people->ncolumns, kernels, &s->evaluator) ||
        ck_pattern_strides(error, s->comparisons, s->stride))
        return error->status;
    for (uint32_t c = 0; c < s->comparisons->n && !error->status; c++)
        add_ladder(error, s, c);
    s->batch = ck_alloc(error, s->people->ncolumns, sizeof *s->batch);
    s->code = ck_alloc(error, s->people->ncolumns, sizeof *s->code);
    s->pattern = ck_alloc(error, CK_BATCH, sizeof *s->pattern);
    return error->status || ck_evaluator_prepare(s->evaluator, error) ? error->status : ck_scratch_create(error, s->evaluator, &s->scratch);
}

static void find_patterns(ck_selves *s, uint64_t first, size_t n) {
    uint8_t level[CK_BATCH];
    for (uint32_t c = 0; c < s->people->ncolumns; c++)
        s->batch[c] = s->people->column[c].code ? s->people->column[c].code + first : NULL;
    for (size_t k = 0; k < n; k++)
        s->pattern[k] = 0;
    for (uint32_t c = 0; c < s->comparisons->n; c++) {
        ck_evaluate_ladder(s->evaluator, s->scratch, s->ladder[c], &(ck_pair_batch){n, s->batch, s->batch}, level);
        for (size_t k = 0; k < n; k++)
            s->pattern[k] += (uint64_t)(ck_level_gamma(&s->comparisons->comparison[c], level[k]) + 1) * s->stride[c];
    }
}

/* By a model with rules the largest of the rules' weights: their mean is no larger. */
static double best_weight(const ck_selves *s, uint64_t pattern) {
    uint32_t tries = s->scorer->uses_masks ? s->nrules : 1;
    double best = -(double)INFINITY;
    for (uint32_t r = 0; r < tries; r++) {
        uint64_t mask = s->scorer->uses_masks ? UINT64_C(1) << r : 0;
        double weight = ck_score_link(s->scorer, pattern, mask, ck_score_pattern(s->scorer, pattern, mask), s->code, s->code);
        best = weight > best ? weight : best;
    }
    return best;
}

static uint64_t count_here(ck_selves *s, double decision) {
    uint64_t n = s->people->end - s->people->begin, unlinkable = 0;
    for (uint64_t first = 0; first < n; first += CK_BATCH) {
        size_t m = n - first < CK_BATCH ? (size_t)(n - first) : CK_BATCH;
        find_patterns(s, first, m);
        for (size_t k = 0; k < m; k++) {
            for (uint32_t c = 0; c < s->people->ncolumns; c++)
                s->code[c] = s->batch[c] ? s->batch[c][k] : 0;
            unlinkable += best_weight(s, s->pattern[k]) < decision;
        }
    }
    return unlinkable;
}

ck_status ck_count_unlinkable(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_comparisons *comparisons,
                              uint32_t nrules, const ck_scorer *scorer, const ck_kernels *kernels, double decision, uint64_t *unlinkable) {
    ck_selves s = {.people = people, .comparisons = comparisons, .scorer = scorer, .nrules = nrules};
    *unlinkable = 0;
    if (prepare(error, &s, kernels) == CK_OK) {
        *unlinkable = count_here(&s, decision);
        ck_scratch_check(s.scratch, error);
    }
    ck_scratch_free(s.scratch);
    ck_evaluator_free(s.evaluator);
    ck_free(s.batch);
    ck_free(s.code);
    ck_free(s.pattern);
    ck_par_sum(comm, unlinkable, 1);
    return ck_par_agree(comm, error);
}
