#include "store/frequencies.h"
#include "base/memory.h"
#include "store/people_inside.h"
#include <stdio.h>
#include <string.h>

static const char *path_of(char path[CK_PATH_ROOM], const char *column, const char *what) {
    snprintf(path, CK_PATH_ROOM, "columns/%s/%s", column, what);
    return path;
}

/* A whole dataset on every rank. */
static void *read_all(ck_h5 *file, ck_error *error, const char *name, ck_h5_type type, size_t size, uint64_t *n) {
    *n = 0;
    if (ck_h5_size(file, error, name, n))
        return NULL;
    void *all = ck_alloc(error, *n, size);
    ck_h5_read(file, error, name, type, 0, *n, all);
    return all;
}

static ck_status read_column(ck_h5 *file, ck_error *error, const char *path, const char *name, ck_frequency *column) {
    char at[CK_PATH_ROOM];
    uint64_t noffsets, nbytes, ncounts;
    column->name = ck_copy_string(error, name);
    column->dict.offset = read_all(file, error, path_of(at, name, "value/offset"), CK_H5_U64, sizeof(uint64_t), &noffsets);
    column->dict.bytes = read_all(file, error, path_of(at, name, "value/bytes"), CK_H5_U8, 1, &nbytes);
    column->count = read_all(file, error, path_of(at, name, "count"), CK_H5_U64, sizeof(uint64_t), &ncounts);
    if (error->status)
        return error->status;
    bool whole = noffsets >= 2 && noffsets - 2 < UINT32_MAX && ncounts == noffsets - 1 && column->dict.offset[noffsets - 1] == nbytes &&
                 column->dict.offset[0] == 0 && column->dict.offset[1] == 0;
    for (uint64_t c = 1; whole && c < noffsets; c++)
        whole = column->dict.offset[c - 1] <= column->dict.offset[c];
    column->dict.count = whole ? (uint32_t)(noffsets - 2) : 0;
    return whole ? CK_OK : ck_fail(error, CK_FILE, "Cannot read %s: the values of column '%s' are damaged; make the file again.", path, name);
}

ck_status ck_frequencies_read(const ck_comm *comm, ck_error *error, const char *path, bool of_people, const char *const *name, uint32_t n,
                              ck_frequencies *frequencies) {
    ck_h5 *file;
    char at[CK_PATH_ROOM];
    *frequencies = (ck_frequencies){.column = ck_alloc_zero(error, n, sizeof *frequencies->column)};
    if (ck_par_agree(comm, error) ||
        ck_h5_open(comm, error, path, of_people ? "people" : "frequencies", of_people ? CK_PEOPLE_VERSION : CK_FREQUENCIES_VERSION, &file))
        goto done;
    for (uint32_t c = 0; c < n && !error->status; c++)
        if (ck_h5_has(file, path_of(at, name[c], "count")))
            read_column(file, error, path, name[c], &frequencies->column[frequencies->n++]);
    for (uint32_t c = 0; of_people && c < frequencies->n && !error->status; c++)
        frequencies->column[c].count[0] = 0; /* there, of records without a value */
    ck_h5_close(file);
done:
    if (ck_par_agree(comm, error))
        ck_frequencies_free(frequencies);
    return error->status;
}

/* ---- thinning ---- */

static const ck_dict *dict_of(const ck_people *people, const char *name) {
    for (uint32_t c = 0; people && c < people->ncolumns; c++)
        if (strcmp(people->column[c].name, name) == 0)
            return &people->column[c].dict;
    return NULL;
}

/* Both are sorted, and asked in order. */
static bool has_value(const ck_dict *now, uint32_t *code, ck_span value) {
    int order = -1;
    while (*code <= now->count && (order = ck_span_compare(ck_dict_value(now, *code), value)) < 0)
        ++*code;
    return *code <= now->count && order == 0;
}

static void thin_column(ck_frequency *column, const ck_dict *now) {
    uint32_t kept = 0, code = 1;
    for (uint32_t c = 1; c <= column->dict.count; c++) {
        ck_span value = ck_dict_value(&column->dict, c);
        if (column->count[c] < 2 || (now && !has_value(now, &code, value))) {
            column->count[0] += column->count[c];
            continue;
        }
        uint64_t begin = column->dict.offset[++kept];
        memmove(column->dict.bytes + begin, value.bytes, value.n);
        column->dict.offset[kept + 1] = begin + value.n;
        column->count[kept] = column->count[c];
    }
    column->dict.count = kept;
}

void ck_frequencies_thin(ck_frequencies *frequencies, const ck_people *now) {
    for (uint32_t c = 0; c < frequencies->n; c++)
        thin_column(&frequencies->column[c], dict_of(now, frequencies->column[c].name));
}

ck_status ck_frequencies_write(const ck_comm *comm, ck_error *error, const char *path, const ck_frequencies *frequencies) {
    ck_h5 *file;
    char at[CK_PATH_ROOM];
    bool root = comm->rank == 0;
    if (ck_h5_create(comm, error, path, "frequencies", CK_FREQUENCIES_VERSION, &file))
        return error->status;
    for (uint32_t c = 0; c < frequencies->n; c++) {
        const ck_frequency *column = &frequencies->column[c];
        uint64_t codes = root ? (uint64_t)column->dict.count + 1 : 0;
        ck_h5_write_root(file, error, path_of(at, column->name, "value/offset"), CK_H5_U64, root ? codes + 1 : 0, column->dict.offset);
        ck_h5_write_root(file, error, path_of(at, column->name, "value/bytes"), CK_H5_U8, root ? column->dict.offset[codes] : 0, column->dict.bytes);
        ck_h5_write_root(file, error, path_of(at, column->name, "count"), CK_H5_U64, codes, column->count);
    }
    return ck_h5_commit(file, error);
}

void ck_frequencies_free(ck_frequencies *frequencies) {
    for (uint32_t c = 0; frequencies->column && c < frequencies->n; c++) {
        ck_free(frequencies->column[c].name);
        ck_dict_free(&frequencies->column[c].dict);
        ck_free(frequencies->column[c].count);
    }
    ck_free(frequencies->column);
    *frequencies = (ck_frequencies){0};
}

const ck_frequency *ck_frequencies_find(const ck_frequencies *frequencies, const char *name) {
    for (uint32_t c = 0; c < frequencies->n; c++)
        if (strcmp(frequencies->column[c].name, name) == 0)
            return &frequencies->column[c];
    return NULL;
}
