#include "assess/same_rows.h"
#include "base/memory.h"
#include <string.h>

/* The ids of one source's rows, on rank 0. */
typedef struct source_ids {
    uint64_t begin, n, *offset;
    char *bytes;
} source_ids;

static ck_status read_ids(const ck_comm *comm, ck_error *error, const ck_run_people *run, const ck_source *source, source_ids *ids) {
    ids->begin = source->row_begin;
    ids->n = comm->rank == 0 ? source->row_end - source->row_begin : 0;
    return ck_people_read_ids(comm, error, run->path, ids->begin, ids->begin + ids->n, &ids->offset, &ids->bytes);
}

/* Ids are sorted in both. */
static void match_ids(const source_ids *x, const source_ids *y, uint64_t *of_before, uint64_t *of_after) {
    for (uint64_t i = 0, k = 0; i < x->n && k < y->n;) {
        ck_span a = {x->bytes + x->offset[i], (size_t)(x->offset[i + 1] - x->offset[i])};
        ck_span b = {y->bytes + y->offset[k], (size_t)(y->offset[k + 1] - y->offset[k])};
        int order = ck_span_compare(a, b);
        if (order == 0) {
            of_before[x->begin + i] = y->begin + k;
            of_after[y->begin + k] = x->begin + i;
        }
        i += order <= 0;
        k += order >= 0;
    }
}

static ck_status match_sources(const ck_comm *comm, ck_error *error, const ck_run_people *before, const ck_source *old,
                               const ck_run_people *after, const ck_source *now, uint64_t *of_before, uint64_t *of_after) {
    source_ids x = {0}, y = {0};
    if (read_ids(comm, error, before, old, &x) == CK_OK && read_ids(comm, error, after, now, &y) == CK_OK)
        match_ids(&x, &y, of_before, of_after);
    ck_free(x.offset);
    ck_free(x.bytes);
    ck_free(y.offset);
    ck_free(y.bytes);
    return error->status;
}

static uint64_t *nowhere(ck_error *error, uint64_t rows) {
    uint64_t *row = ck_alloc(error, rows, sizeof *row);
    if (row)
        memset(row, 0xff, rows * sizeof *row);
    return row;
}

ck_status ck_same_rows(const ck_comm *comm, ck_error *error, const ck_run_people *before, const ck_run_people *after, uint64_t **of_before,
                       uint64_t **of_after) {
    const ck_people *old = before->people, *now = after->people;
    *of_before = comm->rank == 0 ? nowhere(error, old->rows) : NULL;
    *of_after = comm->rank == 0 ? nowhere(error, now->rows) : NULL;
    ck_par_agree(comm, error);
    for (uint32_t s = 0; s < old->nsources; s++)
        for (uint32_t t = 0; t < now->nsources && !error->status; t++)
            if (strcmp(old->source[s].name, now->source[t].name) == 0)
                match_sources(comm, error, before, &old->source[s], after, &now->source[t], *of_before, *of_after);
    return error->status;
}

ck_status ck_records_of_rows(const ck_comm *comm, ck_error *error, const ck_people *people, uint32_t **record) {
    uint64_t collapsed = people->row_record != NULL, *offset = NULL;
    *record = NULL;
    ck_par_max(comm, &collapsed, 1);
    if (collapsed) {
        ck_par_gather(comm, error, people->row_record, (people->row_end - people->row_begin) * sizeof **record, (void **)record, &offset);
        ck_free(offset);
        return error->status;
    }
    *record = comm->rank == 0 ? ck_alloc(error, people->rows, sizeof **record) : NULL;
    for (uint64_t i = 0; *record && i < people->rows; i++)
        (*record)[i] = (uint32_t)i;
    return ck_par_agree(comm, error);
}
