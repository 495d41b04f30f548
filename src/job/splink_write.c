#include "job/splink_write.h"
#include "base/memory.h"
#include "condition/sql_unparse.h"
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct writer {
    ck_error *error;
    const ck_job *job;
    const ck_model *model;
    ck_splink_notes *notes;
    char missing[640]; /* what has no form, one after another */
} writer;

void ck_splink_notes_free(ck_splink_notes *notes) {
    for (uint32_t i = 0; i < notes->n; i++)
        ck_free(notes->text[i]);
    ck_free(notes->text);
    *notes = (ck_splink_notes){0};
}

static void note(writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void note(writer *w, const char *format, ...) {
    char sentence[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    ck_splink_notes *notes = w->notes;
    if (ck_grow(w->error, &notes->text, &notes->room, notes->n + 1, sizeof *notes->text) == CK_OK &&
        (notes->text[notes->n] = ck_copy_string(w->error, sentence)))
        notes->n++;
}

/* Something without a form: the others are looked at nevertheless. */
static ck_status miss(writer *w, const char *place, const ck_error *inner) {
    size_t used = strlen(w->missing);
    if (inner->status != CK_USAGE)
        return ck_fail(w->error, inner->status, "%s", inner->text);
    snprintf(w->missing + used, sizeof w->missing - used, "%s%s (%.200s)", used ? "; " : "", place, inner->text);
    return CK_OK;
}

static bool set(writer *w, json_t *object, const char *key, json_t *value) {
    if (value && json_object_set_new(object, key, value) == 0)
        return true;
    ck_fail(w->error, CK_MEMORY, "The model could not be written as JSON: memory ran out, or a name in it is not valid UTF-8.");
    return false;
}

/* ---- levels ---- */

static void write_frequency(writer *w, const ck_level *level, json_t *object) {
    if (level->tf_column == UINT32_MAX || level->tf_weight == 0)
        return;
    set(w, object, "tf_adjustment_column", json_string(w->job->schema.name[level->tf_column]));
    set(w, object, "tf_adjustment_weight", json_real(level->tf_weight));
    if (level->tf_minimum_u != 0)
        set(w, object, "tf_minimum_u_value", json_real(level->tf_minimum_u));
    if (level->tf_own_u)
        set(w, object, "disable_tf_exact_match_detection", json_true());
}

/* m and u that stand in for untrained ones may pass 1, which Splink does not load; left out, it takes the same ones. */
static void write_probability(writer *w, json_t *object, const char *key, double value) {
    if (isfinite(value) && value <= 1)
        set(w, object, key, json_real(value));
}

static json_t *write_level(writer *w, const ck_comparison *comparison, uint32_t index) {
    const ck_level *level = &comparison->level[index];
    json_t *object = json_object();
    char *sql = NULL, place[256];
    ck_error inner = {0};
    snprintf(place, sizeof place, "level %u of comparison '%s'", index + 1, comparison->name);
    if (ck_condition_sql(&inner, &level->condition, &w->job->schema, CK_SQL_SUFFIXED, &sql) != CK_OK)
        miss(w, place, &inner);
    set(w, object, "sql_condition", json_string(sql ? sql : ""));
    set(w, object, "label_for_charts", json_string(level->label));
    if (level->is_null)
        set(w, object, "is_null_level", json_true());
    else {
        write_probability(w, object, "m_probability", level->m);
        write_probability(w, object, "u_probability", level->u);
    }
    set(w, object, "fix_m_probability", json_boolean(level->fix_m));
    set(w, object, "fix_u_probability", json_boolean(level->fix_u));
    write_frequency(w, level, object);
    ck_free(sql);
    return object;
}

static json_t *write_comparisons(writer *w) {
    json_t *list = json_array();
    for (uint32_t c = 0; c < w->model->comparisons.n; c++) {
        const ck_comparison *comparison = &w->model->comparisons.comparison[c];
        json_t *object = json_object(), *levels = json_array();
        set(w, object, "output_column_name", json_string(comparison->name));
        for (uint32_t i = 0; i < comparison->nlevels; i++)
            json_array_append_new(levels, write_level(w, comparison, i));
        set(w, object, "comparison_levels", levels);
        json_array_append_new(list, object);
    }
    return list;
}

/* ---- rules ---- */

/* A list that is split into its items is exploded in Splink, and named by its column there. */
static bool is_exploded(const ck_expr *expr) {
    return expr->ncalls > 0 && expr->call[0].fn == CK_FN_SPLIT;
}

static ck_status side_text(writer *w, ck_error *inner, const ck_expr *expr, ck_sql_side side, json_t *exploded, char **text) {
    ck_expr rest = *expr;
    if (is_exploded(expr)) {
        rest.ncalls--;
        memmove(rest.call, rest.call + 1, rest.ncalls * sizeof *rest.call);
        if (side == CK_SQL_L)
            json_array_append_new(exploded, json_string(w->job->schema.name[expr->column]));
    }
    return ck_expr_sql(inner, &rest, side, &w->job->schema, CK_SQL_PREFIXED, text);
}

/* (l.a = r.b) AND ... ; `turned` writes what crosses the other way round. */
static char *write_keys(writer *w, ck_error *inner, const ck_rule *rule, bool turned, json_t *exploded) {
    char *text = NULL, *l = NULL, *r = NULL;
    for (uint32_t p = 0; p < rule->nparts && inner->status == CK_OK; p++) {
        const ck_part *part = &rule->part[p];
        if (side_text(w, inner, turned ? &part->r : &part->l, CK_SQL_L, exploded, &l) == CK_OK &&
            side_text(w, inner, turned ? &part->l : &part->r, CK_SQL_R, exploded, &r) == CK_OK) {
            size_t room = (text ? strlen(text) : 0) + strlen(l) + strlen(r) + 16;
            char *longer = ck_alloc(inner, room, 1);
            if (longer)
                snprintf(longer, room, "%s%s(%s = %s)", text ? text : "", text ? " AND " : "", l, r);
            ck_free(text);
            text = longer;
        }
        ck_free(l);
        ck_free(r);
        l = r = NULL;
    }
    return text;
}

static void write_rule(writer *w, const ck_rule *rule, uint32_t number, bool turned, json_t *list) {
    char place[64], *where = NULL;
    ck_error inner = {0};
    json_t *object = json_object(), *exploded = json_array();
    char *keys = write_keys(w, &inner, rule, turned, exploded), *text = keys;
    snprintf(place, sizeof place, "blocking rule %u", number + 1);
    if (inner.status == CK_OK && rule->has_where &&
        ck_condition_sql(&inner, &rule->where, &w->job->schema, CK_SQL_PREFIXED, &where) == CK_OK) {
        size_t room = strlen(keys) + strlen(where) + 16;
        if ((text = ck_alloc(&inner, room, 1)))
            snprintf(text, room, "%s AND (%s)", keys, where);
        ck_free(keys);
    }
    if (inner.status != CK_OK)
        miss(w, place, &inner);
    set(w, object, "blocking_rule", json_string(text ? text : ""));
    set(w, object, "sql_dialect", json_string("duckdb"));
    if (json_array_size(exploded))
        set(w, object, "arrays_to_explode", json_incref(exploded));
    json_decref(exploded);
    json_array_append_new(list, object);
    ck_free(where);
    ck_free(text);
}

static bool is_crossing(const ck_rule *rule) {
    for (uint32_t p = 0; p < rule->nparts; p++)
        if (!ck_expr_equal(&rule->part[p].l, &rule->part[p].r))
            return true;
    return false;
}

static json_t *write_rules(writer *w) {
    json_t *list = json_array();
    for (uint32_t r = 0; r < w->job->rules.n; r++) {
        const ck_rule *rule = &w->job->rules.rule[r];
        write_rule(w, rule, r, false, list);
        if (is_crossing(rule) && !rule->directed) {
            write_rule(w, rule, r, true, list);
            note(w, "Blocking rule %u holds either way round, so it is two rules in Splink; match_key counts both.", r + 1);
        }
        if (rule->max_block)
            note(w, "Blocking rule %u drops keys of large blocks (max_block), which Splink does not.", r + 1);
    }
    return list;
}

/* ---- the file ---- */

static void note_differences(writer *w) {
    for (uint32_t i = 1; i < w->job->ingest.nsources; i++)
        if (strcmp(w->job->ingest.source[i].id, w->job->ingest.source[0].id) != 0)
            note(w, "The sources have ids of different names; Splink needs '%s' in all.", w->job->ingest.source[0].id);
    for (uint32_t i = 0; i < w->job->schema.ncolumns; i++)
        if (w->job->schema.kind[i] != CK_KIND_TEXT && w->job->schema.kind[i] != CK_KIND_NUMBER && !w->job->splink_file) {
            note(w, "The job cleans its columns: give Splink what 'carrick export people' writes, not the extracts.");
            break;
        }
    if (w->model->nrules)
        note(w, "The model is calibrated rule by rule, which has no form in Splink: its weights there are those of the m, u and prior alone.");
}

static json_t *write_root(writer *w) {
    static const char *const types[] = {"dedupe_only", "link_only", "link_and_dedupe"};
    json_t *root = json_object();
    set(w, root, "link_type", json_string(types[w->job->link_type]));
    set(w, root, "probability_two_random_records_match", json_real(w->model->prior));
    set(w, root, "retain_matching_columns", json_true());
    set(w, root, "retain_intermediate_calculation_columns", json_true());
    set(w, root, "additional_columns_to_retain", json_array());
    set(w, root, "sql_dialect", json_string("duckdb"));
    set(w, root, "unique_id_column_name", json_string(w->job->ingest.source[0].id));
    set(w, root, "source_dataset_column_name", json_string("source_dataset"));
    set(w, root, "blocking_rules_to_generate_predictions", write_rules(w));
    set(w, root, "comparisons", write_comparisons(w));
    return root;
}

ck_status ck_splink_write(ck_error *error, const ck_job *job, const ck_model *model, ck_splink_notes *notes, char **text) {
    writer w = {.error = error, .job = job, .model = model, .notes = notes};
    *text = NULL;
    note_differences(&w);
    json_t *root = write_root(&w);
    if (w.missing[0])
        ck_fail(error, CK_USAGE, "These have no form in Splink: %s.", w.missing);
    char *dump = error->status == CK_OK ? json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(17)) : NULL;
    if (dump)
        *text = ck_copy_string(error, dump);
    else
        ck_fail(error, CK_MEMORY, "The model could not be written as JSON.");
    free(dump);
    json_decref(root);
    return error->status;
}
