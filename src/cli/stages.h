/** The stages of a run: one table says what each makes, what it depends on, and what does the work.
 *
 *  A stage's stamp is a hash of everything that its output depends on: Carrick's version, its part of the job, the
 *  stamps or contents of what it reads. Its output is up to date when run.json and the output carry that stamp. model.json counts by its
 *  content, so a model that a person has edited is what the next `link` scores with. Collective.
 */
#ifndef CK_CLI_STAGES_H
#define CK_CLI_STAGES_H
#include "assess/labels.h"
#include "cli/workspace.h"

/** What a stage says of itself. */
typedef struct ck_stage_result {
    json_t *counts;    /**< for run.json; released by the caller */
    char text[160];    /**< for a person: "200,000 rows, 199,800 records" */
    uint64_t work;     /**< how many of `unit`, for the rate; 0: no rate */
    const char *unit;
} ck_stage_result;

/** What a stamp is made of so far. */
typedef struct ck_stamp {
    uint64_t hash;
} ck_stamp;
void ck_stamp_add(ck_stamp *stamp, const char *text); /**< Local; NULL is not the same as "" */
void ck_stamp_add_hash(ck_stamp *stamp, uint64_t hash);
enum { CK_STAMP_TEXT = 17 };
void ck_stamp_text(const ck_stamp *stamp, char text[CK_STAMP_TEXT]);

typedef ck_status ck_stage_depends(ck_workspace *work, ck_error *error, ck_stamp *stamp);
/** `stamp` is to be stored in the output. */
typedef ck_status ck_stage_run(ck_workspace *work, ck_error *error, const char *stamp, ck_stage_result *result);

/** Make a stage's output, or say that it is up to date; CK_STOPPED before it when a signal has come. `*made` (may be NULL): was there work? */
ck_status ck_stage_make(ck_workspace *work, ck_error *error, ck_stage_id stage, bool *made);
/** run.json around a stage's work. Before: what is about to be replaced, and all that was made from it, is no longer vouched for. */
ck_status ck_stage_begin(ck_workspace *work, ck_error *error, ck_stage_id stage);
ck_status ck_stage_end(ck_workspace *work, ck_error *error, ck_stage_id stage, const char *stamp, double seconds, const ck_stage_result *result);
/** The stamp of the stage as run.json has it. Rank 0's; "" elsewhere and where there is none. */
void ck_stage_recorded_stamp(const ck_workspace *work, ck_stage_id stage, char text[CK_STAMP_TEXT]);
/** Is the output of an earlier stage there, whole, and made from what is there now? CK_FILE otherwise, naming the command that makes it. */
ck_status ck_stage_require(ck_workspace *work, ck_error *error, ck_stage_id stage);
/** CK_NOT_CONVERGED when --strict asks and the training kept in run.json did not converge. */
ck_status ck_stage_check_converged(ck_workspace *work, ck_error *error);

/** Every stage in turn, as 'carrick run' does, and the same without telling where the results are (`*any`: was there work?). Collective. */
ck_status ck_stages_walk(ck_workspace *work, ck_error *error);
ck_status ck_stages_make(ck_workspace *work, ck_error *error, bool *any);

ck_stage_depends ck_ingest_depends, ck_choose_depends, ck_train_depends, ck_link_depends, ck_cluster_depends, ck_evaluate_depends, ck_persons_depends;
ck_stage_run ck_ingest_run, ck_choose_run, ck_train_run, ck_link_run, ck_cluster_run, ck_evaluate_run, ck_persons_run;

/** A warning for each written comparison that takes placeholder dates of ingest.json for birth dates like any other (docs/hazards.md). */
void ck_warn_of_dates(const ck_workspace *work);

/** Stage link from the links that the engine has kept on: rules are settled, links.h5 is written, and what was done is told. */
struct ck_kept_links;
struct ck_link_counts;
ck_status ck_link_finish(ck_workspace *work, ck_error *error, const char *stamp, struct ck_kept_links *kept, const struct ck_link_counts *counts,
                         ck_stage_result *result);

/** The stamp kept in an .h5 output, "" where there is none. */
ck_status ck_stage_kept_stamp(ck_workspace *work, ck_error *error, ck_stage_id stage, char text[CK_STAMP_TEXT]);
/** The same of the stage's output in another folder, which `folder` names. */
ck_status ck_stage_stamp_in(const ck_comm *comm, ck_error *error, const char *folder, ck_stage_id stage, char text[CK_STAMP_TEXT]);

/** XXH3 of the bytes of `n` files, each hashed by one rank. `bytes` and `modified` (seconds since 1970) may be NULL. */
ck_status ck_hash_files(const ck_comm *comm, ck_error *error, const char *const *path, size_t n, uint64_t *hash, uint64_t *bytes,
                        uint64_t *modified);

/** The weight at and above which the cluster stage took pairs for links, from run.json; the job's where it is not there. */
double ck_decision_weight(ck_workspace *work);

/** Which sources hold a person once, as was settled when index.h5 was made ([nsources], caller frees); it does not change with the decision. */
ck_status ck_cluster_unique(ck_workspace *work, ck_error *error, bool **unique);

/** evaluation.json as a table or, with `json`, as it is, to standard output. Rank 0 prints. */
ck_status ck_evaluation_show(ck_workspace *work, ck_error *error, bool json);

/** CK_USAGE when neither the job nor --truth names a truth. Local. */
ck_status ck_stage_require_truth(const ck_workspace *work, ck_error *error);
/** --by: measures by subgroup, to standard output, subgroups.json and subgroups.csv. */
ck_status ck_evaluate_by(ck_workspace *work, ck_error *error);
/** Weights of labels from the folder's file of that name, a sample of 'carrick review', where it is there and the labels are of it. Rank 0. */
ck_status ck_labels_weights_of(const ck_workspace *work, ck_error *error, const char *sample_file, ck_labels *labels);

/** --labels: measures over labelled pairs, to standard output and labels.json. */
ck_status ck_labels_evaluate(ck_workspace *work, ck_error *error);

#endif
