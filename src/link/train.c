/* Training: the engine counts, rank 0 estimates, every rank reads what rank 0 wrote. */
#include "link/train.h"
#include "base/log.h"
#include "base/memory.h"
#include "link/train_cells.h"
#include "link/train_home.h"
#include "link/train_labels.h"
#include "link/train_rules.h"
#include "link/train_u.h"
#include "model/calibrate.h"
#include "par/par.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const uint64_t default_random_pairs = 3000000;
/* Splink's prior when nothing is known. */
static const double default_prior = 1e-4;

/* Everything that the steps share. */
typedef struct trainer {
    const ck_comm *comm;
    ck_error *error;
    const ck_people *people;
    const ck_rules *rules;
    const ck_train_options *options;
    const ck_engine_options *engine_options;
    ck_engine *engine;
    ck_model *model;
    ck_em_options em;
    ck_train_cells candidates; /**< of all candidate pairs; counted once, when first wanted */
    bool counted;
} trainer;

static bool any_free(const ck_comparisons *comparisons, bool of_u) {
    for (uint32_t c = 0; c < comparisons->n; c++)
        for (uint32_t i = 0; i < comparisons->comparison[c].nlevels; i++) {
            const ck_level *level = &comparisons->comparison[c].level[i];
            if (!level->is_null && !(of_u ? level->fix_u : level->fix_m))
                return true;
        }
    return false;
}

/* Separate sessions read all pairs, and labels need the cells of theirs. Collective. */
static ck_status count_candidates(trainer *t) {
    const ck_train_options *options = t->options;
    bool may_sample = options->method == CK_TRAIN_CALIBRATED && !options->nlabels;
    if (!t->counted)
        ck_train_count_cells(t->comm, t->error, t->people, t->rules, t->engine, may_sample ? options->pairs : 0, options->seed, &t->candidates);
    t->counted = true;
    return t->error->status;
}

/* Collective. */
static ck_status train_u(trainer *t) {
    ck_comparisons *comparisons = &t->model->comparisons;
    const ck_train_options *options = t->options;
    ck_cells random = {0};
    ck_level_values *exact = ck_alloc(t->error, 1, sizeof *exact);
    if (ck_par_agree(t->comm, t->error) != CK_OK ||
        ck_train_exact_u(t->comm, t->error, t->people, comparisons, t->engine_options, exact) != CK_OK)
        goto done;
    uint64_t target = options->random_pairs ? options->random_pairs : default_random_pairs;
    if (!ck_train_exact_suffices(comparisons, exact) &&
        ck_engine_count_random(t->engine, t->error, target, options->seed, &random) != CK_OK)
        goto done;
    ck_log(CK_LOG_INFO, "u: exact levels from the dictionaries, the others from %" PRIu64 " random pairs", ck_cells_total(&random));
    if (t->comm->rank == 0)
        ck_estimate_u(t->error, comparisons, &random, exact, t->em.floor);
    ck_par_agree(t->comm, t->error);
done:
    ck_cells_free(&random);
    ck_free(exact);
    return t->error->status;
}

static bool rule_reads(const void *what, uint32_t column) {
    const ck_rule *rule = what;
    for (uint32_t p = 0; p < rule->nparts; p++)
        if (rule->part[p].l.column == column || rule->part[p].r.column == column)
            return true;
    return rule->has_where && ck_level_condition_reads(&rule->where, column);
}
static bool comparison_reads(const void *comparison, uint32_t column) {
    return ck_comparison_reads(comparison, column);
}

/* Does a rule or comparison read a column, itself or within a tuple? */
static bool reads(const trainer *t, bool (*plainly)(const void *, uint32_t), const void *what, uint32_t column) {
    uint32_t ntuples = t->options->ntuples, first = t->people->ncolumns - ntuples;
    if (plainly(what, column))
        return true;
    for (uint32_t i = 0; i < ntuples; i++)
        if (ck_tuple_holds(&t->options->tuple[i], column) && plainly(what, first + i))
            return true;
    return false;
}

/* Bit c: comparison c reads a column that the rule reads, so within the rule's pairs its levels say nothing of matching. */
static uint32_t held_out_by(const trainer *t, const ck_rule *rule) {
    uint32_t held_out = 0;
    for (uint32_t column = 0; column < t->people->ncolumns; column++)
        for (uint32_t c = 0; c < t->model->comparisons.n && reads(t, rule_reads, rule, column); c++)
            if (reads(t, comparison_reads, &t->model->comparisons.comparison[c], column))
                held_out |= UINT32_C(1) << c;
    return held_out;
}

static void view_rules(const trainer *t, const ck_rules *rules, ck_rule_view view[CK_RULES_MAX]) {
    for (uint32_t r = 0; r < rules->n; r++)
        view[r] = (ck_rule_view){rules->rule[r].text, held_out_by(t, &rules->rule[r])};
}

/* Cells of the pairs that another set of rules makes. Collective. */
static ck_status count_other(trainer *t, const ck_rules *rules, const ck_comparisons *comparisons, ck_cells *cells) {
    ck_engine *engine = NULL;
    if (ck_engine_create(t->comm, t->error, t->people, rules, comparisons, t->engine_options, &engine) == CK_OK)
        ck_engine_count_cells(engine, t->error, comparisons->n > 0, cells);
    ck_engine_free(engine);
    return t->error->status;
}

/* Collective. */
static ck_status train_m(trainer *t) {
    bool own = t->options->sessions.n > 0; /* sessions with rules of their own */
    const ck_rules *rules = own ? &t->options->sessions : t->rules;
    ck_rule_view view[CK_RULES_MAX];
    ck_cells cells = {0};
    if ((own ? count_other(t, rules, &t->model->comparisons, &cells) : count_candidates(t)) != CK_OK)
        goto done;
    view_rules(t, rules, view);
    if (t->comm->rank == 0)
        ck_estimate_m(t->error, t->model, own ? &cells : &t->candidates.cells, view, rules->n, &t->em);
    ck_par_agree(t->comm, t->error);
done:
    ck_cells_free(&cells);
    return t->error->status;
}

static void set_prior_source(trainer *t, const char *text) {
    ck_free(t->model->prior_source);
    t->model->prior_source = ck_copy_string(t->error, text);
}

/* matches / possible pairs, kept between half a pair and all but certainty; says so when it has to. */
static void set_prior(trainer *t, double matches) {
    double possible = (double)ck_engine_possible_pairs(t->engine), most = .999;
    t->model->prior = possible > 0 ? fmax(matches, .5) / possible : default_prior;
    if (possible > 0 && matches < .5)
        ck_model_warn(t->error, t->model, "Less than half a match is expected, so the prior is set to half a match: check the rules that "
                      "the prior is estimated from.");
    if (t->model->prior > most)
        ck_model_warn(t->error, t->model, "More matches are expected than there are possible pairs, so the prior is set to %g: check the "
                      "deterministic rules and their recall.", most);
    t->model->prior = fmin(t->model->prior, most);
}

/* Distinct pairs that satisfy any deterministic rule / recall. Collective. */
static ck_status prior_from_rules(trainer *t) {
    ck_comparisons none = {0};
    ck_cells cells = {0};
    char text[160];
    if (count_other(t, &t->options->prior_rules, &none, &cells) == CK_OK) {
        uint64_t pairs = ck_cells_total(&cells);
        snprintf(text, sizeof text, "%" PRIu64 " pairs satisfy a deterministic rule, assumed to find %g of all matches", pairs,
                 t->options->recall);
        set_prior_source(t, text);
        set_prior(t, (double)pairs / t->options->recall);
    }
    ck_par_agree(t->comm, t->error);
    ck_cells_free(&cells);
    return t->error->status;
}

/* Collective. */
static ck_status prior_from_candidates(trainer *t) {
    ck_rule_view view[CK_RULES_MAX];
    double matches = 0;
    char text[200];
    if (count_candidates(t) != CK_OK)
        return t->error->status;
    view_rules(t, t->rules, view);
    if (t->comm->rank == 0 && ck_estimate_matches(t->error, &t->model->comparisons, &t->candidates.cells, view, t->rules->n, &matches) == CK_OK) {
        snprintf(text, sizeof text, "%.1f matches expected among the candidate pairs, assumed to hold every match", matches);
        set_prior_source(t, text);
        set_prior(t, matches);
    }
    return ck_par_agree(t->comm, t->error);
}

/* Collective. */
static ck_status train_prior(trainer *t) {
    if (t->options->prior > 0) {
        t->model->prior = t->options->prior;
        set_prior_source(t, "given in the job");
        return ck_par_agree(t->comm, t->error);
    }
    return t->options->prior_rules.n > 0 ? prior_from_rules(t) : prior_from_candidates(t);
}

/* --- calibration ------------------------------------------------------------------------------------------------ */

/* Matches that sources without duplicates allow; 0 when one may hold a person twice. */
static double most_matches(const ck_people *people) {
    double most = 0;
    for (uint32_t s = 0; s < people->nsources; s++) {
        if (!people->source[s].unique)
            return 0;
        for (uint32_t t = s + 1; t < people->nsources; t++) {
            uint64_t n = people->source[s].record_end - people->source[s].record_begin;
            uint64_t m = people->source[t].record_end - people->source[t].record_begin;
            most += (double)(n < m ? n : m);
        }
    }
    return most;
}

static void note_unused(const trainer *t) {
    const ck_train_options *options = t->options;
    if (options->prior > 0 || options->prior_rules.n > 0)
        ck_log(CK_LOG_INFO, "The job's prior is not used: calibration estimates a share of matches for each blocking rule (train: {method: em} uses it)");
    if (options->sessions.n > 0)
        ck_log(CK_LOG_INFO, "The job's sessions are not used: calibration reads all candidate pairs (train: {method: em} uses them)");
}

/* Collective. */
static ck_status calibrate(trainer *t) {
    ck_rule_facts *facts = ck_alloc(t->error, t->rules->n, sizeof *facts);
    uint64_t possible = ck_engine_possible_pairs(t->engine);
    ck_calibration_input input = {.cells = &t->candidates.cells, .nrules = t->rules->n, .rule = facts, .possible_pairs = (double)possible,
                                  .records = (double)t->people->records, .most_matches = most_matches(t->people),
                                  .expected_matches = t->options->expected_matches, .em = t->em};
    const ck_train_options *options = t->options;
    input.household_given = options->nhousehold > 0 && strcmp(options->household[0], "auto") != 0;
    note_unused(t);
    ck_labelled_cell *label = ck_alloc(t->error, options->nlabels, sizeof *label);
    input.nlabels = options->nlabels;
    input.label = label;
    input.labels_drawn = options->labels_drawn;
    if (ck_par_agree(t->comm, t->error) == CK_OK && ck_train_home(t->comm, t->error, t->people, &t->model->comparisons, options, &input.household) == CK_OK &&
        ck_train_identity(t->error, t->people, &t->model->comparisons, &input.identity) == CK_OK &&
        ck_train_rule_facts(t->comm, t->error, t->people, t->rules, &t->model->comparisons, t->options, t->engine_options, t->engine,
                            facts) == CK_OK &&
        (!options->nlabels || ck_train_label_cells(t->comm, t->error, t->people, t->rules, &t->model->comparisons, t->engine_options, options,
                                                   label) == CK_OK) &&
        t->comm->rank == 0)
        ck_estimate_calibrated(t->error, t->model, &input);
    ck_par_agree(t->comm, t->error);
    ck_free(label);
    ck_free(facts);
    return t->error->status;
}

/* One session a rule and one prior. Collective. */
static ck_status train_sessions(trainer *t) {
    if (any_free(&t->model->comparisons, false) && train_m(t) != CK_OK)
        return t->error->status;
    return train_prior(t);
}

/* Is there anything to calibrate with? Collective. */
static ck_status train_rest(trainer *t) {
    const ck_comparisons *comparisons = &t->model->comparisons;
    if (t->options->method == CK_TRAIN_EM || !(any_free(comparisons, true) || any_free(comparisons, false)))
        return train_sessions(t);
    if (count_candidates(t) != CK_OK)
        return t->error->status;
    return ck_cells_total(&t->candidates.cells) > 0 ? calibrate(t) : train_sessions(t);
}

/* --- sharing ------------------------------------------------------------------------------------------------------ */

/* model.json of rank 0, on every rank. Collective. */
static ck_status broadcast_text(trainer *t, char **text) {
    uint64_t length = *text ? strlen(*text) : 0;
    ck_par_broadcast(t->comm, 0, &length, sizeof length);
    if (t->comm->rank != 0)
        *text = ck_alloc_zero(t->error, length + 1, 1);
    if (ck_par_agree(t->comm, t->error) == CK_OK)
        ck_par_broadcast(t->comm, 0, *text, length);
    return t->error->status;
}

/* The text reads back exactly, so every rank has rank 0's numbers. Collective. */
static ck_status share_model(trainer *t) {
    char *text = NULL, **name = ck_alloc(t->error, t->people->ncolumns, sizeof *name);
    ck_schema schema = {.ncolumns = t->people->ncolumns, .name = name};
    for (uint32_t c = 0; name && c < t->people->ncolumns; c++)
        name[c] = t->people->column[c].name;
    if (t->comm->rank == 0 && name)
        ck_model_print(t->error, t->model, &schema, &text);
    if (ck_par_agree(t->comm, t->error) == CK_OK && broadcast_text(t, &text) == CK_OK && t->comm->rank != 0)
        ck_model_read(t->error, text, "the model of rank 0", t->model);
    ck_free(text);
    ck_free(name);
    return ck_par_agree(t->comm, t->error);
}

/* A pair of a sampled rule stands for `scale` pairs, so its matches are counted to the root of matches times scale; those that rules counted in full
   make first are known, so that is at most. */
static void log_sample(const ck_train_cells *counted, const ck_model *model) {
    double variance = 0;
    for (uint32_t r = 0; counted->sampled && r < model->nrules; r++) {
        const ck_rule_model *rule = &model->rule[r];
        if (counted->scale[r] == 1)
            continue;
        variance += counted->scale[r] * rule->match_share * (double)rule->pairs;
        ck_log(CK_LOG_INFO, "rule %s: one pair in %.3g is counted", rule->rule, counted->scale[r]);
    }
    if (variance > 0)
        ck_log(CK_LOG_INFO, "for counting a sample, the expected matches have a standard error of at most %.0f (train: {pairs: 0} counts all pairs)",
               sqrt(variance));
}

static void log_model(const ck_model *model) {
    for (uint32_t s = 0; s < model->nsessions; s++)
        ck_log(CK_LOG_INFO, "training session %s: %" PRIu64 " pairs, %u iterations, %s", model->session[s].rule, model->session[s].pairs,
               model->session[s].iterations, model->session[s].reason);
    for (uint32_t r = 0; r < model->nrules; r++)
        ck_log(CK_LOG_INFO, "rule %s: %" PRIu64 " pairs, %.3g of them matches, %.3g two people of one home", model->rule[r].rule,
               model->rule[r].pairs, model->rule[r].match_share, model->rule[r].household_share);
    char precision[16] = "not known";
    if (!isnan(model->expected.precision))
        snprintf(precision, sizeof precision, "%.4f", model->expected.precision);
    if (model->nrules)
        ck_log(CK_LOG_INFO, "calibrated in %u steps: %.0f matches and %.0f pairs of one home expected among the candidates; links at weight 0: "
               "precision %s, recall %.4f", model->iterations, model->expected.matches, model->expected.household_pairs, precision,
               model->expected.recall);
    ck_log(CK_LOG_INFO, "prior %g: %s", model->prior, model->prior_source);
}

static ck_status check_options(ck_error *error, const ck_train_options *options) {
    if (options->nlabels && options->method == CK_TRAIN_EM)
        return ck_fail(error, CK_USAGE, "Training by separate sessions (train: {method: em}) takes no labels; calibration, the default, does.");
    if (options->prior > 0 && !(options->prior < 1))
        return ck_fail(error, CK_USAGE, "The prior %g is not a probability between 0 and 1.", options->prior);
    if (!(options->prior > 0) && options->prior_rules.n > 0 && !(options->recall > 0 && options->recall <= 1))
        return ck_fail(error, CK_USAGE, "The recall %g of the deterministic rules is not above 0 and at most 1.", options->recall);
    return CK_OK;
}

ck_status ck_train(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_rules *rules,
                   const ck_train_options *options, const ck_engine_options *engine_options, ck_engine *engine, ck_model *model) {
    trainer t = {.comm = comm, .error = error, .people = people, .rules = rules, .options = options, .engine_options = engine_options,
                 .engine = engine, .model = model, .em = ck_em_options_resolve(options->em)};
    if (check_options(error, options) != CK_OK) /* the same on every rank */
        return error->status;
    model->converged = true;
    if (any_free(&model->comparisons, true) && train_u(&t) != CK_OK)
        goto done;
    if (train_rest(&t) != CK_OK)
        goto done;
    if (comm->rank == 0)
        ck_model_fill_untrained(error, model);
    if (ck_par_agree(comm, error) == CK_OK && share_model(&t) == CK_OK) {
        log_model(model);
        log_sample(&t.candidates, model);
    }
done:
    ck_train_cells_free(&t.candidates);
    return error->status;
}
