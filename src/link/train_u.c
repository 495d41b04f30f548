/* u in closed form: counts of values folded by the expression that a level compares. */
#include "link/train_u.h"
#include "base/memory.h"
#include "condition/evaluate.h"
#include "par/par.h"
#include <math.h>

enum { NO_LEVEL = UINT32_MAX };

static bool one_expression(const ck_condition *condition, ck_op op) {
    return condition->op == op && ck_expr_equal(&condition->a, &condition->b) && !ck_expr_is_multi(&condition->a);
}

/* Does the condition ask, among others, that the values of `equal` differ? */
static bool demands_unequal(const ck_condition *condition, const ck_condition *equal) {
    if (condition->op == CK_OP_NOT)
        return one_expression(&condition->child[0], CK_OP_EQUAL) && ck_expr_equal(&condition->child[0].a, &equal->a);
    bool demands = false;
    for (uint32_t i = 0; condition->op == CK_OP_AND && i < condition->nchildren; i++)
        demands |= demands_unequal(&condition->child[i], equal);
    return demands;
}

/* What of a null level takes pairs from the equal one, which follows it: "missing", alone or the first of alternatives of which the others
 * hold for values that differ alone. NULL: something else. */
static const ck_condition *missing_part(const ck_condition *null, const ck_condition *equal) {
    if (null->op != CK_OP_OR)
        return one_expression(null, CK_OP_MISSING) ? null : NULL;
    for (uint32_t i = 1; i < null->nchildren; i++)
        if (!demands_unequal(&null->child[i], equal))
            return NULL;
    return one_expression(&null->child[0], CK_OP_MISSING) ? &null->child[0] : NULL;
}

/* The level whose u the dictionary gives: "equal", right after "missing", both of one column. Any level before it would take pairs
 * from it, and without the null level pairs with a missing side would count as not equal. Values that differ and yet say nothing are taken for
 * few: they still count among the pairs. */
static uint32_t exact_level(const ck_comparison *comparison) {
    if (comparison->nlevels < 2 || !comparison->level[0].is_null)
        return NO_LEVEL;
    const ck_condition *equal = &comparison->level[1].condition, *missing = missing_part(&comparison->level[0].condition, equal);
    return missing && one_expression(equal, CK_OP_EQUAL) && missing->a.column == equal->a.column ? 1 : NO_LEVEL;
}

static bool is_wanted(const ck_comparison *comparison) {
    uint32_t index = exact_level(comparison);
    return index != NO_LEVEL && !comparison->level[index].fix_u;
}

bool ck_train_exact_suffices(const ck_comparisons *comparisons, const ck_level_values *exact) {
    for (uint32_t c = 0; c < comparisons->n; c++) {
        const ck_comparison *comparison = &comparisons->comparison[c];
        uint32_t open = 0; /* levels left to random pairs: a single one is the rest of the others */
        for (uint32_t i = 0; i < comparison->nlevels; i++)
            open += !comparison->level[i].is_null && !comparison->level[i].fix_u && isnan(exact->v[c][i]);
        if (open > 1)
            return false;
    }
    return true;
}

/* Records per derived code: [nsources * (present.count + 1)], values that are missing for the null level left out. False when a
 * value is there for the null level but not for the equal level: such pairs never agree, and random pairs must tell. */
static bool fold_counts(const uint64_t *count, uint32_t codes, uint32_t nsources, const ck_derived *present, const ck_derived *equal,
                        uint64_t *folded) {
    for (uint32_t s = 0; s < nsources; s++)
        for (uint32_t code = 1; code <= codes; code++) {
            uint64_t n = count[(size_t)s * (codes + 1) + code];
            if (n == 0 || present->map[code] == 0)
                continue;
            if (equal->map[code] == 0)
                return false;
            folded[(size_t)s * (equal->count + 1) + equal->map[code]] += n;
        }
    return true;
}

/* Collective. */
static ck_status fold_column(const ck_comm *comm, ck_error *error, const ck_people *people, uint32_t column, const ck_derived *present,
                             const ck_derived *equal, const bool *allowed, double *u) {
    uint32_t codes = people->column[column].dict.count;
    uint64_t *count = NULL, *folded = NULL;
    if (ck_people_count_codes(comm, error, people, column, &count) == CK_OK)
        folded = ck_alloc_zero(error, (size_t)people->nsources * (equal->count + 1), sizeof *folded);
    if (ck_par_agree(comm, error) == CK_OK && fold_counts(count, codes, people->nsources, present, equal, folded))
        *u = ck_closed_form_u(folded, equal->count, people->nsources, allowed);
    ck_free(folded);
    ck_free(count);
    return error->status;
}

/* The expressions of each wanted comparison's null and equal levels, evaluated. Local. */
static ck_status prepare_expressions(ck_error *error, const ck_comparisons *comparisons, ck_evaluator *evaluator, uint32_t (*number)[2]) {
    for (uint32_t c = 0; c < comparisons->n; c++) {
        const ck_comparison *comparison = &comparisons->comparison[c];
        if (!is_wanted(comparison))
            continue;
        const ck_condition *equal = &comparison->level[1].condition, *missing = missing_part(&comparison->level[0].condition, equal);
        if (ck_evaluator_add_expr(evaluator, error, &missing->a, NULL, &number[c][0], NULL) != CK_OK ||
            ck_evaluator_add_expr(evaluator, error, &equal->a, NULL, &number[c][1], NULL) != CK_OK)
            return error->status;
    }
    return ck_evaluator_prepare(evaluator, error);
}

/* Collective. */
static ck_status count_wanted(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_comparisons *comparisons,
                              const ck_evaluator *evaluator, uint32_t (*number)[2], const bool *allowed, ck_level_values *exact) {
    for (uint32_t c = 0; c < comparisons->n && !error->status; c++) {
        const ck_comparison *comparison = &comparisons->comparison[c];
        if (!is_wanted(comparison))
            continue;
        ck_derived present = ck_evaluator_derived(evaluator, number[c][0]), equal = ck_evaluator_derived(evaluator, number[c][1]);
        fold_column(comm, error, people, comparison->level[1].condition.a.column, &present, &equal, allowed,
                    &exact->v[c][exact_level(comparison)]);
    }
    return error->status;
}

ck_status ck_train_exact_u(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_comparisons *comparisons,
                           const ck_engine_options *options, ck_level_values *exact) {
    uint32_t number[CK_COMPARISONS_MAX][2];
    ck_evaluator *evaluator = NULL;
    bool *allowed = NULL;
    ck_level_values_clear(exact);
    if (ck_engine_allow(error, options, people, &allowed) == CK_OK && ck_evaluator_create(error, people->column, people->ncolumns, options->kernels, &evaluator) == CK_OK)
        prepare_expressions(error, comparisons, evaluator, number);
    if (ck_par_agree(comm, error) == CK_OK)
        count_wanted(comm, error, people, comparisons, evaluator, number, allowed, exact);
    ck_evaluator_free(evaluator);
    ck_free(allowed);
    return error->status;
}
