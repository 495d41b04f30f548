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
    if (read_probability(r, object, "m", 1, where, &level->m) == CK_OK)
        read_probability(r, object, "u", 1e6, where, &level->u);
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

static uint32_t read_held_out(const reader *r, const json_t *list) {
    uint32_t held_out = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        for (uint32_t c = 0; name && c < r->model->comparisons.n; c++)
            if (strcmp(name, r->model->comparisons.comparison[c].name) == 0)
                held_out |= UINT32_C(1) << c;
    }
    return held_out;
}

static ck_status read_session(reader *r, const json_t *object, ck_session *session) {
    const json_t *share = json_object_get(object, "match_share");
    session->pairs = (uint64_t)json_integer_value(json_object_get(object, "pairs"));
    session->iterations = (uint32_t)json_integer_value(json_object_get(object, "iterations"));
    session->converged = json_is_true(json_object_get(object, "converged"));
    session->used = json_is_true(json_object_get(object, "used"));
    session->match_share = json_is_number(share) ? json_number_value(share) : NAN;
    session->held_out = read_held_out(r, json_object_get(object, "held_out"));
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

/* What a former reading or training left in the model. */
static void forget_history(ck_model *model) {
    ck_model history = {.nsessions = model->nsessions, .session = model->session, .nwarnings = model->nwarnings,
                        .warning = model->warning};
    model->nsessions = model->nwarnings = 0;
    model->session = NULL;
    model->warning = NULL;
    ck_model_free(&history);
}

static ck_status read_prior(reader *r, const json_t *root) {
    if (read_probability(r, root, "prior", 1, "the model", &r->model->prior) == CK_OK && isnan(r->model->prior))
        ck_fail(r->error, CK_DATA, "%s: the model has no \"prior\".", r->path);
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
    r->model->converged = json_is_true(json_object_get(root, "converged"));
    if (read_text(r, root, "prior_source", &r->model->prior_source) == CK_OK &&
        read_sessions(r, json_object_get(root, "sessions")) == CK_OK)
        read_warnings(r, json_object_get(root, "warnings"));
    return r->error->status ? r->error->status : ck_model_fill_untrained(r->error, r->model);
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
