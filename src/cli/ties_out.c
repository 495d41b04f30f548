#include "cli/ties_out.h"
#include "base/memory.h"
#include "cli/export.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

/** First row of every record, where rows were collapsed; else NULL. */
static uint64_t *first_rows(ck_error *error, const ck_export_rows *rows) {
    uint64_t *first = rows->row_record ? ck_alloc(error, rows->people.records, sizeof *first) : NULL;
    for (uint64_t row = rows->people.rows; first && row-- > 0;)
        first[rows->row_record[row]] = row;
    return first;
}

typedef struct tie_writer {
    const ck_export_rows *rows;
    const ck_cascade *cascade;
    uint64_t *first, *offset;
    char *bytes; /**< ids of all rows */
    ck_csv_out csv;
} tie_writer;

static void write_side(tie_writer *w, uint32_t record) {
    uint64_t row = w->first ? w->first[record] : record, begin = w->offset[row];
    ck_csv_out_string(&w->csv, ck_export_rows_source(w->rows, row));
    ck_csv_out_text(&w->csv, (ck_span){w->bytes + begin, (size_t)(w->offset[row + 1] - begin)});
}

static const char *rule_of(const ck_cascade *cascade, double weight) {
    uint32_t k = 0;
    while (k + 1 < cascade->n && ck_cascade_weight(k) > weight)
        k++;
    return cascade->rule[k].name;
}

/** Links that exclude one another have one number; the ties are in order of (weight, set). */
static ck_status write_rows(ck_error *error, const char *path, tie_writer *w, const ck_ties *ties) {
    static const char *const names[] = {"tie", "source_a", "id_a", "source_b", "id_b", "match_weight"};
    int64_t number = 0;
    if (ck_csv_out_open(error, path, &w->csv) == CK_OK) {
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            ck_csv_out_string(&w->csv, names[k]);
        if (w->cascade->n)
            ck_csv_out_string(&w->csv, "rule");
        ck_csv_out_end_row(&w->csv);
        for (uint64_t i = 0; i < ties->n; i++) {
            const ck_tie *tie = &ties->tie[i];
            number += i == 0 || tie->weight != tie[-1].weight || tie->set != tie[-1].set;
            ck_csv_out_integer(&w->csv, number);
            write_side(w, tie->a);
            write_side(w, tie->b);
            ck_csv_out_real(&w->csv, tie->weight);
            if (w->cascade->n)
                ck_csv_out_string(&w->csv, rule_of(w->cascade, tie->weight));
            ck_csv_out_end_row(&w->csv);
        }
        ck_csv_out_commit(error, &w->csv);
    }
    ck_csv_out_close(&w->csv);
    return error->status;
}

static ck_status write_ties(ck_workspace *work, ck_error *error, const char *path, const ck_ties *ties) {
    const ck_comm *comm = &work->cli->comm;
    ck_export_rows rows = {0};
    tie_writer writer = {.rows = &rows, .cascade = &work->job.cascade};
    if (ck_export_rows_open(comm, error, work->folder, &rows) == CK_OK)
        ck_people_read_ids(comm, error, work->people_path, 0, comm->rank == 0 ? rows.people.rows : 0, &writer.offset, &writer.bytes);
    if (comm->rank == 0 && !error->status) {
        writer.first = first_rows(error, &rows);
        if (!error->status)
            write_rows(error, path, &writer, ties);
    }
    ck_free(writer.first);
    ck_free(writer.bytes);
    ck_free(writer.offset);
    ck_export_rows_close(&rows);
    return ck_par_agree(comm, error);
}

ck_status ck_ties_write(ck_workspace *work, ck_error *error, const ck_ties *ties) {
    char *path = ck_path_join(error, work->folder, "ties.csv");
    if (ck_par_agree(&work->cli->comm, error) == CK_OK && ties->n > 0)
        write_ties(work, error, path, ties);
    else if (path && work->cli->comm.rank == 0 && unlink(path) != 0 && errno != ENOENT)
        ck_fail(error, CK_FILE, "'%s' is of an earlier run and cannot be removed: %s.", path, strerror(errno));
    ck_free(path);
    return ck_par_agree(&work->cli->comm, error);
}
