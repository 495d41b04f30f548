#include "assess/unchanged.h"
#include "base/memory.h"
#include "store/h5.h"
#include <stdio.h>
#include <string.h>

/* Both runs, and rank 0's arrays of them. */
typedef struct pairing {
    const ck_comm *comm;
    const ck_run_people *before, *now;
    ck_h5 *old_file, *file;
    uint32_t *old_record, *record; /* of rows */
    uint64_t *old_row;             /* of this run's rows; UINT64_MAX once a value differs */
} pairing;

static ck_status check_columns(const pairing *p, ck_error *error) {
    const ck_people *old = p->before->people, *now = p->now->people;
    for (uint32_t c = 0; c < now->ncolumns; c++) {
        char name[512];
        snprintf(name, sizeof name, "columns/%s/code", now->column[c].name);
        uint32_t was = ck_people_find_column(old, now->column[c].name);
        if (ck_h5_has(p->file, name) && (was == UINT32_MAX || old->column[was].kind != now->column[c].kind))
            return ck_fail(error, CK_USAGE, "'%s' has no column '%s' of this kind, so nothing of it can be taken over; link everything anew, with "
                           "'previous' to keep ids.", p->before->path, now->column[c].name);
    }
    return CK_OK;
}

/* The code now of every old code; UINT32_MAX: the value is not there any more. Both are sorted. */
static uint32_t *translate(ck_error *error, const ck_dict *old, const ck_dict *now) {
    uint32_t *code = ck_alloc(error, (size_t)old->count + 1, sizeof *code);
    if (code)
        code[0] = 0;
    for (uint32_t c = 1, k = 1; code && c <= old->count; c++) {
        int order = 1;
        while (k <= now->count && (order = ck_span_compare(ck_dict_value(now, k), ck_dict_value(old, c))) < 0)
            k++;
        code[c] = k <= now->count && order == 0 ? k : UINT32_MAX;
    }
    return code;
}

/* All codes of a column, on rank 0. */
static uint32_t *read_codes(const pairing *p, ck_error *error, ck_h5 *file, const ck_people *people, const char *column) {
    char name[512];
    uint64_t n = p->comm->rank == 0 ? people->records : 0;
    uint32_t *code = ck_alloc(error, n, sizeof *code);
    snprintf(name, sizeof name, "columns/%s/code", column);
    ck_h5_read(file, error, name, CK_H5_U32, 0, n, code);
    return code;
}

/* Rows of which this column differs are the same no more. */
static ck_status compare_column(pairing *p, ck_error *error, const ck_column *column) {
    const ck_people *old = p->before->people;
    const ck_column *was = &old->column[ck_people_find_column(old, column->name)];
    uint32_t *old_code = read_codes(p, error, p->old_file, old, column->name);
    uint32_t *code = read_codes(p, error, p->file, p->now->people, column->name);
    uint32_t *becomes = p->comm->rank == 0 ? translate(error, &was->dict, &column->dict) : NULL;
    for (uint64_t i = 0; becomes && !error->status && i < p->now->people->rows; i++)
        if (p->old_row[i] != UINT64_MAX && becomes[old_code[p->old_record[p->old_row[i]]]] != code[p->record[i]])
            p->old_row[i] = UINT64_MAX;
    ck_free(becomes);
    ck_free(code);
    ck_free(old_code);
    return ck_par_agree(p->comm, error);
}

static ck_status compare_columns(pairing *p, ck_error *error) {
    const ck_people *now = p->now->people;
    for (uint32_t c = 0; c < now->ncolumns && !error->status; c++) {
        char name[512];
        snprintf(name, sizeof name, "columns/%s/code", now->column[c].name);
        if (ck_h5_has(p->file, name)) /* else a tuple, made of columns that are compared */
            compare_column(p, error, &now->column[c]);
    }
    return error->status;
}

static ck_status open_both(pairing *p, ck_error *error) {
    if (ck_h5_open(p->comm, error, p->before->path, "people", CK_PEOPLE_VERSION, &p->old_file) ||
        ck_h5_open(p->comm, error, p->now->path, "people", CK_PEOPLE_VERSION, &p->file) || check_columns(p, error) ||
        ck_records_of_rows(p->comm, error, p->before->people, &p->old_record) || ck_records_of_rows(p->comm, error, p->now->people, &p->record))
        return error->status;
    uint64_t *row = NULL;
    ck_same_rows(p->comm, error, p->before, p->now, &row, &p->old_row);
    ck_free(row);
    return error->status;
}

static void settle(const pairing *p, ck_unchanged *unchanged) {
    for (uint64_t i = 0; i < p->now->people->rows; i++) {
        uint32_t record = p->record[i];
        uint64_t bit = UINT64_C(1) << (record % 64), *word = &unchanged->settled[record / 64];
        if (p->old_row[i] == UINT64_MAX)
            continue;
        unchanged->nsettled += !(*word & bit);
        *word |= bit;
        unchanged->record[p->old_record[p->old_row[i]]] = record;
    }
}

static ck_status share(const ck_comm *comm, ck_error *error, const pairing *p, ck_unchanged *unchanged) {
    size_t words = (size_t)(unchanged->records + 63) / 64;
    unchanged->settled = ck_alloc_zero(error, words, sizeof *unchanged->settled);
    unchanged->record = ck_alloc(error, unchanged->old_records, sizeof *unchanged->record);
    if (ck_par_agree(comm, error))
        return error->status;
    memset(unchanged->record, 0xff, unchanged->old_records * sizeof *unchanged->record);
    if (comm->rank == 0)
        settle(p, unchanged);
    ck_par_broadcast(comm, 0, unchanged->settled, words * sizeof *unchanged->settled);
    ck_par_broadcast(comm, 0, unchanged->record, unchanged->old_records * sizeof *unchanged->record);
    ck_par_broadcast(comm, 0, &unchanged->nsettled, sizeof unchanged->nsettled);
    return CK_OK;
}

ck_status ck_find_unchanged(const ck_comm *comm, ck_error *error, const ck_run_people *before, const ck_run_people *now, ck_unchanged *unchanged) {
    pairing p = {.comm = comm, .before = before, .now = now};
    *unchanged = (ck_unchanged){.records = now->people->records, .old_records = before->people->records};
    if (open_both(&p, error) == CK_OK && compare_columns(&p, error) == CK_OK)
        share(comm, error, &p, unchanged);
    ck_free(p.old_row);
    ck_free(p.record);
    ck_free(p.old_record);
    ck_h5_close(p.file);
    ck_h5_close(p.old_file);
    if (error->status)
        ck_unchanged_free(unchanged);
    return error->status;
}

void ck_unchanged_free(ck_unchanged *unchanged) {
    ck_free(unchanged->settled);
    ck_free(unchanged->record);
    *unchanged = (ck_unchanged){0};
}
