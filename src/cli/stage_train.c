/** Stage train: people.h5 to model.json. */
#include "assess/labels.h"
#include "base/log.h"
#include "base/memory.h"
#include "cli/census.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/review.h"
#include "cli/stages.h"
#include "cli/update.h"
#include "link/ledger.h"
#include <stdio.h>
#include <string.h>

/* Labels stay with the folder, and the sample that weighs them, so that every later run is trained with them too. */
static const char training_labels[] = "training-labels.csv", training_sample[] = "training-sample.json";

/* ---- labels ---- */

/** Copy a file into the folder. Rank 0. */
static ck_status keep_file(const ck_workspace *work, ck_error *error, const char *from, const char *name) {
    char *to = ck_path_join(error, work->folder, name), *bytes = NULL;
    size_t n;
    if (to && ck_file_read(error, from, &bytes, &n) == CK_OK)
        ck_file_write(error, to, bytes, n);
    ck_free(bytes);
    ck_free(to);
    return error->status;
}

/** `carrick train DIR --labels FILE`. Collective. */
static ck_status keep_labels(const ck_workspace *work, ck_error *error) {
    const char *labels = work->cli->options.labels;
    if (labels && work->job.cascade.n)
        ck_workspace_require_model(work, error);
    else if (labels && strcmp(work->cli->command->name, "train") == 0 && work->cli->comm.rank == 0) {
        char *sample = ck_path_join(error, work->folder, CK_REVIEW_SAMPLE_FILE);
        keep_file(work, error, labels, training_labels);
        if (sample && ck_path_is_file(sample))
            keep_file(work, error, sample, training_sample);
        ck_free(sample);
    }
    return ck_par_agree(&work->cli->comm, error);
}

/** The folder's labels, none where it has no file of them. Collective. */
static ck_status read_labels(ck_workspace *work, ck_error *error, ck_labels *labels) {
    const ck_comm *comm = &work->cli->comm;
    char *path = ck_path_join(error, work->folder, training_labels);
    uint64_t there = path && ck_path_is_file(path);
    ck_par_broadcast(comm, 0, &there, sizeof there);
    if (ck_par_agree(comm, error) == CK_OK && there &&
        ck_labels_read(comm, error, work->people_path, &work->people, path, labels) == CK_OK) {
        if (comm->rank == 0)
            ck_labels_weights_of(work, error, training_sample, labels);
        ck_par_broadcast(comm, 0, &labels->weights, sizeof labels->weights);
        ck_par_broadcast(comm, 0, labels->label, labels->n * sizeof *labels->label);
        ck_log(CK_LOG_INFO, "%llu labelled pairs take part in training, %s", (unsigned long long)labels->n,
               labels->weights == CK_WEIGHTS_NONE ? "each for itself" : "each for the pairs that it was drawn from");
    }
    ck_free(path);
    return ck_par_agree(comm, error);
}

static ck_status take_labels(ck_error *error, const ck_labels *labels, ck_labelled_pair **pair, ck_train_options *how) {
    *pair = ck_alloc(error, labels->n, sizeof **pair);
    for (uint64_t i = 0; *pair && i < labels->n; i++) {
        const ck_label *label = &labels->label[i];
        (*pair)[i] = (ck_labelled_pair){label->a, label->b, label->score, label->stands_for};
    }
    how->nlabels = labels->n;
    how->label = *pair;
    how->labels_drawn = labels->weights != CK_WEIGHTS_NONE;
    return error->status;
}

/** The stamp knows the labels. */
static ck_status add_labels(ck_workspace *work, ck_error *error, ck_stamp *stamp) {
    static const char *const name[] = {training_labels, training_sample};
    if (keep_labels(work, error))
        return error->status;
    for (int k = 0; k < 2; k++) {
        char *path = ck_path_join(error, work->folder, name[k]);
        uint64_t hash, there = path && ck_path_is_file(path);
        ck_par_broadcast(&work->cli->comm, 0, &there, sizeof there);
        if (there && ck_hash_files(&work->cli->comm, error, (const char *const *)&path, 1, &hash, NULL, NULL) == CK_OK)
            ck_stamp_add_hash(stamp, hash);
        ck_free(path);
    }
    return error->status;
}

/* ---- the stage ---- */

ck_status ck_train_depends(ck_workspace *work, ck_error *error, ck_stamp *stamp) {
    char people[CK_STAMP_TEXT];
    if (ck_stage_require(work, error, CK_STAGE_INGEST) || ck_stage_kept_stamp(work, error, CK_STAGE_INGEST, people))
        return error->status;
    if (work->chooses && ck_stage_require(work, error, CK_STAGE_CHOOSE))
        return error->status;
    ck_stamp_add(stamp, people);
    const char *given = work->job.model_file ? work->job.model_file : work->job.splink_file;
    uint64_t hash;
    if (given && ck_hash_files(&work->cli->comm, error, &given, 1, &hash, NULL, NULL) == CK_OK)
        ck_stamp_add_hash(stamp, hash);
    return error->status || ck_update_depend(work, error, stamp) ? error->status : add_labels(work, error, stamp);
}

static ck_status read_given(ck_workspace *work, ck_error *error, ck_model *model) {
    char *text;
    size_t n;
    if (ck_file_share(&work->cli->comm, error, work->job.model_file, &text, &n))
        return error->status;
    const char *rule[CK_RULES_MAX];
    for (uint32_t r = 0; r < work->job.rules.n; r++)
        rule[r] = work->job.rules.rule[r].text;
    if (ck_model_read(error, text, work->job.model_file, model) == CK_OK)
        ck_model_check_rules(error, work->job.model_file, model, work->job.rules.n, rule);
    ck_free(text);
    return ck_par_agree(&work->cli->comm, error);
}

/** m, u and prior of a Splink model came with the job. */
static ck_status take_splink(ck_workspace *work, ck_error *error, ck_model *model) {
    model->prior = work->job.splink_prior;
    model->converged = true;
    model->prior_source = ck_copy_string(error, "the Splink model");
    return error->status ? error->status : ck_model_fill_untrained(error, model);
}

static ck_status train(ck_workspace *work, ck_error *error, ck_model *model) {
    ck_engine_options options = ck_workspace_engine_options(work);
    ck_train_options how = ck_workspace_train_options(work);
    ck_labels labels = {0};
    ck_labelled_pair *pair = NULL;
    if (read_labels(work, error, &labels) == CK_OK) {
        take_labels(error, &labels, &pair, &how);
        if (ck_par_agree(&work->cli->comm, error) == CK_OK)
            ck_train(&work->cli->comm, error, &work->people, &work->job.rules, &how, &options, work->engine, model);
    }
    ck_free(pair);
    ck_labels_free(&labels);
    return error->status;
}

static ck_status write_model(ck_workspace *work, ck_error *error, const ck_model *model) {
    char *text = NULL;
    if (work->cli->comm.rank == 0 && ck_model_print(error, model, &work->job.schema, &text) == CK_OK)
        ck_file_write(error, work->model_path, text, strlen(text));
    ck_free(text);
    return ck_par_agree(&work->cli->comm, error);
}

enum { WARNINGS_TOLD = 3 };

static uint32_t used_sessions(const ck_model *model) {
    uint32_t used = 0;
    for (uint32_t s = 0; s < model->nsessions; s++)
        used += model->session[s].used;
    return used;
}

/* The most important come first; a long list would be read by nobody. */
static void tell_warnings(const ck_model *model) {
    uint32_t told = model->nwarnings <= WARNINGS_TOLD ? model->nwarnings : WARNINGS_TOLD;
    for (uint32_t w = 0; w < told; w++)
        ck_log(CK_LOG_WARN, "%s", model->warning[w]);
    if (told < model->nwarnings)
        ck_log(CK_LOG_INFO, "model.json has %u more remarks on training, under \"warnings\"", model->nwarnings - told);
}

static void describe(const ck_workspace *work, const ck_model *model, ck_stage_result *result) {
    bool given = work->job.model_file || work->job.splink_given || work->job.cascade.n, converged = given || model->converged;
    tell_warnings(model);
    if (work->job.cascade.n)
        snprintf(result->text, sizeof result->text, "not needed: the job has rules alone");
    else if (given)
        snprintf(result->text, sizeof result->text, "model given, prior %.3g", model->prior);
    else if (model->nsessions == 0)
        snprintf(result->text, sizeof result->text, "calibrated in %u steps, %s, prior %.3g", model->iterations,
                 converged ? "converged" : "not converged", model->prior);
    else
        snprintf(result->text, sizeof result->text, "%u of %u sessions used, %s, prior %.3g", used_sessions(model), model->nsessions,
                 converged ? "converged" : "not converged", model->prior);
    result->counts = json_pack("{s:b, s:b, s:i, s:i, s:f, s:i, s:I, s:o}", "given", given, "converged", converged, "sessions",
                               (int)model->nsessions, "sessions_used", (int)used_sessions(model), "prior", model->prior, "warnings",
                               (int)model->nwarnings, "possible_pairs", (json_int_t)ck_engine_possible_pairs(work->engine), "blocks",
                               ck_census_json(&work->job.rules, ck_engine_census(work->engine)));
}

ck_status ck_train_run(ck_workspace *work, ck_error *error, const char *stamp, ck_stage_result *result) {
    (void)stamp; /* model.json is a person's file: its stamp is in run.json only */
    if (ck_update_wanted(work))
        return ck_update_model(work, error, result);
    if (ck_update_forget(work, error) || ck_workspace_engine(work, error))
        return error->status;
    ck_model model = {.comparisons = work->job.comparisons};
    if (!work->job.cascade.n && !work->job.splink_file)
        ck_warn_of_dates(work);
    ck_status status = work->job.cascade.n      ? ck_cascade_model(error, &work->job.cascade, &model)
                       : work->job.model_file   ? read_given(work, error, &model)
                       : work->job.splink_given ? take_splink(work, error, &model)
                                                : train(work, error, &model);
    if (status == CK_OK && write_model(work, error, &model) == CK_OK) {
        if (work->cli->comm.rank == 0)
            ck_ledger_forget(work->folder, "cells");
        describe(work, &model, result);
    }
    model.comparisons = (ck_comparisons){0}; /* the job's */
    ck_model_free(&model);
    return error->status;
}
