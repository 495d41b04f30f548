/* The keys of `trace` (docs/trace.md). */
#include "job/trace_keys.h"
#include "base/memory.h"
#include "condition/parse.h"
#include "job/job_keys.h"
#include "job/key_rows.h"
#include "job/passes.h"
#include "job/rule_preset.h"
#include <math.h>

static ck_status rewrite_key(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    return ck_make_texts(error, shaper, map, "key");
}

static ck_status rewrite_step(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    return ck_make_texts(error, shaper, map, "needs") ? error->status : ck_make_texts(error, shaper, map, "when");
}

static ck_status rewrite_part(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    const ck_node *by = ck_node_get(map, "by"), *levels = ck_node_get(map, "levels");
    bool by_levels = !by || (by->kind == CK_NODE_SCALAR && by->text[0] == 'l');
    if (by_levels && !levels)
        return ck_node_fail(error, shaper->doc, map, "A part has 'levels', or is 'by: similarity' or 'by: prefix'.");
    return !by_levels && levels ? ck_node_fail(error, shaper->doc, levels, "'levels' go with 'by: levels'.") : CK_OK;
}

static ck_status rewrite_trace(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    const ck_node *columns = ck_node_get(map, "columns");
    if (ck_node_get(map, "preset"))
        return ck_trace_preset_expand(error, shaper, map);
    return columns ? ck_node_fail(error, shaper->doc, columns, "'columns' goes with 'preset'; steps name the job's columns themselves.") : CK_OK;
}

static const ck_key key_rows[] = {
    {"key", CK_KEY_TEXTS, .required = true, .help = "Expressions that must all be equal (docs/conditions.md)."},
};
static const ck_table key_keys = {"trace: keys", "key", ROWS(key_rows), rewrite_key,
                                  "A key: whoever of the index has it in common with a row is a candidate. `[surname, dob]` is short for `{key: [surname, dob]}`."};

static const ck_key step_rows[] = {
    {"name", CK_KEY_NAME, .required = true, FIELD(ck_trace_step, name), .help = "Name of the step in results."},
    {"indicator", CK_KEY_COUNT, .standard = "0", .least = 0, .most = 99, FIELD(ck_trace_step, indicator), .help = "Its number in results."},
    {"needs", CK_KEY_TEXTS, .help = "Expressions that the row must have, or the step is passed over."},
    {"keys", CK_KEY_TABLES, .required = true, .table = &key_keys, .help = "Any of these keys makes a candidate; at most 8."},
    {"when", CK_KEY_TEXTS, .help = "Conditions of which each must hold for some row of the candidate; at most 16."},
    {"score", CK_KEY_NUMBER, .least = 0, .most = 100, FIELD(ck_trace_step, score),
     .help = "Score of the person whom the step finds: the only one left. Without it candidates are scored by `parts` and the best is found."},
};
static const ck_table step_keys = {"trace: steps", NULL, ROWS(step_rows), rewrite_step, "A step of a trace; the first that finds somebody, or several, decides. At most 16."};

static const ck_key level_rows[] = {
    {"when", CK_KEY_TEXT, .required = true, .help = "The condition."},
    {"score", CK_KEY_NUMBER, .required = true, .least = 0, .most = 100, .help = "Points where it is the first that holds."},
};
static const ck_table level_keys = {"trace: levels", NULL, ROWS(level_rows), NULL, "A level of a part."};

static const char *const ways[] = {"levels", "similarity", "prefix", NULL}; /* in the order of ck_trace_by */

static const ck_key part_rows[] = {
    {"name", CK_KEY_NAME, .required = true, FIELD(ck_trace_part, name), .help = "Name of the part in results."},
    {"on", CK_KEY_TEXT, .required = true, .help = "The expression that is compared; the part is null where it is missing and no level holds."},
    {"by", CK_KEY_WORD, .standard = "levels", .words = ways, FIELD(ck_trace_part, by),
     .help = "`levels`; `similarity`: Jaro–Winkler; `prefix`: the share of the longer value's characters with which both begin."},
    {"levels", CK_KEY_TABLES, .table = &level_keys, .help = "Conditions with their points, at most 16; none holds: 0."},
    {"nicknames", CK_KEY_FLAG, .standard = "false", FIELD(ck_trace_part, nicknames), .help = "With `similarity`: names of one line of `nicknames` score 100."},
};
static const ck_table part_keys = {"trace: parts", NULL, ROWS(part_rows), rewrite_part,
                                   "A part of the score, 0 to 100, the best over the rows of a person. The score is the mean of the parts that are not null. At most 8."};

/* In the order of ck_trace_code. */
static const ck_key code_rows[] = {
    {"found", CK_KEY_TEXT, .required = true, .help = "Somebody is found."},
    {"superseded", CK_KEY_TEXT, .required = true, .help = "Found, and the row's own number was superseded by the one that is found."},
    {"several", CK_KEY_TEXT, .required = true, .help = "The best candidates are too near one another."},
    {"invalid", CK_KEY_TEXT, .required = true, .help = "Nobody, and the row's number as given is none."},
    {"nobody", CK_KEY_TEXT, .required = true, .help = "Looked for and not found."},
    {"too_little", CK_KEY_TEXT, .required = true, .help = "No step has what it needs."},
    {"empty", CK_KEY_TEXT, .required = true, .help = "There is nothing to look for."},
};
static const ck_table code_keys = {"trace: codes", NULL, ROWS(code_rows), NULL, "What results say of a row."};
_Static_assert(sizeof code_rows / sizeof *code_rows == CK_TRACE_CODES, "every code has its key");

static const ck_key trace_rows[] = {
    {"preset", CK_KEY_TEXT, .help = "Ready rules, `mps` ('carrick rules mps' prints them); keys beside it take the place of the preset's."},
    {"columns", CK_KEY_TEXT, .help = "With `preset`: a mapping from its columns to the job's, `{nhs: nhs_number}`; `none` leaves out what reads the column. Default: told by kind, role and name."},
    {"index", CK_KEY_TEXT, .required = true, FIELD(ck_trace_rules, index), .help = "Source that knows the numbers; rows of all others are traced."},
    {"number", CK_KEY_TEXT, .required = true, .help = "Column of the number: rows of the index with one number are one person."},
    {"superseded_by", CK_KEY_TEXT, .help = "Column of the index with the number that superseded the row's; it is followed to the last."},
    {"as_given", CK_KEY_TEXT, .help = "Column with the number as it was written, whether it is one or not."},
    {"steps", CK_KEY_TABLES, .required = true, .table = &step_keys, .help = "Where to look, in order."},
    {"parts", CK_KEY_TABLES, .standard = "[]", .table = &part_keys, .help = "What the score is made of."},
    {"candidates", CK_KEY_COUNT, .required = true, .least = 1, .most = 1e9, FIELD(ck_trace_rules, candidates), .help = "Candidates that are scored, those of most keys first."},
    {"margin", CK_KEY_NUMBER, .required = true, .least = 0, .most = 100, FIELD(ck_trace_rules, margin), .help = "Points: a second candidate at most so far below the best makes several."},
    {"least", CK_KEY_NUMBER, .required = true, .least = 0, .most = 100, FIELD(ck_trace_rules, least), .help = "A best score below it finds nobody."},
    {"codes", CK_KEY_TABLE, .required = true, .table = &code_keys, .help = "Codes of results."},
    {"none", CK_KEY_TEXT, .required = true, FIELD(ck_trace_rules, nobody), .help = "Number that stands for nobody in results."},
    {"many", CK_KEY_TEXT, .required = true, FIELD(ck_trace_rules, several), .help = "Number that stands for several."},
    {"nicknames", CK_KEY_TEXTS, FIELDS(ck_trace_rules, nickname, nnicknames), .help = "Names that are as good as equal, in upper case, a text a group; at most 256."},
};
const ck_table ck_trace_keys = {"trace", NULL, ROWS(trace_rows), rewrite_trace,
                                "Rows that lack a number get that of one person of an index (docs/trace.md): 'carrick trace' writes them, and linking takes them for decided."};

ck_status ck_add_rules_of_trace(ck_error *error, ck_doc *doc, ck_node *map) {
    static const char *const linking[] = {"rules", "blocking", "comparisons", "model"};
    const ck_node *trace = map->kind == CK_NODE_MAP ? ck_node_get(map, "trace") : NULL;
    ck_node *preset = trace && trace->kind == CK_NODE_MAP ? ck_node_get(trace, "preset") : NULL, *columns = preset ? ck_node_get(trace, "columns") : NULL, *rules;
    for (size_t i = 0; i < sizeof linking / sizeof *linking; i++)
        if (!preset || ck_node_get(map, linking[i]))
            return CK_OK;
    rules = ck_node_new(error, doc, CK_NODE_MAP, trace);
    if (!rules || ck_node_set(error, doc, rules, "preset", preset) != CK_OK || (columns && ck_node_set(error, doc, rules, "columns", columns) != CK_OK))
        return error->status;
    return ck_node_set(error, doc, map, "rules", rules);
}

/* ---- to structs ---- */

/** What a builder passes along. */
typedef struct builder {
    ck_error *error;
    const ck_doc *doc;
    ck_schema schema;      /**< the job's, in which no columns are read together */
    ck_trace_rules *rules;
} builder;

static ck_status too_many(const builder *b, const ck_node *list, size_t most) {
    return list->n > most ? ck_node_fail(b->error, b->doc, list, "The list has %zu items; at most %zu are allowed.", list->n, most) : CK_OK;
}

static ck_status parse_expr(const builder *b, const ck_node *node, ck_expr *expr) {
    ck_error inner = {0};
    if (ck_parse_expr(&inner, &b->schema, node->text, expr) != CK_OK)
        return ck_node_carry(b->error, b->doc, node, &inner);
    if (!ck_expr_is_multi(expr))
        return CK_OK;
    ck_expr_free(expr);
    *expr = (ck_expr){0};
    return ck_node_fail(b->error, b->doc, node, "'%s' has several values; here one is needed.", node->text);
}

static ck_status parse_exprs(const builder *b, const ck_node *list, ck_expr *expr, uint32_t *n) {
    if (!list || too_many(b, list, CK_TRACE_KEY_PARTS) != CK_OK)
        return b->error->status;
    for (size_t i = 0; i < list->n; i++) {
        if (parse_expr(b, list->entry[i].value, &expr[i]) != CK_OK)
            return b->error->status;
        ++*n;
    }
    return CK_OK;
}

static ck_status parse_condition(const builder *b, const ck_node *node, ck_condition *condition) {
    ck_error inner = {0};
    if (ck_parse_condition(&inner, &b->schema, node->text, NULL, 0, NULL, condition) != CK_OK)
        return ck_node_carry(b->error, b->doc, node, &inner);
    return CK_OK;
}

static ck_status build_step(const builder *b, const ck_node *map, ck_trace_step *step) {
    const ck_node *keys = ck_node_get(map, "keys"), *when = ck_node_get(map, "when");
    step->score = NAN;
    if (ck_shape_fill(b->error, &step_keys, map, step) != CK_OK || parse_exprs(b, ck_node_get(map, "needs"), step->needs, &step->nneeds) != CK_OK ||
        too_many(b, keys, CK_TRACE_KEYS) != CK_OK || (when && too_many(b, when, CK_TRACE_CONDITIONS) != CK_OK))
        return b->error->status;
    for (size_t i = 0; i < keys->n && !b->error->status; i++) {
        step->nkeys++;
        parse_exprs(b, ck_node_get(keys->entry[i].value, "key"), step->key[i].part, &step->key[i].n);
    }
    for (size_t i = 0; when && i < when->n && !b->error->status; i++)
        if (parse_condition(b, when->entry[i].value, &step->when[i]) == CK_OK)
            step->nwhen++;
    return b->error->status;
}

static ck_status build_part(const builder *b, const ck_node *map, ck_trace_part *part) {
    const ck_node *levels = ck_node_get(map, "levels");
    if (ck_shape_fill(b->error, &part_keys, map, part) != CK_OK || parse_expr(b, ck_node_get(map, "on"), &part->on) != CK_OK ||
        (levels && too_many(b, levels, CK_TRACE_LEVELS) != CK_OK))
        return b->error->status;
    for (size_t i = 0; levels && i < levels->n; i++) {
        part->score[i] = ck_node_number(ck_node_get(levels->entry[i].value, "score"));
        if (parse_condition(b, ck_node_get(levels->entry[i].value, "when"), &part->level[i]) != CK_OK)
            return b->error->status;
        part->nlevels++;
    }
    return CK_OK;
}

static ck_status build_lists(builder *b, const ck_node *map) {
    const ck_node *steps = ck_node_get(map, "steps"), *parts = ck_node_get(map, "parts");
    ck_trace_rules *rules = b->rules;
    if (too_many(b, steps, CK_TRACE_STEPS) != CK_OK || too_many(b, parts, CK_TRACE_PARTS) != CK_OK)
        return b->error->status;
    rules->step = ck_alloc_zero(b->error, steps->n, sizeof *rules->step);
    rules->part = ck_alloc_zero(b->error, parts->n, sizeof *rules->part);
    for (size_t i = 0; i < steps->n && !b->error->status; i++) {
        rules->nsteps++;
        build_step(b, steps->entry[i].value, &rules->step[i]);
    }
    for (size_t i = 0; i < parts->n && !b->error->status; i++) {
        rules->nparts++;
        build_part(b, parts->entry[i].value, &rules->part[i]);
    }
    return b->error->status;
}

/** Without parts nobody can be the best. */
static ck_status check_lists(const builder *b, const ck_node *map) {
    const ck_node *steps = ck_node_get(map, "steps"), *nicknames = ck_node_get(map, "nicknames");
    for (uint32_t s = 0; s < b->rules->nsteps; s++)
        if (isnan(b->rules->step[s].score) && b->rules->nparts == 0)
            return ck_node_fail(b->error, b->doc, steps->entry[s].value, "A step without 'score' finds the best by 'parts', and there are none.");
    return nicknames ? too_many(b, nicknames, CK_TRACE_NICKNAMES) : CK_OK;
}

static ck_status find_column(const builder *b, const ck_node *map, const char *key, uint32_t *column) {
    const ck_node *node = ck_node_get(map, key);
    *column = node ? ck_schema_find(&b->schema, node->text) : UINT32_MAX;
    if (!node || *column != UINT32_MAX)
        return CK_OK;
    return ck_node_fail_unknown(b->error, b->doc, node, "Column", node->text, (const char *const *)b->schema.name, b->schema.ncolumns);
}

static ck_status copy_codes(const builder *b, const ck_node *codes) {
    for (int i = 0; i < CK_TRACE_CODES && !b->error->status; i++)
        b->rules->code[i] = ck_copy_string(b->error, ck_node_get(codes, code_rows[i].name)->text);
    return b->error->status;
}

ck_status ck_build_trace(ck_error *error, const ck_doc *doc, ck_job *job) {
    const ck_node *map = ck_node_get(doc->root, "trace");
    builder b = {error, doc, job->schema, &job->trace};
    b.schema.wanted = NULL;
    if (!map)
        return CK_OK;
    job->has_trace = true;
    if (ck_shape_fill(error, &ck_trace_keys, map, &job->trace) != CK_OK || find_column(&b, map, "number", &job->trace.number) != CK_OK ||
        find_column(&b, map, "superseded_by", &job->trace.superseded_by) != CK_OK || find_column(&b, map, "as_given", &job->trace.as_given) != CK_OK)
        return error->status;
    if (ck_find_source(job, job->trace.index) == UINT32_MAX)
        return ck_fail_source(error, doc, job, ck_node_get(map, "index"), job->trace.index);
    if (job->ingest.nsources < 2)
        return ck_node_fail(error, doc, map, "There is one source, and it is the index: nothing is to be traced.");
    return build_lists(&b, map) || check_lists(&b, map) ? error->status : copy_codes(&b, ck_node_get(map, "codes"));
}
