/* The stage as a whole: read, make dictionaries, order, collapse, write. */
#include "ingest/ingest.h"
#include "base/memory.h"
#include "base/out_file.h"
#include "base/stop.h"
#include "ingest/carry_rows.h"
#include "ingest/collapse.h"
#include "ingest/dictionary.h"
#include "ingest/hazards.h"
#include "ingest/order.h"
#include "ingest/output.h"
#include "ingest/read.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* ---- dictionaries ---- */

/* For each source, the number (among all fields) of the one that makes a column, or UINT32_MAX. */
static void find_fields(const ck_plan *plan, uint32_t column, uint32_t *field) {
    for (uint32_t s = 0; s < plan->spec->nsources; s++) {
        const ck_source_spec *source = &plan->spec->source[s];
        field[s] = UINT32_MAX;
        for (uint32_t f = 0; f < source->nfields; f++)
            if (source->field[f].column == column)
                field[s] = plan->field_base[s] + f;
    }
}

/* Is the row of thread t one of an earlier people.h5? Its codes are codes already. */
static inline bool is_carried(const ck_carried *carried, uint32_t t, size_t row) {
    return t == 0 && row - carried->first < carried->n;
}

/* Entries of the threads' tables to codes; `code_of`: those of the dictionary for codes as the tables have them, NULL = the same. */
static void recode_rows(const ck_plan *plan, const ck_reading *reading, const ck_carried *carried, uint32_t column, const uint32_t *field,
                        const uint32_t *code_of) {
#pragma omp parallel for schedule(static, 1)
    for (uint32_t t = 0; t < reading->nthreads; t++) {
        const ck_rows *rows = &reading->rows[t];
        const ck_values *values = reading->values + (size_t)t * plan->nfields;
        for (size_t row = 0; row < rows->n; row++) {
            uint32_t *code = &rows->code[row * rows->ncolumns + column];
            if (!*code || is_carried(carried, t, row))
                continue;
            uint32_t known = values[field[plan->file[rows->file[row]].source]].entry[*code].code;
            *code = code_of ? code_of[known] : known;
        }
    }
}

static ck_status make_dictionary(const ck_comm *comm, ck_error *error, const ck_plan *plan, ck_reading *reading,
                                 ck_carried *carried, uint32_t column, ck_dict *dict) {
    uint32_t nsources = plan->spec->nsources, ntables = 0;
    uint32_t *field = ck_alloc(error, nsources, sizeof *field), *code_of = NULL;
    const char *name = plan->spec->column_name[column];
    ck_values **tables = ck_alloc(error, (size_t)reading->nthreads * nsources, sizeof *tables);
    if (ck_par_agree(comm, error) == CK_OK) {
        find_fields(plan, column, field);
        for (uint32_t t = 0; t < reading->nthreads; t++)
            for (uint32_t s = 0; s < nsources; s++)
                if (field[s] != UINT32_MAX)
                    tables[ntables++] = &reading->values[(size_t)t * plan->nfields + field[s]];
        if (ck_dictionary_make(comm, error, tables, ntables, name, dict) == CK_OK &&
            ck_carried_join(comm, error, carried, &reading->rows[0], column, name, dict, &code_of) == CK_OK)
            recode_rows(plan, reading, carried, column, field, code_of);
        for (uint32_t i = 0; i < ntables; i++)
            ck_values_free(tables[i]);
    }
    ck_free(code_of);
    ck_free(field);
    ck_free(tables);
    return error->status;
}

static ck_status make_columns(const ck_comm *comm, ck_error *error, const ck_plan *plan, ck_reading *reading,
                              ck_carried *carried, ck_people *people) {
    for (size_t v = 0; v < (size_t)reading->nthreads * plan->nfields; v++)
        ck_values_settle(&reading->values[v]);
    for (uint32_t c = 0; c < people->ncolumns && error->status == CK_OK; c++) {
        ck_stop_check(error);
        make_dictionary(comm, error, plan, reading, carried, c, &people->column[c].dict);
    }
    return error->status;
}

/* ---- people ---- */

static ck_status describe_people(ck_error *error, const ck_plan *plan, const char *stamp, ck_people *people) {
    const ck_ingest_spec *spec = plan->spec;
    people->source = ck_alloc_zero(error, spec->nsources, sizeof *people->source);
    people->column = ck_alloc_zero(error, spec->ncolumns, sizeof *people->column);
    people->stamp = ck_copy_string(error, stamp ? stamp : "");
    if (error->status != CK_OK)
        return error->status;
    people->nsources = spec->nsources;
    people->ncolumns = spec->ncolumns;
    for (uint32_t p = 0; p < spec->nsources; p++) {
        const ck_source_spec *source = &spec->source[plan->order[p]];
        people->source[p].name = ck_copy_string(error, source->name);
        people->source[p].unique = source->unique;
    }
    for (uint32_t c = 0; c < spec->ncolumns; c++) {
        people->column[c].name = ck_copy_string(error, spec->column_name[c]);
        people->column[c].kind = spec->column_kind[c];
    }
    return error->status;
}

/* Which rows each rank and each source has. */
static ck_status place_rows(const ck_comm *comm, ck_error *error, const ck_ordered *ordered, ck_people *people) {
    uint64_t *count = ck_alloc_zero(error, people->nsources, sizeof *count);
    if (ck_par_agree(comm, error) != CK_OK) {
        ck_free(count);
        return error->status;
    }
    for (uint32_t p = 0; p < people->nsources; p++)
        count[p] = ordered->source_begin[p + 1] - ordered->source_begin[p];
    ck_par_sum(comm, count, people->nsources);
    for (uint32_t p = 0; p < people->nsources; p++) {
        people->source[p].row_begin = people->rows;
        people->source[p].row_end = people->rows += count[p];
    }
    ck_free(count);
    people->row_begin = ck_par_sum_before(comm, ordered->n);
    people->row_end = people->row_begin + ordered->n;
    if (people->rows >= UINT32_MAX)
        ck_fail(error, CK_DATA, "There are %llu rows in all; %u are the most.", (unsigned long long)people->rows,
                UINT32_MAX - 1);
    return error->status;
}

/* Ids and codes of this rank's rows in canonical order. */
static ck_status take_rows(ck_error *error, const ck_ordered *ordered, ck_people *people) {
    size_t n = ordered->n;
    people->id_offset = ck_alloc(error, n + 1, sizeof *people->id_offset);
    for (uint32_t c = 0; c < people->ncolumns; c++)
        people->column[c].code = ck_alloc(error, n, sizeof *people->column[c].code);
    if (error->status != CK_OK)
        return error->status;
    people->id_offset[0] = 0;
    for (size_t i = 0; i < n; i++) {
        ck_span id = ck_rows_id(&ordered->store[ordered->item[i].store], ordered->item[i].place);
        people->id_offset[i + 1] = people->id_offset[i] + id.n;
    }
    people->id_bytes = ck_alloc(error, people->id_offset[n], 1);
    if (!people->id_bytes)
        return error->status;
#pragma omp parallel for
    for (size_t i = 0; i < n; i++) {
        const ck_rows *rows = &ordered->store[ordered->item[i].store];
        size_t row = ordered->item[i].place;
        ck_span id = ck_rows_id(rows, row);
        memcpy(people->id_bytes + people->id_offset[i], id.bytes, id.n);
        for (uint32_t c = 0; c < people->ncolumns; c++)
            people->column[c].code[i] = rows->code[row * rows->ncolumns + c];
    }
    return CK_OK;
}

static ck_status order_people(const ck_comm *comm, ck_error *error, const ck_plan *plan, ck_reading *reading,
                              ck_people *people) {
    ck_ordered ordered = {0};
    if (ck_order_rows(comm, error, plan, reading->rows, reading->nthreads, &ordered) == CK_OK &&
        place_rows(comm, error, &ordered, people) == CK_OK)
        take_rows(error, &ordered, people);
    ck_ordered_free(&ordered);
    for (uint32_t t = 0; t < reading->nthreads; t++)
        ck_rows_free(&reading->rows[t]);
    return ck_par_agree(comm, error);
}

/* ---- what happened ---- */

static json_t *describe_field(const char *name, const ck_field_counts *count) {
    json_t *field = json_pack("{s:s, s:I}", "name", name, "rows", (json_int_t)count->rows);
    for (int r = 0; r < CK_CLEAN_RESULTS; r++)
        json_object_set_new(field, ck_clean_result_name((ck_clean_result)r), json_integer((json_int_t)count->result[r]));
    return field;
}

static json_t *describe_source(const ck_plan *plan, const ck_reading *reading, uint32_t s) {
    const ck_ingest_spec *spec = plan->spec;
    json_t *files = json_array(), *columns = json_array();
    for (uint32_t f = 0; f < spec->source[s].nfiles; f++)
        json_array_append_new(files, json_string(spec->source[s].file[f]));
    for (uint32_t c = 0; c < spec->ncolumns; c++)
        json_array_append_new(columns, describe_field(spec->column_name[c], &reading->count[(size_t)s * spec->ncolumns + c]));
    json_t *source = json_pack("{s:s, s:o, s:I, s:I}", "name", spec->source[s].name, "files", files, "rows_read", (json_int_t)reading->source_rows[s],
                               "rows_rejected", (json_int_t)reading->rejects.count[s]);
    if (spec->optouts.source)
        json_object_set_new(source, "rows_opted_out", json_integer((json_int_t)reading->optout[s].left_out));
    if (spec->optouts.sent)
        json_object_set_new(source, "rows_not_asked", json_integer((json_int_t)reading->optout[s].unasked));
    json_object_set_new(source, "columns", columns);
    return source;
}

/* ingest.json beside people.h5: what `profile` cannot tell from clean values. Sources in record order. */
static ck_status write_counts(const ck_comm *comm, ck_error *error, const ck_plan *plan, const ck_reading *reading,
                              const ck_people *people, const char *people_path) {
    json_t *hazards = NULL;
    if (ck_ingest_hazards(comm, error, people, plan->spec->as_of, &hazards) == CK_OK && comm->rank == 0) {
        json_t *sources = json_array();
        for (uint32_t p = 0; p < plan->spec->nsources; p++)
            json_array_append_new(sources, describe_source(plan, reading, plan->order[p]));
        json_t *root = json_pack("{s:i, s:I, s:I, s:o, s:O}", "version", 1, "rows", (json_int_t)people->rows, "records",
                                 (json_int_t)people->records, "sources", sources, "hazards", hazards);
        char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
        char *path = ck_output_beside(error, people_path, "ingest.json");
        if (!text)
            ck_fail(error, CK_MEMORY, "Out of memory for ingest.json.");
        else if (path)
            ck_file_write(error, path, text, strlen(text));
        free(text);
        ck_free(path);
        json_decref(root);
    }
    json_decref(hazards);
    return ck_par_agree(comm, error);
}

static void fill_counts(const ck_plan *plan, ck_reading *reading, const ck_people *people, ck_ingest_counts *counts) {
    *counts = (ck_ingest_counts){.records = people->records, .field = reading->count};
    reading->count = NULL; /* moves */
    for (uint32_t s = 0; s < plan->spec->nsources; s++) {
        counts->rows_read += reading->source_rows[s];
        counts->rows_rejected += reading->rejects.count[s];
        counts->rows_opted_out += reading->optout[s].left_out;
    }
}

ck_status ck_ingest(const ck_comm *comm, ck_error *error, const ck_ingest_spec *spec, const char *people_path,
                    const char *rejects_path, const char *stamp, ck_ingest_counts *counts) {
    ck_plan plan = {0};
    ck_reading reading = {0};
    ck_carried carried = {0};
    ck_people people = {0};
    *counts = (ck_ingest_counts){0};
    if (ck_plan_make(comm, error, spec, &plan) != CK_OK || ck_reading_make(comm, error, &plan, &reading) != CK_OK ||
        ck_carry_rows(comm, error, &plan, &reading, &carried) != CK_OK)
        goto done;
    describe_people(error, &plan, stamp, &people);
    if (ck_par_agree(comm, error) != CK_OK || make_columns(comm, error, &plan, &reading, &carried, &people) != CK_OK ||
        order_people(comm, error, &plan, &reading, &people) != CK_OK ||
        ck_collapse_rows(comm, error, &plan, &people) != CK_OK ||
        ck_people_write(comm, error, people_path, &people) != CK_OK ||
        write_counts(comm, error, &plan, &reading, &people, people_path) != CK_OK ||
        ck_rejects_write(comm, error, &reading.rejects, &plan, rejects_path) != CK_OK)
        goto done;
    fill_counts(&plan, &reading, &people, counts);
done:
    ck_people_free(&people);
    ck_carried_free(&carried);
    ck_reading_free(&reading, &plan);
    ck_plan_free(&plan);
    return error->status;
}
