/** What every export needs of people.h5, and the exports of one line a row: index and people. */
#include "base/memory.h"
#include "cli/export.h"
#include "store/h5.h"
#include <stdio.h>

enum { ROWS_AT_ONCE = 1 << 18 };

ck_status ck_export_rows_open(const ck_comm *comm, ck_error *error, const char *folder, ck_export_rows *rows) {
    *rows = (ck_export_rows){.comm = comm, .path = ck_path_join(error, folder, "people.h5")};
    if (ck_par_agree(comm, error) || ck_people_open(comm, error, rows->path, 0, &rows->people))
        return error->status;
    uint64_t collapsed = rows->people.row_record != NULL, *offset = NULL;
    ck_par_max(comm, &collapsed, 1);
    if (!collapsed)
        return CK_OK;
    size_t bytes = (size_t)(rows->people.row_end - rows->people.row_begin) * sizeof *rows->row_record;
    ck_par_gather(comm, error, rows->people.row_record, bytes, (void **)&rows->row_record, &offset);
    ck_free(offset);
    return error->status;
}

void ck_export_rows_close(ck_export_rows *rows) {
    ck_free(rows->row_record);
    ck_people_free(&rows->people);
    ck_free(rows->path);
    *rows = (ck_export_rows){0};
}

const char *ck_export_rows_source(const ck_export_rows *rows, uint64_t row) {
    uint32_t s = 0;
    while (row >= rows->people.source[s].row_end)
        s++;
    return rows->people.source[s].name;
}

/** Writes the fields of a row that stand behind its source and id. Rank 0. */
typedef void write_fields(void *user, ck_csv_out *csv, const ck_export_rows *rows, uint64_t row);
/** Gets what write_fields needs for rows [begin, end). Collective; may be NULL. */
typedef ck_status load_fields(void *user, ck_error *error, const ck_export_rows *rows, uint64_t begin, uint64_t end);

static void write_rows(const ck_export_rows *rows, uint64_t begin, uint64_t end, const uint64_t *offset, const char *bytes, ck_csv_out *csv,
                       write_fields *write, void *user) {
    for (uint64_t row = begin; row < end; row++) {
        size_t i = (size_t)(row - begin);
        ck_csv_out_string(csv, ck_export_rows_source(rows, row));
        ck_csv_out_text(csv, (ck_span){bytes + offset[i] - offset[0], (size_t)(offset[i + 1] - offset[i])});
        write(user, csv, rows, row);
        ck_csv_out_end_row(csv);
    }
}

static ck_status each_row(const ck_export_rows *rows, ck_error *error, ck_csv_out *csv, load_fields *load, write_fields *write, void *user) {
    bool writes = rows->comm->rank == 0;
    for (uint64_t begin = 0; begin < rows->people.rows; begin += ROWS_AT_ONCE) {
        uint64_t end = begin + ROWS_AT_ONCE < rows->people.rows ? begin + ROWS_AT_ONCE : rows->people.rows, *offset = NULL;
        char *bytes = NULL;
        if (load && load(user, error, rows, begin, end))
            return error->status;
        if (ck_people_read_ids(rows->comm, error, rows->path, writes ? begin : 0, writes ? end : 0, &offset, &bytes) == CK_OK && writes)
            write_rows(rows, begin, end, offset, bytes, csv, write, user);
        ck_free(offset);
        ck_free(bytes);
        if (ck_par_agree(rows->comm, error))
            return error->status;
    }
    return CK_OK;
}

/* ---- index ---- */

static void write_person(void *user, ck_csv_out *csv, const ck_export_rows *rows, uint64_t row) {
    const uint64_t *id = user;
    ck_csv_out_integer(csv, (int64_t)id[ck_export_rows_record(rows, row)]);
}

/** Person of every record, on rank 0. */
static ck_status gather_persons(const ck_comm *comm, ck_error *error, const char *folder, const ck_export_rows *rows, uint64_t **id) {
    ck_index index = {0};
    *id = NULL;
    char *path = ck_path_join(error, folder, "index.h5");
    if (ck_par_agree(comm, error) == CK_OK && ck_index_open(comm, error, path, &index) == CK_OK) {
        if (index.records != rows->people.records)
            ck_fail(error, CK_DATA, "'%s' is of another people.h5; 'carrick cluster' makes it again.", path);
        if (ck_par_agree(comm, error) == CK_OK)
            ck_index_gather_ids(comm, error, path, &index, id);
    }
    ck_index_free(&index);
    ck_free(path);
    return error->status;
}

ck_status ck_export_index(const ck_comm *comm, ck_error *error, const char *folder, ck_csv_out *csv) {
    ck_export_rows rows = {0};
    uint64_t *id = NULL;
    if (ck_export_rows_open(comm, error, folder, &rows) == CK_OK && gather_persons(comm, error, folder, &rows, &id) == CK_OK) {
        if (comm->rank == 0) {
            ck_csv_out_string(csv, "source");
            ck_csv_out_string(csv, "id");
            ck_csv_out_string(csv, "person");
            ck_csv_out_end_row(csv);
        }
        each_row(&rows, error, csv, NULL, write_person, id);
    }
    ck_free(id);
    ck_export_rows_close(&rows);
    return error->status;
}

/* ---- people ---- */

/** Codes of records [begin, end) of every column, column after column. */
typedef struct code_window {
    ck_h5 *file;
    uint64_t begin, end;
    uint32_t *code; /**< rank 0's */
} code_window;

/** Without collapsing, the rows' own records; with it, a row's record may be anywhere, so all (they are fewer) are read once. */
static ck_status load_codes(void *user, ck_error *error, const ck_export_rows *rows, uint64_t begin, uint64_t end) {
    code_window *window = user;
    const ck_people *people = &rows->people;
    uint64_t collapsed = people->records != people->rows;
    if (collapsed && window->end)
        return CK_OK;
    window->begin = collapsed ? 0 : begin;
    window->end = collapsed ? people->records : end;
    size_t n = rows->comm->rank == 0 ? (size_t)(window->end - window->begin) : 0;
    ck_free(window->code);
    window->code = ck_alloc(error, n * people->ncolumns, sizeof *window->code);
    ck_par_agree(rows->comm, error);
    for (uint32_t c = 0; c < people->ncolumns && !error->status; c++) {
        char name[512];
        snprintf(name, sizeof name, "columns/%s/code", people->column[c].name);
        ck_h5_read(window->file, error, name, CK_H5_U32, n ? window->begin : 0, n, window->code + n * c);
    }
    return error->status;
}

static void write_values(void *user, ck_csv_out *csv, const ck_export_rows *rows, uint64_t row) {
    const code_window *window = user;
    size_t n = (size_t)(window->end - window->begin), i = (size_t)(ck_export_rows_record(rows, row) - window->begin);
    for (uint32_t c = 0; c < rows->people.ncolumns; c++)
        ck_csv_out_text(csv, ck_dict_value(&rows->people.column[c].dict, window->code[n * c + i]));
}

ck_status ck_export_people(const ck_comm *comm, ck_error *error, const char *folder, ck_csv_out *csv) {
    ck_export_rows rows = {0};
    code_window window = {0};
    if (ck_export_rows_open(comm, error, folder, &rows) == CK_OK &&
        ck_h5_open(comm, error, rows.path, "people", CK_PEOPLE_VERSION, &window.file) == CK_OK) {
        if (comm->rank == 0) {
            ck_csv_out_string(csv, "source");
            ck_csv_out_string(csv, "id");
            for (uint32_t c = 0; c < rows.people.ncolumns; c++)
                ck_csv_out_string(csv, rows.people.column[c].name);
            ck_csv_out_end_row(csv);
        }
        each_row(&rows, error, csv, load_codes, write_values, &window);
    }
    ck_h5_close(window.file);
    ck_free(window.code);
    ck_export_rows_close(&rows);
    return error->status;
}
