/* Comparisons and their levels. */
#include "base/memory.h"
#include "condition/parse.h"
#include "job/build.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/** What the levels of one comparison share. */
typedef struct ladder {
    ck_doc *doc;
    const ck_schema *schema;
    const ck_node *map;
    uint32_t column[2], ncolumns;
    const char *format;
} ladder;

static ck_status find_column(ck_error *error, const ck_doc *doc, const ck_schema *schema, const ck_node *name, uint32_t *column) {
    *column = ck_schema_find(schema, name->text);
    if (*column != UINT32_MAX)
        return CK_OK;
    return ck_node_fail_unknown(error, doc, name, "Column", name->text, (const char *const *)schema->name, schema->ncolumns);
}

static ck_status parse(ck_error *error, const ladder *of, const ck_node *node, ck_condition *condition) {
    ck_error inner = {0};
    if (ck_parse_condition(&inner, of->schema, node->text, of->column, of->ncolumns, of->format, condition) != CK_OK)
        return ck_node_carry(error, of->doc, node, &inner);
    return CK_OK;
}

/* ---- levels ---- */

static void fix_probability(const ck_node *map, const char *key, double *probability, bool *fix) {
    const ck_node *node = ck_node_get(map, key);
    *probability = node ? ck_node_number(node) : NAN;
    *fix = node != NULL;
}

static ck_status build_frequency(ck_error *error, const ladder *of, const ck_node *map, ck_level *level) {
    level->tf_column = UINT32_MAX;
    level->tf_weight = 1;
    if (!map)
        return CK_OK;
    if (ck_shape_fill(error, &ck_frequency_keys, map, level) != CK_OK)
        return error->status;
    return find_column(error, of->doc, of->schema, ck_node_get(map, "column"), &level->tf_column);
}

static ck_status build_level(ck_error *error, const ladder *of, const ck_node *map, ck_level *level) {
    fix_probability(map, "m", &level->m, &level->fix_m);
    fix_probability(map, "u", &level->u, &level->fix_u);
    if (build_frequency(error, of, ck_node_get(map, "term_frequency"), level) != CK_OK ||
        ck_shape_fill(error, &ck_level_keys, map, level) != CK_OK)
        return error->status;
    return parse(error, of, ck_node_get(map, "when"), &level->condition);
}

/** A level that the one before it, or an else, keeps from ever being reached. */
static ck_status check_reachable(ck_error *error, const ladder *of, const ck_node *levels) {
    for (size_t i = 0; i < levels->n; i++) {
        const ck_node *when = ck_node_get(levels->entry[i].value, "when");
        if (strcmp(when->text, "else") == 0 && i + 1 < levels->n)
            return ck_node_fail(error, of->doc, levels->entry[i + 1].value, "A level after 'else' is never reached.");
        for (size_t j = 0; j < i; j++)
            if (strcmp(when->text, ck_node_get(levels->entry[j].value, "when")->text) == 0)
                return ck_node_fail(error, of->doc, when, "Level '%s' stands twice; the second is never reached.", when->text);
    }
    return CK_OK;
}

static bool is_exact_of(const ck_condition *condition, uint32_t column) {
    return condition->op == CK_OP_EQUAL && condition->a.column == column && condition->b.column == column &&
           condition->a.ncalls == 0 && condition->b.ncalls == 0;
}

/** The adjustment measures against the u of the exact level of its column, so there must be one. */
static ck_status check_frequencies(ck_error *error, const ladder *of, const ck_node *levels, const ck_level *level) {
    for (size_t i = 0; i < levels->n; i++) {
        bool found = level[i].tf_column == UINT32_MAX || level[i].tf_own_u;
        for (size_t j = 0; j < levels->n && !found; j++)
            found = is_exact_of(&level[j].condition, level[i].tf_column);
        if (!found)
            return ck_node_fail(error, of->doc, ck_node_get(levels->entry[i].value, "term_frequency"),
                                "The comparison has no level 'exact %s' to adjust against; add one, or say own_u: true.",
                                of->schema->name[level[i].tf_column]);
    }
    return CK_OK;
}

/* ---- the null level ---- */

/** Does a condition ask for a date of this column? */
static bool asks_date(const ck_condition *condition, uint32_t column) {
    bool date = condition->op == CK_OP_DAYS || condition->op == CK_OP_DAY_MONTH_SWAPPED;
    if (date && condition->a.ncalls == 0 && (condition->a.column == column || condition->b.column == column))
        return true;
    for (uint32_t i = 0; i < condition->nchildren; i++)
        if (asks_date(&condition->child[i], column))
            return true;
    return false;
}

/** "missing", or for text that levels read as a date ".date missing": what does not parse is missing too. */
static bool is_date_in_text(const ladder *of, uint32_t column, const ck_level *level, size_t nlevels) {
    if (ck_kind_is_date(of->schema->kind[column]))
        return false;
    for (size_t i = 0; i < nlevels; i++)
        if (asks_date(&level[i].condition, column))
            return true;
    return false;
}

/** The condition of `null: auto`, written into the tree. */
static ck_status write_null(ck_error *error, const ladder *of, ck_node *null, const ck_level *level, size_t nlevels) {
    const char *text = "";
    for (uint32_t i = 0; text && i < of->ncolumns; i++) {
        const char *date = is_date_in_text(of, of->column[i], level, nlevels) ? ".date" : "";
        text = ck_doc_print(error, of->doc, "%s%s%s%s missing", text, i ? " or " : "", of->schema->name[of->column[i]], date);
    }
    null->text = text ? text : "";
    return error->status;
}

static ck_status build_null(ck_error *error, const ladder *of, const ck_node *null, ck_level *level) {
    *level = (ck_level){.is_null = true, .m = NAN, .u = NAN, .tf_column = UINT32_MAX, .tf_weight = 1};
    if (!(level->label = ck_copy_string(error, null->text)))
        return error->status;
    return parse(error, of, null, &level->condition);
}

/* ---- comparisons ---- */

/** Levels are built after a place for the null level, which is known only when they are read; without one they move up. */
static ck_status build_levels(ck_error *error, const ladder *of, ck_comparison *comparison) {
    const ck_node *levels = ck_node_get(of->map, "levels");
    ck_node *null = ck_node_get(of->map, "null");
    if (levels->n + 1 > CK_LEVELS_MAX)
        return ck_node_fail(error, of->doc, levels, "At most %d levels are possible with the null level, but %zu are written.",
                            CK_LEVELS_MAX, levels->n + 1);
    if (check_reachable(error, of, levels) != CK_OK)
        return error->status;
    comparison->level = ck_alloc_zero(error, levels->n + 1, sizeof *comparison->level);
    if (!comparison->level)
        return error->status;
    comparison->nlevels = (uint32_t)levels->n + 1;
    for (size_t i = 0; i < levels->n; i++)
        if (build_level(error, of, levels->entry[i].value, &comparison->level[i + 1]) != CK_OK)
            return error->status;
    if (check_frequencies(error, of, levels, comparison->level + 1) != CK_OK)
        return error->status;
    if (strcmp(null->text, "none") == 0) {
        memmove(comparison->level, comparison->level + 1, levels->n * sizeof *comparison->level);
        comparison->nlevels--;
        return CK_OK;
    }
    if (strcmp(null->text, "auto") == 0 && write_null(error, of, null, comparison->level + 1, levels->n) != CK_OK)
        return error->status;
    return build_null(error, of, null, comparison->level);
}

static ck_status build_comparison(ck_error *error, ck_doc *doc, const ck_schema *schema, const ck_node *map,
                                  ck_comparison *comparison) {
    const ck_node *on = ck_node_get(map, "on");
    ladder of = {.doc = doc, .schema = schema, .map = map, .format = ck_node_get(map, "format")->text};
    for (; of.ncolumns < on->n; of.ncolumns++)
        if (find_column(error, doc, schema, on->entry[of.ncolumns].value, &of.column[of.ncolumns]) != CK_OK)
            return error->status;
    if (ck_shape_fill(error, &ck_comparison_keys, map, comparison) != CK_OK)
        return error->status;
    return build_levels(error, &of, comparison);
}

static ck_status check_names(ck_error *error, const ck_doc *doc, const ck_node *list, const ck_comparisons *comparisons) {
    for (uint32_t i = 0; i < comparisons->n; i++)
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(comparisons->comparison[i].name, comparisons->comparison[j].name) == 0)
                return ck_node_fail(error, doc, list->entry[i].value, "Two comparisons are called '%s'; give one a 'name'.",
                                    comparisons->comparison[i].name);
    return CK_OK;
}

ck_status ck_build_comparisons(ck_error *error, ck_doc *doc, const ck_schema *schema, ck_comparisons *comparisons) {
    const ck_node *list = ck_node_get(doc->root, "comparisons");
    if (list->n > CK_COMPARISONS_MAX)
        return ck_node_fail(error, doc, list, "At most %d comparisons are possible, but %zu are written.", CK_COMPARISONS_MAX,
                            list->n);
    comparisons->comparison = ck_alloc_zero(error, list->n, sizeof *comparisons->comparison);
    if (!comparisons->comparison)
        return error->status;
    comparisons->n = (uint32_t)list->n;
    for (uint32_t c = 0; c < comparisons->n; c++)
        if (build_comparison(error, doc, schema, list->entry[c].value, &comparisons->comparison[c]) != CK_OK)
            return error->status;
    if (check_names(error, doc, list, comparisons) != CK_OK)
        return error->status;
    ck_error inner = {0};
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    if (ck_pattern_strides(&inner, comparisons, stride) != CK_OK)
        return ck_node_carry(error, doc, list, &inner);
    return CK_OK;
}
