#include "base/memory.h"
#include "store/people_inside.h"
#include <stdio.h>
#include <string.h>

/* One read of the file; every step does nothing once a step before it has failed, on all ranks alike. */
typedef struct ck_reader {
    const ck_comm *comm;
    ck_error *error;
    const char *path;
    ck_h5 *file;
} ck_reader;

static void fail_damaged(ck_reader *r, const char *what) {
    ck_fail(r->error, CK_FILE, "Cannot read %s: /%s is damaged; make the file again.", r->path, what);
}

/* A whole dataset on every rank: rank 0 reads, the others hear it. NULL after a failure; the length in *n. */
static void *read_everywhere(ck_reader *r, const char *name, ck_h5_type type, size_t width, uint64_t *n) {
    ck_h5_size(r->file, r->error, name, n);
    void *elements = ck_alloc(r->error, *n, width);
    uint64_t here = r->comm->rank == 0 ? *n : 0;
    if (ck_h5_read(r->file, r->error, name, type, 0, here, elements) != CK_OK) {
        ck_free(elements);
        return NULL;
    }
    ck_par_broadcast(r->comm, 0, elements, *n * width);
    return elements;
}

/* Offsets must never lead outside the bytes, whoever wrote the file. */
static bool rises_to(const uint64_t *offset, uint64_t n, uint64_t end) {
    for (uint64_t i = 0; i + 1 < n; i++)
        if (offset[i] > offset[i + 1])
            return false;
    return n > 0 && offset[n - 1] <= end;
}

/* Texts as /<group>/{bytes,offset} on every rank; noffsets in *n. */
static void read_bytes(ck_reader *r, const char *group, uint64_t **offset, char **bytes, uint64_t *n) {
    char name[CK_PATH_ROOM];
    uint64_t nbytes = 0;
    snprintf(name, sizeof name, "%s/bytes", group);
    *bytes = read_everywhere(r, name, CK_H5_U8, 1, &nbytes);
    snprintf(name, sizeof name, "%s/offset", group);
    *offset = read_everywhere(r, name, CK_H5_U64, sizeof **offset, n);
    if (r->error->status == CK_OK && !rises_to(*offset, *n, nbytes))
        fail_damaged(r, name);
}

/* The texts of a group as strings, and how many. */
static char **read_texts(ck_reader *r, const char *group, uint32_t *count) {
    uint64_t *offset, n = 0;
    char *bytes, **texts = NULL;
    read_bytes(r, group, &offset, &bytes, &n);
    if (r->error->status == CK_OK) {
        *count = (uint32_t)(n - 1);
        texts = ck_alloc_zero(r->error, n, sizeof *texts);
        for (uint32_t i = 0; texts && i < *count; i++)
            texts[i] = ck_copy_text(r->error, bytes + offset[i], offset[i + 1] - offset[i]);
    }
    ck_par_agree(r->comm, r->error);
    ck_free(bytes);
    ck_free(offset);
    return texts;
}

static uint64_t *read_source_numbers(ck_reader *r, const char *name, uint32_t nsources) {
    uint64_t n = 0;
    uint64_t *numbers = read_everywhere(r, name, CK_H5_U64, sizeof *numbers, &n);
    if (r->error->status == CK_OK && n != nsources)
        fail_damaged(r, name);
    return numbers;
}

/* Sources must follow one another and end with the last record and row. */
static bool sources_tile(const ck_people *p) {
    uint64_t record = 0, row = 0;
    for (uint32_t s = 0; s < p->nsources; s++) {
        const ck_source *source = &p->source[s];
        if (source->record_begin != record || source->record_end < record || source->row_begin != row ||
            source->row_end < row)
            return false;
        record = source->record_end;
        row = source->row_end;
    }
    return record == p->records && row == p->rows;
}

static void read_sources(ck_reader *r, ck_people *p) {
    char **name = read_texts(r, "sources/name", &p->nsources);
    uint64_t *unique = read_source_numbers(r, "sources/unique", p->nsources);
    uint64_t *record_begin = read_source_numbers(r, "sources/record_begin", p->nsources);
    uint64_t *record_end = read_source_numbers(r, "sources/record_end", p->nsources);
    uint64_t *row_begin = read_source_numbers(r, "sources/row_begin", p->nsources);
    uint64_t *row_end = read_source_numbers(r, "sources/row_end", p->nsources);
    p->source = ck_alloc_zero(r->error, p->nsources, sizeof *p->source);
    bool good = ck_par_agree(r->comm, r->error) == CK_OK;
    for (uint32_t s = 0; good && s < p->nsources; s++) {
        p->source[s] = (ck_source){name[s], unique[s] != 0, record_begin[s], record_end[s], row_begin[s], row_end[s]};
        name[s] = NULL;
    }
    if (good && !sources_tile(p))
        fail_damaged(r, "sources");
    for (uint32_t s = 0; name && s < p->nsources; s++)
        ck_free(name[s]);
    ck_free(name);
    ck_free(unique);
    ck_free(record_begin);
    ck_free(record_end);
    ck_free(row_begin);
    ck_free(row_end);
}

static void read_schema(ck_reader *r, ck_people *p) {
    char **name = read_texts(r, "schema/name", &p->ncolumns);
    p->column = ck_alloc_zero(r->error, p->ncolumns, sizeof *p->column);
    for (uint32_t c = 0; name && c < p->ncolumns; c++) {
        if (name[c] && strlen(name[c]) > CK_NAME_MAX)
            fail_damaged(r, "schema/name");
        if (p->column)
            p->column[c].name = name[c];
        else
            ck_free(name[c]);
    }
    ck_free(name);
    ck_par_agree(r->comm, r->error);
}

static void read_kind(ck_reader *r, ck_column *column) {
    char name[CK_PATH_ROOM], *word;
    snprintf(name, sizeof name, "columns/%s", column->name);
    if (ck_h5_get_text(r->file, r->error, name, "kind", &word) != CK_OK)
        return;
    column->kind = ck_kind_parse(word);
    if (column->kind == CK_KIND_COUNT)
        fail_damaged(r, name);
    ck_free(word);
}

static void read_codes(ck_reader *r, const ck_people *p, ck_column *column) {
    char name[CK_PATH_ROOM];
    uint64_t n = p->end - p->begin;
    snprintf(name, sizeof name, "columns/%s/code", column->name);
    column->code = ck_alloc(r->error, n, sizeof *column->code);
    if (ck_h5_read(r->file, r->error, name, CK_H5_U32, p->begin, n, column->code) != CK_OK)
        return;
    uint32_t largest = 0;
    for (uint64_t i = 0; i < n; i++)
        largest = column->code[i] > largest ? column->code[i] : largest;
    if (largest > column->dict.count)
        fail_damaged(r, name);
}

static void read_column(ck_reader *r, unsigned want, const ck_people *p, ck_column *column) {
    char group[CK_PATH_ROOM];
    uint64_t n = 0;
    ck_dict *dict = &column->dict;
    read_kind(r, column);
    snprintf(group, sizeof group, "columns/%s/value", column->name);
    read_bytes(r, group, &dict->offset, &dict->bytes, &n);
    if (r->error->status == CK_OK && (n < 2 || n - 2 > UINT32_MAX || dict->offset[1] != 0))
        fail_damaged(r, group);
    if (r->error->status == CK_OK)
        dict->count = (uint32_t)(n - 2);
    if (want & CK_PEOPLE_CODES)
        read_codes(r, p, column);
}

/* Offsets of ids [begin, end]. The slices of several ranks overlap by one, but a checksum needs each element once: so the rank of the last id
 * reads the end with its slice, and the others read theirs apart. */
static ck_status read_id_offsets(ck_reader *r, uint64_t begin, uint64_t end, uint64_t *offset) {
    uint64_t noffsets = 0, n = end - begin;
    ck_h5_size(r->file, r->error, "id/offset", &noffsets);
    bool last = end + 1 == noffsets && (n || (noffsets == 1 && r->comm->rank == 0));
    ck_h5_read(r->file, r->error, "id/offset", CK_H5_U64, begin, n + last, offset);
    return ck_h5_read(r->file, r->error, "id/offset", CK_H5_U64, end, !last, offset ? offset + n : NULL);
}

/* Ids of rows [begin, end): offsets from 0, and the bytes. */
static void read_ids(ck_reader *r, uint64_t begin, uint64_t end, uint64_t **offset, char **bytes) {
    uint64_t n = end - begin, nbytes = 0;
    ck_h5_size(r->file, r->error, "id/bytes", &nbytes);
    *offset = ck_alloc_zero(r->error, n + 1, sizeof **offset);
    *bytes = NULL;
    if (read_id_offsets(r, begin, end, *offset) != CK_OK)
        return;
    if (!rises_to(*offset, n + 1, nbytes))
        fail_damaged(r, "id/offset");
    uint64_t first = (*offset)[0], mine = (*offset)[n] - first;
    *bytes = r->error->status == CK_OK ? ck_alloc(r->error, mine, 1) : NULL;
    ck_h5_read(r->file, r->error, "id/bytes", CK_H5_U8, first, mine, *bytes);
    for (uint64_t i = 0; i <= n; i++)
        (*offset)[i] -= first;
}

static void read_row_records(ck_reader *r, ck_people *p) {
    if (!ck_h5_has(r->file, "row/record"))
        return;
    uint64_t n = p->row_end - p->row_begin;
    p->row_record = ck_alloc(r->error, n, sizeof *p->row_record);
    if (ck_h5_read(r->file, r->error, "row/record", CK_H5_U32, p->row_begin, n, p->row_record) != CK_OK)
        return;
    for (uint64_t i = 0; i < n; i++)
        if (p->row_record[i] >= p->records)
            fail_damaged(r, "row/record");
}

/* This rank's even shares of the records and the rows. */
static void take_shares(ck_reader *r, ck_people *p) {
    ck_h5_get_u64(r->file, r->error, "", "records", &p->records);
    ck_h5_get_u64(r->file, r->error, "", "rows", &p->rows);
    p->begin = ck_par_share(r->comm, p->records, r->comm->rank);
    p->end = ck_par_share(r->comm, p->records, r->comm->rank + 1);
    p->row_begin = ck_par_share(r->comm, p->rows, r->comm->rank);
    p->row_end = ck_par_share(r->comm, p->rows, r->comm->rank + 1);
}

ck_status ck_people_open(const ck_comm *comm, ck_error *error, const char *path, unsigned want, ck_people *people) {
    *people = (ck_people){0};
    ck_reader r = {comm, error, path, NULL};
    if (ck_h5_open(comm, error, path, "people", CK_PEOPLE_VERSION, &r.file) != CK_OK)
        return error->status;
    ck_h5_get_text(r.file, error, "", "stamp", &people->stamp);
    take_shares(&r, people);
    read_sources(&r, people);
    read_schema(&r, people);
    for (uint32_t c = 0; c < people->ncolumns; c++)
        if (ck_par_agree(comm, error) == CK_OK)
            read_column(&r, want, people, &people->column[c]);
    if (want & CK_PEOPLE_IDS)
        read_ids(&r, people->row_begin, people->row_end, &people->id_offset, &people->id_bytes);
    read_row_records(&r, people);
    ck_h5_close(r.file);
    if (ck_par_agree(comm, error) != CK_OK)
        ck_people_free(people);
    return error->status;
}

ck_status ck_people_read_ids(const ck_comm *comm, ck_error *error, const char *path, uint64_t begin, uint64_t end,
                             uint64_t **offset, char **bytes) {
    *offset = NULL;
    *bytes = NULL;
    ck_reader r = {comm, error, path, NULL};
    if (ck_h5_open(comm, error, path, "people", CK_PEOPLE_VERSION, &r.file) != CK_OK)
        return error->status;
    read_ids(&r, begin, end, offset, bytes);
    ck_h5_close(r.file);
    if (ck_par_agree(comm, error) != CK_OK) {
        ck_free(*offset);
        ck_free(*bytes);
        *offset = NULL;
        *bytes = NULL;
    }
    return error->status;
}
