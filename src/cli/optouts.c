#include "cli/optouts.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/path.h"
#include "cli/remove_folder.h"
#include "job/optout_keys.h"
#include <stdlib.h>
#include <string.h>

/* ---- stamp ---- */

static bool looks_after_linking(const ck_workspace *work) {
    const ck_ingest_spec *spec = &work->job.ingest;
    bool any = false;
    for (uint32_t s = 0; spec->optouts.source && s < spec->nsources; s++)
        any = any || spec->optouts.source[s].linked;
    return any;
}

ck_status ck_optouts_depend(ck_workspace *work, ck_error *error, ck_stamp *stamp) {
    const ck_optout_spec *spec = &work->job.ingest.optouts;
    const char *path[] = {spec->list, spec->sent, spec->returned};
    uint64_t hash;
    for (int k = 0; k < 3 && !error->status; k++)
        if (path[k] && ck_hash_files(&work->cli->comm, error, &path[k], 1, &hash, NULL, NULL) == CK_OK)
            ck_stamp_add_hash(stamp, hash);
    for (int s = CK_STAGE_CHOOSE; s <= CK_STAGE_CLUSTER && looks_after_linking(work); s++)
        ck_stamp_add(stamp, work->part[s]);
    return error->status;
}

/* ---- rows that linking finds ---- */

typedef struct finder {
    const ck_workspace *whole;
    ck_optouts set;          /* who is opted out */
    ck_people people;        /* of everybody */
    uint32_t *of;            /* [records] the person of each, on every rank */
    uint32_t *person;        /* persons of opted-out rows, sorted */
    size_t n, room;
} finder;

static uint32_t person_of(const finder *f, uint64_t row) {
    uint64_t record = f->people.row_record ? f->people.row_record[row - f->people.row_begin] : row;
    return f->of[record];
}

static ck_span id_of(const finder *f, uint64_t row) {
    const uint64_t *at = &f->people.id_offset[row - f->people.row_begin];
    return (ck_span){f->people.id_bytes + at[0], (size_t)(at[1] - at[0])};
}

static const ck_optout_source *optout_of(const finder *f, const char *source, uint32_t *number) {
    const ck_ingest_spec *spec = &f->whole->job.ingest;
    for (uint32_t s = 0; s < spec->nsources; s++)
        if (strcmp(spec->source[s].name, source) == 0) {
            const ck_optout_source *out = &spec->optouts.source[s];
            *number = out->field == UINT32_MAX ? UINT32_MAX : spec->source[s].field[out->field].column;
            return out;
        }
    return NULL;
}

static void share_of(const finder *f, const ck_source *source, uint64_t *begin, uint64_t *end) {
    *begin = source->row_begin > f->people.row_begin ? source->row_begin : f->people.row_begin;
    *end = source->row_end < f->people.row_end ? source->row_end : f->people.row_end;
}

static ck_status add_person(finder *f, ck_error *error, uint32_t person) {
    if (ck_grow(error, &f->person, &f->room, f->n + 1, sizeof *f->person) == CK_OK)
        f->person[f->n++] = person;
    return error->status;
}

/* By the flags of rows, which are known by their ids. */
static ck_status find_flagged(finder *f, ck_error *error, const ck_source *source) {
    uint64_t begin, end;
    share_of(f, source, &begin, &end);
    for (uint64_t row = begin; row < end && !error->status; row++)
        if (ck_optouts_has_row(&f->set, source->name, id_of(f, row)))
            add_person(f, error, person_of(f, row));
    return error->status;
}

/* By the numbers of records. */
static ck_status find_numbered(finder *f, ck_error *error, const ck_source *source, uint32_t number) {
    const ck_column *column = &f->people.column[number];
    uint64_t begin = source->record_begin > f->people.begin ? source->record_begin : f->people.begin;
    uint64_t end = source->record_end < f->people.end ? source->record_end : f->people.end;
    for (uint64_t r = begin; r < end && !error->status; r++) {
        uint32_t code = column->code[r - f->people.begin];
        if (code && ck_optouts_has_number(&f->set, ck_optouts_number(ck_dict_value(&column->dict, code))))
            add_person(f, error, f->of[r]);
    }
    return error->status;
}

static int compare(const void *x, const void *y) {
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static ck_status find_persons(finder *f, ck_error *error) {
    const ck_comm *comm = &f->whole->cli->comm;
    void *all = NULL;
    uint64_t *offset = NULL;
    for (uint32_t s = 0; s < f->people.nsources && !error->status; s++) {
        uint32_t number;
        const ck_source *source = &f->people.source[s];
        const ck_optout_source *out = optout_of(f, source->name, &number);
        if (out && out->flag)
            find_flagged(f, error, source);
        if (out && out->applies && !error->status)
            find_numbered(f, error, source, number);
    }
    if (ck_par_gather_all(comm, error, f->person, f->n * sizeof *f->person, &all, &offset) == CK_OK) {
        ck_free(f->person);
        f->person = all;
        f->n = (size_t)offset[comm->size] / sizeof *f->person;
        if (f->n)
            qsort(f->person, f->n, sizeof *f->person, compare);
    }
    ck_free(offset);
    return error->status;
}

static ck_status list_rows(finder *f, ck_error *error, ck_optouts *linked) {
    for (uint32_t s = 0; s < f->people.nsources; s++) {
        const ck_source *source = &f->people.source[s];
        uint32_t number;
        uint64_t begin, end;
        const ck_optout_source *out = optout_of(f, source->name, &number);
        share_of(f, source, &begin, &end);
        for (uint64_t row = begin; out && out->linked && f->n && row < end && !error->status; row++) {
            uint32_t person = person_of(f, row);
            if (bsearch(&person, f->person, f->n, sizeof person, compare))
                ck_optouts_add_row(error, linked, ck_optouts_row_key(source->name, id_of(f, row)));
        }
    }
    return error->status;
}

/* Ingest asks each rank for its own share of the extracts, so every rank has all rows. */
static ck_status share_rows(const ck_comm *comm, ck_error *error, ck_optouts *linked) {
    void *all = NULL;
    uint64_t *offset = NULL;
    if (ck_par_gather_all(comm, error, linked->row, linked->nrows * sizeof *linked->row, &all, &offset) == CK_OK) {
        ck_free(linked->row);
        linked->row = all;
        linked->nrows = linked->row_room = (size_t)offset[comm->size] / sizeof *linked->row;
        ck_optouts_sort(linked);
    }
    ck_free(offset);
    return error->status;
}

static ck_status read_persons(finder *f, ck_error *error, const char *path) {
    const ck_comm *comm = &f->whole->cli->comm;
    ck_index index = {0};
    if (ck_index_open(comm, error, path, &index) == CK_OK && ck_index_gather_persons(comm, error, &index, &f->of) == CK_OK) {
        if (comm->rank != 0)
            f->of = ck_alloc(error, index.records, sizeof *f->of);
        if (ck_par_agree(comm, error) == CK_OK)
            ck_par_broadcast(comm, 0, f->of, index.records * sizeof *f->of);
    }
    ck_index_free(&index);
    return error->status;
}

static ck_status find_rows(ck_workspace *whole, ck_error *error, const ck_workspace *everybody, ck_optouts *linked) {
    const ck_comm *comm = &whole->cli->comm;
    finder f = {.whole = whole};
    ck_plan plan = {0};
    if (ck_plan_make(comm, error, &whole->job.ingest, &plan) == CK_OK && ck_optouts_find(comm, error, &plan, NULL, &f.set) == CK_OK &&
        ck_people_open(comm, error, everybody->people_path, CK_PEOPLE_CODES | CK_PEOPLE_IDS, &f.people) == CK_OK &&
        read_persons(&f, error, everybody->index_path) == CK_OK && find_persons(&f, error) == CK_OK) {
        list_rows(&f, error, linked);
        share_rows(comm, error, linked);
    }
    ck_free(f.person);
    ck_free(f.of);
    ck_people_free(&f.people);
    ck_optouts_free(&f.set);
    ck_plan_free(&plan);
    return error->status;
}

/* Rank 0 removes; what was wrong before is worse than what cannot be removed. */
static ck_status forget(const ck_comm *comm, ck_error *error, const char *folder) {
    ck_error own = {0};
    if (comm->rank == 0 && folder && ck_folder_remove(&own, folder, true, NULL, NULL) != CK_OK && !error->status)
        ck_fail(error, own.status, "%s", own.text);
    return ck_par_agree(comm, error);
}

ck_status ck_optouts_linked(ck_workspace *work, ck_error *error, ck_optouts *linked) {
    const ck_comm *comm = &work->cli->comm;
    ck_workspace everybody = {0};
    bool any = false;
    char *text = NULL, *folder = ck_path_join(error, work->folder, "optouts.partial");
    forget(comm, error, folder); /* of a run that was killed */
    if (!error->status && looks_after_linking(work)) {
        ck_log(CK_LOG_INFO, "Everything is linked first to find whom opt-outs take along; then without them.");
        ck_job_without_optouts(error, &work->job, &text);
        if (ck_par_agree(comm, error) == CK_OK && ck_workspace_open_in(work->cli, error, text, folder, &everybody) == CK_OK &&
            ck_stages_make(&everybody, error, &any) == CK_OK)
            find_rows(work, error, &everybody, linked);
        ck_workspace_close(&everybody);
        forget(comm, error, folder);
    }
    ck_free(text);
    ck_free(folder);
    return error->status;
}
