#include "cli/person_table.h"
#include "base/memory.h"
#include "cli/files.h"
#include "cli/run_record.h"
#include "job/job.h"
#include "persons/values.h"
#include <carrick/clean.h>
#include <string.h>

static const ck_comm alone = {0, 1, NULL};

/* ---- opening ---- */

static ck_status read_as_of(ck_error *error, const ck_options *options, const char *folder, ck_person_table *table) {
    char *path = ck_path_join(error, folder, "job.resolved.yaml"), *text = NULL;
    ck_job job = {0};
    size_t n;
    if (options->as_of)
        table->as_of = ck_copy_string(error, options->as_of);
    else if (path && ck_file_read(error, path, &text, &n) == CK_OK && ck_job_parse(error, text, path, NULL, 0, false, &job) == CK_OK && job.as_of)
        table->as_of = ck_copy_string(error, job.as_of);
    ck_job_free(&job);
    ck_free(text);
    ck_free(path);
    if (error->status == CK_OK && table->as_of && (strlen(table->as_of) != 10 || !ck_date_parse("%Y-%m-%d", table->as_of, 10, &table->day)))
        ck_fail(error, CK_USAGE, "--as-of needs a real date, written YYYY-MM-DD.");
    return error->status;
}

static ck_status open_files(ck_error *error, const char *persons, const char *households, ck_person_table *table) {
    if (ck_people_open(&alone, error, persons, CK_PEOPLE_CODES | CK_PEOPLE_IDS, &table->people) != CK_OK || !ck_path_is_file(households) ||
        ck_households_open(&alone, error, households, &table->households) != CK_OK)
        return error->status;
    if (table->households.persons != table->people.records)
        ck_fail(error, CK_FILE, "'%s' is not of the persons.h5 beside it; 'carrick persons' makes both.", households);
    return error->status;
}

ck_status ck_person_table_open(ck_error *error, const ck_options *options, const char *folder, ck_person_table *table) {
    char *persons = ck_path_join(error, folder, "persons.h5"), *households = ck_path_join(error, folder, "households.h5");
    *table = (ck_person_table){0};
    if (error->status == CK_OK && ck_run_record_require(error, folder, "persons") == CK_OK && read_as_of(error, options, folder, table) == CK_OK)
        open_files(error, persons, households, table);
    ck_free(households);
    ck_free(persons);
    return error->status;
}

void ck_person_table_close(ck_person_table *table) {
    ck_free(table->as_of);
    ck_households_free(&table->households);
    ck_people_free(&table->people);
    *table = (ck_person_table){0};
}

/* ---- columns by what they say ---- */

uint32_t ck_person_table_role(const ck_person_table *table, ck_role role) {
    for (uint32_t c = 0; c < table->people.ncolumns; c++)
        if (ck_role_of(table->people.column[c].name, table->people.column[c].kind) == role)
            return c;
    return UINT32_MAX;
}

static ck_status read_days(ck_error *error, const ck_person_table *table, uint32_t column, int64_t **day) {
    *day = NULL;
    if (column == UINT32_MAX || !ck_kind_is_date(table->people.column[column].kind))
        return CK_OK;
    *day = ck_alloc(error, table->people.records, sizeof **day);
    return *day ? ck_read_days(error, &table->people.column[column].dict, table->people.column[column].code, table->people.records, *day) : error->status;
}

ck_status ck_person_births(ck_error *error, const ck_person_table *table, int64_t **birth) {
    return read_days(error, table, ck_person_table_role(table, CK_ROLE_BIRTH_DATE), birth);
}

ck_status ck_person_deaths(ck_error *error, const ck_person_table *table, int64_t **death) {
    static const char *const names[] = {"died", "date_of_death", "death_date"};
    uint32_t column = UINT32_MAX;
    for (int i = 0; i < 3 && column == UINT32_MAX; i++)
        column = ck_people_find_column(&table->people, names[i]);
    return read_days(error, table, column, death);
}
