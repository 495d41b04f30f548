/* model.json, read (docs/model-file.md). */
#include "model/model.h"
#include "base/memory.h"
#include <jansson.h>
#include <math.h>
#include <string.h>

/* What every function here needs: where to complain, which file, which model. */
typedef struct reader {
    ck_error *error;
    const char *path;
    ck_model *model;
} reader;

static ck_status read_text(reader *r, const json_t *object, const char *key, char **text) {
    const char *value = json_string_value(json_object_get(object, key));
    char *copy = ck_copy_string(r->error, value ? value : "");
    if (copy) {
        ck_free(*text);
        *text = copy;
    }
    return r->error->status;
}

/* A probability above 0; absent or null: NAN. u of a default level may pass 1 (ck_default_u). */
static ck_status read_probability(reader *r, const json_t *object, const char *key, double most, const char *where, double *value) {
    const json_t *found = json_object_get(object, key);
    *value = NAN;
    if (!found || json_is_null(found))
        return CK_OK;
    double number = json_number_value(found);
    if (!json_is_number(found) || !(number > 0 && number <= most))
        return ck_fail(r->error, CK_DATA, "%s: %s of %s is not a number above 0 and at most %g.", r->path, key, where, most);
    *value = number;
    return CK_OK;
}

/* What calibration found of a term; the term itself is the job's. */
static ck_status read_frequency(reader *r, const json_t *term, const char *where, ck_level *level) {
    double u, damping = json_number_value(json_object_get(term, "damping"));
    level->tf_u = level->tf_damping = 0;
    if (read_probability(r, term, "u", 1, where, &u) != CK_OK || isnan(u))
        return r->error->status;
    if (!(damping >= 0 && damping <= 1))
        return ck_fail(r->error, CK_DATA, "%s: damping of %s is not a number from 0 to 1.", r->path, where);
    level->tf_u = u;
    level->tf_damping = damping;
    return CK_OK;
}

static ck_status read_level(reader *r, const json_t *object, ck_comparison *comparison, uint32_t index) {
    ck_level *level = &comparison->level[index];
    const json_t *gamma = json_object_get(object, "gamma");
    char where[256];
    snprintf(where, sizeof where, "level %u of comparison '%s'", index + 1, comparison->name);
    if (!json_is_object(object))
        return ck_fail(r->error, CK_DATA, "%s: %s is not an object.", r->path, where);
    if (gamma && json_integer_value(gamma) != ck_level_gamma(comparison, index))
        return ck_fail(r->error, CK_USAGE, "%s: %s has gamma %d in the file and %d in the job.", r->path, where,
                       (int)json_integer_value(gamma), ck_level_gamma(comparison, index));
    if (level->is_null)
        return CK_OK;
    if (read_probability(r, object, "m", 1, where, &level->m) == CK_OK && read_probability(r, object, "u", 1e6, where, &level->u) == CK_OK)
        read_frequency(r, json_object_get(object, "term_frequency"), where, level);
    return r->error->status;
}

static ck_status read_comparison(reader *r, const json_t *object, uint32_t c) {
    ck_comparison *comparison = &r->model->comparisons.comparison[c];
    const char *name = json_string_value(json_object_get(object, "name"));
    const json_t *levels = json_object_get(object, "levels");
    if (!name || strcmp(name, comparison->name) != 0)
        return ck_fail(r->error, CK_USAGE, "%s: comparison %u is '%s' in the file and '%s' in the job.", r->path, c + 1,
                       name ? name : "", comparison->name);
    if (json_array_size(levels) != comparison->nlevels)
        return ck_fail(r->error, CK_USAGE, "%s: comparison '%s' has %zu levels in the file and %u in the job.", r->path,
                       name, json_array_size(levels), comparison->nlevels);
    for (uint32_t i = 0; i < comparison->nlevels && !r->error->status; i++)
        read_level(r, json_array_get(levels, i), comparison, i);
    return r->error->status;
}

static ck_status read_comparisons(reader *r, const json_t *root) {
    const json_t *list = json_object_get(root, "comparisons");
    if (json_array_size(list) != r->model->comparisons.n)
        return ck_fail(r->error, CK_USAGE, "%s: there are %zu comparisons in the file and %u in the job.", r->path,
                       json_array_size(list), r->model->comparisons.n);
    for (uint32_t c = 0; c < r->model->comparisons.n && !r->error->status; c++)
        read_comparison(r, json_array_get(list, c), c);
    return r->error->status;
}

/* The comparisons that a list names, as bits. */
static uint32_t read_names(const reader *r, const json_t *list) {
    uint32_t bits = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        for (uint32_t c = 0; name && c < r->model->comparisons.n; c++)
            if (strcmp(name, r->model->comparisons.comparison[c].name) == 0)
                bits |= UINT32_C(1) << c;
    }
    return bits;
}

static ck_status read_session(reader *r, const json_t *object, ck_session *session) {
    const json_t *share = json_object_get(object, "match_share");
    session->pairs = (uint64_t)json_integer_value(json_object_get(object, "pairs"));
    session->iterations = (uint32_t)json_integer_value(json_object_get(object, "iterations"));
    session->converged = json_is_true(json_object_get(object, "converged"));
    session->used = json_is_true(json_object_get(object, "used"));
    session->match_share = json_is_number(share) ? json_number_value(share) : NAN;
    session->held_out = read_names(r, json_object_get(object, "held_out"));
    if (read_text(r, object, "rule", &session->rule) == CK_OK)
        read_text(r, object, "reason", &session->reason);
    return r->error->status;
}

static ck_status read_sessions(reader *r, const json_t *list) {
    size_t n = json_array_size(list);
    r->model->session = ck_alloc_zero(r->error, n, sizeof *r->model->session);
    if (!r->model->session)
        return r->error->status;
    r->model->nsessions = (uint32_t)n;
    for (size_t s = 0; s < n && !r->error->status; s++)
        read_session(r, json_array_get(list, s), &r->model->session[s]);
    return r->error->status;
}

static ck_status read_warnings(reader *r, const json_t *list) {
    for (size_t w = 0; w < json_array_size(list) && !r->error->status; w++) {
        const char *sentence = json_string_value(json_array_get(list, w));
        if (sentence)
            ck_model_warn(r->error, r->model, "%s", sentence);
    }
    return r->error->status;
}

/* --- what only a calibrated model has --- */

/* One probability a level but the null level, top-down. */
static ck_status read_values(reader *r, const json_t *list, const ck_comparison *comparison, const char *where, double *value) {
    size_t at = 0;
    if (json_array_size(list) != ck_comparison_radix(comparison) - 1)
        return ck_fail(r->error, CK_DATA, "%s: %s of comparison '%s' does not hold one number for each of its levels.", r->path, where,
                       comparison->name);
    for (uint32_t i = 0; i < comparison->nlevels; i++) {
        if (comparison->level[i].is_null)
            continue;
        const json_t *number = json_array_get(list, at++);
        value[i] = json_number_value(number);
        if (!json_is_number(number) || !(value[i] > 0 && value[i] <= 1))
            return ck_fail(r->error, CK_DATA, "%s: %s of comparison '%s' holds something else than numbers above 0 and at most 1.", r->path,
                           where, comparison->name);
    }
    return CK_OK;
}

static ck_status read_rule_levels(reader *r, const json_t *object, uint32_t index, ck_rule_model *rule) {
    const json_t *m = json_object_get(object, "m"), *u = json_object_get(object, "u");
    char where[64];
    for (uint32_t c = 0; c < r->model->comparisons.n && !r->error->status; c++) {
        const ck_comparison *comparison = &r->model->comparisons.comparison[c];
        const json_t *own = json_object_get(m, comparison->name);
        snprintf(where, sizeof where, "u in rule %u", index + 1);
        read_values(r, json_object_get(u, comparison->name), comparison, where, rule->u.v[c]);
        snprintf(where, sizeof where, "m in rule %u", index + 1);
        for (uint32_t i = 0; i < comparison->nlevels && !own; i++)
            rule->m.v[c][i] = comparison->level[i].is_null ? NAN : comparison->level[i].m;
        if (own && !r->error->status)
            read_values(r, own, comparison, where, rule->m.v[c]);
    }
    return r->error->status;
}

static ck_status read_rule(reader *r, const json_t *object, uint32_t index, ck_rule_model *rule) {
    double match = json_number_value(json_object_get(object, "match_share"));
    double home = json_number_value(json_object_get(object, "household_share"));
    const json_t *chance = json_object_get(object, "chance_pairs");
    ck_level_values_clear(&rule->m);
    ck_level_values_clear(&rule->u);
    rule->pairs = (uint64_t)json_integer_value(json_object_get(object, "pairs"));
    rule->match_share = match;
    rule->household_share = home;
    rule->chance_pairs = json_is_number(chance) ? json_number_value(chance) : NAN;
    rule->affected = read_names(r, json_object_get(object, "affected"));
    if (!(match > 0 && home >= 0 && match + home < 1))
        return ck_fail(r->error, CK_DATA, "%s: the shares of rule %u are not probabilities that leave room for non-matches.", r->path,
                       index + 1);
    if (read_text(r, object, "rule", &rule->rule) == CK_OK)
        read_rule_levels(r, object, index, rule);
    return r->error->status;
}

static ck_status read_rules(reader *r, const json_t *list) {
    size_t n = json_array_size(list);
    if (n > 64)
        return ck_fail(r->error, CK_DATA, "%s: the model has %zu rules; at most 64 are possible.", r->path, n);
    if (n == 0)
        return CK_OK;
    r->model->rule = ck_alloc_zero(r->error, n, sizeof *r->model->rule);
    r->model->nrules = r->model->rule ? (uint32_t)n : 0;
    for (uint32_t k = 0; k < r->model->nrules && !r->error->status; k++)
        read_rule(r, json_array_get(list, k), k, &r->model->rule[k]);
    return r->error->status;
}

static double read_real(const json_t *object, const char *key) {
    const json_t *number = json_object_get(object, key);
    return json_is_number(number) ? json_number_value(number) : NAN;
}

static void read_expected(const json_t *object, ck_expected *expected) {
    *expected = (ck_expected){.matches = read_real(object, "matches"), .household_pairs = read_real(object, "household_pairs"),
                              .links = read_real(object, "links"), .precision = read_real(object, "precision"),
                              .recall = read_real(object, "recall"), .undecided = read_real(object, "undecided"),
                              .median_link = read_real(object, "median_link")};
}

static uint32_t find_comparison(const ck_comparisons *comparisons, const json_t *name) {
    for (uint32_t c = 0; c < comparisons->n && json_is_string(name); c++)
        if (strcmp(comparisons->comparison[c].name, json_string_value(name)) == 0)
            return c;
    return UINT32_MAX;
}

static uint32_t find_level(const ck_comparison *comparison, const json_t *label) {
    for (uint32_t i = 0; i < comparison->nlevels && json_is_string(label); i++)
        if (comparison->level[i].label && strcmp(comparison->level[i].label, json_string_value(label)) == 0)
            return i;
    return UINT32_MAX;
}

/* @return false when it speaks of comparisons or levels that are not there (labels are the job's) */
static bool read_dependence(const ck_comparisons *comparisons, const json_t *object, ck_dependence *dependence) {
    const char *among = json_string_value(json_object_get(object, "among"));
    dependence->among_matches = among && strcmp(among, "matches") == 0;
    dependence->observed = read_real(object, "observed");
    dependence->expected = read_real(object, "expected");
    dependence->information = read_real(object, "bits");
    for (uint32_t k = 0; k < 2; k++) {
        uint32_t c = find_comparison(comparisons, json_array_get(json_object_get(object, "comparisons"), k));
        if (c == UINT32_MAX)
            return false;
        dependence->comparison[k] = c;
        dependence->level[k] = find_level(&comparisons->comparison[c], json_array_get(json_object_get(object, "levels"), k));
        if (dependence->level[k] == UINT32_MAX)
            return false;
    }
    return true;
}

static ck_status read_dependences(reader *r, const json_t *list) {
    ck_model *model = r->model;
    model->dependence = ck_alloc_zero(r->error, json_array_size(list), sizeof *model->dependence);
    for (size_t d = 0; model->dependence && d < json_array_size(list); d++)
        model->ndependences += read_dependence(&model->comparisons, json_array_get(list, d), &model->dependence[model->ndependences]);
    return r->error->status;
}

static ck_status read_calibration(reader *r, const json_t *root) {
    if (read_rules(r, json_object_get(root, "rules")) != CK_OK || r->model->nrules == 0)
        return r->error->status;
    r->model->household = read_names(r, json_object_get(root, "household"));
    r->model->household_prior = json_number_value(json_object_get(root, "household_prior"));
    r->model->nlabels = (uint64_t)json_integer_value(json_object_get(root, "labels"));
    r->model->iterations = (uint32_t)json_integer_value(json_object_get(root, "iterations"));
    read_expected(json_object_get(root, "expected"), &r->model->expected);
    return read_dependences(r, json_object_get(root, "dependence"));
}

/* What a former reading or training left in the model. */
static void forget_history(ck_model *model) {
    ck_model history = {.nsessions = model->nsessions, .session = model->session, .nwarnings = model->nwarnings,
                        .warning = model->warning};
    model->nsessions = model->nwarnings = 0;
    model->session = NULL;
    model->warning = NULL;
    history.order = model->order;
    model->order = (ck_rule_order){0};
    ck_model_free(&history);
    ck_model_forget_rules(model);
}

static ck_status read_prior(reader *r, const json_t *root) {
    if (read_probability(r, root, "prior", 1, "the model", &r->model->prior) == CK_OK && isnan(r->model->prior))
        ck_fail(r->error, CK_DATA, "%s: the model has no \"prior\".", r->path);
    return r->error->status;
}

/* A model of rules alone. */
static ck_status read_order(reader *r, const json_t *root) {
    const json_t *list = json_object_get(root, "cascade");
    ck_rule_order *order = &r->model->order;
    order->whole_masks = json_is_true(json_object_get(root, "whole_masks"));
    for (size_t k = 0; k < json_array_size(list) && !r->error->status; k++) {
        const json_t *key = json_array_get(list, k), *step = json_object_get(key, "step");
        if (k == 64 || !json_is_integer(step) || json_integer_value(step) < 0 || json_integer_value(step) >= 64)
            return ck_fail(r->error, CK_DATA, "%s: \"cascade\" is not a list of at most 64 keys, each with the \"step\" of its rule.", r->path);
        order->step[k] = (uint8_t)json_integer_value(step);
        if (read_text(r, key, "rule", &order->name[k]) == CK_OK)
            order->nkeys++;
    }
    return r->error->status;
}

static ck_status read_root(reader *r, const json_t *root) {
    const char *format = json_string_value(json_object_get(root, "format"));
    if (!format || strcmp(format, "carrick-model") != 0)
        return ck_fail(r->error, CK_DATA, "%s: this is not a Carrick model (its \"format\" is not \"carrick-model\").", r->path);
    if (json_integer_value(json_object_get(root, "version")) != 1)
        return ck_fail(r->error, CK_DATA, "%s: the model has format version %d; this Carrick reads version 1.", r->path,
                       (int)json_integer_value(json_object_get(root, "version")));
    if (read_prior(r, root) != CK_OK || read_comparisons(r, root) != CK_OK)
        return r->error->status;
    forget_history(r->model);
    if (read_order(r, root) != CK_OK)
        return r->error->status;
    r->model->converged = json_is_true(json_object_get(root, "converged"));
    if (read_text(r, root, "prior_source", &r->model->prior_source) == CK_OK &&
        read_sessions(r, json_object_get(root, "sessions")) == CK_OK)
        read_warnings(r, json_object_get(root, "warnings"));
    return r->error->status || ck_model_fill_untrained(r->error, r->model) != CK_OK ? r->error->status : read_calibration(r, root);
}

ck_status ck_model_read(ck_error *error, const char *text, const char *path, ck_model *model) {
    json_error_t problem;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &problem);
    reader r = {error, path, model};
    if (!root)
        return ck_fail(error, CK_DATA, "%s, line %d: not valid JSON (%s).", path, problem.line, problem.text);
    ck_status status = read_root(&r, root);
    json_decref(root);
    return status;
}
