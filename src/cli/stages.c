#include "cli/stages.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/stop.h"
#include "cli/audit.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/passes.h"
#include "cli/versions.h"
#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef struct stage {
    size_t output;         /**< offset in ck_workspace of the path of what it makes */
    const char *file_kind; /**< of an .h5 output, which keeps its stamp inside; NULL for JSON */
    uint32_t file_version;
    bool by_content;       /**< later stages read the file whoever made it (model.json) */
    bool leaf;             /**< no stage reads it */
    ck_stage_depends *depends;
    ck_stage_run *run;
} stage;

#define OUTPUT(path) offsetof(ck_workspace, path)
static const stage stages[CK_STAGES] = {
    [CK_STAGE_INGEST] = {OUTPUT(people_path), "people", CK_PEOPLE_VERSION, false, false, ck_ingest_depends, ck_ingest_run},
    [CK_STAGE_CHOOSE] = {OUTPUT(chosen_path), NULL, 0, true, false, ck_choose_depends, ck_choose_run},
    [CK_STAGE_TRAIN] = {OUTPUT(model_path), NULL, 0, true, false, ck_train_depends, ck_train_run},
    [CK_STAGE_LINK] = {OUTPUT(links_path), "links", CK_LINKS_VERSION, false, false, ck_link_depends, ck_link_run},
    [CK_STAGE_CLUSTER] = {OUTPUT(index_path), "index", CK_INDEX_VERSION, false, false, ck_cluster_depends, ck_cluster_run},
    [CK_STAGE_EVALUATE] = {OUTPUT(evaluation_path), NULL, 0, false, true, ck_evaluate_depends, ck_evaluate_run},
    [CK_STAGE_PERSONS] = {OUTPUT(persons_path), "people", CK_PEOPLE_VERSION, false, true, ck_persons_depends, ck_persons_run},
};
#undef OUTPUT

static const char *output_path(const ck_workspace *work, ck_stage_id id) {
    return *(char *const *)((const char *)work + stages[id].output);
}

/* ---- stamps ---- */

void ck_stamp_add(ck_stamp *stamp, const char *text) {
    stamp->hash = text ? ck_hash_bytes(text, strlen(text), stamp->hash) : ck_hash_mix(stamp->hash + 1);
}

void ck_stamp_add_hash(ck_stamp *stamp, uint64_t hash) {
    stamp->hash = ck_hash_bytes(&hash, sizeof hash, stamp->hash);
}

void ck_stamp_text(const ck_stamp *stamp, char text[CK_STAMP_TEXT]) {
    snprintf(text, CK_STAMP_TEXT, "%016" PRIx64, stamp->hash);
}

static ck_status wanted_stamp(ck_workspace *work, ck_error *error, ck_stage_id id, char text[CK_STAMP_TEXT]) {
    ck_stamp stamp = {0};
    if (id == CK_STAGE_INGEST && work->job.people)
        return ck_borrowed_stamp(work, error, text);
    if ((id == CK_STAGE_CHOOSE || id == CK_STAGE_TRAIN) && work->job.npasses)
        return ck_passes_refuse(work, error);
    ck_stamp_add(&stamp, CARRICK_VERSION);
    ck_stamp_add(&stamp, ck_stage_names[id]);
    ck_stamp_add(&stamp, work->part[id]);
    if (stages[id].depends(work, error, &stamp) == CK_OK)
        ck_stamp_text(&stamp, text);
    return error->status;
}

static ck_status read_stamp(const ck_comm *comm, ck_error *error, const char *path, ck_stage_id id, char text[CK_STAMP_TEXT]) {
    ck_h5 *file = NULL;
    char *kept = NULL;
    text[0] = 0;
    if (ck_h5_open(comm, error, path, stages[id].file_kind, stages[id].file_version, &file) == CK_OK &&
        ck_h5_get_text(file, error, "", "stamp", &kept) == CK_OK)
        snprintf(text, CK_STAMP_TEXT, "%s", kept);
    ck_free(kept);
    ck_h5_close(file);
    return error->status;
}

ck_status ck_stage_kept_stamp(ck_workspace *work, ck_error *error, ck_stage_id id, char text[CK_STAMP_TEXT]) {
    return read_stamp(&work->cli->comm, error, output_path(work, id), id, text);
}

ck_status ck_stage_stamp_in(const ck_comm *comm, ck_error *error, const char *folder, ck_stage_id id, char text[CK_STAMP_TEXT]) {
    static const char *const name[CK_STAGES] = {[CK_STAGE_INGEST] = "people.h5", [CK_STAGE_LINK] = "links.h5", [CK_STAGE_CLUSTER] = "index.h5"};
    char *path = ck_path_join(error, folder, name[id]);
    if (ck_par_agree(comm, error) == CK_OK)
        read_stamp(comm, error, path, id, text);
    ck_free(path);
    return error->status;
}

/** Does the output itself carry the stamp? A file that cannot be read is simply not up to date. */
static bool output_carries(ck_workspace *work, ck_stage_id id, const char *stamp) {
    char kept[CK_STAMP_TEXT];
    ck_error unreadable = {0};
    return ck_stage_kept_stamp(work, &unreadable, id, kept) == CK_OK && strcmp(kept, stamp) == 0;
}

static bool is_current(ck_workspace *work, ck_stage_id id, const char *stamp) {
    uint8_t current = ck_run_record_is_current(&work->record, ck_stage_names[id], stamp) && ck_path_is_file(output_path(work, id));
    ck_par_broadcast(&work->cli->comm, 0, &current, sizeof current);
    return current && (!stages[id].file_kind || output_carries(work, id, stamp));
}

/* ---- run.json around a stage ---- */

ck_status ck_stage_begin(ck_workspace *work, ck_error *error, ck_stage_id id) {
    if (ck_workspace_save_job(work, error))
        return error->status;
    if (!work->cli->audit.begun)
        ck_audit_inputs(work->cli, json_object_get(work->record.root, "inputs"));
    ck_audit_begin(work->cli);
    if (work->cli->comm.rank == 0) {
        for (int s = id; s < CK_STAGES; s++)
            if (s == (int)id || !stages[id].leaf)
                ck_run_record_drop(&work->record, ck_stage_names[s]);
        ck_run_record_write(error, &work->record);
    }
    return ck_par_agree(&work->cli->comm, error);
}

static ck_status describe_run(ck_workspace *work, ck_error *error, uint64_t peak_max, uint64_t peak_sum) {
    ck_run_record *record = &work->record;
    ck_run_record_set(error, record, "job", json_string(work->job.name));
    ck_run_record_set(error, record, "ranks", json_integer(work->cli->comm.size));
    ck_run_record_set(error, record, "threads", json_integer(work->cli->threads));
    ck_run_record_set(error, record, "versions", ck_versions(work->cli));
    ck_run_record_set(error, record, "peak_rss_bytes", json_integer((json_int_t)peak_max));
    return ck_run_record_set(error, record, "peak_rss_sum_bytes", json_integer((json_int_t)peak_sum));
}

/** Of the whole under the stage's name, of folders in it with theirs. */
static void log_counts(ck_workspace *work, ck_stage_id id, const ck_stage_result *result) {
    const char *whole = work->cli->audit.folder, *own = work->folder;
    size_t n = whole ? strlen(whole) : 0;
    char name[512];
    bool inside = whole && strncmp(own, whole, n) == 0 && own[n] == '/';
    snprintf(name, sizeof name, "%s%s%s", inside ? own + n + 1 : "", inside ? "/" : "", ck_stage_names[id]);
    ck_audit_count(work->cli, name, json_incref(result->counts));
}

ck_status ck_stage_end(ck_workspace *work, ck_error *error, ck_stage_id id, const char *stamp, double seconds,
                       const ck_stage_result *result) {
    const ck_comm *comm = &work->cli->comm;
    uint64_t peak_max = ck_clock_peak_rss_bytes(), peak_sum = peak_max;
    ck_par_max(comm, &peak_max, 1);
    ck_par_sum(comm, &peak_sum, 1);
    if (comm->rank == 0) {
        json_t *entry = json_pack("{s:s, s:f, s:I, s:I, s:s, s:O}", "name", ck_stage_names[id], "seconds", round(1e6 * seconds) / 1e6,
                                  "peak_rss_bytes", (json_int_t)peak_max, "peak_rss_sum_bytes", (json_int_t)peak_sum, "stamp", stamp,
                                  "counts", result->counts);
        ck_run_record_add(error, &work->record, entry);
        log_counts(work, id, result);
        if (describe_run(work, error, peak_max, peak_sum) == CK_OK)
            ck_run_record_write(error, &work->record);
    }
    return ck_par_agree(comm, error);
}

/* ---- making ---- */

static void show_result(ck_stage_id id, const ck_stage_result *result, double seconds) {
    char text[256], rate[CK_COUNT_TEXT];
    snprintf(text, sizeof text, "%s", result->text);
    if (result->work && seconds > 0) {
        size_t n = strlen(text);
        snprintf(text + n, sizeof text - n, "  (%s %s/s)", ck_rate_text((double)result->work / seconds, rate), result->unit);
    }
    ck_console_stage(ck_stage_names[id], text, seconds, result->counts);
}

static ck_status redo(ck_workspace *work, ck_error *error, ck_stage_id id, const char *stamp, double started) {
    ck_stage_result result = {0};
    ck_workspace_forget(work, id);
    if (ck_stage_begin(work, error, id) == CK_OK && stages[id].run(work, error, stamp, &result) == CK_OK) {
        double seconds = ck_clock_seconds() - started;
        ck_stage_end(work, error, id, stamp, seconds, &result);
        if (!error->status)
            show_result(id, &result, seconds);
    }
    json_decref(result.counts);
    return error->status;
}

ck_status ck_stage_make(ck_workspace *work, ck_error *error, ck_stage_id id, bool *made) {
    char stamp[CK_STAMP_TEXT];
    double started = ck_clock_seconds();
    ck_stop_check(error);
    if (ck_par_agree(&work->cli->comm, error) || wanted_stamp(work, error, id, stamp))
        return error->status;
    bool needed = work->cli->options.force || !is_current(work, id, stamp);
    if (made)
        *made = needed;
    if (needed)
        return redo(work, error, id, stamp, started);
    ck_console_stage(ck_stage_names[id], "up to date", 0, NULL);
    return CK_OK;
}

void ck_stage_recorded_stamp(const ck_workspace *work, ck_stage_id id, char text[CK_STAMP_TEXT]) {
    const char *stamp = json_string_value(json_object_get(ck_run_record_stage(&work->record, ck_stage_names[id]), "stamp"));
    snprintf(text, CK_STAMP_TEXT, "%s", stamp ? stamp : "");
}

/** people.h5 of the whole may have been made anew since the stage's results were made from it. */
static ck_status require_borrowed(ck_workspace *work, ck_error *error) {
    char wanted[CK_STAMP_TEXT];
    if (ck_stage_kept_stamp(work, error, CK_STAGE_INGEST, wanted) == CK_OK && work->cli->comm.rank == 0 &&
        !ck_run_record_is_current(&work->record, ck_stage_names[CK_STAGE_INGEST], wanted))
        ck_fail(error, CK_FILE, "'%s' was not made from what is in '%s' now; 'carrick run %s' makes it again.", work->folder, work->job.people, work->job.people);
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_stage_require(ck_workspace *work, ck_error *error, ck_stage_id id) {
    const char *path = output_path(work, id), *name = ck_stage_names[id];
    if (id == CK_STAGE_INGEST && work->job.people)
        return require_borrowed(work, error);
    if ((id == CK_STAGE_CHOOSE || id == CK_STAGE_TRAIN) && work->job.npasses)
        return ck_passes_refuse(work, error);
    if (work->cli->comm.rank == 0) {
        if (!ck_path_is_file(path))
            ck_fail(error, CK_FILE, "'%s' is not there; 'carrick %s' makes it.", path, name);
        else if (!stages[id].by_content && !ck_run_record_stage(&work->record, name))
            ck_fail(error, CK_FILE, "'%s' was not made from what is in the folder now; 'carrick %s' makes it again.", path, name);
    }
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_stage_check_converged(ck_workspace *work, ck_error *error) {
    if (work->cli->comm.rank == 0 && work->cli->options.strict) {
        json_t *counts = json_object_get(ck_run_record_stage(&work->record, "train"), "counts");
        if (json_is_false(json_object_get(counts, "converged")))
            ck_fail(error, CK_NOT_CONVERGED, "Training did not converge; its results are kept in '%s', whose model.json says where it stopped.",
                    work->folder);
    }
    return ck_par_agree(&work->cli->comm, error);
}
