/* A Splink model as the rules and comparisons of a job. */
#include "base/memory.h"
#include "condition/sql_lower.h"
#include "job/splink.h"
#include "job/splink_count.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct builder {
    ck_error *error;
    ck_splink *splink;
    ck_job *job;
    bool train;
    uint32_t *column; /* [columns.n] number in the schema, UINT32_MAX: not there */
} builder;

/* ---- columns ---- */

/* The model's name, or what becomes of it where a name may hold letters, digits and _ only. */
static uint32_t find_column(const ck_schema *schema, const char *name) {
    uint32_t found = ck_schema_find(schema, name);
    for (uint32_t i = 0; found == UINT32_MAX && i < schema->ncolumns; i++)
        if (strcasecmp(schema->name[i], name) == 0)
            found = i;
    for (uint32_t i = 0; found == UINT32_MAX && i < schema->ncolumns; i++) {
        char plain[256];
        ck_splink_plain_name(name, plain, sizeof plain);
        if (strcmp(schema->name[i], plain) == 0)
            found = i;
    }
    return found;
}

static ck_status bind_columns(builder *b) {
    const ck_sql_columns *columns = &b->splink->columns;
    if (!(b->column = ck_alloc(b->error, columns->n, sizeof *b->column)))
        return b->error->status;
    for (uint32_t i = 0; i < columns->n; i++)
        b->column[i] = find_column(&b->job->schema, columns->name[i]);
    return CK_OK;
}

/* A column that the text reads and the sources do not have. */
static ck_status check_bound(builder *b, ck_error *error, const ck_sql *sql, const ck_sql_node *node) {
    const ck_schema *schema = &b->job->schema;
    if (node->kind == CK_SQL_COLUMN && b->column[node->column] == UINT32_MAX) {
        const char *name = b->splink->columns.name[node->column];
        const char *near = ck_text_nearest(name, (const char *const *)schema->name, schema->ncolumns);
        return ck_sql_fail(error, sql, node->at, "the sources have no column '%s'%s%s%s", name, near ? "; did you mean '" : ".",
                           near ? near : "", near ? "'?" : "");
    }
    for (uint32_t i = 0; i < node->n; i++)
        if (check_bound(b, error, sql, node->child[i]) != CK_OK)
            return error->status;
    return CK_OK;
}

static ck_sql_binding binding_of(builder *b, const bool *exploded) {
    return (ck_sql_binding){.columns = &b->splink->columns, .column = b->column, .schema = &b->job->schema, .tuples = &b->job->tuples,
                            .exploded = exploded};
}

static ck_status carry(builder *b, const char *place, const ck_error *inner) {
    if (inner->status == CK_USAGE)
        return ck_fail(b->error, CK_USAGE, "%s: %s: %s", b->splink->path, place, inner->text);
    return inner->status == CK_OK ? CK_OK : ck_fail(b->error, inner->status, "%s", inner->text);
}

/* ---- levels ---- */

static ck_status build_frequency(builder *b, const char *place, const ck_splink_level *from, ck_level *to) {
    to->tf_column = UINT32_MAX;
    to->tf_weight = 1;
    if (!from->tf_column)
        return CK_OK;
    to->tf_column = find_column(&b->job->schema, from->tf_column);
    to->tf_weight = from->tf_weight;
    to->tf_minimum_u = from->tf_minimum_u;
    to->tf_own_u = from->own_u;
    if (to->tf_column == UINT32_MAX)
        return ck_fail(b->error, CK_USAGE, "%s: %s: the sources have no column '%s' for its term frequencies.", b->splink->path, place,
                       from->tf_column);
    return CK_OK;
}

static ck_status build_condition(builder *b, const char *place, ck_splink_level *from, ck_condition *condition) {
    ck_error inner = {0};
    ck_sql_binding binding = binding_of(b, NULL);
    if (!from->sql.root) {
        condition->op = CK_OP_ALWAYS;
        return CK_OK;
    }
    if (check_bound(b, &inner, &from->sql, from->sql.root) == CK_OK &&
        ck_sql_check(&inner, &from->sql, &b->splink->columns) == CK_OK)
        ck_sql_lower(&inner, &from->sql, &binding, condition);
    return carry(b, place, &inner);
}

/* m and u that training is to find stay open; what is fixed stays. */
static void build_probabilities(const builder *b, const ck_splink_level *from, ck_level *to) {
    to->fix_m = from->fix_m && !isnan(from->m);
    to->fix_u = from->fix_u && !isnan(from->u);
    to->m = b->train && !to->fix_m ? NAN : from->m;
    to->u = b->train && !to->fix_u ? NAN : from->u;
}

static ck_status build_level(builder *b, const char *place, ck_splink_level *from, ck_level *to) {
    to->is_null = from->is_null;
    build_probabilities(b, from, to);
    if (!(to->label = ck_copy_string(b->error, from->label)) || build_frequency(b, place, from, to) != CK_OK)
        return b->error->status;
    return build_condition(b, place, from, &to->condition);
}

static ck_status build_comparison(builder *b, ck_splink_comparison *from, ck_comparison *to) {
    char place[256];
    if (!(to->name = ck_copy_string(b->error, from->name)) ||
        !(to->level = ck_alloc_zero(b->error, from->nlevels, sizeof *to->level)))
        return b->error->status;
    to->nlevels = from->nlevels;
    for (uint32_t i = 0; i < to->nlevels; i++) {
        snprintf(place, sizeof place, "comparison '%s', level %u", from->name, i + 1);
        if (build_level(b, place, &from->level[i], &to->level[i]) != CK_OK)
            return b->error->status;
    }
    for (uint32_t i = 0; i < to->nlevels; i++)
        if (to->level[i].tf_column != UINT32_MAX && !to->level[i].tf_own_u && ck_exact_level(to, i) == UINT32_MAX)
            return ck_fail(b->error, CK_USAGE, "%s: comparison '%s', level %u: there is no exact match level of '%s' to adjust its term "
                           "frequency against; add one, or disable_tf_exact_match_detection.", b->splink->path, from->name, i + 1,
                           from->level[i].tf_column);
    return CK_OK;
}

static ck_status build_comparisons(builder *b) {
    ck_comparisons *to = &b->job->comparisons;
    ck_error inner = {0};
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    if (!(to->comparison = ck_alloc_zero(b->error, b->splink->ncomparisons, sizeof *to->comparison)))
        return b->error->status;
    for (; to->n < b->splink->ncomparisons; to->n++)
        if (build_comparison(b, &b->splink->comparison[to->n], &to->comparison[to->n]) != CK_OK) {
            to->n++;
            return b->error->status;
        }
    if (ck_pattern_strides(&inner, to, stride) != CK_OK)
        return carry(b, "comparisons", &inner);
    return CK_OK;
}

/* ---- rules ---- */

static void take_lowered(ck_sql_rule *from, ck_rule *to) {
    to->nparts = from->nkeys;
    for (uint32_t i = 0; i < from->nkeys; i++) {
        to->part[i].l = from->key[i].l;
        to->part[i].r = from->key[i].r;
    }
    to->has_where = from->has_where;
    to->where = from->where;
    *from = (ck_sql_rule){0};
}

static ck_status check_rule(builder *b, uint32_t number, const ck_rule *rule) {
    bool cross = false, multi = false;
    char pairs[160];
    for (uint32_t i = 0; i < rule->nparts; i++) {
        cross |= !ck_expr_equal(&rule->part[i].l, &rule->part[i].r);
        multi |= ck_expr_is_multi(&rule->part[i].l) || ck_expr_is_multi(&rule->part[i].r);
    }
    if (cross && multi)
        return ck_fail(b->error, CK_USAGE, "%s: blocking rule %u: a rule cannot have both an equality of different columns and "
                       "arrays_to_explode; make two rules of it.", b->splink->path, number + 1);
    if (rule->nparts > 0)
        return CK_OK;
    ck_splink_count_pairs(b->job, pairs, sizeof pairs);
    return ck_fail(b->error, CK_USAGE, "%s: blocking rule %u: there is no equality of a column of l and one of r that holds for every pair, "
                   "so the rule would compare %s; add one with AND, or make one rule of each part of an OR.", b->splink->path,
                   number + 1, pairs);
}

/* Inside the rule, a list that it takes one item at a time is text. */
static void set_exploded(builder *b, const ck_splink_rule *from, ck_sql_type type) {
    for (uint32_t c = 0; c < from->nexploded; c++)
        if (from->exploded[c])
            b->splink->columns.type[c] = type;
}

static ck_status build_rule(builder *b, uint32_t number, ck_splink_rule *from, ck_rule *to) {
    ck_error inner = {0};
    ck_sql_rule lowered = {0};
    ck_sql_binding binding = binding_of(b, from->exploded);
    char place[64];
    snprintf(place, sizeof place, "blocking rule %u", number + 1);
    to->directed = true;
    if (!(to->text = ck_copy_string(b->error, from->text)))
        return b->error->status;
    set_exploded(b, from, CK_SQL_TEXT);
    if (check_bound(b, &inner, &from->sql, from->sql.root) == CK_OK &&
        ck_sql_check(&inner, &from->sql, &b->splink->columns) == CK_OK)
        ck_sql_lower_rule(&inner, &from->sql, &binding, &lowered);
    set_exploded(b, from, CK_SQL_LIST);
    take_lowered(&lowered, to);
    return carry(b, place, &inner) == CK_OK ? check_rule(b, number, to) : b->error->status;
}

static ck_status build_rules(builder *b) {
    ck_rules *to = &b->job->rules;
    if (!(to->rule = ck_alloc_zero(b->error, b->splink->nrules, sizeof *to->rule)))
        return b->error->status;
    for (; to->n < b->splink->nrules; to->n++)
        if (build_rule(b, to->n, &b->splink->rule[to->n], &to->rule[to->n]) != CK_OK) {
            to->n++;
            return b->error->status;
        }
    return CK_OK;
}

ck_status ck_splink_build(ck_error *error, ck_splink *splink, bool train, ck_job *job) {
    builder b = {.error = error, .splink = splink, .job = job, .train = train};
    if (bind_columns(&b) == CK_OK && build_comparisons(&b) == CK_OK && build_rules(&b) == CK_OK)
        job->splink_prior = splink->prior;
    ck_free(b.column);
    return error->status;
}
