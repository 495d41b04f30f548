/* m: sessions over the blocking rules, and what is made of them. */
#include "model/estimate.h"
#include "base/memory.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Splink's probability for a level that no training pair reached. */
static const double unseen_m = 1e-6;

static uint32_t all_comparisons(const ck_model *model) {
    return (uint32_t)((UINT64_C(1) << model->comparisons.n) - 1);
}

static uint32_t count_free(const ck_model *model, uint32_t held_out) {
    return (uint32_t)__builtin_popcount(all_comparisons(model) & ~held_out);
}

static bool rule_has_pairs(const ck_cells *cells, uint32_t rule) {
    for (size_t i = 0; i < cells->n; i++)
        if (cells->mask[i] >> rule & 1)
            return true;
    return false;
}

/* Sessions need `least` free comparisons; if none has that many, as many as the best of those with pairs. */
static uint32_t choose_least(const ck_model *model, const ck_cells *cells, const ck_rule_view *rule, uint32_t nrules, uint32_t least) {
    uint32_t best = 0;
    for (uint32_t r = 0; r < nrules; r++) {
        uint32_t nfree = count_free(model, rule[r].held_out);
        if (nfree > best && rule_has_pairs(cells, r))
            best = nfree;
    }
    return best < least ? best : least;
}

static ck_status refuse_session(ck_error *error, uint32_t nfree, ck_session *session) {
    char text[80];
    snprintf(text, sizeof text, "refused: it has only %u free comparison%s", nfree, nfree == 1 ? "" : "s");
    session->match_share = NAN;
    session->reason = ck_copy_string(error, text);
    return error->status;
}

static ck_status run_sessions(ck_error *error, ck_model *model, const ck_cells *cells, const ck_rule_view *rule, uint32_t nrules,
                              const ck_em_options *options, ck_level_values *m) {
    uint32_t least = choose_least(model, cells, rule, nrules, options->least_free);
    if (least < options->least_free)
        ck_model_warn(error, model, "No training session has %u free comparisons; those with %u are used. Add a blocking rule on other "
                      "columns, or name sessions in the job.", options->least_free, least);
    for (uint32_t r = 0; r < nrules && !error->status; r++) {
        ck_session *session = &model->session[r];
        uint32_t nfree = count_free(model, rule[r].held_out);
        ck_level_values_clear(&m[r]);
        session->held_out = rule[r].held_out;
        session->rule = ck_copy_string(error, rule[r].text);
        if (error->status)
            break;
        if (nfree < least && nfree > 0)
            refuse_session(error, nfree, session);
        else
            ck_em_session(error, &model->comparisons, cells, r, rule[r].held_out, options, &m[r], session);
    }
    return error->status;
}

static int compare_doubles(const void *x, const void *y) {
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* NAN when no session has a value. */
static double median_of_sessions(const ck_model *model, const ck_level_values *m, uint32_t c, uint32_t i, double *room) {
    uint32_t n = 0;
    for (uint32_t s = 0; s < model->nsessions; s++)
        if (model->session[s].used && !isnan(m[s].v[c][i]))
            room[n++] = m[s].v[c][i];
    if (n == 0)
        return NAN;
    qsort(room, n, sizeof *room, compare_doubles);
    return n % 2 ? room[n / 2] : (room[n / 2 - 1] + room[n / 2]) / 2;
}

/* Make the m that are not fixed sum to what the fixed ones leave. */
static void rescale_m(ck_comparison *comparison) {
    double fixed = 0, total = 0;
    for (uint32_t i = 0; i < comparison->nlevels; i++) {
        const ck_level *level = &comparison->level[i];
        if (!level->is_null)
            *(level->fix_m ? &fixed : &total) += level->m;
    }
    for (uint32_t i = 0; i < comparison->nlevels && total > 0; i++) {
        ck_level *level = &comparison->level[i];
        if (!level->is_null && !level->fix_m)
            level->m *= fmax(0, 1 - fixed) / total;
    }
}

static ck_status warn_level(ck_error *error, ck_model *model, const ck_comparison *comparison, uint32_t i, const char *what, double value) {
    return ck_model_warn(error, model, "Comparison '%s', level '%s': %s; its m is set to %g.", comparison->name,
                         comparison->level[i].label, what, value);
}

/* Give a comparison its trained m: unseen levels Splink's value, none under the floor. `value` is by level, NAN = unseen. */
static ck_status accept_m(ck_error *error, ck_model *model, uint32_t c, const double *value, double floor) {
    ck_comparison *comparison = &model->comparisons.comparison[c];
    for (uint32_t i = 0; i < comparison->nlevels && !error->status; i++) {
        ck_level *level = &comparison->level[i];
        if (level->is_null || level->fix_m)
            continue;
        level->m = isnan(value[i]) ? unseen_m : fmax(value[i], floor);
        if (isnan(value[i]))
            warn_level(error, model, comparison, i, "no pair of the training sessions reaches it", level->m);
        else if (value[i] < floor)
            warn_level(error, model, comparison, i, "hardly any match reaches it", level->m);
    }
    rescale_m(comparison);
    return error->status;
}

static bool any_number(const double *value, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (!isnan(value[i]))
            return true;
    return false;
}

/* @return through `trained`: bit c for each comparison that a session trained */
static ck_status combine_sessions(ck_error *error, ck_model *model, const ck_level_values *m, double floor, uint32_t *trained) {
    double *room = ck_alloc(error, model->nsessions, sizeof *room);
    *trained = 0;
    for (uint32_t c = 0; c < model->comparisons.n && !error->status; c++) {
        double median[CK_LEVELS_MAX];
        uint32_t nlevels = model->comparisons.comparison[c].nlevels;
        for (uint32_t i = 0; i < nlevels; i++)
            median[i] = median_of_sessions(model, m, c, i, room);
        if (!any_number(median, nlevels))
            continue;
        *trained |= UINT32_C(1) << c;
        accept_m(error, model, c, median, floor);
    }
    ck_free(room);
    return error->status;
}

static uint32_t fixed_comparisons(const ck_model *model) {
    uint32_t fixed = 0;
    for (uint32_t c = 0; c < model->comparisons.n; c++) {
        const ck_comparison *comparison = &model->comparisons.comparison[c];
        bool all = true;
        for (uint32_t i = 0; i < comparison->nlevels; i++)
            all = all && (comparison->level[i].is_null || comparison->level[i].fix_m);
        fixed |= (uint32_t)all << c;
    }
    return fixed;
}

/* Nothing to lean on: one session over all cells with every comparison free. */
static ck_status run_last_session(ck_error *error, ck_model *model, const ck_cells *cells, const ck_em_options *options,
                                  ck_level_values *m) {
    ck_session *session = &model->session[model->nsessions];
    session->rule = ck_copy_string(error, "all candidate pairs");
    if (error->status)
        return error->status;
    model->nsessions++;
    return ck_em_session(error, &model->comparisons, cells, CK_ANY_RULE, 0, options, m, session);
}

/* m of the comparisons in `wanted`, which every used session held out. */
static ck_status train_left_over(ck_error *error, ck_model *model, const ck_cells *cells, const ck_rule_view *rule, uint32_t nrules,
                                 const ck_em_options *options, uint32_t trained, uint32_t wanted) {
    ck_level_values *m = ck_alloc(error, 1, sizeof *m);
    double *p = ck_alloc(error, cells->n, sizeof *p);
    if (error->status)
        goto done;
    ck_level_values_clear(m);
    if (trained == 0)
        run_last_session(error, model, cells, options, m);
    else if (ck_cell_probabilities(error, &model->comparisons, cells, rule, nrules, trained, p) == CK_OK)
        ck_levels_of_matches(error, &model->comparisons, cells, nrules, wanted, p, m);
    for (uint32_t c = 0; c < model->comparisons.n && !error->status; c++) {
        const ck_comparison *comparison = &model->comparisons.comparison[c];
        if (!(wanted >> c & 1) || !any_number(m->v[c], comparison->nlevels))
            continue;
        ck_model_warn(error, model, "Comparison '%s' is held out of every used training session, because the blocking rules read its "
                      "columns; its m comes from %s.", comparison->name,
                      trained ? "the pairs that the other comparisons call matches" : "one session over all candidate pairs");
        accept_m(error, model, c, m->v[c], fmax(options->floor, unseen_m)); /* a difference of sums knows no smaller number */
    }
done:
    ck_free(p);
    ck_free(m);
    return error->status;
}

static uint32_t used_sessions(const ck_model *model) {
    uint32_t used = 0;
    for (uint32_t s = 0; s < model->nsessions; s++)
        used += model->session[s].used;
    return used;
}

/* Sessions that stopped early, or none at all, make the model "not converged". */
static ck_status note_convergence(ck_error *error, ck_model *model) {
    model->converged = used_sessions(model) > 0;
    for (uint32_t s = 0; s < model->nsessions && !error->status; s++) {
        const ck_session *session = &model->session[s];
        if (!session->used || session->converged)
            continue;
        model->converged = false;
        ck_model_warn(error, model, "Training session '%s' has not converged: %s.", session->rule, session->reason);
    }
    return error->status;
}

ck_status ck_estimate_m(ck_error *error, ck_model *model, const ck_cells *cells, const ck_rule_view *rule, uint32_t nrules,
                        const ck_em_options *options) {
    uint32_t trained = 0, fixed = fixed_comparisons(model);
    ck_level_values *m = ck_alloc(error, nrules, sizeof *m);
    model->session = ck_alloc_zero(error, (size_t)nrules + 1, sizeof *model->session);
    if (error->status)
        goto done;
    model->nsessions = nrules;
    if (run_sessions(error, model, cells, rule, nrules, options, m) != CK_OK ||
        combine_sessions(error, model, m, options->floor, &trained) != CK_OK)
        goto done;
    if (used_sessions(model) == 0)
        ck_model_warn(error, model, "No training session could be used; see their reasons under \"sessions\".");
    uint32_t wanted = all_comparisons(model) & ~trained & ~fixed;
    if (wanted && !error->status)
        train_left_over(error, model, cells, rule, nrules, options, trained | fixed, wanted);
    if (!error->status)
        note_convergence(error, model);
done:
    ck_free(m);
    return error->status;
}
