/* From a job of stages to its passes. */
#include "job/passes.h"
#include "base/memory.h"
#include "job/build.h"
#include "job/trace_keys.h"
#include <stdio.h>
#include <string.h>

/* ---- other ways to write stages ---- */

static ck_status set_text(ck_error *error, ck_doc *doc, ck_node *map, const char *key, const char *text) {
    ck_node *value = ck_node_scalar(error, doc, text, map);
    return value ? ck_node_set(error, doc, map, key, value) : error->status;
}

/** Keys of the job move to a stage of their own. */
static ck_status move_to_stage(ck_error *error, ck_doc *doc, ck_node *map, ck_node *stages, const char *name, const char *const *keys) {
    ck_node *stage = ck_node_new(error, doc, CK_NODE_MAP, map);
    if (!stage || set_text(error, doc, stage, "name", name) != CK_OK || ck_node_append(error, doc, stages, stage) != CK_OK)
        return error->status;
    for (; *keys; keys++) {
        ck_node *value = ck_node_get(map, *keys);
        if (value && ck_node_set(error, doc, stage, *keys, value) != CK_OK)
            return error->status;
        ck_node_remove(map, *keys);
    }
    return CK_OK;
}

static bool has_model(const ck_node *map) {
    const ck_node *model = ck_node_get(map, "model");
    return ck_node_get(map, "blocking") || ck_node_get(map, "comparisons") || (model && model->kind == CK_NODE_MAP && ck_node_get(model, "splink"));
}

/** Rules, then the model on what is left. */
static ck_status split_job(ck_error *error, ck_doc *doc, ck_node *map) {
    static const char *const of_rules[] = {"trace", "rules", NULL}, *const of_model[] = {"blocking", "comparisons", "model", "budget", NULL};
    ck_node *stages = ck_node_new(error, doc, CK_NODE_LIST, map);
    if (!stages || move_to_stage(error, doc, map, stages, "rules", of_rules) != CK_OK || move_to_stage(error, doc, map, stages, "model", of_model) != CK_OK)
        return error->status;
    return ck_node_set(error, doc, map, "stages", stages);
}

static ck_status make_list(ck_error *error, ck_doc *doc, ck_node *map, const char *key) {
    ck_node *value = ck_node_get(map, key), *list;
    if (!value || value->kind == CK_NODE_LIST)
        return CK_OK;
    list = ck_node_new(error, doc, CK_NODE_LIST, value);
    if (!list || ck_node_append(error, doc, list, value) != CK_OK)
        return error->status;
    return ck_node_set(error, doc, map, key, list);
}

/** Pairs alone say everything: what they do not name is not linked. */
static ck_status default_link(ck_error *error, ck_doc *doc, ck_node *map) {
    ck_node *pairs = ck_node_get(map, "pairs");
    if (ck_node_get(map, "link") || !(pairs || ck_node_get(map, "between") || ck_node_get(map, "stages")))
        return CK_OK;
    if (pairs && pairs->kind == CK_NODE_MAP && !ck_node_get(pairs, "*-*") && set_text(error, doc, pairs, "*-*", "no") != CK_OK)
        return error->status;
    return set_text(error, doc, map, "link", "link_and_dedupe");
}

ck_status ck_rewrite_passes(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    static const char *const linking[] = {"rules", "trace", "blocking", "comparisons", "model", "budget"};
    ck_doc *doc = shaper->doc;
    doc->folder = shaper->folder;
    if (ck_node_get(map, "stages"))
        for (size_t i = 0; i < sizeof linking / sizeof *linking; i++)
            if (ck_node_get(map, linking[i]))
                return ck_node_fail(error, doc, ck_node_get(map, linking[i]), "Keys 'stages' and '%s' exclude each other; each stage has its own.", linking[i]);
    const ck_node *stages = ck_node_get(map, "stages");
    for (size_t i = 0; stages && stages->kind == CK_NODE_LIST && i < stages->n; i++)
        if (ck_add_rules_of_trace(error, doc, stages->entry[i].value) != CK_OK)
            return error->status;
    if (!ck_node_get(map, "stages") && ck_node_get(map, "rules") && has_model(map) && split_job(error, doc, map) != CK_OK)
        return error->status;
    return make_list(error, doc, map, "groups") ? error->status : default_link(error, doc, map);
}

/* ---- what a pass is ---- */

typedef struct pass {
    ck_node *stage;
    uint32_t number;         /* of the stage */
    bool rules, model;       /* what it links with: one of them */
    const char *name;
} pass;

typedef struct pass_list {
    uint32_t n;
    pass pass[CK_PASSES_MAX];
} pass_list;

static ck_status list_passes(ck_error *error, ck_doc *doc, pass_list *list) {
    const ck_node *stages = ck_node_get(doc->root, "stages");
    list->n = 0;
    if (2 * stages->n > CK_PASSES_MAX)
        return ck_node_fail(error, doc, stages, "At most %d stages are possible, but %zu are written.", CK_PASSES_MAX / 2, stages->n);
    for (uint32_t i = 0; i < stages->n; i++) {
        ck_node *stage = stages->entry[i].value;
        const char *name = ck_node_get(stage, "name")->text;
        bool rules = ck_node_get(stage, "rules") || ck_node_get(stage, "trace"), model = has_model(stage);
        if (!rules && !model)
            return ck_node_fail(error, doc, stage, "Stage '%s' links with nothing; give it 'rules', a 'trace', or 'blocking' and 'comparisons', or several of these.", name);
        if (rules)
            list->pass[list->n++] = (pass){stage, i, true, false, model ? ck_doc_print(error, doc, "%s.rules", name) : name};
        if (model)
            list->pass[list->n++] = (pass){stage, i, false, true, name};
    }
    return error->status;
}

/* ---- names of sources and stages ---- */

/** What the names of a pass are looked up in. */
typedef struct scope {
    ck_error *error;
    ck_doc *doc;
    const ck_job *whole;
    const ck_node *stages;
} scope;

static ck_status add_names(const scope *in, uint32_t stage, const ck_node *list, bool *chosen);

/** The sources of an earlier stage. */
static ck_status add_stage(const scope *in, uint32_t stage, bool *chosen) {
    const ck_node *map = in->stages->entry[stage].value, *sources = ck_node_get(map, "sources"), *between = ck_node_get(map, "between");
    if (sources && add_names(in, stage, sources, chosen) != CK_OK)
        return in->error->status;
    for (size_t i = 0; between && i < between->n; i++)
        if (add_names(in, stage, ck_node_get(between->entry[i].value, "sources"), chosen) != CK_OK)
            return in->error->status;
    for (uint32_t s = 0; !sources && !between && s < in->whole->ingest.nsources; s++)
        chosen[s] = true;
    return CK_OK;
}

static ck_status fail_name(const scope *in, uint32_t stage, const ck_node *node) {
    uint32_t nsources = in->whole->ingest.nsources;
    for (uint32_t i = stage; i < in->stages->n; i++)
        if (strcmp(ck_node_get(in->stages->entry[i].value, "name")->text, node->text) == 0)
            return ck_node_fail(in->error, in->doc, node, i == stage ? "Stage '%s' names itself; a stage builds on earlier ones." :
                                "Stage '%s' is a later one; a stage builds on earlier ones.", node->text);
    const char **known = ck_alloc(in->error, nsources + stage, sizeof *known);
    for (uint32_t s = 0; known && s < nsources; s++)
        known[s] = in->whole->ingest.source[s].name;
    for (uint32_t i = 0; known && i < stage; i++)
        known[nsources + i] = ck_node_get(in->stages->entry[i].value, "name")->text;
    if (known)
        ck_node_fail_unknown(in->error, in->doc, node, "The source or stage", node->text, known, nsources + stage);
    ck_free(known);
    return in->error->status;
}

/** A name as stage `stage` means it: a source, or an earlier stage for all its sources. */
static ck_status add_name(const scope *in, uint32_t stage, const ck_node *name, bool *chosen) {
    uint32_t source = ck_find_source(in->whole, name->text);
    if (source != UINT32_MAX) {
        chosen[source] = true;
        return CK_OK;
    }
    for (uint32_t i = 0; i < stage; i++)
        if (strcmp(ck_node_get(in->stages->entry[i].value, "name")->text, name->text) == 0)
            return add_stage(in, i, chosen);
    return fail_name(in, stage, name);
}

static ck_status add_names(const scope *in, uint32_t stage, const ck_node *list, bool *chosen) {
    for (size_t i = 0; i < list->n; i++)
        if (add_name(in, stage, list->entry[i].value, chosen) != CK_OK)
            return in->error->status;
    return CK_OK;
}

/** The names of `chosen` sources as a list. */
static ck_node *name_sources(const scope *in, const ck_node *near, const bool *chosen) {
    ck_node *list = ck_node_new(in->error, in->doc, CK_NODE_LIST, near);
    for (uint32_t s = 0; list && s < in->whole->ingest.nsources; s++) {
        ck_node *name = chosen[s] ? ck_node_scalar(in->error, in->doc, in->whole->ingest.source[s].name, near) : NULL;
        if (name && ck_node_append(in->error, in->doc, list, name) != CK_OK)
            return NULL;
    }
    return list;
}

/* ---- keys of a pass ---- */

static bool is_one_of(const char *const *keys, const char *key) {
    for (; *keys; keys++)
        if (strcmp(*keys, key) == 0)
            return true;
    return false;
}

/** Keys that belong to a model. */
static const char *const of_model[] = {"blocking", "budget", "comparisons", "train", "prior", "model", "floor", "decide", "threshold", NULL};
/** Keys of a stage that a pass has in another form, or that are the whole's alone. */
static const char *const remade[] = {"name", "sources", "between", "pairs", "groups", "many_to_one", NULL};
static const char *const of_whole[] = {"link", "people", "evaluate", "person", "households", "stages", NULL};

/** What the stage does not say, the job may. */
static bool inherits(const ck_node *stage, const char *key) {
    static const char *const rivals[][2] = {{"decide", "threshold"}, {"threshold", "decide"}, {"train", "model"}, {"prior", "model"},
                                            {"one_to_one", "many_to_one"}};
    for (size_t i = 0; i < sizeof rivals / sizeof *rivals; i++)
        if (strcmp(rivals[i][0], key) == 0 && ck_node_get(stage, rivals[i][1]))
            return false;
    return !ck_node_get(stage, key);
}

/** Rules and traces need no model, and no merging; a model after them does not have them. */
static bool is_for(const pass *p, const char *key, const ck_node *value) {
    if (p->model)
        return strcmp(key, "rules") != 0 && strcmp(key, "trace") != 0;
    bool merges = strcmp(key, "cluster") == 0 && value->kind == CK_NODE_SCALAR && strcmp(value->text, "merge") == 0;
    return !merges && !is_one_of(of_model, key);
}

static ck_status copy_keys(const scope *in, const pass *p, ck_node *map) {
    static const char *const inherited[] = {"train", "prior", "floor", "decide", "threshold", "cluster", "max_pairs", "one_to_one", NULL};
    for (const char *const *key = inherited; *key; key++) {
        ck_node *value = ck_node_get(in->doc->root, *key);
        if (value && inherits(p->stage, *key) && is_for(p, *key, value) && ck_node_set(in->error, in->doc, map, *key, value) != CK_OK)
            return in->error->status;
    }
    for (size_t i = 0; i < p->stage->n; i++) {
        const ck_entry *entry = &p->stage->entry[i];
        if (is_one_of(of_whole, entry->key))
            return ck_node_fail(in->error, in->doc, entry->value, "Key '%s' belongs to the job, not to a stage.", entry->key);
        if (is_for(p, entry->key, entry->value) && !is_one_of(remade, entry->key) && ck_node_set(in->error, in->doc, map, entry->key, entry->value) != CK_OK)
            return in->error->status;
    }
    return CK_OK;
}

/** Sources that the pass leaves out are linked with nothing. */
static ck_status leave_out(const scope *in, const ck_node *near, const bool *chosen, ck_node *pairs) {
    const ck_ingest_spec *spec = &in->whole->ingest;
    for (uint32_t s = 0; s < spec->nsources; s++)
        for (uint32_t t = s; t < spec->nsources; t++) {
            const char *name = ck_doc_print(in->error, in->doc, "%s-%s", spec->source[s].name, spec->source[t].name);
            const char *turned = ck_doc_print(in->error, in->doc, "%s-%s", spec->source[t].name, spec->source[s].name);
            if (!name || !turned || (chosen[s] && chosen[t]))
                continue;
            ck_node *no = ck_node_scalar(in->error, in->doc, "false", near);
            ck_node_remove(pairs, turned);
            if (!no || ck_node_set(in->error, in->doc, pairs, name, no) != CK_OK)
                return in->error->status;
        }
    return in->error->status;
}

/** The job's pairs, and over them the stage's. */
static ck_status set_pairs(const scope *in, const pass *p, ck_node *map) {
    const ck_node *from[] = {ck_node_get(in->doc->root, "pairs"), ck_node_get(p->stage, "pairs")};
    ck_node *pairs = ck_node_new(in->error, in->doc, CK_NODE_MAP, from[1] ? from[1] : p->stage);
    if (from[1] && from[1]->kind != CK_NODE_MAP)
        return ck_node_fail(in->error, in->doc, from[1], "This is %s, but a mapping to yes and no is needed.", ck_node_kind_name(from[1]));
    for (int k = 0; pairs && k < 2; k++)
        for (size_t i = 0; from[k] && i < from[k]->n; i++)
            if (ck_node_set(in->error, in->doc, pairs, from[k]->entry[i].key, from[k]->entry[i].value) != CK_OK)
                return in->error->status;
    return pairs ? ck_node_set(in->error, in->doc, map, "pairs", pairs) : in->error->status;
}

static ck_status set_sources(const scope *in, const pass *p, ck_node *map) {
    const ck_node *sources = ck_node_get(p->stage, "sources");
    bool *chosen = ck_alloc_zero(in->error, in->whole->ingest.nsources, sizeof *chosen);
    if (chosen && add_names(in, p->number, sources, chosen) == CK_OK)
        leave_out(in, sources, chosen, ck_node_get(map, "pairs"));
    ck_free(chosen);
    return in->error->status;
}

static ck_status set_between(const scope *in, const pass *p, const ck_node *between, ck_node *map) {
    ck_node *sides = ck_node_new(in->error, in->doc, CK_NODE_LIST, between);
    bool *chosen = ck_alloc(in->error, in->whole->ingest.nsources, sizeof *chosen);
    for (size_t i = 0; chosen && sides && i < between->n && !in->error->status; i++) {
        memset(chosen, 0, in->whole->ingest.nsources * sizeof *chosen);
        if (add_names(in, p->number, ck_node_get(between->entry[i].value, "sources"), chosen) == CK_OK) {
            ck_node *side = name_sources(in, between->entry[i].value, chosen);
            if (side)
                ck_node_append(in->error, in->doc, sides, side);
        }
    }
    ck_free(chosen);
    return in->error->status ? in->error->status : ck_node_set(in->error, in->doc, map, "between", sides);
}

/** A stage in `many_to_one` becomes one of its sources. */
static ck_status set_many(const scope *in, const pass *p, const ck_node *many, ck_node *map) {
    uint32_t s = 0, n = in->whole->ingest.nsources;
    bool *chosen = ck_alloc_zero(in->error, n, sizeof *chosen);
    if (chosen && add_name(in, p->number, many, chosen) == CK_OK) {
        while (s + 1 < n && !chosen[s])
            s++;
        ck_node *name = ck_node_scalar(in->error, in->doc, in->whole->ingest.source[s].name, many);
        if (name)
            ck_node_set(in->error, in->doc, map, "many_to_one", name);
    }
    ck_free(chosen);
    return in->error->status;
}

/** The stage's groups, the job's, and what the pass before has decided. */
static ck_status set_groups(const scope *in, const pass *p, const pass *before, const char *folder, ck_node *map) {
    ck_node *list = ck_node_new(in->error, in->doc, CK_NODE_LIST, p->stage);
    const ck_node *own[] = {ck_node_get(p->stage, "groups"), ck_node_get(in->doc->root, "groups")};
    for (int k = 0; list && k < 2; k++)
        for (size_t i = 0; own[k] && own[k]->kind == CK_NODE_LIST && i < own[k]->n; i++)
            if (ck_node_append(in->error, in->doc, list, own[k]->entry[i].value) != CK_OK)
                return in->error->status;
    if (list && own[0] && own[0]->kind != CK_NODE_LIST)
        ck_node_append(in->error, in->doc, list, (ck_node *)own[0]);
    if (list && before) {
        const char *path = ck_doc_print(in->error, in->doc, "%s/stages/%s", folder, before->name);
        ck_node *from = path ? ck_node_scalar(in->error, in->doc, path, p->stage) : NULL;
        if (!from || ck_node_append(in->error, in->doc, list, from) != CK_OK)
            return in->error->status;
    }
    return list && list->n ? ck_node_set(in->error, in->doc, map, "groups", list) : in->error->status;
}

/** Where the passes are, and those of the last run. */
typedef struct folders {
    const char *here, *last; /**< absolute; `last` NULL: the pass goes on from none */
} folders;

/** A pass of an update goes on from its own last result. */
static ck_status set_last(const scope *in, const pass *p, const folders *folder, ck_node *map) {
    const char *path = folder->last ? ck_doc_print(in->error, in->doc, "%s/stages/%s", folder->last, p->name) : NULL;
    if (path && set_text(in->error, in->doc, map, "previous", path) == CK_OK)
        set_text(in->error, in->doc, map, "update", "true");
    return in->error->status;
}

static ck_status set_frame(const scope *in, const pass *p, const char *folder, ck_node *map) {
    const char *name = ck_doc_print(in->error, in->doc, "%s.%s", ck_node_get(in->doc->root, "name")->text, p->name);
    static const char *const shared[] = {"link", "sources", "evaluate"};
    if (!name || set_text(in->error, in->doc, map, "name", name) != CK_OK || set_text(in->error, in->doc, map, "people", folder) != CK_OK)
        return in->error->status;
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
        ck_node *value = ck_node_get(in->doc->root, shared[i]);
        if (value && ck_node_set(in->error, in->doc, map, shared[i], value) != CK_OK)
            return in->error->status;
    }
    return CK_OK;
}

/** The tree of a pass. */
static ck_status derive(const scope *in, const pass *p, const pass *before, const folders *folder, ck_doc *derived) {
    ck_node *map = ck_node_new(in->error, in->doc, CK_NODE_MAP, p->stage);
    const ck_node *sources = ck_node_get(p->stage, "sources"), *between = ck_node_get(p->stage, "between"), *many = ck_node_get(p->stage, "many_to_one");
    if (!map || set_frame(in, p, folder->here, map) != CK_OK || set_last(in, p, folder, map) != CK_OK || copy_keys(in, p, map) != CK_OK)
        return in->error->status;
    between = between ? between : sources ? NULL : ck_node_get(in->doc->root, "between");
    many = many ? many : ck_node_get(p->stage, "one_to_one") ? NULL : ck_node_get(in->doc->root, "many_to_one");
    if (set_pairs(in, p, map) != CK_OK || (sources && set_sources(in, p, map) != CK_OK) || (between && set_between(in, p, between, map) != CK_OK) ||
        (many && set_many(in, p, many, map) != CK_OK) || set_groups(in, p, before, folder->here, map) != CK_OK)
        return in->error->status;
    const char *path = ck_doc_print(in->error, in->doc, "stages[%u]", p->number);
    ck_shaper shaper = {.doc = in->doc, .folder = in->doc->folder};
    if (path)
        ck_shape_table(in->error, &shaper, &ck_job_keys, map, path);
    *derived = *in->doc;
    derived->root = map;
    return in->error->status;
}

/* ---- the passes of a job ---- */

static ck_status check_stage(ck_error *error, const ck_doc *doc, const ck_job *job, const ck_node *stages, size_t i) {
    const ck_node *stage = stages->entry[i].value, *name = ck_node_get(stage, "name"), *between = ck_node_get(stage, "between");
    if (between && ck_node_get(stage, "sources"))
        return ck_node_fail(error, doc, between, "Keys 'sources' and 'between' exclude each other; write one of them.");
    if (ck_find_source(job, name->text) != UINT32_MAX)
        return ck_node_fail(error, doc, name, "A source and a stage are both called '%s'.", name->text);
    for (size_t k = 0; k < i; k++)
        if (strcmp(ck_node_get(stages->entry[k].value, "name")->text, name->text) == 0)
            return ck_node_fail(error, doc, name, "Two stages are called '%s'.", name->text);
    return CK_OK;
}

/** Built once to be checked; blocks of memory that the derived tree has taken stay with the document. */
static ck_status try_pass(const scope *in, const pass_list *list, uint32_t k) {
    ck_doc derived;
    ck_job job = {0};
    if (derive(in, &list->pass[k], k ? &list->pass[k - 1] : NULL, &(folders){"/", NULL}, &derived) != CK_OK)
        return in->error->status;
    ck_build_job(in->error, &derived, false, &job);
    in->doc->blocks = derived.blocks;
    in->doc->nodes = derived.nodes;
    ck_job_free(&job);
    return in->error->status;
}

/** To reports of the whole a pass is what a rule is to a pass. */
static ck_status name_rules(ck_error *error, ck_job *job, const pass_list *list) {
    job->rules.rule = ck_alloc_zero(error, list->n, sizeof *job->rules.rule);
    for (uint32_t k = 0; job->rules.rule && k < list->n; k++, job->rules.n++)
        job->rules.rule[k].text = ck_copy_string(error, list->pass[k].name);
    return error->status;
}

ck_status ck_build_passes(ck_error *error, ck_doc *doc, ck_job *job) {
    const ck_node *stages = ck_node_get(doc->root, "stages");
    scope in = {error, doc, job, stages};
    pass_list list;
    if (stages->n == 0)
        return ck_node_fail(error, doc, stages, "The list is empty.");
    for (size_t i = 0; i < stages->n; i++)
        if (check_stage(error, doc, job, stages, i) != CK_OK)
            return error->status;
    if (list_passes(error, doc, &list) != CK_OK || !(job->pass = ck_alloc_zero(error, list.n, sizeof *job->pass)))
        return error->status;
    job->npasses = list.n;
    if (name_rules(error, job, &list) != CK_OK)
        return error->status;
    for (uint32_t k = 0; k < list.n; k++)
        if (!(job->pass[k] = ck_copy_string(error, list.pass[k].name)) || try_pass(&in, &list, k) != CK_OK)
            return error->status;
    return CK_OK;
}

ck_status ck_pass_text(ck_error *error, const ck_job *job, uint32_t k, const char *folder, const char *last, char **text) {
    ck_doc doc = {0}, derived;
    pass_list list;
    *text = NULL;
    doc.folder = "/"; /* every path is absolute */
    if (ck_doc_read(error, &doc, job->resolved, "job.resolved.yaml") == CK_OK && list_passes(error, &doc, &list) == CK_OK) {
        scope in = {error, &doc, job, ck_node_get(doc.root, "stages")};
        if (derive(&in, &list.pass[k], k ? &list.pass[k - 1] : NULL, &(folders){folder, last}, &derived) == CK_OK)
            ck_node_write(error, derived.root, text);
    }
    ck_doc_free(&doc);
    return error->status;
}
