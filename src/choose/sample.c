#include "choose/sample.h"
#include "base/hash.h"
#include "base/memory.h"
#include <string.h>

bool ck_sample_holds(uint64_t records, uint64_t target, uint64_t seed, uint64_t record) {
    if (target >= records)
        return true;
    uint64_t below = (uint64_t)(((unsigned __int128)target << 64) / records);
    return ck_hash_mix(ck_hash_mix(seed + 1) + record) < below;
}

void ck_sample_free(ck_sample *sample) {
    for (uint32_t c = 0; sample->code && c < sample->ncolumns; c++)
        ck_free(sample->code[c]);
    ck_free(sample->code);
    ck_free(sample->source);
    ck_free(sample->record);
    *sample = (ck_sample){0};
}

/* A row travels as record number and codes. */
static void pack(const ck_people *people, uint32_t record, uint32_t *row) {
    row[0] = record;
    for (uint32_t c = 0; c < people->ncolumns; c++)
        row[1 + c] = people->column[c].code[record - people->begin];
}

static ck_status unpack(ck_error *error, const ck_people *people, const uint32_t *rows, uint64_t n, ck_sample *sample) {
    uint32_t width = people->ncolumns + 1;
    *sample = (ck_sample){.n = (uint32_t)n, .ncolumns = people->ncolumns};
    sample->record = ck_alloc(error, n, sizeof *sample->record);
    sample->source = ck_alloc(error, n, sizeof *sample->source);
    sample->code = ck_alloc_zero(error, people->ncolumns, sizeof *sample->code);
    for (uint32_t c = 0; error->status == CK_OK && c < people->ncolumns; c++)
        sample->code[c] = ck_alloc(error, n, sizeof **sample->code);
    for (uint64_t k = 0; error->status == CK_OK && k < n; k++) {
        sample->record[k] = rows[k * width];
        sample->source[k] = ck_people_source_of(people, rows[k * width]);
        for (uint32_t c = 0; c < people->ncolumns; c++)
            sample->code[c][k] = rows[k * width + 1 + c];
    }
    return error->status;
}

ck_status ck_sample_draw(const ck_comm *comm, ck_error *error, const ck_people *people, uint64_t target, uint64_t seed, ck_sample *sample) {
    uint32_t width = people->ncolumns + 1, *rows = NULL, *all = NULL;
    uint64_t *offset = NULL;
    size_t n = 0, room = 0;
    for (uint64_t r = people->begin; r < people->end && error->status == CK_OK; r++)
        if (ck_sample_holds(people->records, target, seed, r) && ck_grow(error, &rows, &room, (n + 1) * width, sizeof *rows) == CK_OK)
            pack(people, (uint32_t)r, rows + n++ * width);
    if (ck_par_gather_all(comm, error, rows, n * width * sizeof *rows, (void **)&all, &offset) == CK_OK)
        unpack(error, people, all, offset[comm->size] / (width * sizeof *all), sample);
    ck_free(all);
    ck_free(offset);
    ck_free(rows);
    return ck_par_agree(comm, error);
}

/* Rank 0's list on every rank. */
static ck_status share_list(const ck_comm *comm, ck_error *error, const uint32_t *record, uint64_t *n, uint32_t **list) {
    ck_par_broadcast(comm, 0, n, sizeof *n);
    *list = ck_alloc(error, *n, sizeof **list);
    if (ck_par_agree(comm, error) != CK_OK)
        return error->status;
    if (comm->rank == 0 && *n)
        memcpy(*list, record, *n * sizeof **list);
    ck_par_broadcast(comm, 0, *list, *n * sizeof **list);
    return CK_OK;
}

ck_status ck_sample_fetch(const ck_comm *comm, ck_error *error, const ck_people *people, const uint32_t *record, uint64_t n,
                          ck_sample *sample) {
    uint32_t width = people->ncolumns + 1, *list = NULL, *rows = NULL, *all = NULL;
    uint64_t *offset = NULL, begin = 0, end = 0;
    *sample = (ck_sample){0};
    if (share_list(comm, error, record, &n, &list) == CK_OK) {
        while (begin < n && list[begin] < people->begin)
            begin++;
        for (end = begin; end < n && list[end] < people->end;)
            end++;
        rows = ck_alloc(error, end - begin, width * sizeof *rows);
        for (uint64_t k = begin; rows && k < end; k++)
            pack(people, list[k], rows + (k - begin) * width);
    }
    if (ck_par_gather(comm, error, rows, (end - begin) * width * sizeof *rows, (void **)&all, &offset) == CK_OK && comm->rank == 0)
        unpack(error, people, all, n, sample);
    ck_free(all);
    ck_free(offset);
    ck_free(rows);
    ck_free(list);
    return ck_par_agree(comm, error);
}
