/** Stage train: people.h5 to model.json. */
#include "base/log.h"
#include "base/memory.h"
#include "cli/census.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/stages.h"
#include <stdio.h>
#include <string.h>

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
    return error->status;
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
    ck_train_options how = work->job.train;
    how.ntuples = work->job.tuples.n;
    how.tuple = work->job.tuples.tuple;
    return ck_train(&work->cli->comm, error, &work->people, &work->job.rules, &how, &options, work->engine, model);
}

static ck_status write_model(ck_workspace *work, ck_error *error, const ck_model *model) {
    char *text = NULL;
    if (work->cli->comm.rank == 0 && ck_model_print(error, model, &work->job.schema, &text) == CK_OK)
        ck_file_write(error, work->model_path, text, strlen(text));
    ck_free(text);
    return ck_par_agree(&work->cli->comm, error);
}

static uint32_t used_sessions(const ck_model *model) {
    uint32_t used = 0;
    for (uint32_t s = 0; s < model->nsessions; s++)
        used += model->session[s].used;
    return used;
}

static void describe(const ck_workspace *work, const ck_model *model, ck_stage_result *result) {
    bool given = work->job.model_file || work->job.splink_given, converged = given || model->converged;
    for (uint32_t w = 0; w < model->nwarnings; w++)
        ck_log(CK_LOG_WARN, "%s", model->warning[w]);
    if (given)
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
    if (ck_workspace_engine(work, error))
        return error->status;
    ck_model model = {.comparisons = work->job.comparisons};
    ck_status status = work->job.model_file     ? read_given(work, error, &model)
                       : work->job.splink_given ? take_splink(work, error, &model)
                                                : train(work, error, &model);
    if (status == CK_OK && write_model(work, error, &model) == CK_OK)
        describe(work, &model, result);
    model.comparisons = (ck_comparisons){0}; /* the job's */
    ck_model_free(&model);
    return error->status;
}
