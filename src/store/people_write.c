#include "base/memory.h"
#include "store/people_inside.h"
#include <stdio.h>
#include <string.h>

/* One write of the file: the handle, what is written, and the first failure. Every step below does nothing once a
 * step before it has failed, on all ranks alike. */
typedef struct ck_writer {
    const ck_comm *comm;
    ck_error *error;
    const char *path;
    const ck_people *people;
    ck_h5 *file;
} ck_writer;

static void describe(ck_writer *w, const char *object, const char *text) {
    ck_h5_set_text(w->file, w->error, object, "description", text);
}

/* Texts one after the other, as /<group>/{bytes,offset}; rank 0 holds them all. */
static void write_texts(ck_writer *w, const char *group, const char *const *text, uint32_t n) {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < n; i++)
        bytes += strlen(text[i]);
    uint64_t *offset = ck_alloc_zero(w->error, (size_t)n + 1, sizeof *offset);
    char *joined = ck_alloc(w->error, bytes, 1);
    if (ck_par_agree(w->comm, w->error) == CK_OK) {
        for (uint32_t i = 0; i < n; i++) {
            offset[i + 1] = offset[i] + strlen(text[i]);
            memcpy(joined + offset[i], text[i], strlen(text[i]));
        }
        char name[64];
        snprintf(name, sizeof name, "%s/offset", group);
        ck_h5_write_root(w->file, w->error, name, CK_H5_U64, n + 1, offset);
        snprintf(name, sizeof name, "%s/bytes", group);
        ck_h5_write_root(w->file, w->error, name, CK_H5_U8, bytes, joined);
    }
    ck_free(joined);
    ck_free(offset);
}

static void write_sources(ck_writer *w) {
    const ck_people *p = w->people;
    uint32_t n = p->nsources;
    const char **name = ck_alloc_zero(w->error, n, sizeof *name);
    uint64_t *numbers = ck_alloc_zero(w->error, 4 * (size_t)n, sizeof *numbers);
    uint8_t *unique = ck_alloc_zero(w->error, n, 1);
    if (ck_par_agree(w->comm, w->error) == CK_OK) {
        for (uint32_t s = 0; s < n; s++) {
            name[s] = p->source[s].name;
            unique[s] = p->source[s].unique;
            numbers[s] = p->source[s].record_begin;
            numbers[n + s] = p->source[s].record_end;
            numbers[2 * n + s] = p->source[s].row_begin;
            numbers[3 * n + s] = p->source[s].row_end;
        }
        write_texts(w, "sources/name", name, n);
        ck_h5_write_root(w->file, w->error, "sources/unique", CK_H5_U8, n, unique);
        ck_h5_write_root(w->file, w->error, "sources/record_begin", CK_H5_U64, n, numbers);
        ck_h5_write_root(w->file, w->error, "sources/record_end", CK_H5_U64, n, numbers + n);
        ck_h5_write_root(w->file, w->error, "sources/row_begin", CK_H5_U64, n, numbers + 2 * (size_t)n);
        ck_h5_write_root(w->file, w->error, "sources/row_end", CK_H5_U64, n, numbers + 3 * (size_t)n);
        describe(w, "sources", "Sources in record order: name, at most one record a person (unique), half-open ranges "
                               "of records and rows");
    }
    ck_free(unique);
    ck_free(numbers);
    ck_free(name);
}

static void write_schema(ck_writer *w) {
    const char **name = ck_alloc_zero(w->error, w->people->ncolumns, sizeof *name);
    if (ck_par_agree(w->comm, w->error) == CK_OK) {
        for (uint32_t c = 0; c < w->people->ncolumns; c++)
            name[c] = w->people->column[c].name;
        write_texts(w, "schema/name", name, w->people->ncolumns);
        describe(w, "schema", "Names of the columns in the order of the job");
    }
    ck_free(name);
}

/* Codes of this rank in the narrowest type that holds the dictionary's. */
static void write_codes(ck_writer *w, const char *name, const uint32_t *code, uint64_t n, uint32_t count) {
    ck_h5_type type = ck_code_type(count);
    void *narrow = type == CK_H5_U32 ? NULL : ck_alloc(w->error, n, 2);
    const void *elements = type == CK_H5_U32 ? (const void *)code : narrow;
    if (ck_par_agree(w->comm, w->error) == CK_OK) {
        if (type == CK_H5_U8)
            for (uint64_t i = 0; i < n; i++)
                ((uint8_t *)narrow)[i] = (uint8_t)code[i];
        if (type == CK_H5_U16)
            for (uint64_t i = 0; i < n; i++)
                ((uint16_t *)narrow)[i] = (uint16_t)code[i];
        ck_h5_write(w->file, w->error, name, type, w->people->records, w->people->begin, n, elements);
        describe(w, name, "Code of each record: 0 = missing, else a value of this column's dictionary");
    }
    ck_free(narrow);
}

/* How many records have each code, over all ranks. */
static void write_count(ck_writer *w, const char *name, const uint32_t *code, uint64_t n, uint32_t count) {
    uint64_t *counts = ck_alloc_zero(w->error, (size_t)count + 1, sizeof *counts);
    if (counts)
        for (uint64_t i = 0; i < n; i++) {
            if (code[i] > count)
                ck_fail(w->error, CK_INTERNAL, "Writing %s: a code is beyond its dictionary.", w->path);
            else
                counts[code[i]]++;
        }
    if (ck_par_agree(w->comm, w->error) == CK_OK) {
        ck_par_sum(w->comm, counts, (size_t)count + 1);
        ck_h5_write_root(w->file, w->error, name, CK_H5_U64, (uint64_t)count + 1, counts);
        describe(w, name, "Records that have each code, over all sources");
    }
    ck_free(counts);
}

static void write_column(ck_writer *w, const ck_column *column) {
    char name[CK_PATH_ROOM];
    const ck_dict *dict = &column->dict;
    bool root = w->comm->rank == 0; /* whose dictionaries count */
    uint64_t n = w->people->end - w->people->begin, count = root ? dict->count : 0;
    ck_par_broadcast(w->comm, 0, &count, sizeof count);
    snprintf(name, sizeof name, "columns/%s/count", column->name);
    write_count(w, name, column->code, n, (uint32_t)count);
    snprintf(name, sizeof name, "columns/%s/code", column->name);
    write_codes(w, name, column->code, n, (uint32_t)count);
    snprintf(name, sizeof name, "columns/%s/value/offset", column->name);
    static const uint64_t none[2] = {0, 0};
    ck_h5_write_root(w->file, w->error, name, CK_H5_U64, count + 2, dict->offset ? dict->offset : none);
    describe(w, name, "Value of code c: bytes[offset[c] .. offset[c + 1]), UTF-8; values are sorted by bytes");
    snprintf(name, sizeof name, "columns/%s/value/bytes", column->name);
    ck_h5_write_root(w->file, w->error, name, CK_H5_U8, root && dict->offset ? dict->offset[count + 1] : 0, dict->bytes);
    snprintf(name, sizeof name, "columns/%s", column->name);
    ck_h5_set_text(w->file, w->error, name, "kind", ck_kind_name(column->kind));
}

/* Ids of the rows; this rank's offsets become offsets into all bytes, and the last rank adds the end. */
static void write_ids(ck_writer *w) {
    const ck_people *p = w->people;
    uint64_t n = p->row_end - p->row_begin, first = p->id_offset ? p->id_offset[0] : 0;
    uint64_t mine = p->id_offset ? p->id_offset[n] - first : 0, total = mine;
    uint64_t before = ck_par_sum_before(w->comm, mine);
    ck_par_sum(w->comm, &total, 1);
    bool last = w->comm->rank == w->comm->size - 1;
    if (n && !p->id_offset)
        ck_fail(w->error, CK_INTERNAL, "Writing %s: rows without ids.", w->path);
    uint64_t *offset = ck_alloc(w->error, n + 1, sizeof *offset);
    if (ck_par_agree(w->comm, w->error) == CK_OK) {
        for (uint64_t i = 0; i < n; i++)
            offset[i] = before + p->id_offset[i] - first;
        offset[n] = total;
        ck_h5_write(w->file, w->error, "id/offset", CK_H5_U64, p->rows + 1, p->row_begin, n + last, offset);
        ck_h5_write(w->file, w->error, "id/bytes", CK_H5_U8, total, before, mine,
                    p->id_bytes ? p->id_bytes + first : NULL);
        describe(w, "id/offset", "Id of row r: bytes[offset[r] .. offset[r + 1]), UTF-8; sorted by bytes in a source");
    }
    ck_free(offset);
}

static void write_row_records(ck_writer *w) {
    const ck_people *p = w->people;
    uint64_t collapsed = p->row_record != NULL;
    ck_par_max(w->comm, &collapsed, 1);
    if (!collapsed)
        return;
    ck_h5_write(w->file, w->error, "row/record", CK_H5_U32, p->rows, p->row_begin, p->row_end - p->row_begin,
                p->row_record);
    describe(w, "row/record", "Record of each row: rows that are equal in every column are one record");
}

/* A name is a part of a path inside the file. */
static void check_name(ck_writer *w, const char *what, const char *name) {
    if (!*name || strcmp(name, ".") == 0 || strchr(name, '/') || strlen(name) > CK_NAME_MAX)
        ck_fail(w->error, CK_USAGE,
                "Cannot write %s: a %s must have a name of at most %d bytes that is not '.' and has no '/'.", w->path,
                what, CK_NAME_MAX);
}

static void check_names(ck_writer *w) {
    for (uint32_t c = 0; c < w->people->ncolumns; c++)
        check_name(w, "column", w->people->column[c].name);
}

ck_status ck_people_write(const ck_comm *comm, ck_error *error, const char *path, const ck_people *people) {
    ck_writer w = {comm, error, path, people, NULL};
    check_names(&w);
    if (ck_h5_create(comm, error, path, "people", CK_PEOPLE_VERSION, &w.file) != CK_OK)
        return error->status;
    ck_h5_set_text(w.file, error, "", "stamp", people->stamp);
    ck_h5_set_u64(w.file, error, "", "records", people->records);
    ck_h5_set_u64(w.file, error, "", "rows", people->rows);
    write_sources(&w);
    write_schema(&w);
    for (uint32_t c = 0; c < people->ncolumns; c++)
        write_column(&w, &people->column[c]);
    write_ids(&w);
    write_row_records(&w);
    return ck_h5_commit(w.file, error);
}
