#include "cli/groups.h"
#include "assess/same_rows.h"
#include "base/memory.h"
#include "cli/files.h"
#include "cli/tracing.h"
#include "cluster/spread.h"
#include "cluster/units.h"
#include <stdio.h>
#include <string.h>

/* ---- stamps ---- */

ck_status ck_groups_depend(ck_workspace *work, ck_error *error, ck_stamp *stamp) {
    char index[CK_STAMP_TEXT];
    for (uint32_t g = 0; g < work->job.ngroups && !error->status; g++) {
        const char *from = work->job.group[g].from;
        if (from && ck_stage_stamp_in(&work->cli->comm, error, from, CK_STAGE_CLUSTER, index) == CK_OK)
            ck_stamp_add(stamp, index);
    }
    return error->status;
}

/* ---- an index of the same people.h5 ---- */

static ck_status unite_index(const ck_comm *comm, ck_error *error, const char *folder, ck_units *units) {
    char *path = ck_path_join(error, folder, "index.h5");
    ck_index index = {0};
    uint32_t *person = NULL;
    if (ck_par_agree(comm, error) == CK_OK && ck_index_open(comm, error, path, &index) == CK_OK && ck_gather_persons(comm, error, &index, &person) == CK_OK) {
        if (index.records != units->records)
            ck_fail(error, CK_DATA, "'%s' is of another people.h5; make it again.", path);
        for (uint64_t i = 0; i < units->records && !error->status; i++)
            person[i]++;
        if (!error->status)
            ck_units_unite_equal(error, units, 0, units->records, person);
    }
    ck_free(person);
    ck_index_free(&index);
    ck_free(path);
    return ck_par_agree(comm, error);
}

/* ---- an index of other data, by source and id ---- */

/** The rows of another result. */
typedef struct other_rows {
    ck_people people;
    char *people_path;
    uint32_t *record, *person;  /**< rank 0: of every row, of every record */
    uint64_t *here;             /**< rank 0: of every row the row here */
} other_rows;

static ck_status open_other(const ck_comm *comm, ck_error *error, const char *folder, other_rows *other) {
    char *index_path = ck_path_join(error, folder, "index.h5");
    ck_index index = {0};
    uint64_t *offset = NULL;
    void *person = NULL;
    other->people_path = ck_path_join(error, folder, "people.h5");
    if (ck_par_agree(comm, error) == CK_OK && ck_people_open(comm, error, other->people_path, 0, &other->people) == CK_OK &&
        ck_index_open(comm, error, index_path, &index) == CK_OK && ck_records_of_rows(comm, error, &other->people, &other->record) == CK_OK &&
        ck_par_gather(comm, error, index.person, (index.end - index.begin) * sizeof *index.person, &person, &offset) == CK_OK &&
        index.records != other->people.records)
        ck_fail(error, CK_DATA, "'%s' is of another people.h5 than the one beside it.", index_path);
    other->person = person;
    ck_free(offset);
    ck_index_free(&index);
    ck_free(index_path);
    return ck_par_agree(comm, error);
}

static void close_other(other_rows *other) {
    ck_free(other->here);
    ck_free(other->person);
    ck_free(other->record);
    ck_people_free(&other->people);
    ck_free(other->people_path);
}

/** Only one source counts, whatever it is called there. */
static void name_source(const ck_job *job, const ck_group_spec *group, ck_source *source, uint32_t n) {
    const char *here = job->ingest.source[group->source].name, *there = group->of ? group->of : here;
    for (uint32_t s = 0; s < n; s++)
        source[s].name = (char *)(strcmp(source[s].name, there) == 0 ? here : "");
}

static ck_status find_rows(ck_workspace *work, ck_error *error, const ck_group_spec *group, other_rows *other) {
    const ck_comm *comm = &work->cli->comm;
    uint32_t n = other->people.nsources;
    ck_people view = other->people;
    uint64_t *there = NULL;
    view.source = ck_alloc(error, n, sizeof *view.source);
    if (ck_par_agree(comm, error) == CK_OK) {
        memcpy(view.source, other->people.source, n * sizeof *view.source);
        if (group->source != UINT32_MAX)
            name_source(&work->job, group, view.source, n);
        const ck_run_people before = {other->people_path, &view}, after = {work->people_path, &work->people};
        ck_same_rows(comm, error, &before, &after, &other->here, &there);
    }
    ck_free(there);
    ck_free(view.source);
    return error->status;
}

/** Rank 0 finds which records here are one person there; every rank hears of it. */
static ck_status unite_rows(const ck_comm *comm, ck_error *error, const other_rows *other, const uint32_t *record, ck_units *units) {
    uint64_t n = 0, rows = comm->rank == 0 ? other->people.rows : 0, *offset = NULL;
    uint32_t *first = ck_alloc_zero(error, other->people.records + 1, sizeof *first); /* record here + 1, by person */
    uint32_t (*pair)[2] = ck_alloc(error, rows, sizeof *pair), (*all)[2] = NULL;
    for (uint64_t r = 0; !error->status && r < rows; r++) {
        uint32_t person = other->person[other->record[r]];
        if (other->here[r] == UINT64_MAX)
            continue;
        uint32_t here = record[other->here[r]];
        if (first[person] && first[person] - 1 != here) {
            pair[n][0] = first[person] - 1;
            pair[n++][1] = here;
        }
        first[person] = first[person] ? first[person] : here + 1;
    }
    if (ck_par_agree(comm, error) == CK_OK && ck_par_gather_all(comm, error, pair, n * sizeof *pair, (void **)&all, &offset) == CK_OK)
        for (uint64_t i = 0; i < offset[comm->size] / sizeof *all; i++)
            ck_units_unite(units, all[i][0], all[i][1]);
    ck_free(offset);
    ck_free(all);
    ck_free(pair);
    ck_free(first);
    return error->status;
}

static ck_status unite_other(ck_workspace *work, ck_error *error, const ck_group_spec *group, ck_units *units) {
    const ck_comm *comm = &work->cli->comm;
    other_rows other = {0};
    uint32_t *record = NULL;
    if (open_other(comm, error, group->from, &other) == CK_OK && find_rows(work, error, group, &other) == CK_OK &&
        ck_records_of_rows(comm, error, &work->people, &record) == CK_OK)
        unite_rows(comm, error, &other, record, units);
    ck_free(record);
    close_other(&other);
    return ck_par_agree(comm, error);
}

static ck_status unite_from(ck_workspace *work, ck_error *error, const ck_group_spec *group, ck_units *units) {
    char people[CK_STAMP_TEXT];
    if (ck_stage_stamp_in(&work->cli->comm, error, group->from, CK_STAGE_INGEST, people))
        return error->status;
    bool same = group->source == UINT32_MAX && work->people.stamp && strcmp(people, work->people.stamp) == 0;
    return same ? unite_index(&work->cli->comm, error, group->from, units) : unite_other(work, error, group, units);
}

/* ---- a column ---- */

static ck_status unite_column(ck_workspace *work, ck_error *error, const ck_group_spec *group, ck_units *units) {
    const ck_comm *comm = &work->cli->comm;
    const ck_people *people = &work->people;
    uint64_t *offset = NULL;
    uint32_t *code = NULL, s = 0;
    while (strcmp(people->source[s].name, work->job.ingest.source[group->source].name) != 0)
        s++;
    const ck_source *source = &people->source[s];
    if (ck_par_gather_all(comm, error, people->column[group->column].code, (people->end - people->begin) * sizeof *code, (void **)&code, &offset) == CK_OK)
        ck_units_unite_equal(error, units, source->record_begin, source->record_end - source->record_begin, code + source->record_begin);
    ck_free(offset);
    ck_free(code);
    return ck_par_agree(comm, error);
}

/* ---- all of them ---- */

ck_status ck_groups_load(ck_workspace *work, ck_error *error) {
    const ck_comm *comm = &work->cli->comm;
    if ((work->job.ngroups == 0 && !work->job.has_trace) || work->units)
        return error->status;
    if (ck_workspace_people(work, error, true))
        return error->status;
    ck_units *units = ck_alloc_zero(error, 1, sizeof *units);
    if (units)
        ck_units_begin(error, work->people.records, units);
    ck_par_agree(comm, error);
    for (uint32_t g = 0; g < work->job.ngroups && !error->status; g++) {
        const ck_group_spec *group = &work->job.group[g];
        (group->from ? unite_from : unite_column)(work, error, group, units);
    }
    if (!error->status && work->job.has_trace)
        ck_tracing_unite(work, error, units);
    if (!error->status)
        ck_units_finish(error, units);
    work->units = units;
    return ck_par_agree(comm, error);
}
