/* EM over all cells with class shares, u and some m of each rule: loading, the E step, and the loop. */
#include "model/calibrate.h"
#include "base/memory.h"
#include "model/calibration_state.h"
#include "model/rule_tables.h"
#include <math.h>
#include <string.h>

/* docs/methods.md gives the reason of each. */
static const double default_stiffness = 1.2, last_stiffness = .1;
static const double start_pi = .1, start_eta = .05, start_fall = .3, start_moved = .3;
enum { MAX_STEPS = 100 };

/* --- loading ------------------------------------------------------------------------------------------------ */

static ck_status take_rule(ck_error *error, ck_calibration_state *s, uint32_t r) {
    ck_rule_state *rule = &s->rule[r];
    rule->facts = &s->input->rule[r];
    rule->pi = start_pi;
    rule->eta = s->input->household ? start_eta : 0;
    for (size_t i = 0; i < s->n; i++)
        rule->n += s->input->cells->mask[i] >> r & 1;
    rule->cell = ck_alloc(error, rule->n, sizeof *rule->cell);
    rule->household = ck_alloc_zero(error, rule->n, sizeof *rule->household);
    size_t at = 0;
    for (size_t i = 0; i < s->n && !error->status; i++) {
        if (!(s->input->cells->mask[i] >> r & 1))
            continue;
        rule->cell[at++] = (uint32_t)i;
        rule->pairs += s->count[i];
        for (uint32_t c = 0; c < s->ncomparisons; c++)
            rule->seen[c][s->slot[i * s->ncomparisons + c]] = true;
    }
    return error->status;
}

/* Levels' numbers by slot. */
static void read_levels(const ck_calibration_state *s, uint32_t c, const double *by_level, double *by_slot) {
    const ck_comparison *comparison = &s->model->comparisons.comparison[c];
    for (uint32_t k = 1; k < s->width[c]; k++)
        by_slot[k] = by_level[ck_level_of_gamma(comparison, (int)k - 1)];
}

static void read_facts(ck_calibration_state *s, ck_rule_state *rule) {
    for (uint32_t c = 0; c < s->ncomparisons; c++) {
        if (!(rule->facts->affected >> c & 1))
            continue;
        read_levels(s, c, rule->facts->levels.v[c], rule->cond[c]);
        bool known = !isnan(rule->facts->affected_share[c]) && !isnan(rule->cond[c][1]);
        rule->has_cond |= (known ? UINT32_C(1) : 0) << c;
    }
}

/* Some matches have moved, and then everything of the home differs at once: without a share of them at the start, EM would settle on
   those who stayed and call the others no matches. */
static void start_home(ck_calibration_state *s, uint32_t c) {
    for (uint32_t k = 1; k < s->width[c]; k++)
        s->start[c][k] = (1 - start_moved) * s->start[c][k] + (k == 1 ? start_moved : 0);
}

/* u as it came in; m falls by a factor a level from the top, which says that matches agree mostly. */
static void start_shared(ck_calibration_state *s) {
    for (uint32_t c = 0; c < s->ncomparisons; c++) {
        const ck_comparison *comparison = &s->model->comparisons.comparison[c];
        double w = 1, sum = 0;
        for (uint32_t k = s->width[c] - 1; k >= 1; k--, w *= start_fall) {
            const ck_level *level = &comparison->level[ck_level_of_gamma(comparison, (int)k - 1)];
            s->u[c][k] = s->random_u[c][k] = level->u;
            sum += s->start[c][k] = w;
        }
        for (uint32_t k = 1; k < s->width[c]; k++)
            s->start[c][k] /= sum;
        if (s->input->household >> c & 1)
            start_home(s, c);
        memcpy(s->m[c], s->start[c], sizeof s->m[c]);
        if (s->given_m)
            read_levels(s, c, s->given_m->v[c], s->m[c]);
    }
}

static ck_status read_cells(ck_error *error, ck_calibration_state *s) {
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    const ck_cells *cells = s->input->cells;
    if (ck_pattern_strides(error, &s->model->comparisons, stride) != CK_OK)
        return error->status;
    for (size_t i = 0; i < s->n; i++) {
        s->count[i] = (double)cells->count[i];
        s->rules_of[i] = (uint32_t)__builtin_popcountll(cells->mask[i]);
        for (uint32_t c = 0; c < s->ncomparisons; c++)
            s->slot[i * s->ncomparisons + c] = (uint8_t)(ck_pattern_gamma(stride, c, cells->pattern[i]) + 1);
    }
    return CK_OK;
}

static void free_state(ck_calibration_state *s) {
    for (uint32_t r = 0; s->rule && r < s->nrules; r++) {
        ck_free(s->rule[r].cell);
        ck_free(s->rule[r].household);
    }
    ck_free(s->rule);
    ck_free(s->matches);
    ck_free(s->room);
    ck_free(s->slot);
    ck_free(s->rules_of);
    ck_free(s->household);
    ck_free(s->weight);
    ck_free(s->unmatched);
    ck_free(s->matched);
    ck_free(s->p);
    ck_free(s->count);
    ck_calibration_free_labels(&s->labels);
}

static ck_status take_room(ck_error *error, ck_calibration_state *s) {
    s->count = ck_alloc(error, s->n, sizeof *s->count);
    s->p = ck_alloc(error, s->n, sizeof *s->p);
    s->matched = ck_alloc(error, s->n, sizeof *s->matched);
    s->unmatched = ck_alloc(error, s->n, sizeof *s->unmatched);
    s->weight = ck_alloc(error, s->n, sizeof *s->weight);
    s->household = ck_alloc(error, s->n, sizeof *s->household);
    s->rules_of = ck_alloc(error, s->n, sizeof *s->rules_of);
    s->slot = ck_alloc(error, s->n, s->ncomparisons);
    s->room = ck_alloc(error, s->n, sizeof *s->room);
    s->matches = ck_alloc(error, s->nrules, sizeof *s->matches);
    s->rule = ck_alloc_zero(error, s->nrules, sizeof *s->rule);
    return error->status;
}

static ck_status load(ck_error *error, ck_calibration_state *s) {
    s->n = s->input->cells->n;
    s->nrules = s->input->nrules;
    s->ncomparisons = s->model->comparisons.n;
    for (uint32_t c = 0; c < s->ncomparisons; c++)
        s->width[c] = ck_comparison_radix(&s->model->comparisons.comparison[c]);
    if (take_room(error, s) != CK_OK || read_cells(error, s) != CK_OK)
        return error->status;
    start_shared(s);
    if (ck_calibration_read_labels(error, s) != CK_OK)
        return error->status;
    for (uint32_t r = 0; r < s->nrules; r++) {
        if (take_rule(error, s, r) != CK_OK)
            return error->status;
        read_facts(s, &s->rule[r]);
        ck_calibration_start_rule(s, &s->rule[r]);
    }
    return CK_OK;
}

/* --- E step --------------------------------------------------------------------------------------------------- */

static void take_logs(const ck_calibration_state *s, ck_rule_state *rule) {
    for (uint32_t c = 0; c < s->ncomparisons; c++)
        for (uint32_t k = 1; k < s->width[c]; k++) {
            rule->log_m[c][k] = log(rule->m[c][k]);
            rule->log_u[c][k] = log(rule->u[c][k]);
            rule->log_kin[c][k] = log(ck_kin_share(s->input->household >> c & 1, rule->m[c][k], rule->u[c][k]));
        }
}

/* Adds the rule's log odds and household shares to its cells. */
static void weigh_rule(ck_calibration_state *s, ck_rule_state *rule) {
    uint32_t home = s->input->household;
    double match0 = log(rule->pi), chance0 = log(1 - rule->pi - rule->eta), household0 = home ? log(rule->eta) : 0;
    take_logs(s, rule);
    for (size_t i = 0; i < rule->n; i++) {
        uint32_t cell = rule->cell[i];
        const uint8_t *slot = s->slot + (size_t)cell * s->ncomparisons;
        double match = match0, chance = chance0, household = household0;
        for (uint32_t c = 0; c < s->ncomparisons; c++) {
            match += rule->log_m[c][slot[c]];
            chance += rule->log_u[c][slot[c]];
            household += rule->log_kin[c][slot[c]];
        }
        double share = home ? 1 / (1 + exp(chance - household)) : 0;
        /* chance or household: chance / (1 - share), the larger of the two so that nothing is lost */
        double other = share > .5 ? household - log(share) : chance - log1p(-share);
        rule->household[i] = share;
        s->household[cell] += share;
        s->weight[cell] += match - other;
    }
}

static void expect(ck_calibration_state *s) {
    double matches = 0, households = 0;
    for (size_t i = 0; i < s->n; i++)
        s->weight[i] = s->household[i] = 0;
    for (uint32_t r = 0; r < s->nrules; r++)
        weigh_rule(s, &s->rule[r]);
    for (size_t i = 0; i < s->n; i++) {
        double nrules = fmax(s->rules_of[i], 1);
        s->p[i] = 1 / (1 + exp(-fmin(fmax(s->weight[i] / nrules, -500), 500)));
        households += s->count[i] * (1 - s->p[i]) * s->household[i] / nrules;
    }
    ck_calibration_join_labels(s);
    for (size_t i = 0; i < s->n; i++)
        matches += s->matched[i];
    s->lambda = matches / s->input->possible_pairs;
    s->lambda_household = households / s->input->possible_pairs;
}

/* --- the loop --------------------------------------------------------------------------------------------------- */

/* @return the largest change of a shared m or of a rule's pi since `before`, which is brought up to date */
static double track_change(const ck_calibration_state *s, ck_slots before, double *before_pi) {
    double change = 0;
    for (uint32_t c = 0; c < s->ncomparisons; c++)
        for (uint32_t k = 1; k < s->width[c]; k++) {
            change = fmax(change, fabs(s->m[c][k] - before[c][k]));
            before[c][k] = s->m[c][k];
        }
    for (uint32_t r = 0; r < s->nrules; r++) {
        change = fmax(change, fabs(s->rule[r].pi - before_pi[r]));
        before_pi[r] = s->rule[r].pi;
    }
    return change;
}

/* Of how many matches each comparison speaks: numbers that one register alone has speak of its duplicates and of nobody else. */
static void find_known(const ck_calibration_state *s, double *known) {
    double matches = 0;
    for (size_t i = 0; i < s->n; i++) {
        matches += s->matched[i];
        for (uint32_t c = 0; c < s->ncomparisons; c++)
            known[c] += s->slot[i * s->ncomparisons + c] ? s->matched[i] : 0;
    }
    for (uint32_t c = 0; c < s->ncomparisons; c++)
        known[c] /= fmax(matches, 1e-300);
}

/* One more step with a freer u after the last: it shows what else chance pairs share, and further ones would let u take in matches. */
static void iterate(ck_calibration_state *s, ck_calibration *fit) {
    ck_slots before = {{0}};
    double before_pi[64] = {0};
    double tolerance = s->input->em.tolerance > 0 ? s->input->em.tolerance : 1e-4;
    while (!fit->converged && fit->iterations < MAX_STEPS - 1) {
        expect(s);
        ck_calibration_maximise(s);
        fit->converged = track_change(s, before, before_pi) < tolerance && fit->iterations > 0;
        fit->iterations++;
    }
    s->stiffness = last_stiffness;
    expect(s);
    ck_calibration_maximise(s);
    fit->iterations++;
    find_known(s, fit->known);
    fit->match_share = s->lambda;
    fit->household_share = s->lambda_household;
}

/* --- what is kept ------------------------------------------------------------------------------------------------ */

static void write_levels(const ck_calibration_state *s, uint32_t c, const double *by_slot, double *by_level) {
    const ck_comparison *comparison = &s->model->comparisons.comparison[c];
    for (uint32_t k = 1; k < s->width[c]; k++)
        by_level[ck_level_of_gamma(comparison, (int)k - 1)] = by_slot[k];
}

static ck_status keep_rule(ck_error *error, const ck_calibration_state *s, const ck_rule_state *rule, ck_rule_model *kept) {
    kept->rule = ck_copy_string(error, rule->facts->text);
    kept->pairs = (uint64_t)rule->pairs;
    kept->match_share = rule->pi;
    kept->household_share = rule->eta;
    kept->chance_pairs = rule->n ? rule->expected : NAN;
    kept->affected = rule->facts->affected;
    ck_level_values_clear(&kept->m);
    ck_level_values_clear(&kept->u);
    for (uint32_t c = 0; c < s->ncomparisons; c++) {
        write_levels(s, c, rule->m[c], kept->m.v[c]);
        write_levels(s, c, rule->u[c], kept->u.v[c]);
    }
    return error->status;
}

/* How common a value is speaks of chance pairs only: agreements that are matches are taken out of its frequency. */
static void keep_frequencies(const ck_calibration_state *s, ck_comparison *comparison, uint32_t c) {
    for (uint32_t i = 0; i < comparison->nlevels; i++) {
        ck_level *level = &comparison->level[i];
        if (level->tf_column == UINT32_MAX || level->is_null)
            continue;
        uint32_t exact = level->tf_own_u ? UINT32_MAX : ck_exact_level(comparison, i);
        uint32_t k = (uint32_t)(ck_level_gamma(comparison, exact == UINT32_MAX ? i : exact) + 1);
        level->tf_u = s->random_u[c][k];
        level->tf_damping = exact == UINT32_MAX ? 0 : fmin(fmax(s->lambda * s->m[c][k] / level->tf_u, 0), 1);
    }
}

static ck_status keep_fit(ck_error *error, const ck_calibration_state *s, const ck_calibration *fit, ck_model *model) {
    for (uint32_t c = 0; c < s->ncomparisons; c++) {
        ck_comparison *comparison = &model->comparisons.comparison[c];
        keep_frequencies(s, comparison, c);
        for (uint32_t k = 1; k < s->width[c]; k++) {
            ck_level *level = &comparison->level[ck_level_of_gamma(comparison, (int)k - 1)];
            level->m = s->m[c][k];
            level->u = s->u[c][k];
        }
    }
    ck_model_forget_rules(model);
    model->rule = ck_alloc_zero(error, s->nrules, sizeof *model->rule);
    if (!model->rule)
        return error->status;
    model->nrules = s->nrules;
    model->household = s->input->household;
    model->household_prior = fit->household_share;
    model->nlabels = s->input->nlabels - s->labels.unmade;
    model->iterations = fit->iterations;
    model->converged = fit->converged;
    for (uint32_t r = 0; r < s->nrules && !error->status; r++)
        keep_rule(error, s, &s->rule[r], &model->rule[r]);
    return error->status;
}

ck_status ck_calibrate(ck_error *error, ck_model *model, const ck_calibration_input *input, const ck_calibration_options *options,
                       bool keep, ck_calibration *fit) {
    ck_calibration_state *s = ck_alloc_zero(error, 1, sizeof *s);
    *fit = (ck_calibration){0};
    if (!s)
        return error->status;
    s->model = model;
    s->input = input;
    s->given_m = options->m;
    s->stiffness = options->stiffness > 0 ? options->stiffness : default_stiffness;
    if (load(error, s) == CK_OK) {
        iterate(s, fit);
        if (keep)
            keep_fit(error, s, fit, model);
    }
    free_state(s);
    ck_free(s);
    return error->status;
}
