/** A result folder at work: the job, run.json, and what the stages share, loaded once and only when somebody asks.
 *
 *      ck_workspace_open(cli, &error, "job.yaml", NULL, &work);
 *      ck_workspace_engine(&work, &error);          people.h5 and the blocks, for train, link and evaluate
 *      ck_workspace_close(&work);
 *
 *  Collective unless marked Local. Every rank holds the same job; run.json is rank 0's.
 */
#ifndef CK_CLI_WORKSPACE_H
#define CK_CLI_WORKSPACE_H
#include "cli/command.h"
#include "cli/folder_lock.h"
#include "cli/run_record.h"
#include "job/job.h"

typedef enum ck_stage_id { CK_STAGE_INGEST, CK_STAGE_CHOOSE, CK_STAGE_TRAIN, CK_STAGE_LINK, CK_STAGE_CLUSTER, CK_STAGE_EVALUATE, CK_STAGE_PERSONS, CK_STAGES } ck_stage_id;
extern const char *const ck_stage_names[CK_STAGES];

typedef struct ck_workspace {
    ck_cli *cli;
    char *folder;
    ck_job job;
    char *part[CK_STAGES];   /**< what each stage reads of the job, taken before anything changes the job's structs */
    ck_run_record record;
    ck_folder_lock lock;     /**< rank 0's, held from when the folder is there until the workspace is closed, by commands that make stages */
    bool people_open, people_have_codes;
    ck_people people;
    bool *allowed;           /**< [nsources * nsources] as the job's `pairs` say, in the order of people.h5; NULL: as `link` says */
    uint32_t *side;          /**< [nsources] likewise */
    bool *once;              /**< [nsources] likewise, or NULL */
    struct ck_unchanged *unchanged; /**< of all passes of a job (cli/update.h; borrowed), filled by the first that asks; NULL: of this alone */
    ck_units *units;         /**< records that are one person already (ck_groups_load), or NULL */
    ck_engine *engine;
    bool model_open;
    ck_model model;          /**< its comparisons are the job's (borrowed) */
    char *model_text;        /**< model.json as it was read */
    struct ck_found_rules *found; /**< what stage choose found in this process, for the second look (stage_choose.h); NULL: nothing, or it is let go of */
    bool chooses;            /**< the job in the folder has `auto` rules or comparisons: see ck_workspace_fill */
    char *people_path, *rejects_path, *chosen_path, *choice_path, *model_path, *links_path, *index_path, *evaluation_path, *persons_path, *job_path;
} ck_workspace;

/** `word` is a job file or a result folder (then its job.resolved.yaml). The folder is --out, else `word` itself, else the
 *  job's name with ".carrick". `extra` (may be NULL) is one more override of the job, after --set. */
ck_status ck_workspace_open(ck_cli *cli, ck_error *error, const char *word, const char *extra, ck_workspace *work);
/** The same for a job that was made, not read: `path` stands for its file in messages. Every rank gives the same text. */
ck_status ck_workspace_open_text(ck_cli *cli, ck_error *error, const char *text, const char *path, ck_workspace *work);
/** The same in a folder of its own, for a pass of a job of stages: the command line's --set and --out are the whole's. */
ck_status ck_workspace_open_in(ck_cli *cli, ck_error *error, const char *text, const char *folder, ck_workspace *work);
void ck_workspace_close(ck_workspace *work);
/** Write job.resolved.yaml, making the folder if it is not there. */
ck_status ck_workspace_save_job(ck_workspace *work, ck_error *error);

/** Put the rules and comparisons of chosen.yaml in the place of `auto`; and `auto` in theirs again, to choose anew. */
ck_status ck_workspace_fill(ck_workspace *work, ck_error *error);
ck_status ck_workspace_empty(ck_workspace *work, ck_error *error);

/** people.h5, checked to be of this job's columns. */
ck_status ck_workspace_people(ck_workspace *work, ck_error *error, bool codes);
/** The engine on people.h5; the census is shown when it is made. */
ck_status ck_workspace_engine(ck_workspace *work, ck_error *error);
/** Could the rules make more pairs together than the job allows? Counting a pair that several make but once takes a pass over all pairs, for which there
 *  is no need when even their sum is allowed. Local. */
bool ck_workspace_may_pass_limit(const ck_workspace *work);
/** Count the candidate pairs by the first rule that makes them, into the engine's census. CK_DATA when the job allows fewer. */
ck_status ck_workspace_count_pairs(ck_workspace *work, ck_error *error);
/** The engine as evaluation borrows it: made when it does, and freed when it is given back, unless `run` has memory for it until its end. */
ck_engine_lender ck_workspace_lender(ck_workspace *work);
ck_engine_options ck_workspace_engine_options(const ck_workspace *work); /**< Local */
/** As the job says; labels are the caller's. Local. */
ck_train_options ck_workspace_train_options(const ck_workspace *work);
/** model.json as it stands in the folder. */
ck_status ck_workspace_model(ck_workspace *work, ck_error *error);
/** CK_USAGE where the job has rules alone, which the command cannot speak of. Local. */
ck_status ck_workspace_require_model(const ck_workspace *work, ck_error *error);
/** The model that weighed links, from the text that links.h5 keeps; model.json may have been edited since. */
ck_status ck_workspace_model_of_links(ck_workspace *work, ck_error *error, const char *text);
/** The scorer of ck_workspace_model on people.h5; in an update values are as frequent as they were when the model was trained. The caller frees. */
ck_status ck_workspace_scorer(ck_workspace *work, ck_error *error, ck_scorer *scorer);
/** What clustering needs: people, engine (when it is needed) and model with `scorer` (the caller frees it), or people alone for connected components. */
ck_status ck_workspace_persons_input(ck_workspace *work, ck_error *error, const ck_links *links, double match_weight, ck_scorer *scorer,
                                     ck_engine_options *options, ck_persons_input *input);
/** Let go of what was loaded from a stage's output, since the stage is to be redone. Local. */
void ck_workspace_forget(ck_workspace *work, ck_stage_id stage);
/** [nsources * nsources] as ck_engine_allow, for the sources of people.h5. The caller frees. Local; after ck_workspace_people. */
ck_status ck_workspace_allowed(const ck_workspace *work, ck_error *error, bool **allowed);

#endif
