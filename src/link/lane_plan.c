#include "link/lane_plan.h"
#include "condition/calls.h"
#include <string.h>

/* --- words ---------------------------------------------------------------------------------------------- */

static ck_status want_word(ck_error *error, ck_wanted *wanted, const ck_expr *expr, ck_word_kind kind, const char *format,
                           uint32_t *word) {
    uint32_t number;
    if (ck_evaluator_add_expr(wanted->evaluator, error, expr, NULL, &number, NULL) != CK_OK)
        return error->status;
    for (uint32_t d = 0; d < wanted->n; d++) {
        const ck_wanted_word *w = &wanted->word[d];
        bool same_format = w->format == format || (w->format && format && strcmp(w->format, format) == 0);
        if (w->kind == kind && w->expr == number && same_format) {
            *word = CK_WORDS_MAX + d;
            return CK_OK;
        }
    }
    if (wanted->n == CK_COLUMNS_MAX)
        return ck_fail(error, CK_USAGE, "The comparisons use too many different column expressions.");
    wanted->word[wanted->n] = (ck_wanted_word){kind, expr->column, number, format};
    *word = CK_WORDS_MAX + wanted->n++;
    return CK_OK;
}

ck_status ck_want_code(ck_error *error, ck_wanted *wanted, const ck_expr *expr, uint32_t *word) {
    if (expr->ncalls)
        return want_word(error, wanted, expr, CK_WORD_CODE, NULL, word);
    wanted->layout->column_word[expr->column] = 1;
    *word = expr->column;
    return CK_OK;
}

/* --- formulas -------------------------------------------------------------------------------------------- */

/* A formula that grows; `exact` while it is its condition. */
typedef struct formula {
    ck_wanted *wanted;
    ck_lane_step *step;
    uint32_t n;
    bool exact;
} formula;

/* Does the condition ask the same single-valued expression of both sides? */
static bool is_same_sided(const ck_condition *condition) {
    return ck_expr_equal(&condition->a, &condition->b) && !ck_expr_is_multi(&condition->a);
}

static bool is_near(const ck_condition *condition) {
    return condition->op == CK_OP_DAYS && condition->value >= 0 && condition->value < 1 << 29;
}

/* The most whole days that are within `days`, compared as evaluate.c does, in seconds. */
static uint32_t most_days(double days) {
    uint32_t most = (uint32_t)days;
    return most + ((most + 1) * 86400.0 <= days * 86400.0);
}

static ck_status add_atom(ck_error *error, formula *f, const ck_condition *condition) {
    ck_lane_step *step = &f->step[f->n++];
    *step = (ck_lane_step){.op = CK_LANE_ALWAYS};
    if (!is_same_sided(condition)) {
        f->exact = false;
    } else if (condition->op == CK_OP_EQUAL) {
        step->op = CK_LANE_EQUAL;
        ck_want_code(error, f->wanted, &condition->a, &step->word);
    } else if (is_near(condition)) {
        step->op = CK_LANE_NEAR;
        step->most = most_days(condition->value);
        want_word(error, f->wanted, &condition->a, CK_WORD_DAYS, condition->text, &step->word);
    } else if (condition->op == CK_OP_MEASURE && ck_glance_bounds(condition->measure)) {
        const ck_ladder ladder = {condition->measure, &condition->value, 1};
        step->op = CK_LANE_REACH;
        step->measure = condition->measure;
        step->bounds = ck_bounds_prepare(&ladder);
        f->exact = false;
        if (want_word(error, f->wanted, &condition->a, CK_WORD_LETTERS, NULL, &step->word) == CK_OK)
            want_word(error, f->wanted, &condition->a, CK_WORD_REST, NULL, &step->rest_word);
    } else {
        f->exact = false;
    }
    return error->status;
}

/* Append a condition's formula. And/or keep their operands' bounds; anything else that is no atom of words may be true. An unknown operand
   counts as false, which changes no formula without "not". False: no room. */
static bool add_steps(ck_error *error, formula *f, const ck_condition *condition, uint32_t depth) {
    bool joins = (condition->op == CK_OP_AND || condition->op == CK_OP_OR) && condition->nchildren > 0;
    if (depth == CK_LANE_DEPTH || f->n == CK_LANE_STEPS)
        return false;
    if (!joins)
        return add_atom(error, f, condition) == CK_OK;
    for (uint32_t k = 0; k < condition->nchildren; k++) {
        if (!add_steps(error, f, &condition->child[k], depth + (k > 0)) || f->n == CK_LANE_STEPS)
            return false;
        if (k > 0)
            f->step[f->n++] = (ck_lane_step){.op = condition->op == CK_OP_AND ? CK_LANE_AND : CK_LANE_OR};
    }
    return true;
}

/* Append a level's formula; false, and nothing is appended, when it would say nothing or there is no room. */
static bool add_formula(ck_error *error, formula *f, const ck_condition *condition) {
    uint32_t begin = f->n;
    f->exact = true;
    bool fits = add_steps(error, f, condition, 0) && f->n + 1 < CK_LANE_STEPS;
    if (fits && !(f->n == begin + 1 && f->step[begin].op == CK_LANE_ALWAYS))
        return true;
    f->n = begin;
    return false;
}

/* Are the formula's last two steps lone bounds of one measure, for levels that follow one another? Then the looser stands for both. */
static bool joins_last(ck_plan *plan, formula *f, uint32_t begin) {
    uint32_t before = plan->nlane > 1 ? plan->lane[plan->nlane - 2].end : 0;
    ck_lane_step *last = &f->step[before], *step = &f->step[begin];
    if (!plan->nlane || begin != before + 1 || f->n != begin + 1 || last->op != CK_LANE_REACH || step->op != CK_LANE_REACH ||
        last->measure != step->measure || last->word != step->word)
        return false;
    for (uint32_t prefix = 0; prefix < 5; prefix++)
        if (step->bounds.need[prefix] < last->bounds.need[prefix])
            last->bounds.need[prefix] = step->bounds.need[prefix];
    if (step->bounds.most_edits > last->bounds.most_edits)
        last->bounds.most_edits = step->bounds.most_edits;
    plan->lane[plan->nlane - 1].last++;
    f->n = begin;
    return true;
}

static void add_lane_level(ck_plan *plan, formula *f, bool exact, uint32_t first, uint32_t last) {
    plan->lane[plan->nlane++] = (ck_lane_level){f->n, exact, first, last};
    plan->asks |= !exact;
}

/* At a level whose formula says nothing every lane waits: it stands for all that follow. */
ck_status ck_plan_lanes(ck_error *error, ck_wanted *wanted, const ck_comparison *comparison, uint32_t first, ck_plan *plan) {
    const ck_lane_step always = {.op = CK_LANE_ALWAYS};
    formula f = {.wanted = wanted, .step = plan->step};
    bool says = true;
    for (uint32_t k = 0; says && k < plan->nrest; k++) {
        uint32_t begin = f.n;
        says = add_formula(error, &f, &comparison->level[first + k].condition);
        if (error->status != CK_OK)
            return error->status;
        if (!says)
            f.step[f.n++] = always;
        if (!says || !joins_last(plan, &f, begin))
            add_lane_level(plan, &f, says && f.exact, k, says ? k : plan->nrest);
    }
    f.step[f.n++] = always;
    add_lane_level(plan, &f, true, plan->nrest, plan->nrest);
    plan->nlane--;
    if (plan->nlane == 1 && !says)
        plan->nlane = 0;
    return CK_OK;
}

/* --- maps ------------------------------------------------------------------------------------------------- */

static uint32_t word_of(const ck_wanted_word *wanted, ck_span text) {
    int64_t days;
    if (wanted->kind == CK_WORD_DAYS)
        return ck_value_days(wanted->format, text, &days) ? (uint32_t)(days + (INT64_C(1) << 30)) : 0;
    ck_glance glance = ck_glance_of(text);
    return wanted->kind == CK_WORD_LETTERS ? glance.letters : glance.rest;
}

static ck_status fill_map(ck_error *error, const ck_wanted_word *wanted, const ck_derived *derived, uint32_t codes, uint32_t **map) {
    uint32_t *made = *map = ck_alloc_zero(error, (size_t)codes + 1, sizeof *made);
    if (!made)
        return error->status;
#pragma omp parallel for schedule(static)
    for (uint32_t code = 1; code <= codes; code++)
        if (derived->map[code])
            made[code] = word_of(wanted, ck_dict_value(derived->dict, derived->map[code]));
    return CK_OK;
}

ck_status ck_fill_words(ck_error *error, const ck_wanted *wanted, ck_shared *shared) {
    ck_layout *layout = wanted->layout;
    layout->nderived = wanted->n;
    for (uint32_t d = 0; d < wanted->n; d++) {
        const ck_wanted_word *word = &wanted->word[d];
        layout->derived_column[d] = word->column;
        layout->derived[d] = ck_evaluator_derived(wanted->evaluator, word->expr);
        if (word->kind == CK_WORD_CODE)
            continue;
        if (fill_map(error, word, &layout->derived[d], shared->people->column[word->column].dict.count, &shared->map[d]) != CK_OK)
            return error->status;
        layout->derived[d].map = shared->map[d];
    }
    return CK_OK;
}
