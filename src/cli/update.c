#include "cli/update.h"
#include "assess/unchanged.h"
#include "base/log.h"
#include "base/memory.h"
#include "cascade/cascade.h"
#include "cli/console.h"
#include "cli/files.h"
#include "link/carry_links.h"
#include "link/kept_links.h"
#include "store/frequencies.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char frequencies_name[] = "frequencies.h5";

bool ck_update_wanted(const ck_workspace *work) {
    return work->job.update && work->job.previous && work->job.npasses == 0 && !work->job.has_trace;
}

static char *last_path(const ck_workspace *work, ck_error *error, const char *name) {
    return ck_path_join(error, work->job.previous, name);
}

/** Is a file of this name in the last run's folder? The same on all ranks. */
static bool last_has(const ck_workspace *work, ck_error *error, const char *name) {
    char *path = last_path(work, error, name);
    uint8_t there = path && ck_path_is_file(path);
    ck_par_broadcast(&work->cli->comm, 0, &there, sizeof there);
    ck_free(path);
    return there;
}

/* ---- may it be taken over? ---- */

/** What the last job says of a stage, against this one's. Rank 0. */
static ck_status compare_part(const ck_workspace *work, ck_error *error, const ck_job *last, ck_stage_id stage) {
    char *part = NULL;
    if (ck_job_part(error, last, ck_stage_names[stage], &part) == CK_OK && strcmp(part, work->part[stage]) != 0)
        ck_fail(error, CK_USAGE, "What stage %s reads of the job (docs/job.md) is not what it was in '%s', so its links do not hold any more; "
                "'carrick run' with 'previous' links everything anew and keeps ids.", ck_stage_names[stage], work->job.previous);
    ck_free(part);
    return error->status;
}

/** Groups are left out: they decide nothing of pairs by themselves. */
static ck_status compare_floor(const ck_workspace *work, ck_error *error, const ck_job *last) {
    if (last->floor == work->job.floor || work->job.cascade.n)
        return CK_OK;
    return ck_fail(error, CK_USAGE, "The floor is not what it was in '%s', so links are missing or too many; 'carrick run' with 'previous' links everything anew and keeps "
                   "ids.", work->job.previous);
}

static ck_status compare_jobs(const ck_workspace *work, ck_error *error) {
    ck_job last = {0};
    size_t n;
    char *path = last_path(work, error, "job.resolved.yaml"), *text = NULL;
    if (path && ck_run_record_require(error, work->job.previous, "cluster") == CK_OK && ck_file_read(error, path, &text, &n) == CK_OK &&
        ck_job_parse(error, text, path, NULL, 0, false, &last) == CK_OK &&
        compare_part(work, error, &last, CK_STAGE_CHOOSE) == CK_OK && compare_floor(work, error, &last) == CK_OK && !work->chooses)
        compare_part(work, error, &last, CK_STAGE_TRAIN);
    ck_job_free(&last);
    ck_free(text);
    ck_free(path);
    return error->status;
}

ck_status ck_update_depend(ck_workspace *work, ck_error *error, ck_stamp *stamp) {
    static const char *const name[] = {"people.h5", "links.h5", "chosen.yaml", frequencies_name};
    const ck_comm *comm = &work->cli->comm;
    if (!ck_update_wanted(work))
        return CK_OK;
    if (comm->rank == 0)
        compare_jobs(work, error);
    ck_par_agree(comm, error);
    for (size_t k = 0; k < sizeof name / sizeof *name && !error->status; k++) {
        char *path = last_path(work, error, name[k]);
        uint64_t hash;
        if (last_has(work, error, name[k]) && ck_hash_files(comm, error, (const char *const *)&path, 1, &hash, NULL, NULL) == CK_OK)
            ck_stamp_add_hash(stamp, hash);
        ck_free(path);
    }
    return ck_par_agree(comm, error);
}

/* ---- choose and train ---- */

/** Rank 0. */
static ck_status copy_file(const ck_workspace *work, ck_error *error, const char *name, const char *to) {
    char *from = last_path(work, error, name), *text = NULL;
    size_t n = 0;
    if (from && ck_file_read(error, from, &text, &n) == CK_OK)
        ck_file_write(error, to, text, n);
    ck_free(text);
    ck_free(from);
    return error->status;
}

ck_status ck_update_choice(ck_workspace *work, ck_error *error, ck_stage_result *result) {
    if (work->cli->comm.rank == 0 && copy_file(work, error, "chosen.yaml", work->chosen_path) == CK_OK)
        copy_file(work, error, "choice.json", work->choice_path);
    snprintf(result->text, sizeof result->text, "rules and comparisons of '%s'", work->job.previous);
    result->counts = json_object();
    return ck_par_agree(&work->cli->comm, error) ? error->status : ck_workspace_fill(work, error);
}

/** The model that weighed the last links becomes model.json. */
static ck_status take_model(ck_workspace *work, ck_error *error) {
    const ck_comm *comm = &work->cli->comm;
    ck_links_reader links = {0};
    char *path = last_path(work, error, "links.h5");
    if (ck_par_agree(comm, error) == CK_OK && ck_links_reader_open(comm, error, path, &links) == CK_OK && comm->rank == 0)
        ck_file_write(error, work->model_path, links.slice.model, strlen(links.slice.model));
    ck_links_reader_close(&links);
    ck_free(path);
    return ck_par_agree(comm, error) ? error->status : ck_workspace_model(work, error);
}

/** Columns whose frequencies the model reads; names are the schema's. */
static uint32_t list_columns(const ck_workspace *work, const char **name) {
    uint32_t n = 0;
    for (uint32_t c = 0; c < work->job.schema.ncolumns; c++)
        if (ck_model_reads_frequency(&work->model, c))
            name[n++] = work->job.schema.name[c];
    return n;
}

/** frequencies.h5 of the last run, or, when that one was trained on its own people, theirs; without what only people had who have opted out since. */
static ck_status take_frequencies(ck_workspace *work, ck_error *error) {
    const ck_comm *comm = &work->cli->comm;
    bool handed_on = last_has(work, error, frequencies_name);
    const char **name = ck_alloc(error, work->job.schema.ncolumns, sizeof *name);
    char *from = last_path(work, error, handed_on ? frequencies_name : "people.h5"), *to = ck_path_join(error, work->folder, frequencies_name);
    uint32_t n = name ? list_columns(work, name) : 0;
    ck_frequencies frequencies = {0};
    bool opted = work->job.ingest.optouts.source != NULL;
    if (ck_par_agree(comm, error) == CK_OK && ck_frequencies_read(comm, error, from, !handed_on, name, n, &frequencies) == CK_OK &&
        (!opted || ck_workspace_people(work, error, false) == CK_OK)) {
        ck_frequencies_thin(&frequencies, opted ? &work->people : NULL);
        ck_frequencies_write(comm, error, to, &frequencies);
    }
    ck_frequencies_free(&frequencies);
    ck_free(to);
    ck_free(from);
    ck_free(name);
    return error->status;
}

ck_status ck_update_model(ck_workspace *work, ck_error *error, ck_stage_result *result) {
    bool by_rules = work->job.cascade.n > 0;
    if (take_model(work, error) == CK_OK && (by_rules || take_frequencies(work, error) == CK_OK)) {
        snprintf(result->text, sizeof result->text, "%s of '%s'", by_rules ? "rules" : "model and frequencies", work->job.previous);
        result->counts = json_pack("{s:b, s:b, s:f}", "given", 1, "converged", work->model.converged, "prior", work->model.prior);
    }
    return error->status;
}

ck_status ck_update_forget(ck_workspace *work, ck_error *error) {
    char *path = work->cli->comm.rank == 0 ? ck_path_join(error, work->folder, frequencies_name) : NULL;
    if (path && unlink(path) != 0 && errno != ENOENT)
        ck_fail(error, CK_FILE, "'%s' is of an earlier run and cannot be removed: %s.", path, strerror(errno));
    ck_free(path);
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_workspace_scorer(ck_workspace *work, ck_error *error, ck_scorer *scorer) {
    const ck_comm *comm = &work->cli->comm;
    if (!ck_update_wanted(work) || work->job.cascade.n)
        return ck_scorer_create(comm, error, &work->model, &work->people, scorer);
    const char **name = ck_alloc(error, work->job.schema.ncolumns, sizeof *name);
    char *path = ck_path_join(error, work->folder, frequencies_name);
    uint32_t n = name ? list_columns(work, name) : 0;
    ck_frequencies frequencies = {0};
    if (ck_par_agree(comm, error) == CK_OK && ck_frequencies_read(comm, error, path, false, name, n, &frequencies) == CK_OK)
        ck_scorer_create_as_of(comm, error, &work->model, &work->people, &frequencies, scorer);
    ck_frequencies_free(&frequencies);
    ck_free(path);
    ck_free(name);
    return error->status;
}

/* ---- link ---- */

/** What the stage knows while it works. */
typedef struct link_update {
    char *people_path, *links_path; /**< of the last run */
    ck_unchanged own;
    const ck_unchanged *unchanged;
    ck_engine *engine;
    ck_scorer scorer;
    ck_kept_links kept; /**< all in memory */
    ck_link_counts counts;
    uint64_t carried;
} link_update;

/** Rows of a source that is unique now may have been linked to one another. */
static ck_status check_sources(const ck_workspace *work, ck_error *error, const ck_people *last) {
    const ck_people *now = &work->people;
    for (uint32_t s = 0; s < now->nsources; s++)
        for (uint32_t t = 0; t < last->nsources; t++)
            if (strcmp(now->source[s].name, last->source[t].name) == 0 && now->source[s].unique != last->source[t].unique)
                return ck_fail(error, CK_USAGE, "Source '%s' is not 'unique' as it was in '%s', so its links do not hold any more; 'carrick run' with "
                               "'previous' links everything anew and keeps ids.", now->source[s].name, work->job.previous);
    return CK_OK;
}

static ck_status look_for_unchanged(ck_workspace *work, ck_error *error, const char *people_path, ck_unchanged *unchanged) {
    const ck_comm *comm = &work->cli->comm;
    ck_people last = {0};
    const ck_run_people now = {work->people_path, &work->people}, before = {people_path, &last};
    char text[2][CK_COUNT_TEXT];
    if (ck_people_open(comm, error, people_path, 0, &last) == CK_OK && check_sources(work, error, &last) == CK_OK &&
        ck_find_unchanged(comm, error, &before, &now, unchanged) == CK_OK)
        ck_log(CK_LOG_INFO, "%s records are what they were, %s are new or changed.", ck_count_text(unchanged->nsettled, text[0]),
               ck_count_text(unchanged->records - unchanged->nsettled, text[1]));
    ck_people_free(&last);
    return error->status;
}

/** The passes of a job have one people.h5, and look once. */
static ck_status find_unchanged(ck_workspace *work, ck_error *error, link_update *u) {
    ck_unchanged *unchanged = work->unchanged ? work->unchanged : &u->own;
    u->unchanged = unchanged;
    return unchanged->settled ? error->status : look_for_unchanged(work, error, u->people_path, unchanged);
}

/** Pairs of which at least one record is new or changed. */
static ck_status link_fresh(ck_workspace *work, ck_error *error, link_update *u) {
    ck_engine_options options = ck_workspace_engine_options(work);
    options.settled = u->unchanged->settled;
    if (ck_engine_create(&work->cli->comm, error, &work->people, &work->job.rules, &work->job.comparisons, &options, &u->engine) ||
        ck_workspace_scorer(work, error, &u->scorer))
        return error->status;
    return ck_engine_link(u->engine, error, &u->scorer, work->job.floor, &u->kept.all, &u->counts);
}

/** Links of old pairs beside those of the new. */
static ck_status carry(ck_workspace *work, ck_error *error, link_update *u) {
    if (ck_links_carry(&work->cli->comm, error, u->links_path, u->unchanged->record, work->people.records, &u->kept.all, &u->carried))
        return error->status;
    u->counts.links = u->kept.all.total;
    if (work->job.cascade.n && !ck_cascade_weigh(&work->job.cascade, &u->kept.all))
        ck_fail(error, CK_USAGE, "'%s' does not say which rules its pairs meet: an earlier version of Carrick made it; 'carrick run' with 'previous' links everything anew and "
                "keeps ids.", u->links_path);
    return ck_par_agree(&work->cli->comm, error);
}

static void describe(const link_update *u, ck_stage_result *result) {
    char pairs[CK_COUNT_TEXT], links[CK_COUNT_TEXT], carried[CK_COUNT_TEXT];
    snprintf(result->text, sizeof result->text, "%s pairs of new and changed records, %s links, and %s that stay", ck_count_text(u->counts.pairs, pairs),
             ck_count_text(u->counts.links - u->carried, links), ck_count_text(u->carried, carried));
}

/** What run.json has beside the counts of any job. */
static void add_counts(const link_update *u, json_t *counts) {
    const ck_unchanged *unchanged = u->unchanged;
    json_object_set_new(counts, "links_kept", json_integer((json_int_t)u->carried));
    json_object_set_new(counts, "records_unchanged", json_integer((json_int_t)unchanged->nsettled));
    json_object_set_new(counts, "records_fresh", json_integer((json_int_t)(unchanged->records - unchanged->nsettled)));
}

ck_status ck_update_links(ck_workspace *work, ck_error *error, const char *stamp, ck_stage_result *result) {
    link_update u = {.people_path = last_path(work, error, "people.h5"), .links_path = last_path(work, error, "links.h5")};
    if (ck_par_agree(&work->cli->comm, error) == CK_OK && ck_workspace_people(work, error, true) == CK_OK && ck_workspace_model(work, error) == CK_OK &&
        find_unchanged(work, error, &u) == CK_OK && link_fresh(work, error, &u) == CK_OK && carry(work, error, &u) == CK_OK &&
        ck_link_finish(work, error, stamp, &u.kept, &u.counts, result) == CK_OK) {
        describe(&u, result);
        add_counts(&u, result->counts);
    }
    ck_kept_links_close(&u.kept);
    ck_scorer_free(&u.scorer);
    ck_engine_free(u.engine);
    ck_unchanged_free(&u.own);
    ck_free(u.links_path);
    ck_free(u.people_path);
    return error->status;
}
