#include "cli/passes.h"
#include "assess/unchanged.h"
#include "base/log.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/files.h"
#include "job/passes.h"
#include "link/carry_links.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- folders ---- */

/** DIR/stages/NAME of pass k; the caller frees. */
static char *pass_folder(ck_error *error, const ck_workspace *whole, uint32_t k) {
    char *stages = ck_path_join(error, whole->folder, "stages");
    char *folder = stages ? ck_path_join(error, stages, whole->job.pass[k]) : NULL;
    ck_free(stages);
    return folder;
}

/** A file of pass k; the caller frees. */
static char *pass_file(ck_error *error, const ck_workspace *whole, uint32_t k, const char *name) {
    char *folder = pass_folder(error, whole, k), *path = folder ? ck_path_join(error, folder, name) : NULL;
    ck_free(folder);
    return path;
}

ck_status ck_passes_refuse(const ck_workspace *whole, ck_error *error) {
    const ck_job *job = &whole->job;
    char others[256] = "";
    char *folder = pass_folder(error, whole, 0);
    bool there = folder && ck_path_is_folder(folder);
    for (uint32_t k = 1; k < job->npasses; k++) {
        size_t n = strlen(others);
        snprintf(others + n, sizeof others - n, "%s %s", k > 1 ? "," : ", or of", job->pass[k]);
    }
    ck_free(folder);
    return ck_fail(error, CK_USAGE, "The job has stages, each with rules or a model of its own, and 'carrick %s' looks at one of them: give the folder of one, as '%s/stages/%s'%s%s.",
                   whole->cli->command->name, whole->folder, job->pass[0], others, there ? "" : "; 'carrick run' makes them");
}

/* ---- people.h5 of a pass ---- */

ck_status ck_borrowed_stamp(ck_workspace *work, ck_error *error, char text[CK_STAMP_TEXT]) {
    return ck_stage_stamp_in(&work->cli->comm, error, work->job.people, CK_STAGE_INGEST, text);
}

/** Is `folder` two levels above work's own? Then the link holds when both are moved together. */
static bool is_above(const ck_workspace *work, const char *folder) {
    char above[PATH_MAX], own[PATH_MAX], there[PATH_MAX];
    snprintf(above, sizeof above, "%s/../..", work->folder);
    return realpath(above, own) && realpath(folder, there) && strcmp(own, there) == 0;
}

/** `path` becomes a link to the folder's file of that name; a file that is not there is not linked. Rank 0. */
static ck_status link_file(ck_workspace *work, ck_error *error, const char *path, const char *name, bool needed) {
    char *target = ck_path_join(error, is_above(work, work->job.people) ? "../.." : work->job.people, name), *real = ck_path_join(error, work->job.people, name);
    if (target && real && (needed || ck_path_is_file(real)) && ((unlink(path) != 0 && errno != ENOENT) || symlink(target, path) != 0))
        ck_fail(error, CK_FILE, "'%s' cannot be made a link to '%s': %s.", path, target, strerror(errno));
    ck_free(real);
    ck_free(target);
    return error->status;
}

/** counts of the stage that made the file. */
static json_t *borrowed_counts(ck_workspace *work, ck_error *error) {
    ck_run_record record = {0};
    json_t *counts = NULL;
    if (ck_run_record_open(error, work->job.people, &record) == CK_OK)
        counts = json_incref(json_object_get(ck_run_record_stage(&record, "ingest"), "counts"));
    ck_run_record_free(&record);
    return counts ? counts : json_object();
}

ck_status ck_borrowed_people(ck_workspace *work, ck_error *error, ck_stage_result *result) {
    char *report = ck_path_join(error, work->folder, "ingest.json");
    if (work->cli->comm.rank == 0 && !error->status && link_file(work, error, work->people_path, "people.h5", true) == CK_OK &&
        link_file(work, error, report, "ingest.json", false) == CK_OK)
        result->counts = borrowed_counts(work, error);
    snprintf(result->text, sizeof result->text, "people.h5 is that of the whole");
    ck_free(report);
    return ck_par_agree(&work->cli->comm, error);
}

/* ---- walking ---- */

/** Does an update find the pass in the last run? A stage that is new there has nothing to go on from, and is linked anew. The same on all ranks. */
static bool has_last(const ck_workspace *whole, ck_error *error, uint32_t k) {
    const ck_job *job = &whole->job;
    char *stages = job->update && job->previous ? ck_path_join(error, job->previous, "stages") : NULL;
    char *folder = stages ? ck_path_join(error, stages, job->pass[k]) : NULL;
    uint8_t there = folder && ck_path_is_folder(folder);
    ck_par_broadcast(&whole->cli->comm, 0, &there, sizeof there);
    if (folder && !there)
        ck_log(CK_LOG_INFO, "'%s' has no such stage, so it is linked anew.", job->previous);
    ck_free(folder);
    ck_free(stages);
    return there;
}

static ck_status open_pass(ck_workspace *whole, ck_error *error, uint32_t k, ck_workspace *work) {
    char absolute[PATH_MAX], *text = NULL, *folder = pass_folder(error, whole, k);
    *work = (ck_workspace){0};
    const char *last = has_last(whole, error, k) ? whole->job.previous : NULL;
    if (!error->status && !realpath(whole->folder, absolute))
        ck_fail(error, CK_FILE, "'%s' cannot be found: %s.", whole->folder, strerror(errno));
    if (!error->status)
        ck_pass_text(error, &whole->job, k, absolute, last, &text);
    if (ck_par_agree(&whole->cli->comm, error) == CK_OK)
        ck_workspace_open_in(whole->cli, error, text, folder, work);
    ck_free(text);
    ck_free(folder);
    return error->status;
}

ck_status ck_passes_walk(ck_workspace *whole, ck_error *error, bool *any) {
    ck_unchanged unchanged = {0};
    for (uint32_t k = 0; k < whole->job.npasses && !error->status; k++) {
        ck_workspace work;
        ck_log(CK_LOG_INFO, "Stage %s (%u of %u)", whole->job.pass[k], k + 1, whole->job.npasses);
        if (open_pass(whole, error, k, &work) == CK_OK) {
            work.unchanged = &unchanged;
            ck_stages_make(&work, error, any);
        }
        ck_workspace_close(&work);
    }
    ck_unchanged_free(&unchanged);
    return error->status;
}

/* ---- links and persons of the whole ---- */

ck_status ck_passes_depend(ck_workspace *whole, ck_error *error, ck_stage_id stage, ck_stamp *stamp) {
    for (uint32_t k = 0; k < whole->job.npasses && !error->status; k++) {
        char *folder = pass_folder(error, whole, k), kept[CK_STAMP_TEXT];
        if (ck_par_agree(&whole->cli->comm, error) == CK_OK && ck_stage_stamp_in(&whole->cli->comm, error, folder, stage, kept) == CK_OK)
            ck_stamp_add(stamp, kept);
        ck_free(folder);
    }
    return error->status;
}

/** What run.json of a pass says, on every rank. */
typedef struct pass_counts {
    uint64_t candidates, links, ties, persons;
    double decision;
} pass_counts;

static ck_status read_counts(const ck_workspace *whole, ck_error *error, uint32_t k, pass_counts *counts) {
    char *folder = pass_folder(error, whole, k);
    ck_run_record record = {0};
    *counts = (pass_counts){0};
    if (folder && whole->cli->comm.rank == 0 && ck_run_record_open(error, folder, &record) == CK_OK) {
        const json_t *clustered = json_object_get(ck_run_record_stage(&record, "cluster"), "counts");
        *counts = (pass_counts){.candidates = ck_run_record_count(&record, "link", "candidates"), .ties = ck_run_record_count(&record, "cluster", "ties"),
                                .persons = ck_run_record_count(&record, "cluster", "persons"),
                                .decision = json_number_value(json_object_get(clustered, "match_weight"))};
        if (!clustered)
            ck_fail(error, CK_FILE, "'%s' holds no finished result for its present inputs; 'carrick run %s' makes it.", folder, whole->folder);
    }
    ck_run_record_free(&record);
    ck_free(folder);
    ck_par_broadcast(&whole->cli->comm, 0, counts, sizeof *counts);
    return ck_par_agree(&whole->cli->comm, error);
}

/** Links of a pass that are decided, this rank's share of them. */
static ck_status read_links(const ck_workspace *whole, ck_error *error, uint32_t k, double decision, ck_link_item **link, size_t *room, size_t *n) {
    char *path = pass_file(error, whole, k, "links.h5");
    ck_links_reader reader = {0};
    if (ck_par_agree(&whole->cli->comm, error) == CK_OK && ck_links_reader_open(&whole->cli->comm, error, path, &reader) == CK_OK) {
        ck_links_reader_rewind(&reader);
        while (ck_links_reader_next(&reader, error)) {
            const ck_links *slice = &reader.slice;
            ck_grow(error, link, room, *n + slice->n, sizeof **link);
            for (uint64_t i = 0; i < slice->n && !error->status; i++)
                if (slice->weight[i] >= decision)
                    (*link)[(*n)++] = (ck_link_item){slice->a[i], slice->b[i], slice->weight[i], 0, (uint8_t)k};
        }
    }
    ck_links_reader_close(&reader);
    ck_free(path);
    return ck_par_agree(&whole->cli->comm, error);
}

/** A pair is the first pass's that has it. Links of one pair stand together. Local. */
static void keep_first(ck_links *links) {
    uint64_t kept = 0;
    for (uint64_t i = 0; i < links->n; i++) {
        bool again = kept && links->a[i] == links->a[kept - 1] && links->b[i] == links->b[kept - 1];
        if (again && links->rule[i] > links->rule[kept - 1])
            continue;
        kept += !again;
        links->a[kept - 1] = links->a[i];
        links->b[kept - 1] = links->b[i];
        links->weight[kept - 1] = links->weight[i];
        links->rule[kept - 1] = links->rule[i];
    }
    links->n = kept;
}

/** The passes as the rules that made the links. */
static ck_status name_passes(const ck_workspace *whole, ck_error *error, char **text) {
    ck_model model = {.converged = true, .prior = 0.5, .prior_source = "none: stages decide", .order = {.nkeys = whole->job.npasses}};
    for (uint32_t k = 0; k < whole->job.npasses; k++) {
        model.order.name[k] = whole->job.pass[k];
        model.order.step[k] = (uint8_t)k;
    }
    return ck_model_print(error, &model, &whole->job.schema, text);
}

static ck_status write_links(ck_workspace *whole, ck_error *error, const char *stamp, ck_links *links, uint64_t *by_pass) {
    keep_first(links);
    for (uint64_t i = 0; i < links->n; i++)
        by_pass[links->rule[i]]++;
    links->stamp = ck_copy_string(error, stamp);
    if (!error->status)
        name_passes(whole, error, &links->model);
    if (ck_par_agree(&whole->cli->comm, error) == CK_OK)
        ck_links_write(&whole->cli->comm, error, whole->links_path, links);
    ck_par_sum(&whole->cli->comm, by_pass, whole->job.npasses);
    return error->status;
}

static void describe_links(const ck_workspace *whole, uint64_t candidates, const uint64_t *by_pass, ck_stage_result *result) {
    json_t *list = json_array(), *names = json_array();
    uint64_t links = 0;
    char text[CK_COUNT_TEXT];
    for (uint32_t k = 0; k < whole->job.npasses; k++) {
        json_array_append_new(list, json_integer((json_int_t)by_pass[k]));
        json_array_append_new(names, json_string(whole->job.pass[k]));
        links += by_pass[k];
    }
    snprintf(result->text, sizeof result->text, "%s links of %u stages", ck_count_text(links, text), whole->job.npasses);
    result->counts = json_pack("{s:I, s:I, s:o, s:o}", "candidates", (json_int_t)candidates, "links", (json_int_t)links, "stages", names, "new_pairs", list);
}

ck_status ck_passes_link(ck_workspace *whole, ck_error *error, const char *stamp, ck_stage_result *result) {
    const ck_comm *comm = &whole->cli->comm;
    ck_link_item *link = NULL;
    ck_links links = {0};
    size_t room = 0, n = 0;
    uint64_t candidates = 0, by_pass[CK_PASSES_MAX] = {0};
    pass_counts counts;
    for (uint32_t k = 0; k < whole->job.npasses && !error->status; k++)
        if (read_counts(whole, error, k, &counts) == CK_OK) {
            candidates += counts.candidates;
            read_links(whole, error, k, counts.decision, &link, &room, &n);
        }
    if (!error->status && ck_workspace_people(whole, error, false) == CK_OK) {
        ck_link_item *taken = link;
        link = NULL;
        if (ck_links_bring_home(comm, error, taken, n, whole->people.records, &links) == CK_OK && write_links(whole, error, stamp, &links, by_pass) == CK_OK)
            describe_links(whole, candidates, by_pass, result);
    }
    ck_links_free(&links);
    ck_free(link);
    return error->status;
}

ck_status ck_passes_index(ck_workspace *whole, ck_error *error, ck_index *index) {
    char *path = pass_file(error, whole, whole->job.npasses - 1, "index.h5");
    if (ck_par_agree(&whole->cli->comm, error) == CK_OK && ck_workspace_people(whole, error, false) == CK_OK)
        ck_index_open(&whole->cli->comm, error, path, index);
    index->next_id = 0; /* ids are the whole's to give */
    ck_free(path);
    return error->status;
}

ck_status ck_passes_describe(ck_workspace *whole, ck_error *error, const ck_index *index, ck_stage_result *result) {
    char records[CK_COUNT_TEXT], persons[CK_COUNT_TEXT];
    json_t *stages = json_array();
    double decision = INFINITY;
    uint64_t ties = 0;
    for (uint32_t k = 0; k < whole->job.npasses; k++) {
        pass_counts counts;
        if (read_counts(whole, error, k, &counts))
            break;
        decision = fmin(decision, counts.decision);
        ties += counts.ties;
        json_array_append_new(stages, json_pack("{s:s, s:I, s:I}", "name", whole->job.pass[k], "persons", (json_int_t)counts.persons, "ties", (json_int_t)counts.ties));
    }
    snprintf(result->text, sizeof result->text, "%s records are %s persons after %u stages", ck_count_text(index->records, records),
             ck_count_text(index->persons, persons), whole->job.npasses);
    result->counts = json_pack("{s:I, s:I, s:f, s:s, s:I, s:o}", "records", (json_int_t)index->records, "persons", (json_int_t)index->persons, "match_weight",
                               decision, "method", "stages", "ties", (json_int_t)ties, "stages", stages);
    return error->status;
}
