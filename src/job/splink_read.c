/* The JSON of a Splink model. */
#include "job/splink.h"
#include "base/fault.h"
#include "base/memory.h"
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const double UNOBSERVED = 1e-6; /* "level not observed in training dataset" */

typedef struct reader {
    ck_error *error;
    ck_splink *splink;
    ck_sql_dialect dialect;
    char place[256]; /* "comparison 'dob', level 2" */
} reader;

static ck_status fail(reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static ck_status fail(reader *r, const char *format, ...) {
    char sentence[768];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return ck_fail(r->error, CK_USAGE, "%s: %s%s%s", r->splink->path, r->place, r->place[0] ? ": " : "", sentence);
}

/* ---- values ---- */

/* A key that is not known may change what the model means. */
static ck_status check_keys(reader *r, const json_t *object, const char *const *known, size_t n) {
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return fail(r, "this is no JSON object.");
    json_object_foreach((json_t *)(uintptr_t)object, key, value) {
        size_t i = 0;
        while (i < n && strcmp(known[i], key) != 0)
            i++;
        if (i == n) {
            const char *near = ck_text_nearest(key, known, n);
            return fail(r, "key '%s' is not known%s%s%s", key, near ? "; did you mean '" : ".", near ? near : "", near ? "'?" : "");
        }
    }
    return CK_OK;
}

static ck_status read_text(reader *r, const json_t *object, const char *key, const char *standard, char **text) {
    const json_t *value = json_object_get(object, key);
    if (!value || json_is_null(value)) {
        if (!standard)
            return fail(r, "key '%s' is missing.", key);
        *text = ck_copy_string(r->error, standard);
    } else if (!json_is_string(value))
        return fail(r, "'%s' is not a text.", key);
    else
        *text = ck_copy_string(r->error, json_string_value(value));
    return r->error->status;
}

static ck_status read_number(reader *r, const json_t *object, const char *key, double standard, double *number) {
    const json_t *value = json_object_get(object, key);
    *number = standard;
    if (!value || json_is_null(value))
        return CK_OK;
    if (!json_is_number(value))
        return fail(r, "'%s' is not a number.", key);
    *number = json_number_value(value);
    return CK_OK;
}

static ck_status read_probability(reader *r, const json_t *object, const char *key, double *number) {
    const char *text = json_string_value(json_object_get(object, key));
    if (text && strncmp(text, "level not observed", 18) == 0) {
        *number = UNOBSERVED;
        return CK_OK;
    }
    if (read_number(r, object, key, NAN, number) != CK_OK)
        return r->error->status;
    if (!isnan(*number) && !(*number >= 1e-300 && *number <= 1))
        return fail(r, "'%s' is not a number above 0 and at most 1.", key);
    return CK_OK;
}

static ck_status read_flag(reader *r, const json_t *object, const char *key, bool *flag) {
    const json_t *value = json_object_get(object, key);
    *flag = json_is_true(value);
    if (value && !json_is_boolean(value) && !json_is_null(value))
        return fail(r, "'%s' is neither true nor false.", key);
    return CK_OK;
}

static ck_status read_dialect(reader *r, const json_t *object, ck_sql_dialect standard, ck_sql_dialect *dialect) {
    const char *name = json_string_value(json_object_get(object, "sql_dialect"));
    *dialect = name ? ck_sql_dialect_parse(name) : standard;
    if (*dialect == CK_SQL_DIALECTS)
        return fail(r, "the SQL dialect '%s' is not known; there are duckdb, spark, sqlite and postgres.", name);
    return CK_OK;
}

/* ---- conditions ---- */

static ck_status parse(reader *r, const char *text, ck_sql_names names, ck_sql_dialect dialect, ck_sql *sql) {
    ck_error inner = {0};
    if (ck_sql_parse(&inner, text, dialect, names, &r->splink->columns, sql) == CK_OK)
        return CK_OK;
    return inner.status == CK_USAGE ? fail(r, "%s", inner.text) : ck_fail(r->error, inner.status, "%s", inner.text);
}

static bool is_else(const char *text) {
    ck_span word = ck_span_of(text);
    while (word.n && strchr(" \t\r\n", word.bytes[0])) {
        word.bytes++;
        word.n--;
    }
    while (word.n && strchr(" \t\r\n", word.bytes[word.n - 1]))
        word.n--;
    return word.n == 4 && strncasecmp(word.bytes, "else", 4) == 0;
}

/* ---- levels ---- */

/* The name of a term-frequency column, without quotes. */
static ck_status read_frequency(reader *r, const json_t *object, ck_splink_level *level) {
    char *name = NULL;
    uint32_t column;
    if (read_text(r, object, "tf_adjustment_column", "", &name) != CK_OK ||
        read_number(r, object, "tf_adjustment_weight", 1, &level->tf_weight) != CK_OK ||
        read_number(r, object, "tf_minimum_u_value", 0, &level->tf_minimum_u) != CK_OK ||
        read_flag(r, object, "disable_tf_exact_match_detection", &level->own_u) != CK_OK) {
        ck_free(name);
        return r->error->status;
    }
    size_t n = strlen(name), quoted = n > 1 && strchr("\"`", name[0]) && name[n - 1] == name[0];
    if (n > 2 * quoted && level->tf_weight != 0 && !level->is_null && level->sql.root) {
        ck_span span = {name + quoted, n - 2 * quoted};
        level->tf_column = ck_copy_text(r->error, span.bytes, span.n);
        ck_sql_columns_find(r->error, &r->splink->columns, span, &column);
    }
    ck_free(name);
    if (r->error->status == CK_OK && (level->tf_minimum_u < 0 || level->tf_minimum_u > 1))
        return fail(r, "'tf_minimum_u_value' is not in [0, 1].");
    return r->error->status;
}

static ck_status read_level(reader *r, const json_t *object, ck_splink_level *level) {
    static const char *const known[] = {"sql_condition", "label_for_charts", "m_probability", "u_probability", "fix_m_probability",
                                        "fix_u_probability", "is_null_level", "tf_adjustment_column", "tf_adjustment_weight",
                                        "tf_minimum_u_value", "disable_tf_exact_match_detection", "match_weight", "sql_dialect"};
    char *text = NULL;
    level->m = level->u = NAN;
    if (check_keys(r, object, known, sizeof known / sizeof *known) != CK_OK ||
        read_text(r, object, "sql_condition", NULL, &text) != CK_OK)
        return r->error->status;
    bool otherwise = is_else(text);
    ck_sql_dialect dialect;
    if (read_dialect(r, object, r->dialect, &dialect) == CK_OK && !otherwise)
        parse(r, text, CK_SQL_SUFFIXED, dialect, &level->sql);
    if (r->error->status == CK_OK && read_text(r, object, "label_for_charts", text, &level->label) == CK_OK &&
        read_flag(r, object, "is_null_level", &level->is_null) == CK_OK &&
        read_flag(r, object, "fix_m_probability", &level->fix_m) == CK_OK &&
        read_flag(r, object, "fix_u_probability", &level->fix_u) == CK_OK && !level->is_null &&
        read_probability(r, object, "m_probability", &level->m) == CK_OK)
        read_probability(r, object, "u_probability", &level->u);
    ck_free(text);
    return r->error->status == CK_OK ? read_frequency(r, object, level) : r->error->status;
}

static ck_status check_ladder(reader *r, const ck_splink_comparison *comparison) {
    for (uint32_t i = 0; i < comparison->nlevels; i++) {
        const ck_splink_level *level = &comparison->level[i];
        snprintf(r->place, sizeof r->place, "comparison '%s', level %u", comparison->name, i + 1);
        if (!level->sql.root && i + 1 < comparison->nlevels)
            return fail(r, "a level after ELSE is never reached.");
        if (level->is_null && i > 0)
            return fail(r, "the null level must be the first, and there can be one only.");
        if (level->is_null && !level->sql.root)
            return fail(r, "the null level cannot be ELSE.");
    }
    snprintf(r->place, sizeof r->place, "comparison '%s'", comparison->name);
    const ck_splink_level *last = &comparison->level[comparison->nlevels - 1];
    if (last->sql.root)
        return fail(r, "the last level is not ELSE, so some pairs would have none.");
    if (comparison->nlevels < 2 || (comparison->nlevels == 2 && comparison->level[0].is_null))
        return fail(r, "there is no level but ELSE.");
    return CK_OK;
}

static ck_status read_comparison(reader *r, const json_t *object, uint32_t number, ck_splink_comparison *comparison) {
    static const char *const known[] = {"output_column_name", "comparison_levels", "comparison_description"};
    const json_t *levels = json_object_get(object, "comparison_levels");
    snprintf(r->place, sizeof r->place, "comparison %u", number + 1);
    if (check_keys(r, object, known, 3) != CK_OK || read_text(r, object, "output_column_name", NULL, &comparison->name) != CK_OK)
        return r->error->status;
    size_t n = json_array_size(levels);
    snprintf(r->place, sizeof r->place, "comparison '%s'", comparison->name);
    if (n == 0 || n > CK_LEVELS_MAX)
        return fail(r, "there are %zu levels, and there can be 2 to %d.", n, CK_LEVELS_MAX);
    if (!(comparison->level = ck_alloc_zero(r->error, n, sizeof *comparison->level)))
        return r->error->status;
    comparison->nlevels = (uint32_t)n;
    for (uint32_t i = 0; i < n; i++) {
        snprintf(r->place, sizeof r->place, "comparison '%s', level %u", comparison->name, i + 1);
        if (read_level(r, json_array_get(levels, i), &comparison->level[i]) != CK_OK)
            return r->error->status;
    }
    return check_ladder(r, comparison);
}

/* ---- rules ---- */

static ck_status read_exploded(reader *r, const json_t *names, ck_splink_rule *rule) {
    size_t n = json_array_size(names);
    if (n == 0)
        return CK_OK;
    rule->nexploded = r->splink->columns.n + (uint32_t)n;
    if (!(rule->exploded = ck_alloc_zero(r->error, rule->nexploded, sizeof *rule->exploded)))
        return r->error->status;
    for (size_t i = 0; i < n; i++) {
        const char *name = json_string_value(json_array_get(names, i));
        uint32_t column;
        if (!name)
            return fail(r, "'arrays_to_explode' is not a list of names.");
        ck_span span = ck_span_of(name);
        if (span.n > 2 && name[0] == '"')
            span = (ck_span){name + 1, span.n - 2};
        if (ck_sql_columns_find(r->error, &r->splink->columns, span, &column) != CK_OK)
            return r->error->status;
        rule->exploded[column] = true;
    }
    return CK_OK;
}

static ck_status read_rule(reader *r, const json_t *object, uint32_t number, ck_splink_rule *rule) {
    static const char *const known[] = {"blocking_rule", "sql_dialect", "arrays_to_explode", "salting_partitions"};
    ck_sql_dialect dialect = r->dialect;
    snprintf(r->place, sizeof r->place, "blocking rule %u", number + 1);
    if (json_is_string(object))
        rule->text = ck_copy_string(r->error, json_string_value(object));
    else if (check_keys(r, object, known, 4) != CK_OK || read_text(r, object, "blocking_rule", NULL, &rule->text) != CK_OK ||
             read_dialect(r, object, r->dialect, &dialect) != CK_OK)
        return r->error->status;
    if (r->error->status != CK_OK || parse(r, rule->text, CK_SQL_PREFIXED, dialect, &rule->sql) != CK_OK)
        return r->error->status;
    return read_exploded(r, json_object_get(object, "arrays_to_explode"), rule);
}

/* ---- the file ---- */

static ck_status read_link_type(reader *r, const json_t *root) {
    static const char *const types[] = {"dedupe_only", "link_only", "link_and_dedupe"};
    const char *type = json_string_value(json_object_get(root, "link_type"));
    for (int i = 0; type && i < 3; i++)
        if (strcmp(types[i], type) == 0) {
            r->splink->link_type = (ck_link_type)i;
            return CK_OK;
        }
    return fail(r, "'link_type' is not dedupe_only, link_only or link_and_dedupe.");
}

static ck_status read_head(reader *r, const json_t *root) {
    static const char *const known[] = {
        "link_type", "probability_two_random_records_match", "retain_matching_columns", "retain_intermediate_calculation_columns",
        "additional_columns_to_retain", "sql_dialect", "linker_uid", "em_convergence", "max_iterations",
        "match_weight_column_prefix", "bayes_factor_column_prefix", "term_frequency_adjustment_column_prefix",
        "comparison_vector_value_column_prefix", "unique_id_column_name", "source_dataset_column_name",
        "blocking_rules_to_generate_predictions", "comparisons"};
    if (check_keys(r, root, known, sizeof known / sizeof *known) != CK_OK || read_link_type(r, root) != CK_OK ||
        read_dialect(r, root, CK_SQL_DUCKDB, &r->dialect) != CK_OK ||
        read_text(r, root, "unique_id_column_name", "unique_id", &r->splink->id) != CK_OK ||
        read_number(r, root, "probability_two_random_records_match", 0.0001, &r->splink->prior) != CK_OK)
        return r->error->status;
    if (!(r->splink->prior > 0 && r->splink->prior < 1))
        return fail(r, "'probability_two_random_records_match' is not between 0 and 1.");
    return CK_OK;
}

static ck_status read_comparisons(reader *r, const json_t *list) {
    size_t n = json_array_size(list);
    if (n == 0 || n > CK_COMPARISONS_MAX)
        return fail(r, "there are %zu comparisons, and there can be 1 to %d.", n, CK_COMPARISONS_MAX);
    if (!(r->splink->comparison = ck_alloc_zero(r->error, n, sizeof *r->splink->comparison)))
        return r->error->status;
    r->splink->ncomparisons = (uint32_t)n;
    for (uint32_t i = 0; i < n; i++)
        if (read_comparison(r, json_array_get(list, i), i, &r->splink->comparison[i]) != CK_OK)
            return r->error->status;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(r->splink->comparison[i].name, r->splink->comparison[j].name) == 0)
                return fail(r, "two comparisons are called '%s'.", r->splink->comparison[i].name);
    return CK_OK;
}

static ck_status read_rules(reader *r, const json_t *list) {
    size_t n = json_array_size(list);
    r->place[0] = 0;
    if (n == 0 || n > CK_RULES_MAX)
        return fail(r, "there are %zu blocking rules ('blocking_rules_to_generate_predictions'), and there can be 1 to %d.", n,
                    CK_RULES_MAX);
    if (!(r->splink->rule = ck_alloc_zero(r->error, n, sizeof *r->splink->rule)))
        return r->error->status;
    r->splink->nrules = (uint32_t)n;
    for (uint32_t i = 0; i < n; i++)
        if (read_rule(r, json_array_get(list, i), i, &r->splink->rule[i]) != CK_OK)
            return r->error->status;
    return CK_OK;
}

/* What any text needs of a column holds for all. */
static void infer_columns(ck_splink *splink) {
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t c = 0; c < splink->ncomparisons; c++)
            for (uint32_t i = 0; i < splink->comparison[c].nlevels; i++)
                ck_sql_infer(&splink->comparison[c].level[i].sql, &splink->columns);
        for (uint32_t k = 0; k < splink->nrules; k++)
            if (splink->rule[k].nexploded == 0)
                ck_sql_infer(&splink->rule[k].sql, &splink->columns);
    }
    for (uint32_t k = 0; k < splink->nrules; k++)
        for (uint32_t c = 0; splink->rule[k].exploded && c < splink->columns.n; c++)
            if (splink->rule[k].exploded[c])
                splink->columns.type[c] = CK_SQL_LIST;
}

/* Names that came after a rule's are not in its list yet. */
static ck_status widen_exploded(reader *r) {
    for (uint32_t k = 0; k < r->splink->nrules; k++) {
        ck_splink_rule *rule = &r->splink->rule[k];
        if (!rule->exploded)
            continue;
        bool *wide = ck_alloc_zero(r->error, r->splink->columns.n, sizeof *wide);
        if (!wide)
            return r->error->status;
        for (uint32_t c = 0; c < r->splink->columns.n; c++)
            wide[c] = c < rule->nexploded && rule->exploded[c];
        ck_free(rule->exploded);
        rule->exploded = wide;
        rule->nexploded = r->splink->columns.n;
    }
    return CK_OK;
}

ck_status ck_splink_read(ck_error *error, const char *path, const char *separator, ck_splink *splink) {
    json_error_t problem = {0};
    reader r = {.error = error, .splink = splink};
    *splink = (ck_splink){.path = ck_copy_string(error, path)};
    splink->columns.separator = separator ? separator : ";";
    if (error->status != CK_OK)
        return error->status;
    json_t *root = ck_fault(CK_FAULT_READ) ? NULL : json_load_file(path, JSON_REJECT_DUPLICATES, &problem);
    if (!root)
        ck_fail(error, problem.line > 0 ? CK_USAGE : CK_FILE, problem.line > 0 ? "%s, line %d: not valid JSON (%s)." : "%s cannot be read.",
                path, problem.line, problem.text);
    else if (read_head(&r, root) == CK_OK && read_comparisons(&r, json_object_get(root, "comparisons")) == CK_OK &&
             read_rules(&r, json_object_get(root, "blocking_rules_to_generate_predictions")) == CK_OK && widen_exploded(&r) == CK_OK)
        infer_columns(splink);
    json_decref(root);
    if (error->status != CK_OK)
        ck_splink_free(splink);
    return error->status;
}

void ck_splink_free(ck_splink *splink) {
    for (uint32_t k = 0; splink->rule && k < splink->nrules; k++) {
        ck_free(splink->rule[k].exploded);
        ck_sql_free(&splink->rule[k].sql);
        ck_free(splink->rule[k].text);
    }
    ck_free(splink->rule);
    for (uint32_t c = 0; splink->comparison && c < splink->ncomparisons; c++) {
        ck_splink_comparison *comparison = &splink->comparison[c];
        for (uint32_t i = 0; i < comparison->nlevels; i++) {
            ck_free(comparison->level[i].label);
            ck_free(comparison->level[i].tf_column);
            ck_sql_free(&comparison->level[i].sql);
        }
        ck_free(comparison->level);
        ck_free(comparison->name);
    }
    ck_free(splink->comparison);
    ck_sql_columns_free(&splink->columns);
    ck_free(splink->id);
    ck_free(splink->path);
    *splink = (ck_splink){0};
}
