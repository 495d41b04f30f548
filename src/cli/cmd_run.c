/** carrick run, and each stage alone. */
#include "base/log.h"
#include "base/memory.h"
#include "cli/files.h"
#include "cli/passes.h"
#include "cli/setup.h"
#include "cli/stage_choose.h"
#include "cli/update.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/** A job of stages has its passes between ingest and link. */
static bool is_left_out(const ck_workspace *work, int s) {
    bool persons = work->job.nattributes || work->job.has_households;
    return (s == CK_STAGE_PERSONS && !persons) || (s == CK_STAGE_EVALUATE && !work->job.has_truth) || (s == CK_STAGE_CHOOSE && !work->chooses) || (s == CK_STAGE_TRAIN && work->job.npasses);
}

ck_status ck_stages_make(ck_workspace *work, ck_error *error, bool *any) {
    bool made, again = false;
    for (int s = 0; s < CK_STAGES; s++) {
        if (s == CK_STAGE_LINK && ck_passes_walk(work, error, any))
            return error->status;
        if (is_left_out(work, s))
            continue;
        if (ck_stage_make(work, error, (ck_stage_id)s, &made) || (s == CK_STAGE_TRAIN && !ck_update_wanted(work) && ck_second_look(work, error, &again)) ||
            (again && ck_stage_make(work, error, CK_STAGE_TRAIN, &made)))
            return error->status;
        again = false;
        *any = *any || made;
        if (s == CK_STAGE_EVALUATE && made && !work->cli->options.quiet && ck_evaluation_show(work, error, false))
            return error->status;
    }
    return ck_stage_check_converged(work, error);
}

ck_status ck_stages_walk(ck_workspace *work, ck_error *error) {
    bool any = false;
    if (ck_stages_make(work, error, &any) && error->status != CK_NOT_CONVERGED)
        return error->status;
    ck_log(CK_LOG_INFO, any ? "Results are in '%s'." : "Nothing to do: '%s' is up to date (--force redoes it).", work->folder);
    return error->status;
}

/** A job is a folder of results, or named .yaml or .yml, or a pipe; anything else is an extract. */
static bool is_job(const char *word) {
    const char *end = strrchr(word, '.');
    bool named = end && (strcmp(end, ".yaml") == 0 || strcmp(end, ".yml") == 0);
    return named || ck_path_is_folder(word) || ck_path_is_pipe(word);
}

/** Is there one job among the words, and nothing else? */
static ck_status tell_words(const ck_cli *cli, ck_error *error, bool *job) {
    const ck_options *options = &cli->options;
    *job = false;
    for (uint32_t i = 0; i < options->nwords; i++)
        *job = *job || is_job(options->word[i]);
    if (*job && options->nwords > 1)
        return ck_fail(error, CK_USAGE, "'carrick run' takes one job, or extracts (CSV files); '%s' and '%s' are not of one sort or too many.",
                       options->word[0], options->word[1]);
    return CK_OK;
}

/** Extracts alone: the job is made from them, and kept with its evidence beside the results. */
static ck_status run_extracts(ck_cli *cli, ck_error *error, ck_workspace *work) {
    char *text = NULL, *kept = NULL;
    if (ck_setup_make(cli, error, &text) == CK_OK && ck_workspace_open_text(cli, error, text, "job.yaml", work) == CK_OK) {
        kept = ck_path_join(error, work->folder, "job.yaml");
        if (kept && cli->comm.rank == 0 && ck_folder_make(error, work->folder) == CK_OK)
            ck_file_write(error, kept, text, strlen(text));
        if (ck_par_agree(&cli->comm, error) == CK_OK) {
            ck_log(CK_LOG_INFO, "Columns, kinds and ids were guessed; '%s' tells from what.", kept);
            ck_stages_walk(work, error);
        }
    }
    ck_free(kept);
    ck_free(text);
    return error->status;
}

ck_status ck_cmd_run(ck_cli *cli, ck_error *error) {
    ck_workspace work = {0};
    bool job = false;
    if (cli->comm.rank == 0)
        tell_words(cli, error, &job);
    if (ck_par_agree(&cli->comm, error))
        return error->status;
    ck_par_broadcast(&cli->comm, 0, &job, sizeof job);
    if (!job)
        run_extracts(cli, error, &work);
    else if (ck_workspace_open(cli, error, cli->options.word[0], NULL, &work) == CK_OK)
        ck_stages_walk(&work, error);
    ck_workspace_close(&work);
    return error->status;
}

static ck_stage_id stage_of(const ck_cli *cli) {
    int s = 0;
    while (strcmp(ck_stage_names[s], cli->command->name) != 0)
        s++;
    return (ck_stage_id)s;
}

static char *copy_or(ck_error *error, const char *given, const char *kept, const char *otherwise) {
    const char *text = given ? given : kept ? kept : otherwise;
    return text ? ck_copy_string(error, text) : NULL;
}

/** --truth and its columns take the place of the job's for this once; what is not given stays as the job has it. */
static ck_status replace_truth(ck_workspace *work, ck_error *error) {
    const ck_options *options = &work->cli->options;
    ck_truth_spec *truth = &work->job.truth;
    if (!options->truth && (options->id || options->entity || options->source) && !work->job.has_truth)
        return ck_fail(error, CK_USAGE, "--id, --entity and --source name columns of a truth; give --truth FILE with them.");
    if (!options->truth && !options->id && !options->entity && !options->source)
        return CK_OK;
    /* A truth of one's own has columns of its own: the job's names hold only for the job's file. */
    const ck_truth_spec kept = options->truth ? (ck_truth_spec){0} : *truth;
    ck_truth_spec fresh = {.file = copy_or(error, options->truth, kept.file, NULL), .id = copy_or(error, options->id, kept.id, "id"),
                           .entity = copy_or(error, options->entity, kept.entity, "entity"),
                           .source = copy_or(error, options->source, kept.source, NULL)};
    ck_free(truth->file);
    ck_free(truth->id);
    ck_free(truth->entity);
    ck_free(truth->source);
    *truth = fresh;
    work->job.has_truth = true;
    return error->status;
}

static ck_status make_alone(ck_workspace *work, ck_error *error) {
    ck_stage_id stage = stage_of(work->cli);
    if (work->cli->options.labels && work->cli->options.by)
        return ck_fail(error, CK_USAGE, "--by needs the entity of every record; it does not go with --labels.");
    if (stage == CK_STAGE_EVALUATE && work->cli->options.labels)
        return ck_labels_evaluate(work, error);
    if (stage == CK_STAGE_EVALUATE)
        replace_truth(work, error);
    if (stage == CK_STAGE_EVALUATE && work->cli->options.by)
        return ck_par_agree(&work->cli->comm, error) ? error->status : ck_evaluate_by(work, error);
    if (ck_par_agree(&work->cli->comm, error) || ck_stage_make(work, error, stage, NULL))
        return error->status;
    if (stage == CK_STAGE_EVALUATE)
        return ck_evaluation_show(work, error, work->cli->options.json);
    return stage == CK_STAGE_TRAIN ? ck_stage_check_converged(work, error) : CK_OK;
}

ck_status ck_cmd_stage(ck_cli *cli, ck_error *error) {
    char threshold[64];
    double weight = cli->options.threshold_weight;
    /* The whole mapping is replaced, so that a probability in the job does not stand beside it. */
    snprintf(threshold, sizeof threshold, "threshold={match_weight: %.17g}", weight);
    ck_workspace work;
    if (cli->options.splink)
        return ck_splink_link(cli, error);
    if (cli->options.nwords > 1)
        return ck_fail(error, CK_USAGE, "'carrick %s' does not know what to do with '%s'; it takes DIR.", cli->command->name,
                       cli->options.word[1]);
    if (ck_workspace_open(cli, error, cli->options.word[0], isnan(weight) ? NULL : threshold, &work) == CK_OK)
        make_alone(&work, error);
    ck_workspace_close(&work);
    return error->status;
}
