#include "cli/person_ids.h"
#include "assess/keep_ids.h"
#include "assess/same_rows.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/path.h"
#include "cli/console.h"
#include "csv/csv_out.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char log_name[] = "ids.csv";

/** The run before this one; its arrays on rank 0. */
typedef struct last_run {
    char *people_path, *index_path, *log_path;
    ck_people people;
    ck_index index;
    uint32_t *person, *record; /**< [records], [rows] */
    uint64_t *id;              /**< [records] */
} last_run;

static ck_status name_files(ck_error *error, const char *folder, last_run *last) {
    last->people_path = ck_path_join(error, folder, "people.h5");
    last->index_path = ck_path_join(error, folder, "index.h5");
    last->log_path = ck_path_join(error, folder, log_name);
    return error->status;
}

/** Is the previous folder a finished result, and another one than this? */
static ck_status check_folder(const ck_workspace *work, ck_error *error) {
    const char *previous = work->job.previous;
    char *here = realpath(work->folder, NULL), *there = realpath(previous, NULL);
    if (here && there && strcmp(here, there) == 0)
        ck_fail(error, CK_USAGE, "'previous' names the result folder itself, '%s'; keep the last run in a folder of its own.", work->folder);
    else
        ck_run_record_require(error, previous, "cluster");
    free(here);
    free(there);
    return error->status;
}

static ck_status open_last(ck_workspace *work, ck_error *error, last_run *last) {
    const ck_comm *comm = &work->cli->comm;
    if (comm->rank == 0)
        check_folder(work, error);
    name_files(error, work->job.previous, last);
    if (ck_par_agree(comm, error) || ck_people_open(comm, error, last->people_path, 0, &last->people) ||
        ck_index_open(comm, error, last->index_path, &last->index))
        return error->status;
    if (last->index.records != last->people.records)
        ck_fail(error, CK_DATA, "'%s' is of another people.h5; 'carrick cluster' makes it again.", last->index_path);
    if (ck_par_agree(comm, error) || ck_records_of_rows(comm, error, &last->people, &last->record) ||
        ck_index_gather_persons(comm, error, &last->index, &last->person))
        return error->status;
    return ck_index_gather_ids(comm, error, last->index_path, &last->index, &last->id);
}

static void close_last(last_run *last) {
    ck_free(last->id);
    ck_free(last->person);
    ck_free(last->record);
    ck_index_free(&last->index);
    ck_people_free(&last->people);
    ck_free(last->log_path);
    ck_free(last->index_path);
    ck_free(last->people_path);
}

/* ---- the rule, on rank 0 ---- */

/** The old person of every row; `row_of` as ck_same_rows. */
static uint32_t *find_old_persons(ck_error *error, const last_run *last, const uint64_t *row_of, uint64_t rows) {
    uint32_t *old = ck_alloc(error, rows, sizeof *old);
    for (uint64_t i = 0; old && i < rows; i++)
        old[i] = row_of[i] == UINT64_MAX ? CK_NO_PERSON : last->person[last->record[row_of[i]]];
    return old;
}

static uint64_t *find_old_ids(ck_error *error, const last_run *last) {
    uint64_t *id = ck_alloc_zero(error, last->index.persons, sizeof *id);
    for (uint64_t i = 0; id && i < last->index.records; i++)
        id[last->person[i]] = last->id[i];
    return id;
}

/** `person` and `record` are of this run's records and rows. */
static ck_status apply_rule(ck_error *error, const last_run *last, const ck_people *people, const ck_index *index, const uint32_t *person,
                            uint32_t *record, const uint64_t *row_of, ck_kept_ids *kept) {
    uint32_t *old = find_old_persons(error, last, row_of, people->rows);
    uint64_t *old_id = find_old_ids(error, last);
    for (uint64_t i = 0; i < people->rows; i++)
        record[i] = person[record[i]]; /* rows' persons from here on */
    const ck_keep_ids input = {people->rows, index->persons, record, old, last->index.persons, old_id, last->index.next_id};
    if (!error->status)
        ck_ids_keep(error, &input, kept);
    ck_free(old_id);
    ck_free(old);
    return error->status;
}

static ck_status match_rows(ck_workspace *work, ck_error *error, const last_run *last, uint64_t **row_of) {
    const ck_run_people before = {last->people_path, &last->people}, now = {work->people_path, &work->people};
    uint64_t *other = NULL;
    ck_same_rows(&work->cli->comm, error, &before, &now, &other, row_of);
    ck_free(other);
    return error->status;
}

static ck_status keep_ids(ck_workspace *work, ck_error *error, const last_run *last, const ck_index *index, uint32_t **person, ck_kept_ids *kept) {
    const ck_comm *comm = &work->cli->comm;
    uint32_t *record = NULL;
    uint64_t *row_of = NULL;
    if (ck_index_gather_persons(comm, error, index, person) == CK_OK && ck_records_of_rows(comm, error, &work->people, &record) == CK_OK &&
        match_rows(work, error, last, &row_of) == CK_OK && comm->rank == 0)
        apply_rule(error, last, &work->people, index, *person, record, row_of, kept);
    ck_free(row_of);
    ck_free(record);
    return ck_par_agree(comm, error);
}

/** Every rank's records get the ids that rank 0 has by person. */
static ck_status hand_out(const ck_comm *comm, ck_error *error, const uint32_t *person, const ck_kept_ids *kept, ck_index *index) {
    uint64_t *id = comm->rank == 0 ? ck_alloc(error, index->records, sizeof *id) : NULL;
    uint64_t *bytes = ck_alloc_zero(error, 2 * (size_t)comm->size, sizeof *bytes);
    for (uint64_t i = 0; id && i < index->records; i++)
        id[i] = kept->id[person[i]];
    for (int r = 0; bytes && comm->rank == 0 && r < comm->size; r++)
        bytes[r] = (ck_par_share(comm, index->records, r + 1) - ck_par_share(comm, index->records, r)) * sizeof *id;
    index->next_id = kept->next_id;
    ck_par_broadcast(comm, 0, &index->next_id, sizeof index->next_id);
    if (ck_par_agree(comm, error) == CK_OK)
        ck_par_exchange(comm, error, id, bytes, (void **)&index->id, bytes + comm->size);
    ck_free(bytes);
    ck_free(id);
    return error->status;
}

/* ---- the log ---- */

static void write_id(ck_csv_out *csv, uint64_t id) {
    if (id)
        ck_csv_out_integer(csv, (int64_t)id);
    else
        ck_csv_out_string(csv, "");
}

static void write_changes(ck_csv_out *csv, const char *as_of, const ck_kept_ids *kept) {
    for (size_t i = 0; i < kept->nchanges; i++) {
        const ck_id_change *change = &kept->change[i];
        ck_csv_out_string(csv, as_of ? as_of : "");
        ck_csv_out_string(csv, ck_id_reason_names[change->reason]);
        write_id(csv, change->old_id);
        write_id(csv, change->new_id);
        ck_csv_out_integer(csv, (int64_t)change->rows);
        ck_csv_out_end_row(csv);
    }
}

/** The log so far, or its header. */
static ck_status copy_log(ck_error *error, const char *path, ck_csv_out *csv) {
    static const char header[] = "as_of,reason,old_id,new_id,rows\n";
    char *text = NULL;
    size_t n = 0;
    if (!ck_path_is_file(path))
        fputs(header, csv->file.stream);
    else if (ck_file_read(error, path, &text, &n) == CK_OK)
        fwrite(text, 1, n, csv->file.stream);
    ck_free(text);
    return error->status;
}

static ck_status write_log(const ck_workspace *work, ck_error *error, const last_run *last, const ck_kept_ids *kept) {
    ck_csv_out csv = {0};
    char *path = ck_path_join(error, work->folder, log_name);
    if (path && ck_csv_out_open(error, path, &csv) == CK_OK && copy_log(error, last->log_path, &csv) == CK_OK) {
        write_changes(&csv, work->job.as_of, kept);
        ck_csv_out_commit(error, &csv);
    }
    ck_csv_out_close(&csv);
    ck_free(path);
    return error->status;
}

static ck_status remove_log(const ck_workspace *work, ck_error *error) {
    char *path = work->cli->comm.rank == 0 ? ck_path_join(error, work->folder, log_name) : NULL;
    if (path && unlink(path) != 0 && errno != ENOENT)
        ck_fail(error, CK_FILE, "'%s' is of an earlier run and cannot be removed: %s.", path, strerror(errno));
    ck_free(path);
    return ck_par_agree(&work->cli->comm, error);
}

static void tell(const ck_kept_ids *kept) {
    char n[6][CK_COUNT_TEXT];
    ck_log(CK_LOG_INFO, "%s ids kept, %s new; %s merged, %s persons' parts split off, %s moved, %s ids retired (ids.csv).",
           ck_count_text(kept->kept, n[0]), ck_count_text(kept->count[CK_ID_NEW], n[1]), ck_count_text(kept->count[CK_ID_MERGED], n[2]),
           ck_count_text(kept->count[CK_ID_SPLIT], n[3]), ck_count_text(kept->count[CK_ID_MOVED], n[4]),
           ck_count_text(kept->count[CK_ID_RETIRED], n[5]));
}

/** Ids of persons that last are the whole's to give, not a pass's. */
static bool gives_ids(const ck_workspace *work) {
    return work->job.previous && !work->job.people;
}

ck_status ck_person_ids_give(ck_workspace *work, ck_error *error, ck_index *index) {
    const ck_comm *comm = &work->cli->comm;
    last_run last = {0};
    uint32_t *person = NULL;
    ck_kept_ids kept = {0};
    if (!gives_ids(work))
        return remove_log(work, error);
    if (ck_workspace_people(work, error, false) == CK_OK && open_last(work, error, &last) == CK_OK &&
        keep_ids(work, error, &last, index, &person, &kept) == CK_OK && hand_out(comm, error, person, &kept, index) == CK_OK && comm->rank == 0 &&
        write_log(work, error, &last, &kept) == CK_OK)
        tell(&kept);
    ck_kept_ids_free(&kept);
    ck_free(person);
    close_last(&last);
    return ck_par_agree(comm, error);
}

ck_status ck_person_ids_depend(ck_workspace *work, ck_error *error, ck_stamp *stamp) {
    const ck_comm *comm = &work->cli->comm;
    last_run last = {0};
    uint64_t hash[3] = {0};
    if (!gives_ids(work))
        return CK_OK;
    name_files(error, work->job.previous, &last);
    uint8_t logged = comm->rank == 0 && last.log_path && ck_path_is_file(last.log_path);
    ck_par_broadcast(comm, 0, &logged, sizeof logged);
    if (comm->rank == 0)
        check_folder(work, error);
    const char *path[] = {last.people_path, last.index_path, last.log_path};
    if (ck_par_agree(comm, error) == CK_OK && ck_hash_files(comm, error, path, 2u + logged, hash, NULL, NULL) == CK_OK)
        for (int k = 0; k < 2 + logged; k++)
            ck_stamp_add_hash(stamp, hash[k]);
    close_last(&last);
    return error->status;
}
