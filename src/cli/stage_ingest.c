/** Stage ingest: extracts to people.h5. */
#include "base/memory.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/optouts.h"
#include "cli/passes.h"
#include "cli/stages.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/** Every input file of the job with its fingerprint. */
typedef struct input_list {
    size_t n;
    const char **path, **source;
    uint64_t *hash, *bytes, *modified;
} input_list;

static void free_inputs(input_list *inputs) {
    ck_free(inputs->path);
    ck_free(inputs->source);
    ck_free(inputs->hash);
    ck_free(inputs->bytes);
    ck_free(inputs->modified);
    *inputs = (input_list){0};
}

static ck_status list_inputs(ck_workspace *work, ck_error *error, input_list *inputs) {
    const ck_ingest_spec *spec = &work->job.ingest;
    size_t n = 0;
    for (uint32_t s = 0; s < spec->nsources; s++)
        n += spec->source[s].nfiles;
    *inputs = (input_list){.path = ck_alloc(error, n, sizeof *inputs->path), .source = ck_alloc(error, n, sizeof *inputs->source),
                           .hash = ck_alloc(error, n, sizeof(uint64_t)), .bytes = ck_alloc(error, n, sizeof(uint64_t)),
                           .modified = ck_alloc(error, n, sizeof(uint64_t))};
    for (uint32_t s = 0; s < spec->nsources && !error->status; s++)
        for (uint32_t f = 0; f < spec->source[s].nfiles; f++) {
            inputs->path[inputs->n] = spec->source[s].file[f];
            inputs->source[inputs->n++] = spec->source[s].name;
        }
    if (ck_par_agree(&work->cli->comm, error) == CK_OK)
        ck_hash_files(&work->cli->comm, error, inputs->path, n, inputs->hash, inputs->bytes, inputs->modified);
    return error->status;
}

static json_t *inputs_json(const input_list *inputs) {
    json_t *list = json_array();
    for (size_t i = 0; i < inputs->n; i++) {
        char hash[17];
        snprintf(hash, sizeof hash, "%016" PRIx64, inputs->hash[i]);
        json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:s}", "source", inputs->source[i], "file", inputs->path[i], "bytes",
                                              (json_int_t)inputs->bytes[i], "modified", (json_int_t)inputs->modified[i], "xxh3", hash));
    }
    return list;
}

/** What extracts of changes go on from. */
static ck_status add_last(ck_workspace *work, ck_error *error, ck_stamp *stamp) {
    const ck_ingest_spec *spec = &work->job.ingest;
    const char *path[2] = {0};
    uint64_t hash;
    char *last = work->job.previous ? ck_path_join(error, work->job.previous, "people.h5") : NULL;
    for (uint32_t s = 0; s < spec->nsources && !error->status; s++) {
        path[0] = spec->source[s].changes ? last : NULL;
        path[1] = spec->source[s].removed;
        for (int k = 0; k < 2; k++)
            if (path[k] && ck_hash_files(&work->cli->comm, error, &path[k], 1, &hash, NULL, NULL) == CK_OK)
                ck_stamp_add_hash(stamp, hash);
    }
    ck_free(last);
    return error->status;
}

ck_status ck_ingest_depends(ck_workspace *work, ck_error *error, ck_stamp *stamp) {
    input_list inputs;
    add_last(work, error, stamp);
    ck_optouts_depend(work, error, stamp);
    if (list_inputs(work, error, &inputs) == CK_OK) {
        for (size_t i = 0; i < inputs.n; i++)
            ck_stamp_add_hash(stamp, inputs.hash[i]);
        /* Kept for run.json; it is written only if the stage is redone. */
        if (work->cli->comm.rank == 0)
            ck_run_record_set(error, &work->record, "inputs", inputs_json(&inputs));
    }
    free_inputs(&inputs);
    return ck_par_agree(&work->cli->comm, error);
}

static void describe(const ck_ingest_counts *counts, bool optouts, ck_stage_result *result) {
    char rows[CK_COUNT_TEXT], records[CK_COUNT_TEXT], rejected[CK_COUNT_TEXT];
    snprintf(result->text, sizeof result->text, "%s rows, %s records, %s rejected", ck_count_text(counts->rows_read, rows),
             ck_count_text(counts->records, records), ck_count_text(counts->rows_rejected, rejected));
    result->work = counts->rows_read;
    result->unit = "rows";
    /* What cleaning did to each column is in ingest.json, which `carrick profile` reads. */
    result->counts = json_pack("{s:I, s:I, s:I}", "rows", (json_int_t)counts->rows_read, "rejected", (json_int_t)counts->rows_rejected,
                               "records", (json_int_t)counts->records);
    if (!optouts)
        return;
    size_t n = strlen(result->text);
    snprintf(result->text + n, sizeof result->text - n, ", %s opted out", ck_count_text(counts->rows_opted_out, rows));
    json_object_set_new(result->counts, "opted_out", json_integer((json_int_t)counts->rows_opted_out));
}

ck_status ck_ingest_run(ck_workspace *work, ck_error *error, const char *stamp, ck_stage_result *result) {
    ck_ingest_counts counts = {0};
    const ck_comm *comm = &work->cli->comm;
    if (work->job.people)
        return ck_borrowed_people(work, error, result);
    if (comm->rank == 0)
        unlink(work->rejects_path); /* of an earlier run */
    ck_ingest_spec spec = work->job.ingest; /* a view with what it goes on from */
    char *last = work->job.previous ? ck_path_join(error, work->job.previous, "people.h5") : NULL;
    spec.last = last;
    spec.as_of = work->job.as_of;
    ck_optouts linked = {0};
    spec.linked = &linked;
    if (ck_par_agree(comm, error) == CK_OK && ck_optouts_linked(work, error, &linked) == CK_OK && ck_ingest(comm, error, &spec, work->people_path, work->rejects_path, stamp, &counts) == CK_OK)
        describe(&counts, spec.optouts.source != NULL, result);
    ck_optouts_free(&linked);
    ck_free(last);
    ck_free(counts.field);
    return ck_par_agree(comm, error);
}
