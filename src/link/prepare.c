#include "link/prepare.h"
#include "link/lane_plan.h"
#include <string.h>

/* Is the condition "expression e of one column, the same on both sides"? */
static bool is_same_sided(const ck_condition *condition, ck_op op) {
    return condition->op == op && ck_expr_equal(&condition->a, &condition->b) && !ck_expr_is_multi(&condition->a);
}

/* The front decides a comparison's first two levels when they are "e1 missing" and "column equal": then what is not missing cannot be equal
   by both being missing. */
static bool has_front(const ck_comparison *comparison) {
    if (comparison->nlevels < 3 || !comparison->level[0].is_null)
        return false;
    const ck_condition *missing = &comparison->level[0].condition, *equal = &comparison->level[1].condition;
    return is_same_sided(missing, CK_OP_MISSING) && is_same_sided(equal, CK_OP_EQUAL) && missing->a.column == equal->a.column &&
           (equal->a.ncalls == 0 || ck_expr_equal(&missing->a, &equal->a));
}

static ck_status plan_front(ck_error *error, ck_wanted *wanted, const ck_comparison *comparison, ck_plan *plan) {
    plan->missing_digit = 0;
    plan->equal_digit = (uint32_t)(ck_level_gamma(comparison, 1) + 1);
    if (ck_want_code(error, wanted, &comparison->level[0].condition.a, &plan->missing_word) == CK_OK &&
        ck_want_code(error, wanted, &comparison->level[1].condition.a, &plan->equal_word) == CK_OK && plan->nrest)
        ck_plan_lanes(error, wanted, comparison, 2, plan);
    return error->status;
}

static ck_status plan_comparison(ck_error *error, ck_wanted *wanted, const ck_comparison *comparison, ck_plan *plan) {
    const ck_condition *ladder[CK_LEVELS_MAX];
    plan->front = has_front(comparison);
    uint32_t first = plan->front ? 2 : 0;
    plan->nrest = comparison->nlevels - 1 - first;
    for (uint32_t k = 0; k <= plan->nrest; k++) {
        plan->rest_digit[k] = (uint32_t)(ck_level_gamma(comparison, first + k) + 1);
        if (k < plan->nrest)
            ladder[k] = &comparison->level[first + k].condition;
    }
    if (plan->front && plan_front(error, wanted, comparison, plan) != CK_OK)
        return error->status;
    if (!plan->front && plan->nrest == 0)
        return ck_fail(error, CK_USAGE, "Comparison %s has no level but ELSE.", comparison->name);
    plan->asks |= !plan->front;
    return plan->asks ? ck_evaluator_add_ladder(wanted->evaluator, error, ladder, plan->nrest, &plan->ladder) : CK_OK;
}

/* Strides of the plans; the comparisons from the one whose stride passes 32 bits on go to the pattern's high half. */
static ck_status plan_strides(ck_error *error, ck_shared *shared) {
    if (ck_pattern_strides(error, shared->comparisons, shared->stride) != CK_OK)
        return error->status;
    uint32_t n = shared->comparisons->n;
    for (uint32_t c = 0; c < n; c++) {
        ck_plan *plan = &shared->plan[c];
        if (!shared->high_stride && shared->stride[c + 1] > UINT32_MAX)
            shared->high_stride = shared->stride[c];
        plan->high = shared->high_stride != 0;
        uint64_t stride = plan->high ? shared->stride[c] / shared->high_stride : shared->stride[c];
        if (stride * (shared->stride[c + 1] / shared->stride[c]) > UINT32_MAX)
            return ck_fail(error, CK_USAGE, "The comparisons have too many levels together; use fewer comparisons or levels.");
        plan->stride = (uint32_t)stride;
    }
    return CK_OK;
}

static ck_status note_columns(ck_error *error, const ck_evaluator *evaluator, ck_shared *shared, ck_layout *layout) {
    for (uint32_t c = 0; c < layout->ncolumns; c++) {
        for (uint32_t p = 0; p < shared->nplans; p++) {
            ck_plan *plan = &shared->plan[p];
            if (!plan->asks || !ck_evaluator_ladder_reads(evaluator, plan->ladder, c))
                continue;
            if (plan->ncolumns == CK_PLAN_COLUMNS)
                return ck_fail(error, CK_USAGE, "Comparison %s reads more than %d columns.", shared->comparisons->comparison[p].name, CK_PLAN_COLUMNS);
            plan->column[plan->ncolumns++] = c;
            layout->column_word[c] = 1;
        }
        for (uint32_t r = 0; r < shared->rules->n; r++)
            if (shared->rules->rule[r].has_where && ck_evaluator_condition_reads(evaluator, shared->where[r], c))
                layout->column_word[c] = 1;
    }
    for (uint32_t p = 0; p < shared->comparisons->n; p++)
        for (uint32_t k = 0; k < shared->comparisons->comparison[p].nlevels; k++)
            if (shared->comparisons->comparison[p].level[k].tf_column != UINT32_MAX)
                layout->column_word[shared->comparisons->comparison[p].level[k].tf_column] = 1;
    return CK_OK;
}

static void place_word(const ck_layout *layout, uint32_t *word) {
    *word = *word >= CK_WORDS_MAX ? layout->derived_word + *word - CK_WORDS_MAX : layout->column_word[*word];
}

static void place_step(const ck_layout *layout, ck_lane_step *step) {
    if (step->op == CK_LANE_EQUAL || step->op == CK_LANE_NEAR || step->op == CK_LANE_REACH)
        place_word(layout, &step->word);
    if (step->op == CK_LANE_REACH)
        place_word(layout, &step->rest_word);
}

/* Give words to what is carried, and turn the plans' provisional words into them. */
static void lay_words(ck_shared *shared, ck_layout *layout) {
    layout->nwords = 2;
    for (uint32_t c = 0; c < layout->ncolumns; c++)
        if (layout->column_word[c])
            layout->column_word[c] = layout->nwords++;
    layout->derived_word = layout->nwords;
    layout->nwords += layout->nderived;
    for (uint32_t p = 0; p < shared->nplans; p++) {
        ck_plan *plan = &shared->plan[p];
        if (!plan->front)
            continue;
        place_word(layout, &plan->missing_word);
        place_word(layout, &plan->equal_word);
        for (uint32_t k = 0; plan->nlane && k < plan->lane[plan->nlane].end; k++)
            place_step(layout, &plan->step[k]);
    }
}

ck_status ck_prepare(ck_error *error, ck_shared *shared, ck_evaluator *evaluator, ck_rule_exprs *exprs,
                     ck_layout *layout) {
    ck_wanted wanted = {.evaluator = evaluator, .layout = layout};
    *layout = (ck_layout){.ncolumns = shared->people->ncolumns, .nrules = shared->rules->n};
    if (layout->ncolumns > CK_COLUMNS_MAX)
        return ck_fail(error, CK_USAGE, "A job may have at most %d linkage columns.", CK_COLUMNS_MAX);
    shared->nplans = shared->comparisons->n;
    for (uint32_t r = 0; r < shared->rules->n; r++)
        shared->any_where |= shared->rules->rule[r].has_where;
    for (uint32_t r = 0; error->status == CK_OK && r < shared->rules->n; r++)
        if (ck_block_add_exprs(evaluator, error, &shared->rules->rule[r], &exprs[r]) == CK_OK && shared->rules->rule[r].has_where)
            ck_evaluator_add_condition(evaluator, error, &shared->rules->rule[r].where, &shared->where[r]);
    for (uint32_t p = 0; error->status == CK_OK && p < shared->nplans; p++)
        if (plan_comparison(error, &wanted, &shared->comparisons->comparison[p], &shared->plan[p]) == CK_OK)
            shared->no_front |= shared->plan[p].front ? 0 : UINT32_C(1) << p;
    if (error->status != CK_OK || ck_evaluator_prepare(evaluator, error) != CK_OK || plan_strides(error, shared) != CK_OK ||
        note_columns(error, evaluator, shared, layout) != CK_OK || ck_fill_words(error, &wanted, shared) != CK_OK)
        return error->status;
    lay_words(shared, layout);
    shared->evaluator = evaluator;
    shared->layout = layout;
    return CK_OK;
}

void ck_prepare_free(ck_shared *shared) {
    for (uint32_t d = 0; d < CK_COLUMNS_MAX; d++)
        ck_free(shared->map[d]);
}

ck_status ck_prepare_key_words(ck_error *error, const ck_rule_keys *keys, uint32_t nrules, ck_layout *layout) {
    static const uint32_t words_of[] = {[CK_KEY_SINGLE] = 1, [CK_KEY_CROSS] = 2, [CK_KEY_MULTI] = 3};
    for (uint32_t r = 0; r < nrules; r++) {
        layout->shape[r] = keys[r].shape;
        layout->key_word[r] = layout->nwords;
        layout->nwords += words_of[keys[r].shape];
        layout->variable |= keys[r].shape == CK_KEY_MULTI;
    }
    if (layout->nwords < CK_SQUARE)
        layout->nwords = CK_SQUARE; /* tiles read rows four words at a time */
    if (layout->nwords > CK_WORDS_MAX)
        return ck_fail(error, CK_USAGE, "The job carries too many columns and rules together.");
    return CK_OK;
}
