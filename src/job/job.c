#include "job/job.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/memory.h"
#include "job/build.h"
#include "job/optout_keys.h"
#include "job/passes.h"
#include "job/person_keys.h"
#include "job/spec.h"
#include "job/splink.h"
#include "job/trace_keys.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double default_budget = 30;

/* ---- parsing ---- */

static ck_status check_not_empty(ck_error *error, const ck_doc *doc, const char *key) {
    const ck_node *list = ck_node_get(doc->root, key);
    return list->n || list->kind == CK_NODE_SCALAR ? CK_OK : ck_node_fail(error, doc, list, "The list is empty.");
}

/** Rules and comparisons: the job's own, or a Splink model's. */
static ck_status build_ladders(ck_error *error, ck_doc *doc, ck_job *job) {
    const ck_node *model = ck_node_get(doc->root, "model"), *file = model ? ck_node_get(model, "splink") : NULL;
    const ck_node *separator = model ? ck_node_get(model, "separator") : NULL;
    const ck_node *cascade = ck_node_get(doc->root, "rules");
    ck_splink splink;
    if (cascade)
        return ck_build_cascade(error, doc, job, cascade, &job->cascade, &job->rules);
    if (!file) {
        const ck_node *rules = ck_node_get(doc->root, "blocking");
        job->auto_rules = rules->kind == CK_NODE_SCALAR;
        job->auto_comparisons = ck_node_get(doc->root, "comparisons")->kind == CK_NODE_SCALAR;
        job->budget = job->budget > 0 ? job->budget : default_budget;
        if (check_not_empty(error, doc, "blocking") != CK_OK || check_not_empty(error, doc, "comparisons") != CK_OK ||
            (!job->auto_rules && ck_build_rules(error, doc, &job->schema, rules, &job->rules) != CK_OK))
            return error->status;
        return job->auto_comparisons ? CK_OK : ck_build_comparisons(error, doc, &job->schema, &job->comparisons);
    }
    bool train = ck_node_get(doc->root, "train");
    job->splink_given = !train;
    if (!(job->splink_file = ck_copy_string(error, file->text)) ||
        ck_splink_read(error, file->text, separator ? separator->text : NULL, &splink) != CK_OK)
        return error->status;
    ck_splink_build(error, &splink, train, job);
    ck_splink_free(&splink);
    return error->status;
}

/** What links: one pass. */
static ck_status build_pass(ck_error *error, ck_doc *doc, ck_job *job) {
    if (build_ladders(error, doc, job) != CK_OK || ck_build_training(error, doc, job) != CK_OK || ck_build_tuples(error, job) != CK_OK)
        return error->status;
    return ck_build_decision(error, doc, job);
}

/** A job of stages links nothing itself. */
static ck_status build_whole(ck_error *error, ck_doc *doc, ck_job *job) {
    if (ck_build_passes(error, doc, job) != CK_OK)
        return error->status;
    return ck_build_truth(error, doc, job);
}

/** Everything that can be said without the files comes first. */
ck_status ck_build_job(ck_error *error, ck_doc *doc, bool check_files, ck_job *job) {
    if (ck_shape_fill(error, &ck_job_keys, doc->root, job) != CK_OK || ck_build_sources(error, doc, job) != CK_OK ||
        ck_build_optouts(error, doc, job) != CK_OK || ck_build_pairs(error, doc, job) != CK_OK || ck_build_groups(error, doc, job) != CK_OK ||
        ck_build_trace(error, doc, job) != CK_OK || ck_build_persons(error, doc, job) != CK_OK)
        return error->status;
    if (ck_node_get(doc->root, "stages") ? build_whole(error, doc, job) : build_pass(error, doc, job))
        return error->status;
    return check_files && !job->people ? ck_check_files(error, doc, job) : CK_OK;
}

ck_status ck_job_parse(ck_error *error, const char *text, const char *path, const char *const *overrides, uint32_t noverrides,
                       bool check_files, ck_job *job) {
    ck_doc doc = {0};
    *job = (ck_job){0};
    if (ck_spec_read(error, &doc, &ck_job_keys, text, path, overrides, noverrides) == CK_OK && ck_build_job(error, &doc, check_files, job) == CK_OK)
        ck_node_write(error, doc.root, &job->resolved);
    if (error->status != CK_OK)
        ck_job_free(job);
    ck_doc_free(&doc);
    return error->status;
}

void ck_job_free(ck_job *job) {
    ck_free(job->resolved);
    ck_free_persons(job);
    ck_free(job->as_of);
    ck_free(job->previous);
    ck_shape_free(&ck_truth_keys, &job->truth);
    ck_free(job->splink_file);
    ck_free(job->model_file);
    ck_free_texts(job->train.household, job->train.nhousehold);
    ck_rules_free(&job->train.prior_rules);
    ck_rules_free(&job->train.sessions);
    ck_comparisons_free(&job->comparisons);
    ck_cascade_free(&job->cascade);
    ck_rules_free(&job->rules);
    for (uint32_t i = 0; job->schema_name && i < job->tuples.n; i++)
        ck_free(job->schema_name[job->ingest.ncolumns + i]);
    ck_free(job->schema_name);
    ck_free(job->schema_kind);
    ck_free(job->tuples.tuple);
    for (uint32_t i = 0; job->pass && i < job->npasses; i++)
        ck_free(job->pass[i]);
    ck_free(job->pass);
    for (uint32_t i = 0; job->group && i < job->ngroups; i++) {
        ck_free(job->group[i].from);
        ck_free(job->group[i].of);
    }
    ck_free(job->group);
    ck_trace_rules_free(&job->trace);
    ck_free(job->once);
    ck_free(job->side);
    ck_free(job->pairs);
    ck_free(job->many_side);
    ck_free(job->people);
    ck_free_optouts(job);
    ck_free_sources(&job->ingest);
    ck_free(job->name);
    *job = (ck_job){0};
}

/* ---- what a stage reads ---- */

/** XXH3 of a file's bytes, as text; "absent" for a file that is gone (the stage that reads it will say so). */
static char *hash_file(ck_error *error, ck_doc *doc, const char *path) {
    XXH3_state_t state;
    char chunk[1 << 14];
    FILE *file = fopen(path, "rb");
    if (!file)
        return ck_doc_print(error, doc, "absent");
    XXH3_64bits_reset(&state);
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, file)) > 0;)
        XXH3_64bits_update(&state, chunk, n);
    if (ck_fault(CK_FAULT_READ) || ferror(file))
        ck_fail(error, CK_FILE, "%s cannot be read to its end.", path);
    fclose(file);
    return error->status == CK_OK ? ck_doc_print(error, doc, "%016llx", (unsigned long long)XXH3_64bits_digest(&state)) : NULL;
}

static ck_status add_text(ck_error *error, ck_doc *doc, ck_node *part, const char *key, const char *text) {
    if (!text)
        return error->status;
    return ck_node_set(error, doc, part, key, ck_node_scalar(error, doc, text, part));
}

/** What a stage depends on beyond its keys. */
static ck_status add_extras(ck_error *error, ck_doc *doc, const ck_job *job, unsigned stage, ck_node *part) {
    if (stage == CK_READ_INGEST)
        return add_text(error, doc, part, "order", job->ingest.sources_by_name ? "name" : "name and id");
    const char *model = job->model_file ? job->model_file : job->splink_file;
    if (stage == CK_READ_TRAIN && model)
        return add_text(error, doc, part, "model_hash", hash_file(error, doc, model));
    if (stage == CK_READ_EVALUATE && job->has_truth)
        return add_text(error, doc, part, "truth_hash", hash_file(error, doc, job->truth.file));
    return CK_OK;
}

static ck_status write_part(ck_error *error, ck_doc *doc, const ck_job *job, unsigned stage, char **text) {
    ck_node *part = ck_node_new(error, doc, CK_NODE_MAP, NULL);
    if (!part)
        return error->status;
    for (size_t i = 0; i < ck_job_keys.nkeys; i++) {
        const ck_key *key = &ck_job_keys.key[i];
        ck_node *value = key->stages & stage ? ck_node_get(doc->root, key->name) : NULL;
        if (value && ck_node_set(error, doc, part, key->name, value) != CK_OK)
            return error->status;
    }
    if (add_extras(error, doc, job, stage, part) != CK_OK)
        return error->status;
    return ck_node_write(error, part, text);
}

ck_status ck_job_part(ck_error *error, const ck_job *job, const char *stage, char **text) {
    static const char *const name[] = {"ingest", "choose", "train", "link", "cluster", "evaluate", "persons"};
    static const unsigned bit[] = {CK_READ_INGEST, CK_READ_CHOOSE, CK_READ_TRAIN, CK_READ_LINK, CK_READ_CLUSTER, CK_READ_EVALUATE, CK_READ_PERSONS};
    ck_doc doc = {0};
    size_t i = 0;
    *text = NULL;
    while (i < sizeof bit / sizeof *bit && strcmp(name[i], stage) != 0)
        i++;
    if (i == sizeof bit / sizeof *bit)
        return ck_fail(error, CK_INTERNAL, "No stage '%s' reads the job.", stage);
    if (ck_doc_read(error, &doc, job->resolved, "job.resolved.yaml") == CK_OK)
        write_part(error, &doc, job, bit[i], text);
    ck_doc_free(&doc);
    return error->status;
}

ck_status ck_job_reference(ck_error *error, char **text) {
    return ck_shape_reference(error, &ck_job_keys, text);
}
