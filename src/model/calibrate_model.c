/* Calibration as a whole: EM, the sessions it is held against, stability, and what is reported. */
#include "model/calibrate.h"
#include "base/log.h"
#include "base/memory.h"
#include <math.h>
#include <string.h>

/* Less change of the expected matches than this is none: sets without homes change by 1 %, a borough whose rules all ask for a birth date by 3 %. */
static const double least_difference = .02;
/* Calibration that expects so many times the matches of the sessions is left, if there are enough to say so. */
static const double sessions_refute = 3, sessions_speak = 20;
/* m where sessions do not tell it. */
static const double supposed_fall = .25, supposed_moved = .3, least_m = 1e-5;

/* A model that shares names and conditions with another and has m, u and a history of its own. */
static ck_status sketch_model(ck_error *error, const ck_model *model, ck_model *sketch) {
    uint32_t n = model->comparisons.n;
    *sketch = (ck_model){.comparisons = {n, ck_alloc_zero(error, n, sizeof *sketch->comparisons.comparison)}};
    for (uint32_t c = 0; c < n && !error->status; c++) {
        const ck_comparison *from = &model->comparisons.comparison[c];
        ck_comparison *to = &sketch->comparisons.comparison[c];
        *to = *from;
        to->level = ck_alloc(error, from->nlevels, sizeof *to->level);
        if (to->level)
            memcpy(to->level, from->level, from->nlevels * sizeof *to->level);
    }
    return error->status;
}

static void free_sketch(ck_model *sketch) {
    for (uint32_t c = 0; sketch->comparisons.comparison && c < sketch->comparisons.n; c++)
        ck_free(sketch->comparisons.comparison[c].level);
    ck_free(sketch->comparisons.comparison);
    sketch->comparisons = (ck_comparisons){0};
    ck_model_free(sketch);
}

/* Rules as sessions see them. Who share one column of the home are relatives, mostly, and agree in the others: a session of such a rule
   leaves all of the home out. */
static void view_rules(const ck_calibration_input *input, ck_rule_view view[64]) {
    for (uint32_t r = 0; r < input->nrules; r++) {
        uint32_t affected = input->rule[r].affected;
        view[r] = (ck_rule_view){input->rule[r].text, affected & input->household ? affected | input->household : affected};
    }
}

/* m and expected matches of one EM a rule, which holds out what the rule's key affects (estimate.h). */
static ck_status run_sessions(ck_error *error, const ck_model *model, const ck_calibration_input *input, ck_level_values *m,
                              double *matches) {
    ck_model sketch;
    ck_rule_view view[64];
    view_rules(input, view);
    ck_em_options em = ck_em_options_resolve(input->em);
    if (sketch_model(error, model, &sketch) == CK_OK &&
        ck_estimate_m(error, &sketch, input->cells, view, input->nrules, &em) == CK_OK)
        ck_estimate_matches(error, &sketch.comparisons, input->cells, view, input->nrules, matches);
    ck_level_values_clear(m);
    for (uint32_t c = 0; c < sketch.comparisons.n && !error->status; c++)
        for (uint32_t i = 0; i < sketch.comparisons.comparison[c].nlevels; i++)
            m->v[c][i] = sketch.comparisons.comparison[c].level[i].m;
    free_sketch(&sketch);
    return error->status;
}

/* m where no session tells it: most matches agree, the fewer the further down the ladder; those who moved differ in the home. */
static void suppose_m(const ck_comparison *comparison, bool home, double *m) {
    int top = (int)ck_comparison_radix(comparison) - 2;
    double sum = 0;
    for (uint32_t i = 0; i < comparison->nlevels; i++)
        if (!comparison->level[i].is_null)
            sum += m[i] = pow(supposed_fall, top - ck_level_gamma(comparison, i));
    for (uint32_t i = 0; i < comparison->nlevels; i++)
        if (!comparison->level[i].is_null)
            m[i] = m[i] / sum * (home ? 1 - supposed_moved : 1) + (home && ck_level_gamma(comparison, i) == 0 ? supposed_moved : 0);
}

/* A comparison that the sessions tell too little of: m of a level is missing or next to nothing. */
static bool is_untold(const ck_comparison *comparison, const double *m) {
    for (uint32_t i = 0; i < comparison->nlevels; i++)
        if (!comparison->level[i].is_null && !(m[i] > least_m))
            return true;
    return false;
}

static void fill_m(const ck_model *model, const ck_calibration_input *input, ck_level_values *m) {
    for (uint32_t c = 0; c < model->comparisons.n; c++)
        if (is_untold(&model->comparisons.comparison[c], m->v[c]))
            suppose_m(&model->comparisons.comparison[c], input->household >> c & 1, m->v[c]);
}

/* m and u of every level as the other model has them. */
static void copy_levels(ck_model *model, const ck_model *from) {
    for (uint32_t c = 0; c < model->comparisons.n; c++)
        memcpy(model->comparisons.comparison[c].level, from->comparisons.comparison[c].level,
               model->comparisons.comparison[c].nlevels * sizeof *from->comparisons.comparison[c].level);
}

/* Does calibration find what it should not? Namesakes or relatives as matches: in who they are, or in their number. A number that one register alone has is
   known of its duplicates only, so it says nothing of the other matches, and sessions would lose more than they save. */
static bool is_lost(const ck_model *model, const ck_calibration_input *input, const ck_calibration *fit, double other_matches) {
    double matches = fit->match_share * input->possible_pairs;
    return ck_matches_differ_in(model, input, fit->known) != UINT32_MAX || (matches > sessions_speak && matches > sessions_refute * other_matches);
}

static void take_fit(ck_model *model, ck_model *from) {
    copy_levels(model, from);
    ck_model_forget_rules(model);
    model->rule = from->rule;
    model->nrules = from->nrules;
    model->household = from->household;
    model->household_prior = from->household_prior;
    model->iterations = from->iterations;
    model->converged = from->converged;
    from->rule = NULL;
    from->nrules = 0;
}

/* Where calibration is lost, it is tried once more with m held at what the sessions say: it stays if it does better. `random_u` starts each fit. */
static ck_status refit(ck_error *error, ck_model *model, const ck_calibration_input *input, ck_level_values *m, const ck_model *random_u,
                       double other_matches, ck_calibration *fit) {
    bool lost = is_lost(model, input, fit, other_matches);
    if (!lost && ck_matches_differ_in(model, input, NULL) == UINT32_MAX)
        return CK_OK;
    ck_model second;
    ck_calibration_options options = {.m = m};
    ck_calibration again;
    fill_m(model, input, m);
    if (sketch_model(error, random_u, &second) == CK_OK && ck_calibrate(error, &second, input, &options, true, &again) == CK_OK &&
        !is_lost(&second, input, &again, other_matches) && (lost || ck_matches_differ_in(&second, input, NULL) == UINT32_MAX)) {
        uint32_t differs = ck_matches_differ_in(model, input, NULL);
        if (differs != UINT32_MAX)
            ck_model_warn(error, model, "Calibration took pairs that differ in '%s' for matches, so m was kept at the values that the sessions "
                          "of each blocking rule give: look at a sample of links ('carrick review').", model->comparisons.comparison[differs].name);
        else
            ck_model_warn(error, model, "Calibration found %.0f matches where %.0f are likely, so m was kept at the values that the sessions of each blocking "
                          "rule give: look at a sample of links ('carrick review').", fit->match_share * input->possible_pairs, other_matches);
        take_fit(model, &second);
        *fit = again;
    }
    free_sketch(&second);
    return error->status;
}

static ck_status tell_left(ck_error *error, ck_model *model, const ck_calibration_input *input, const ck_guard_facts *facts) {
    uint32_t differs = ck_matches_differ_in(model, input, facts->fit.known);
    if (differs != UINT32_MAX)
        return ck_model_warn(error, model, "Calibration was left: its matches differ in '%s', as relatives and namesakes do. The weights are those of separate "
                             "sessions of the blocking rules; compare more columns that tell people apart, and look at a sample of links ('carrick review').",
                             model->comparisons.comparison[differs].name);
    return ck_model_warn(error, model, "Calibration was left: it expects %.0f matches, %s %.0f, as where namesakes pass for matches. The weights are those of "
                         "separate sessions, and precision is not known; compare more columns that tell people apart, and look at a sample of links "
                         "('carrick review').", facts->fit.match_share * input->possible_pairs, ck_other_estimate(input), facts->session_matches);
}

/* Weights of one session a rule and one prior, as method em has them, in the place of calibration's. */
static ck_status fall_back(ck_error *error, ck_model *model, const ck_calibration_input *input, const ck_model *random_u, const ck_guard_facts *facts) {
    ck_rule_view view[64];
    ck_em_options em = ck_em_options_resolve(input->em);
    double matches = 0, calibrated = facts->fit.match_share * input->possible_pairs;
    tell_left(error, model, input, facts); /* before what sessions say of themselves */
    view_rules(input, view);
    copy_levels(model, random_u);
    ck_model_forget_rules(model);
    if (ck_estimate_m(error, model, input->cells, view, input->nrules, &em) != CK_OK ||
        ck_estimate_matches(error, &model->comparisons, input->cells, view, input->nrules, &matches) != CK_OK)
        return error->status;
    bool known = input->expected_matches > 0 && calibrated > sessions_refute * input->expected_matches;
    matches = known ? input->expected_matches : matches;
    model->prior = fmin(fmax(matches, .5) / input->possible_pairs, .999);
    ck_free(model->prior_source);
    model->prior_source = ck_copy_string(error, known ? "'expected_matches' of the job / possible pairs; calibration was not trusted" :
                                         "matches that separate sessions expect among the candidate pairs / possible pairs; calibration was not trusted");
    return error->status;
}

static ck_status try_stiffness(ck_error *error, ck_model *model, const ck_calibration_input *input, double stiffness, double *share) {
    ck_calibration fit;
    ck_calibration_options options = {.stiffness = stiffness};
    ck_calibrate(error, model, input, &options, false, &fit);
    *share = fit.match_share;
    return error->status;
}

static ck_status set_prior(ck_error *error, ck_model *model, const ck_calibration_input *input, const ck_calibration *fit) {
    model->prior = fmin(fmax(fit->match_share, .5 / input->possible_pairs), .999);
    ck_free(model->prior_source);
    model->prior_source = ck_copy_string(error, "matches expected among the candidate pairs / possible pairs; weights use each rule's own "
                                                "share of matches instead");
    return error->status;
}

/* A class that makes no difference to the matches only makes the model softer: it is left out unless the user asked for it. */
static ck_status choose_household(ck_error *error, ck_model *model, ck_calibration_input *input) {
    const ck_calibration_options plain = {0};
    ck_calibration with, without;
    ck_calibration_input simple = *input;
    simple.household = 0;
    if (!input->household || input->household_given || ck_calibrate(error, model, input, &plain, false, &with) != CK_OK ||
        ck_calibrate(error, model, &simple, &plain, false, &without) != CK_OK)
        return error->status;
    double matches = with.match_share * input->possible_pairs, otherwise = without.match_share * input->possible_pairs;
    if (fabs(otherwise / fmax(matches, 1e-300) - 1) <= least_difference) {
        input->household = 0;
        ck_log(CK_LOG_INFO, "people of one home make no difference here (%.0f matches with and %.0f without such a class), so they are no class",
               matches, otherwise);
    }
    return CK_OK;
}

ck_status ck_estimate_calibrated(ck_error *error, ck_model *model, const ck_calibration_input *given) {
    ck_model before; /* u of random pairs, which fits begin with */
    ck_level_values *m = ck_alloc(error, 1, sizeof *m);
    ck_guard_facts facts = {.session_matches = NAN};
    ck_calibration_input chosen = *given, *input = &chosen;
    const ck_calibration_options plain = {0};
    if (sketch_model(error, model, &before) != CK_OK || run_sessions(error, &before, input, m, &facts.session_matches) != CK_OK ||
        choose_household(error, &before, input) != CK_OK ||
        try_stiffness(error, &before, input, .6, &facts.half) != CK_OK || try_stiffness(error, &before, input, 2.4, &facts.twice) != CK_OK ||
        ck_calibrate(error, model, input, &plain, true, &facts.fit) != CK_OK)
        goto done;
    if (input->expected_matches > 0)
        facts.session_matches = input->expected_matches;
    double share = facts.fit.match_share;
    /* labels know better than sessions */
    if ((!input->nlabels && refit(error, model, input, m, &before, facts.session_matches, &facts.fit) != CK_OK) || set_prior(error, model, input, &facts.fit) != CK_OK)
        goto done;
    if (!input->nlabels && is_lost(model, input, &facts.fit, facts.session_matches)) {
        fall_back(error, model, input, &before, &facts);
        goto done;
    }
    if (facts.fit.match_share != share)
        facts.half = facts.twice = facts.fit.match_share; /* measured with another m: say nothing of stability */
    if (ck_expect_quality(error, model, input->cells) == CK_OK && ck_measure_dependence(error, model, input->cells) == CK_OK)
        ck_calibration_guard(error, model, input, &facts);
done:
    free_sketch(&before);
    ck_free(m);
    return error->status;
}
