#include "cli/person_rows.h"
#include "base/memory.h"
#include <stdio.h>

static const ck_comm alone = {0, 1, NULL};

static ck_status count_rows(ck_error *error, ck_person_rows *rows) {
    const ck_people *people = &rows->people;
    rows->source = ck_alloc(error, people->records, sizeof *rows->source);
    for (uint32_t s = 0; rows->source && s < people->nsources; s++)
        for (uint64_t r = people->source[s].record_begin; r < people->source[s].record_end; r++)
            rows->source[r] = s;
    if (error->status != CK_OK || !people->row_record)
        return error->status;
    rows->rows = ck_alloc_zero(error, people->records, sizeof *rows->rows);
    for (uint64_t r = 0; rows->rows && r < people->rows; r++)
        rows->rows[people->row_record[r]]++;
    return error->status;
}

ck_status ck_person_rows_open(ck_error *error, const char *people_path, const char *index_path, ck_person_rows *rows) {
    *rows = (ck_person_rows){0};
    if (ck_people_open(&alone, error, people_path, 0, &rows->people) != CK_OK || ck_index_open(&alone, error, index_path, &rows->index) != CK_OK ||
        ck_index_ids(&alone, error, index_path, &rows->index) != CK_OK || ck_h5_open(&alone, error, people_path, "people", CK_PEOPLE_VERSION, &rows->file) != CK_OK)
        return error->status;
    if (rows->index.records != rows->people.records)
        return ck_fail(error, CK_FILE, "'%s' is not of the people.h5 beside it; run the job again.", index_path);
    if (count_rows(error, rows) != CK_OK)
        return error->status;
    return ck_person_records_make(error, rows->index.person, rows->index.records, rows->index.persons, &rows->of);
}

ck_status ck_person_rows_read(ck_error *error, const ck_person_rows *rows, uint32_t column, uint32_t **code) {
    char name[512];
    snprintf(name, sizeof name, "columns/%s/code", rows->people.column[column].name);
    *code = ck_alloc(error, rows->people.records, sizeof **code);
    if (ck_h5_read(rows->file, error, name, CK_H5_U32, 0, *code ? rows->people.records : 0, *code) != CK_OK)
        return error->status;
    for (uint64_t r = 0; r < rows->people.records; r++)
        if ((*code)[r] > rows->people.column[column].dict.count)
            return ck_fail(error, CK_FILE, "people.h5 is damaged: /%s leads beyond its dictionary; make the file again.", name);
    return CK_OK;
}

ck_status ck_person_rows_find(ck_error *error, const ck_person_rows *rows, const char *name, uint32_t *column, uint32_t **code) {
    *column = ck_people_find_column(&rows->people, name);
    if (*column == UINT32_MAX)
        return ck_fail(error, CK_FILE, "people.h5 has no column '%s'; run the job again.", name);
    return ck_person_rows_read(error, rows, *column, code);
}

void ck_person_rows_close(ck_person_rows *rows) {
    ck_free(rows->source);
    ck_free(rows->rows);
    ck_person_records_free(&rows->of);
    ck_h5_close(rows->file);
    ck_index_free(&rows->index);
    ck_people_free(&rows->people);
    *rows = (ck_person_rows){0};
}

uint64_t *ck_person_ids(ck_error *error, const ck_index *index) {
    uint64_t *id = ck_alloc_zero(error, index->persons, sizeof *id);
    for (uint64_t r = 0; id && r < index->records; r++)
        id[index->person[r]] = index->id[r];
    return id;
}
