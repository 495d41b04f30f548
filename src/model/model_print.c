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

static json_t *print_session(const ck_session *session, const ck_comparisons *comparisons) {
    json_t *object = json_object(), *held_out = json_array();
    bool good = set_text(object, "rule", session->rule) && set_count(object, "pairs", session->pairs) &&
                set_count(object, "iterations", session->iterations) && set_flag(object, "converged", session->converged) &&
                set_flag(object, "used", session->used) && set_text(object, "reason", session->reason) &&
                set_real(object, "match_share", session->match_share);
    for (uint32_t c = 0; c < comparisons->n; c++)
        if (session->held_out >> c & 1)
            good = good && json_array_append_new(held_out, json_string(comparisons->comparison[c].name)) == 0;
    good = json_object_set_new(object, "held_out", held_out) == 0 && good;
    return release_unless(good, object);
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

ck_status ck_model_print(ck_error *error, const ck_model *model, const ck_schema *schema, char **text) {
    json_t *root = json_object();
    bool good = set_text(root, "format", "carrick-model") && set_count(root, "version", MODEL_VERSION) &&
                set_real(root, "prior", model->prior) && set_text(root, "prior_source", model->prior_source) &&
                set_flag(root, "converged", model->converged) && print_lists(root, model, schema);
    char *dump = good ? json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(17)) : NULL;
    *text = dump ? ck_copy_string(error, dump) : NULL;
    if (!dump)
        ck_fail(error, CK_MEMORY, "The model could not be written as JSON: memory ran out, or a name in it is not valid UTF-8.");
    free(dump);
    json_decref(root);
    return error->status;
}
