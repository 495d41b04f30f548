/** Stage evaluate: links.h5 and truth to evaluation.json. */
#include "assess/evaluate.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/stages.h"
#include <stdio.h>
#include <string.h>

ck_status ck_stage_require_truth(const ck_workspace *work, ck_error *error) {
    if (work->job.has_truth)
        return CK_OK;
    return ck_fail(error, CK_USAGE, "The job names no truth; give --truth FILE, or 'evaluate: {truth: FILE}' in the job.");
}

ck_status ck_evaluate_depends(ck_workspace *work, ck_error *error, ck_stamp *stamp) {
    char links[CK_STAMP_TEXT], persons[CK_STAMP_TEXT];
    const ck_truth_spec *truth = &work->job.truth;
    const char *file = truth->file;
    uint64_t hash;
    if (ck_stage_require_truth(work, error) || ck_stage_require(work, error, CK_STAGE_INGEST) || ck_stage_require(work, error, CK_STAGE_LINK) ||
        ck_stage_require(work, error, CK_STAGE_CLUSTER) || ck_stage_kept_stamp(work, error, CK_STAGE_LINK, links) ||
        ck_stage_kept_stamp(work, error, CK_STAGE_CLUSTER, persons) ||
        ck_hash_files(&work->cli->comm, error, &file, 1, &hash, NULL, NULL))
        return error->status;
    ck_stamp_add(stamp, "with persons and table");
    ck_stamp_add(stamp, links);
    ck_stamp_add(stamp, persons);
    ck_stamp_add_hash(stamp, hash);
    ck_stamp_add(stamp, truth->id);
    ck_stamp_add(stamp, truth->entity);
    ck_stamp_add(stamp, truth->source);
    return CK_OK;
}

/** How many pairs the link stage made, kept in run.json. */
static uint64_t kept_candidates(const ck_workspace *work) {
    uint64_t candidates = ck_run_record_count(&work->record, "link", "candidates");
    ck_par_broadcast(&work->cli->comm, 0, &candidates, sizeof candidates);
    return candidates;
}

static ck_status measure(ck_workspace *work, ck_error *error, ck_evaluation *evaluation) {
    const ck_comm *comm = &work->cli->comm;
    const ck_engine_lender lender = ck_workspace_lender(work);
    ck_links_reader links = {0};
    ck_index index = {0};
    bool *allowed = NULL;
    ck_workspace_allowed(work, error, &allowed);
    if (ck_par_agree(comm, error) == CK_OK && ck_links_reader_open(comm, error, work->links_path, &links) == CK_OK &&
        ck_index_open(comm, error, work->index_path, &index) == CK_OK)
        ck_evaluate(comm, error, work->people_path, &work->people, work->job.npasses ? NULL : &lender, &links, &index, kept_candidates(work), &work->job.truth,
                    allowed, work->job.floor, ck_decision_weight(work), evaluation);
    ck_index_free(&index);
    ck_links_reader_close(&links);
    ck_free(allowed);
    return error->status;
}

static ck_status write_evaluation(ck_workspace *work, ck_error *error, const ck_evaluation *evaluation, ck_stage_result *result) {
    char *text = NULL;
    if (work->cli->comm.rank == 0 && ck_evaluation_print(error, evaluation, &text) == CK_OK) {
        ck_file_write(error, work->evaluation_path, text, strlen(text));
        result->counts = json_loads(text, 0, NULL);
        json_object_del(result->counts, "table"); /* too long for run.json */
    }
    ck_free(text);
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_evaluate_run(ck_workspace *work, ck_error *error, const char *stamp, ck_stage_result *result) {
    (void)stamp; /* kept in run.json */
    ck_evaluation evaluation = {0};
    if (ck_workspace_people(work, error, true) || measure(work, error, &evaluation) || write_evaluation(work, error, &evaluation, result))
        return error->status;
    char f1[CK_COUNT_TEXT], precision[CK_COUNT_TEXT], recall[CK_COUNT_TEXT], blocking[CK_COUNT_TEXT];
    snprintf(result->text, sizeof result->text, "persons: F1 %s, precision %s, recall %s; blocking recall %s",
             ck_measure_text(evaluation.closure_f1, f1), ck_measure_text(evaluation.closure_precision, precision),
             ck_measure_text(evaluation.closure_recall, recall), ck_measure_text(evaluation.blocking_recall, blocking));
    return CK_OK;
}
