#include "cli/person_attributes.h"
#include "base/memory.h"
#include "csv/csv_out.h"
#include "job/passes.h"
#include "persons/households.h"
#include <carrick/clean.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const ck_comm alone = {0, 1, NULL};

/* ---- which row wins ---- */

/** Rank of every source of people.h5: those that the attribute names, then the others in the order of the job. */
static ck_status rank_sources(ck_error *error, const ck_job *job, const ck_people *people, const ck_attribute_spec *attribute, uint32_t *rank) {
    for (uint32_t s = 0; s < people->nsources; s++) {
        uint32_t number = ck_find_source(job, people->source[s].name);
        if (number == UINT32_MAX)
            return ck_fail(error, CK_FILE, "people.h5 has another source than the job, '%s'; run the job again.", people->source[s].name);
        rank[s] = attribute->nsources + number;
        for (uint32_t k = attribute->nsources; k-- > 0;)
            if (strcmp(attribute->source[k], people->source[s].name) == 0)
                rank[s] = k;
    }
    return CK_OK;
}

static ck_status read_days(ck_error *error, const ck_person_rows *rows, const char *name, int64_t **day) {
    uint32_t column, *code = NULL;
    if (!name)
        return CK_OK;
    *day = ck_alloc(error, rows->people.records, sizeof **day);
    if (*day && ck_person_rows_find(error, rows, name, &column, &code) == CK_OK)
        ck_read_days(error, &rows->people.column[column].dict, code, rows->people.records, *day);
    ck_free(code);
    return error->status;
}

static uint32_t *ranks_of_records(ck_error *error, const ck_job *job, const ck_person_rows *rows, const ck_attribute_spec *attribute) {
    uint32_t *of_source = ck_alloc(error, rows->people.nsources, sizeof *of_source), *rank = ck_alloc(error, rows->people.records, sizeof *rank);
    if (error->status == CK_OK && rank_sources(error, job, &rows->people, attribute, of_source) == CK_OK)
        for (uint64_t r = 0; r < rows->people.records; r++)
            rank[r] = of_source[rows->source[r]];
    ck_free(of_source);
    return rank;
}

ck_status ck_attribute_decide(ck_error *error, const ck_job *job, const ck_person_rows *rows, const ck_attribute_spec *attribute, uint32_t *value,
                              ck_attribute_result *result) {
    int64_t *date = NULL, *from = NULL, *to = NULL, as_of;
    uint32_t *rank = ranks_of_records(error, job, rows, attribute);
    result->winner = ck_alloc(error, rows->index.persons, sizeof *result->winner);
    result->by_source = ck_alloc_zero(error, rows->people.nsources, sizeof *result->by_source);
    if (error->status == CK_OK && read_days(error, rows, attribute->date, &date) == CK_OK && read_days(error, rows, attribute->valid_from, &from) == CK_OK &&
        read_days(error, rows, attribute->valid_to, &to) == CK_OK) {
        if (job->as_of && ck_date_parse("%Y-%m-%d", job->as_of, strlen(job->as_of), &as_of))
            ck_leave_invalid(date, from, to, as_of, rows->people.records, value);
        ck_winner_input input = {.rule = attribute->rule, .value = value, .rank = rank, .rows = rows->rows, .date = date};
        if (ck_find_winners(error, &rows->of, &input, result->winner) == CK_OK)
            ck_count_disagreements(&rows->of, value, rows->rows, rows->source, result->winner, result->by_source);
    }
    ck_free(to);
    ck_free(from);
    ck_free(date);
    ck_free(rank);
    return error->status;
}

void ck_attribute_result_free(ck_attribute_result *result) {
    ck_free(result->winner);
    ck_free(result->by_source);
    *result = (ck_attribute_result){0};
}

/* ---- persons.h5 ---- */

/** "dob" of attribute dob; "address_postcode" of an attribute of several columns, but for the one of its own name. */
static char *name_column(ck_error *error, const ck_attribute_spec *attribute, const char *column) {
    char name[512];
    if (attribute->ncolumns == 1 || strcmp(attribute->name, column) == 0)
        return ck_copy_string(error, attribute->name);
    snprintf(name, sizeof name, "%s_%s", attribute->name, column);
    return ck_copy_string(error, name);
}

/** Values of the winners of one column; the dictionary is that of people.h5. */
static ck_status take_column(ck_error *error, const ck_person_rows *rows, const ck_attribute_spec *attribute, uint32_t c, const uint32_t *winner, ck_column *column) {
    uint32_t number, *code = NULL;
    if (ck_person_rows_find(error, rows, attribute->column[c], &number, &code) == CK_OK) {
        const ck_column *from = &rows->people.column[number];
        *column = (ck_column){.name = name_column(error, attribute, attribute->column[c]), .kind = from->kind, .dict = from->dict,
                              .code = ck_alloc(error, rows->index.persons, sizeof *column->code)};
        for (uint64_t p = 0; column->code && p < rows->index.persons; p++)
            column->code[p] = winner[p] == CK_NO_WINNER ? 0 : code[winner[p]];
    }
    ck_free(code);
    return error->status;
}

static ck_status take_ids(ck_error *error, const ck_index *index, ck_people *persons) {
    enum { DIGITS = 20 };
    uint64_t *id = ck_person_ids(error, index), at = 0;
    persons->id_offset = ck_alloc_zero(error, index->persons + 1, sizeof *persons->id_offset);
    persons->id_bytes = ck_alloc(error, index->persons * DIGITS + 1, 1);
    for (uint64_t p = 0; error->status == CK_OK && p < index->persons; p++) {
        at += (uint64_t)snprintf(persons->id_bytes + at, DIGITS + 1, "%" PRIu64, id[p]);
        persons->id_offset[p + 1] = at;
    }
    ck_free(id);
    return error->status;
}

static ck_status check_names(ck_error *error, const ck_people *persons) {
    for (uint32_t a = 0; a < persons->ncolumns; a++)
        for (uint32_t b = 0; b < a; b++)
            if (strcmp(persons->column[a].name, persons->column[b].name) == 0)
                return ck_fail(error, CK_USAGE, "Two attributes of persons would both be column '%s' of persons.h5; give one another name.", persons->column[a].name);
    return CK_OK;
}

ck_status ck_persons_write(ck_error *error, const ck_job *job, const ck_person_rows *rows, const ck_attribute_result *result, const char *path, const char *stamp) {
    uint64_t n = rows->index.persons;
    ck_source source = {.name = "persons", .unique = true, .record_end = n, .row_end = n};
    ck_people persons = {.records = n, .end = n, .rows = n, .row_end = n, .nsources = 1, .source = &source, .stamp = (char *)stamp};
    uint32_t columns = 0;
    for (uint32_t a = 0; a < job->nattributes; a++)
        columns += job->attribute[a].ncolumns;
    persons.column = ck_alloc_zero(error, columns, sizeof *persons.column);
    for (uint32_t a = 0; a < job->nattributes; a++)
        for (uint32_t c = 0; c < job->attribute[a].ncolumns && error->status == CK_OK; c++)
            take_column(error, rows, &job->attribute[a], c, result[a].winner, &persons.column[persons.ncolumns++]);
    if (error->status == CK_OK && take_ids(error, &rows->index, &persons) == CK_OK && check_names(error, &persons) == CK_OK)
        ck_people_write(&alone, error, path, &persons);
    for (uint32_t c = 0; c < persons.ncolumns; c++) {
        ck_free(persons.column[c].name);
        ck_free(persons.column[c].code);
    }
    ck_free(persons.column);
    ck_free(persons.id_offset);
    ck_free(persons.id_bytes);
    return error->status;
}

/* ---- disagreements.csv ---- */

static void write_counts(ck_csv_out *csv, const char *attribute, const char *source, const ck_disagreements *d) {
    const uint64_t count[] = {d->rows, d->differ, d->persons, d->persons_differ};
    ck_csv_out_string(csv, attribute);
    ck_csv_out_string(csv, source);
    for (int i = 0; i < 4; i++)
        ck_csv_out_integer(csv, (int64_t)count[i]);
    if (d->rows)
        ck_csv_out_real(csv, (double)d->differ / (double)d->rows);
    else
        ck_csv_out_string(csv, "");
    ck_csv_out_end_row(csv);
}

ck_status ck_disagreements_write(ck_error *error, const ck_job *job, const ck_person_rows *rows, const ck_attribute_result *result, const char *path) {
    static const char *const header[] = {"attribute", "source", "rows", "rows_differ", "persons", "persons_differ", "share"};
    ck_csv_out csv = {0};
    if (ck_csv_out_open(error, path, &csv) == CK_OK) {
        for (int i = 0; i < 7; i++)
            ck_csv_out_string(&csv, header[i]);
        ck_csv_out_end_row(&csv);
        for (uint32_t a = 0; a < job->nattributes; a++)
            for (uint32_t s = 0; s < rows->people.nsources && job->attribute[a].ncolumns; s++)
                write_counts(&csv, job->attribute[a].name, rows->people.source[s].name, &result[a].by_source[s]);
        ck_csv_out_commit(error, &csv);
    }
    ck_csv_out_close(&csv);
    return error->status;
}

/* ---- households ---- */

/** The columns that tell homes, loaded. */
typedef struct home_columns {
    uint32_t *number, **code;
    const ck_dict **dict;
    bool *is_postcode;
    uint32_t ncolumns;
} home_columns;

static ck_status read_home_columns(ck_error *error, const ck_household_spec *spec, const ck_person_rows *rows, home_columns *columns, ck_home_input *input) {
    uint32_t number;
    columns->code = ck_alloc_zero(error, spec->naddress, sizeof *columns->code);
    columns->dict = ck_alloc_zero(error, spec->naddress, sizeof *columns->dict);
    columns->is_postcode = ck_alloc_zero(error, spec->naddress, sizeof *columns->is_postcode);
    *input = (ck_home_input){.records = rows->people.records, .dict = columns->dict, .is_postcode = columns->is_postcode};
    if (error->status == CK_OK && strcmp(spec->by, "none") != 0 && ck_person_rows_find(error, rows, spec->by, &number, &columns->number) == CK_OK)
        input->numbers = rows->people.column[number].dict.count;
    for (uint32_t c = 0; c < spec->naddress && error->status == CK_OK; c++) {
        columns->ncolumns = c + 1;
        if (ck_person_rows_find(error, rows, spec->address[c], &number, &columns->code[c]) != CK_OK)
            break;
        columns->dict[c] = &rows->people.column[number].dict;
        columns->is_postcode[c] = rows->people.column[number].kind == CK_KIND_POSTCODE;
    }
    input->number = columns->number;
    input->ncolumns = columns->ncolumns;
    input->code = (const uint32_t *const *)columns->code;
    return error->status;
}

static void free_home_columns(home_columns *columns) {
    for (uint32_t c = 0; columns->code && c < columns->ncolumns; c++)
        ck_free(columns->code[c]);
    ck_free(columns->code);
    ck_free(columns->dict);
    ck_free(columns->is_postcode);
    ck_free(columns->number);
}

static const ck_attribute_spec *find_address_rule(const ck_job *job) {
    static const ck_attribute_spec usual = {.rule = CK_WINNER_MOST_FREQUENT};
    for (uint32_t a = 0; a < job->nattributes; a++)
        if (strcmp(job->attribute[a].name, "address") == 0)
            return &job->attribute[a];
    return &usual;
}

ck_status ck_households_of_job(ck_error *error, const ck_job *job, const ck_person_rows *rows, ck_households *households) {
    home_columns columns = {0};
    ck_home_input input;
    ck_homes homes = {0};
    ck_attribute_result result = {0};
    uint32_t *home = NULL;
    if (read_home_columns(error, &job->households, rows, &columns, &input) == CK_OK && ck_homes_find(error, &input, &homes) == CK_OK &&
        (home = ck_alloc(error, rows->people.records, sizeof *home))) {
        memcpy(home, homes.home, rows->people.records * sizeof *home);
        if (ck_attribute_decide(error, job, rows, find_address_rule(job), home, &result) == CK_OK)
            ck_households_make(error, &homes, result.winner, rows->index.persons, job->households.institution, households);
    }
    ck_attribute_result_free(&result);
    ck_free(home);
    ck_homes_free(&homes);
    free_home_columns(&columns);
    return error->status;
}
