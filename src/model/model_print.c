/* model.json, written (docs/model-file.md). Keys come in the order of the document; NAN is left out. */
#include "model/model.h"
#include "base/memory.h"
#include <jansson.h>
#include <math.h>
#include <string.h>

enum { MODEL_VERSION = 1 };

/* Jansson refuses NULL values, so a failure anywhere shows up as a failed set of its parent. */
static bool set_real(json_t *object, const char *key, double value) {
    return !isfinite(value) || json_object_set_new(object, key, json_real(value)) == 0;
}

static bool set_text(json_t *object, const char *key, const char *text) {
    return json_object_set_new(object, key, json_string(text ? text : "")) == 0;
}

static bool set_count(json_t *object, const char *key, uint64_t value) {
    return json_object_set_new(object, key, json_integer((json_int_t)value)) == 0;
}

static bool set_flag(json_t *object, const char *key, bool value) {
    return json_object_set_new(object, key, json_boolean(value)) == 0;
}

static json_t *release_unless(bool good, json_t *value) {
    if (good)
        return value;
    json_decref(value);
    return NULL;
}

static json_t *print_term(const ck_level *level, const ck_schema *schema) {
    json_t *term = json_object();
    bool good = set_text(term, "column", schema->name[level->tf_column]) && set_real(term, "weight", level->tf_weight) &&
                set_real(term, "minimum_u", level->tf_minimum_u) && set_flag(term, "own_u", level->tf_own_u);
    if (level->tf_u > 0)
        good = good && set_real(term, "u", level->tf_u) && set_real(term, "damping", level->tf_damping);
    return release_unless(good, term);
}

static json_t *print_level(const ck_comparison *comparison, uint32_t index, const ck_schema *schema) {
    const ck_level *level = &comparison->level[index];
    json_t *object = json_object();
    bool good = set_text(object, "label", level->label) &&
                json_object_set_new(object, "gamma", json_integer(ck_level_gamma(comparison, index))) == 0;
    if (!level->is_null)
        good = good && set_real(object, "m", level->m) && set_real(object, "u", level->u) &&
               set_real(object, "match_weight", log2(level->m / level->u)) && set_flag(object, "fix_m", level->fix_m) &&
               set_flag(object, "fix_u", level->fix_u);
    if (level->tf_column != UINT32_MAX)
        good = good && json_object_set_new(object, "term_frequency", print_term(level, schema)) == 0;
    return release_unless(good, object);
}

static json_t *print_comparison(const ck_comparison *comparison, const ck_schema *schema) {
    json_t *object = json_object(), *levels = json_array();
    bool good = set_text(object, "name", comparison->name);
    for (uint32_t i = 0; i < comparison->nlevels; i++)
        good = good && json_array_append_new(levels, print_level(comparison, i, schema)) == 0;
    good = json_object_set_new(object, "levels", levels) == 0 && good;
    return release_unless(good, object);
}

/* Names of the comparisons in a set of bits. */
static json_t *print_names(uint32_t bits, const ck_comparisons *comparisons) {
    json_t *names = json_array();
    bool good = true;
    for (uint32_t c = 0; c < comparisons->n; c++)
        if (bits >> c & 1)
            good = good && json_array_append_new(names, json_string(comparisons->comparison[c].name)) == 0;
    return release_unless(good, names);
}

static json_t *print_session(const ck_session *session, const ck_comparisons *comparisons) {
    json_t *object = json_object();
    bool good = set_text(object, "rule", session->rule) && set_count(object, "pairs", session->pairs) &&
                set_count(object, "iterations", session->iterations) && set_flag(object, "converged", session->converged) &&
                set_flag(object, "used", session->used) && set_text(object, "reason", session->reason) &&
                set_real(object, "match_share", session->match_share) &&
                json_object_set_new(object, "held_out", print_names(session->held_out, comparisons)) == 0;
    return release_unless(good, object);
}

/* One number a level but the null level, top-down. */
static json_t *print_values(const ck_comparison *comparison, const double *value) {
    json_t *list = json_array();
    bool good = true;
    for (uint32_t i = 0; i < comparison->nlevels; i++)
        if (!comparison->level[i].is_null)
            good = good && json_array_append_new(list, isfinite(value[i]) ? json_real(value[i]) : json_null()) == 0;
    return release_unless(good, list);
}

/* Levels' numbers by comparison, for the comparisons in `which`. */
static json_t *print_level_values(const ck_comparisons *comparisons, uint32_t which, const ck_level_values *values) {
    json_t *object = json_object();
    bool good = true;
    for (uint32_t c = 0; c < comparisons->n; c++)
        if (which >> c & 1)
            good = good && json_object_set_new(object, comparisons->comparison[c].name,
                                               print_values(&comparisons->comparison[c], values->v[c])) == 0;
    return release_unless(good, object);
}

static json_t *print_rule(const ck_rule_model *rule, const ck_comparisons *comparisons) {
    json_t *object = json_object();
    bool good = set_text(object, "rule", rule->rule) && set_count(object, "pairs", rule->pairs) &&
                set_real(object, "match_share", rule->match_share) && set_real(object, "household_share", rule->household_share) &&
                set_real(object, "chance_pairs", rule->chance_pairs) &&
                json_object_set_new(object, "affected", print_names(rule->affected, comparisons)) == 0 &&
                json_object_set_new(object, "m", print_level_values(comparisons, rule->affected, &rule->m)) == 0 &&
                json_object_set_new(object, "u", print_level_values(comparisons, UINT32_MAX, &rule->u)) == 0;
    return release_unless(good, object);
}

static json_t *print_expected(const ck_expected *expected) {
    json_t *object = json_object();
    bool good = set_real(object, "matches", expected->matches) && set_real(object, "household_pairs", expected->household_pairs) &&
                set_real(object, "links", expected->links) && set_real(object, "precision", expected->precision) &&
                set_real(object, "recall", expected->recall) && set_real(object, "undecided", expected->undecided) &&
                set_real(object, "median_link", expected->median_link);
    return release_unless(good, object);
}

static json_t *print_dependence(const ck_dependence *dependence, const ck_comparisons *comparisons) {
    json_t *object = json_object(), *pair = json_array(), *levels = json_array();
    bool good = set_text(object, "among", dependence->among_matches ? "matches" : "non-matches");
    for (uint32_t k = 0; k < 2; k++) {
        const ck_comparison *comparison = &comparisons->comparison[dependence->comparison[k]];
        good = good && json_array_append_new(pair, json_string(comparison->name)) == 0;
        good = good && json_array_append_new(levels, json_string(comparison->level[dependence->level[k]].label)) == 0;
    }
    good = json_object_set_new(object, "comparisons", pair) == 0 && good;
    good = json_object_set_new(object, "levels", levels) == 0 && good;
    good = good && set_real(object, "observed", dependence->observed) && set_real(object, "expected", dependence->expected) &&
           set_real(object, "bits", dependence->information);
    return release_unless(good, object);
}

/* What only a calibrated model has. */
static bool print_calibration(json_t *root, const ck_model *model) {
    if (model->nrules == 0)
        return true;
    json_t *rules = json_array(), *dependence = json_array();
    bool good = true;
    for (uint32_t r = 0; r < model->nrules; r++)
        good = good && json_array_append_new(rules, print_rule(&model->rule[r], &model->comparisons)) == 0;
    for (uint32_t d = 0; d < model->ndependences; d++)
        good = good && json_array_append_new(dependence, print_dependence(&model->dependence[d], &model->comparisons)) == 0;
    good = set_count(root, "iterations", model->iterations) && set_real(root, "household_prior", model->household_prior) && good;
    good = (!model->nlabels || set_count(root, "labels", model->nlabels)) && good;
    good = json_object_set_new(root, "household", print_names(model->household, &model->comparisons)) == 0 && good;
    good = json_object_set_new(root, "rules", rules) == 0 && good;
    good = json_object_set_new(root, "expected", print_expected(&model->expected)) == 0 && good;
    return json_object_set_new(root, "dependence", dependence) == 0 && good;
}

static bool print_lists(json_t *root, const ck_model *model, const ck_schema *schema) {
    json_t *comparisons = json_array(), *sessions = json_array(), *warnings = json_array();
    bool good = true;
    for (uint32_t c = 0; c < model->comparisons.n; c++)
        good = good && json_array_append_new(comparisons, print_comparison(&model->comparisons.comparison[c], schema)) == 0;
    for (uint32_t s = 0; s < model->nsessions; s++)
        good = good && json_array_append_new(sessions, print_session(&model->session[s], &model->comparisons)) == 0;
    for (uint32_t w = 0; w < model->nwarnings; w++)
        good = good && json_array_append_new(warnings, json_string(model->warning[w])) == 0;
    good = json_object_set_new(root, "comparisons", comparisons) == 0 && good;
    good = json_object_set_new(root, "sessions", sessions) == 0 && good;
    return json_object_set_new(root, "warnings", warnings) == 0 && good;
}

/* The rules of a cascade, each of its keys by itself; what else a model has is not there. */
static bool print_order(json_t *root, const ck_rule_order *order) {
    json_t *list = json_array();
    bool good = set_flag(root, "whole_masks", order->whole_masks);
    for (uint32_t k = 0; k < order->nkeys; k++) {
        json_t *key = json_object();
        good = set_text(key, "rule", order->name[k]) && set_count(key, "step", order->step[k]) &&
               set_real(key, "weight", ck_cascade_weight(order->step[k])) && good;
        good = json_array_append_new(list, key) == 0 && good;
    }
    return json_object_set_new(root, "cascade", list) == 0 && good;
}

ck_status ck_model_print(ck_error *error, const ck_model *model, const ck_schema *schema, char **text) {
    json_t *root = json_object();
    bool good = set_text(root, "format", "carrick-model") && set_count(root, "version", MODEL_VERSION) &&
                set_real(root, "prior", model->prior) && set_text(root, "prior_source", model->prior_source) &&
                set_text(root, "method", model->order.nkeys ? "rules" : model->nrules ? "calibrated" : "em") && set_flag(root, "converged", model->converged) &&
                print_calibration(root, model) && print_lists(root, model, schema) && (!model->order.nkeys || print_order(root, &model->order));
    char *dump = good ? json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(17)) : NULL;
    *text = dump ? ck_copy_string(error, dump) : NULL;
    if (!dump)
        ck_fail(error, CK_MEMORY, "The model could not be written as JSON: memory ran out, or a name in it is not valid UTF-8.");
    free(dump);
    json_decref(root);
    return error->status;
}
