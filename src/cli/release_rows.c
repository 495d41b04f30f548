#include "cli/release_rows.h"
#include "base/memory.h"
#include "cli/release_inside.h"
#include "ingest/raw.h"
#include <string.h>

static const ck_comm alone = {0, 1, NULL};

/* ---- whose row? ---- */

static ck_span id_at(const ck_release_reading *r, uint64_t i) {
    uint64_t begin = r->id_offset[i] - r->id_offset[0];
    return (ck_span){r->id_bytes + begin, (size_t)(r->id_offset[i + 1] - r->id_offset[i])};
}

/* The person of a row; UINT32_MAX when the index does not hold it. */
static uint32_t find_person(const ck_release_reading *r, ck_span id) {
    uint64_t low = 0, high = r->rows->row_end - r->rows->row_begin;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        int order = ck_span_compare(id_at(r, middle), id);
        if (order == 0) {
            uint64_t row = r->rows->row_begin + middle;
            uint64_t record = r->input->people.row_record ? r->input->people.row_record[row] : row;
            return r->input->index.person[record];
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return UINT32_MAX;
}

static ck_span id_of_row(const ck_release_reading *r, uint32_t file, char text[CK_ROW_ID_TEXT]) {
    return r->source->id ? r->sheet.field[r->id] : ck_row_id(r->source->nfiles, file, r->sheet.row, text);
}

/* ---- rows ---- */

/* The person of the row at hand, or its household; UINT32_MAX when there is none. */
static uint32_t find_owner(const ck_release_reading *r, uint32_t file) {
    char text[CK_ROW_ID_TEXT];
    if (r->spec->households)
        return ck_property_homes_find(&r->input->homes, r->sheet.field[r->id]) - 1;
    return find_person(r, id_of_row(r, file, text));
}

/* Made coarse, as column c of the row at hand. `owner`: of whom it is said, for dates that are moved. */
static ck_status take_value(ck_error *error, ck_release_reading *r, uint32_t c, uint64_t owner, ck_span value) {
    char room[CK_COARSE_ROOM];
    ck_span out;
    ck_coarsen(&r->spec->column[c].coarse, r->key, owner, value, room, &out);
    return ck_intern_add(error, &r->input->release.values, out, &r->code[c]);
}

static ck_status take_row(ck_error *error, ck_release_reading *r, uint32_t file) {
    uint32_t person = find_owner(r, file);
    r->counts->read++;
    if (person == UINT32_MAX) {
        r->counts->unknown++;
        return CK_OK;
    }
    for (uint32_t c = 0; c < r->spec->ncolumns; c++)
        if (take_value(error, r, c, r->spec->households ? person : r->input->person_id[person], r->sheet.field[r->column[c]]) != CK_OK)
            return error->status;
    r->counts->taken++;
    return ck_release_add_row(error, r->table, person, r->code);
}

static ck_status read_persons(ck_error *error, ck_release_reading *r) {
    for (uint32_t c = 0; c < r->spec->ncolumns; c++) {
        r->column[c] = ck_people_find_column(r->persons, r->spec->column[c].from);
        if (r->column[c] == UINT32_MAX)
            return ck_fail(error, CK_USAGE, "Persons have no attribute '%s', which table '%s' is to have; 'person' of the job names them.", r->spec->column[c].from, r->table->name);
    }
    for (uint64_t p = 0; p < r->persons->records; p++) {
        for (uint32_t c = 0; c < r->spec->ncolumns; c++) {
            const ck_column *column = &r->persons->column[r->column[c]];
            if (take_value(error, r, c, r->input->person_id[p], ck_dict_value(&column->dict, column->code[p])) != CK_OK)
                return error->status;
        }
        if (ck_release_add_row(error, r->table, (uint32_t)p, r->code) != CK_OK)
            return error->status;
    }
    r->counts->read = r->counts->taken = r->persons->records;
    return CK_OK;
}

/* A file of the source; of a table of households, the one that there is. */
static ck_status open_file(ck_error *error, ck_release_reading *r, uint32_t file) {
    const char *id = r->spec->households ? r->spec->property : r->source->id;
    if (r->spec->households)
        ck_sheet_open(error, r->spec->households, CK_UTF8, ',', &r->sheet);
    else
        ck_sheet_open(error, r->source->file[file], r->source->encoding, r->source->delimiter, &r->sheet);
    return error->status == CK_OK && id ? ck_sheet_find(error, &r->sheet, id, &r->id) : error->status;
}

static ck_status read_file(ck_error *error, ck_release_reading *r, uint32_t file) {
    if (open_file(error, r, file) == CK_OK)
        for (uint32_t c = 0; c < r->spec->ncolumns && error->status == CK_OK; c++)
            ck_sheet_find(error, &r->sheet, r->spec->column[c].from, &r->column[c]);
    r->sheet.rejects_most = r->source ? r->source->rejects_max - r->counts->rejected : 0;
    while (ck_sheet_next(error, &r->sheet))
        if (take_row(error, r, file) != CK_OK)
            break;
    r->counts->rejected += r->sheet.rejects;
    ck_sheet_close(&r->sheet);
    return error->status;
}

/* ---- tables ---- */

static ck_status find_source(ck_error *error, ck_release_reading *r) {
    for (uint32_t s = 0; s < r->input->job.ingest.nsources; s++)
        if (strcmp(r->input->job.ingest.source[s].name, r->spec->source) == 0)
            r->source = &r->input->job.ingest.source[s];
    for (uint32_t s = 0; s < r->input->people.nsources; s++)
        if (strcmp(r->input->people.source[s].name, r->spec->source) == 0)
            r->rows = &r->input->people.source[s];
    return r->source && r->rows ? CK_OK : ck_fail(error, CK_USAGE, "The job has no source '%s', which a table of the release is of.", r->spec->source);
}

static ck_status read_files(ck_error *error, ck_release_reading *r) {
    if (r->spec->households)
        return read_file(error, r, 0);
    ck_people_read_ids(&alone, error, r->input->people_path, r->rows->row_begin, r->rows->row_end, &r->id_offset, &r->id_bytes);
    for (uint32_t f = 0; f < r->source->nfiles && error->status == CK_OK; f++)
        read_file(error, r, f);
    return error->status;
}

static ck_status read_table(ck_error *error, ck_release_reading *r, const ck_small_rule *small) {
    r->column = ck_alloc_zero(error, r->spec->ncolumns, sizeof *r->column);
    r->code = ck_alloc_zero(error, r->spec->ncolumns, sizeof *r->code);
    r->table->name = ck_copy_string(error, r->spec->name);
    if (r->spec->persons)
        r->persons = &r->input->persons;
    r->table->of_households = r->spec->households;
    if (error->status != CK_OK || (r->spec->source && find_source(error, r) != CK_OK) || ck_release_check_names(error, r, small) != CK_OK)
        return error->status;
    for (uint32_t c = 0; c < r->spec->ncolumns && error->status == CK_OK; c++)
        ck_release_add_column(error, r->table, r->spec->column[c].name);
    if (error->status == CK_OK && r->persons)
        read_persons(error, r);
    else if (error->status == CK_OK)
        read_files(error, r);
    return error->status == CK_OK ? ck_release_check_values(error, r) : error->status;
}

static void finish_reading(ck_release_reading *r) {
    ck_free(r->column);
    ck_free(r->code);
    ck_free(r->id_offset);
    ck_free(r->id_bytes);
}

ck_status ck_release_read(ck_error *error, ck_release_spec *spec, const ck_secret *key, ck_release_input *input, ck_release_counts *counts) {
    if (ck_release_input_open(error, spec, input) != CK_OK ||
        ck_release_begin(error, &input->release, spec->ntables, input->index.persons) != CK_OK)
        return error->status;
    input->release.id = input->person_id;
    input->release.household = input->household;
    input->release.households = input->households;
    for (uint32_t t = 0; t < spec->ntables && error->status == CK_OK; t++) {
        ck_release_reading r = {.input = input, .key = key, .spec = &spec->table[t], .table = &input->release.table[t], .counts = &counts[t]};
        read_table(error, &r, &spec->small);
        finish_reading(&r);
    }
    return error->status;
}
