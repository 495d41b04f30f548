#include "cli/release_rows.h"
#include "cli/release_names.h"
#include "base/memory.h"
#include "base/path.h"
#include "clean/role.h"
#include "cli/run_record.h"
#include "csv/sheet.h"
#include "ingest/raw.h"
#include "release/identifying.h"
#include "store/households.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const ck_comm alone = {0, 1, NULL};

/* One table's source, or the persons, as it is read. */
typedef struct reading {
    ck_release_input *input;
    const ck_secret *key;
    const ck_release_source *spec;
    ck_release_table *table;
    ck_release_counts *counts;
    const ck_source_spec *source;
    const ck_source *rows;   /* of people.h5 */
    const ck_people *persons; /* of a table of persons; else NULL */
    uint64_t *id_offset;     /* ids of the source, sorted */
    char *id_bytes;
    ck_sheet sheet;
    uint32_t *column, id;    /* numbers of the sheet's columns, or of persons.h5's */
    uint32_t *code;          /* of the row at hand */
} reading;

/* ---- the result folder ---- */

static ck_status read_job(ck_error *error, const char *folder, ck_job *job) {
    char *path = ck_path_join(error, folder, "job.resolved.yaml"), *text = NULL;
    size_t n;
    if (path && ck_file_read(error, path, &text, &n) == CK_OK)
        ck_job_parse(error, text, path, NULL, 0, false, job);
    ck_free(text);
    ck_free(path);
    return error->status;
}

static ck_status take_ids(ck_error *error, ck_release_input *input) {
    input->person_id = ck_alloc_zero(error, input->index.persons, sizeof *input->person_id);
    for (uint64_t r = 0; input->person_id && r < input->index.records; r++)
        input->person_id[input->index.person[r]] = input->index.id[r];
    return error->status;
}

static ck_status open_folder(ck_error *error, const char *folder, ck_release_input *input) {
    char *index = ck_path_join(error, folder, "index.h5");
    input->people_path = ck_path_join(error, folder, "people.h5");
    if (error->status == CK_OK && read_job(error, folder, &input->job) == CK_OK && ck_people_open(&alone, error, input->people_path, 0, &input->people) == CK_OK &&
        ck_index_open(&alone, error, index, &input->index) == CK_OK && ck_index_ids(&alone, error, index, &input->index) == CK_OK) {
        if (input->index.records != input->people.records)
            ck_fail(error, CK_FILE, "'%s' is not of the people.h5 beside it; run the job again.", index);
        else
            take_ids(error, input);
    }
    ck_free(index);
    return error->status;
}

/* ---- persons and households ---- */

static ck_status copy_households(ck_error *error, const ck_households *households, ck_release_input *input) {
    if (households->persons != input->index.persons)
        return ck_fail(error, CK_FILE, "households.h5 is not of the index.h5 beside it; 'carrick persons' makes it again.");
    input->household = ck_alloc(error, households->persons, sizeof *input->household);
    for (uint64_t p = 0; input->household && p < households->persons; p++)
        input->household[p] = households->household[p];
    input->households = households->households;
    return error->status;
}

static ck_status open_households(ck_error *error, const char *folder, ck_release_input *input) {
    char *path = ck_path_join(error, folder, "households.h5");
    ck_households households = {0};
    if (path && !ck_path_is_file(path))
        ck_fail(error, CK_FILE, "'household_key' needs '%s', which is not there: put 'households' into the job, and run it again.", path);
    else if (path && ck_run_record_require(error, folder, "persons") == CK_OK && ck_households_open(&alone, error, path, &households) == CK_OK)
        copy_households(error, &households, input);
    ck_households_free(&households);
    ck_free(path);
    return error->status;
}

static ck_status open_persons(ck_error *error, const char *folder, ck_release_input *input) {
    char *path = ck_path_join(error, folder, "persons.h5");
    if (path && !ck_path_is_file(path))
        ck_fail(error, CK_FILE, "A table of persons needs '%s', which is not there: put 'person' into the job, and run it again.", path);
    else if (path && ck_run_record_require(error, folder, "persons") == CK_OK && ck_people_open(&alone, error, path, CK_PEOPLE_CODES, &input->persons) == CK_OK &&
             input->persons.records != input->index.persons)
        ck_fail(error, CK_FILE, "'%s' is not of the index.h5 beside it; 'carrick persons' makes it again.", path);
    ck_free(path);
    return error->status;
}

/* What the release asks for beyond rows of sources. */
static ck_status open_more(ck_error *error, const ck_release_spec *spec, ck_release_input *input) {
    bool persons = false, properties = false;
    for (uint32_t t = 0; t < spec->ntables; t++) {
        persons = persons || spec->table[t].persons;
        properties = properties || spec->table[t].households;
    }
    if ((persons || properties) && open_persons(error, spec->index, input) != CK_OK)
        return error->status;
    if (spec->household_key && open_households(error, spec->index, input) != CK_OK)
        return error->status;
    return properties ? ck_property_homes_make(error, &input->job, &input->persons, input->household, &input->homes) : CK_OK;
}

void ck_release_input_close(ck_release_input *input) {
    ck_release_free(&input->release);
    ck_lookup_free(&input->lookup);
    ck_free(input->person_id);
    ck_free(input->household);
    ck_property_homes_free(&input->homes);
    ck_index_free(&input->index);
    ck_people_free(&input->persons);
    ck_people_free(&input->people);
    ck_free(input->people_path);
    ck_job_free(&input->job);
    *input = (ck_release_input){0};
}

/* ---- whose row? ---- */

static ck_span id_at(const reading *r, uint64_t i) {
    uint64_t begin = r->id_offset[i] - r->id_offset[0];
    return (ck_span){r->id_bytes + begin, (size_t)(r->id_offset[i + 1] - r->id_offset[i])};
}

/* The person of a row; UINT32_MAX when the index does not hold it. */
static uint32_t find_person(const reading *r, ck_span id) {
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

static ck_span id_of_row(const reading *r, uint32_t file, char text[CK_ROW_ID_TEXT]) {
    return r->source->id ? r->sheet.field[r->id] : ck_row_id(r->source->nfiles, file, r->sheet.row, text);
}

/* ---- rows ---- */

/* The person of the row at hand, or its household; UINT32_MAX when there is none. */
static uint32_t find_owner(const reading *r, uint32_t file) {
    char text[CK_ROW_ID_TEXT];
    if (r->spec->households)
        return ck_property_homes_find(&r->input->homes, r->sheet.field[r->id]) - 1;
    return find_person(r, id_of_row(r, file, text));
}

static ck_status take_row(ck_error *error, reading *r, uint32_t file) {
    char room[CK_COARSE_ROOM];
    uint32_t person = find_owner(r, file);
    r->counts->read++;
    if (person == UINT32_MAX) {
        r->counts->unknown++;
        return CK_OK;
    }
    for (uint32_t c = 0; c < r->spec->ncolumns; c++) {
        ck_span out;
        ck_coarsen(&r->spec->column[c].coarse, r->key, r->spec->households ? person : r->input->person_id[person], r->sheet.field[r->column[c]], room, &out);
        if (ck_intern_add(error, &r->input->release.values, out, &r->code[c]) != CK_OK)
            return error->status;
    }
    r->counts->taken++;
    return ck_release_add_row(error, r->table, person, r->code);
}

static ck_status read_persons(ck_error *error, reading *r) {
    char room[CK_COARSE_ROOM];
    for (uint32_t c = 0; c < r->spec->ncolumns; c++) {
        r->column[c] = ck_people_find_column(r->persons, r->spec->column[c].from);
        if (r->column[c] == UINT32_MAX)
            return ck_fail(error, CK_USAGE, "Persons have no attribute '%s', which table '%s' is to have; 'person' of the job names them.", r->spec->column[c].from, r->table->name);
    }
    for (uint64_t p = 0; p < r->persons->records; p++) {
        for (uint32_t c = 0; c < r->spec->ncolumns; c++) {
            const ck_column *column = &r->persons->column[r->column[c]];
            ck_span out;
            ck_coarsen(&r->spec->column[c].coarse, r->key, r->input->person_id[p], ck_dict_value(&column->dict, column->code[p]), room, &out);
            if (ck_intern_add(error, &r->input->release.values, out, &r->code[c]) != CK_OK)
                return error->status;
        }
        if (ck_release_add_row(error, r->table, (uint32_t)p, r->code) != CK_OK)
            return error->status;
    }
    r->counts->read = r->counts->taken = r->persons->records;
    return CK_OK;
}

/* A file of the source; of a table of households, the one that there is. */
static ck_status open_file(ck_error *error, reading *r, uint32_t file) {
    const char *id = r->spec->households ? r->spec->property : r->source->id;
    if (r->spec->households)
        ck_sheet_open(error, r->spec->households, CK_UTF8, ',', &r->sheet);
    else
        ck_sheet_open(error, r->source->file[file], r->source->encoding, r->source->delimiter, &r->sheet);
    return error->status == CK_OK && id ? ck_sheet_find(error, &r->sheet, id, &r->id) : error->status;
}

static ck_status read_file(ck_error *error, reading *r, uint32_t file) {
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

/* ---- what may not go out ---- */

static bool is_kind_identifying(ck_kind kind) {
    return kind == CK_KIND_NAME || kind == CK_KIND_POSTCODE || kind == CK_KIND_NHS_NUMBER || kind == CK_KIND_UPRN || kind == CK_KIND_EMAIL ||
           kind == CK_KIND_ADDRESS || kind == CK_KIND_PHONE || kind == CK_KIND_IDENTIFIER || kind == CK_KIND_PSEUDONYM || kind == CK_KIND_CLK;
}

/* The linkage column of the source that is made of the header, or NULL. */
static const ck_field_spec *find_field(const ck_source_spec *source, const char *header) {
    for (uint32_t f = 0; f < source->nfields; f++)
        for (uint32_t i = 0; i < source->field[f].nfrom; i++)
            if (strcmp(source->field[f].from[i], header) == 0)
                return &source->field[f];
    return NULL;
}

/* What the job says of a column of the release: its linkage column and kind; false when it is none. */
static bool find_meaning(const reading *r, const char *from, const char **name, ck_kind *kind) {
    const ck_field_spec *field = r->source ? find_field(r->source, from) : NULL;
    uint32_t column = r->persons ? ck_people_find_column(r->persons, from) : UINT32_MAX;
    if (field) {
        *name = r->input->job.ingest.column_name[field->column];
        *kind = field->clean.kind;
    } else if (column != UINT32_MAX) {
        *name = from;
        *kind = r->persons->column[column].kind;
    }
    return field || column != UINT32_MAX;
}

/* Why a column may not go out as the file wants it, by what the job and its name say; NULL: it may. Coarse forms may, but a birth date's month or a shifted one. */
static const char *refuse_by_name(const reading *r, const ck_release_column *column) {
    const char *name;
    ck_kind kind;
    ck_coarse as = column->coarse.as;
    bool known = find_meaning(r, column->from, &name, &kind);
    bool birth = (known && ck_role_of(name, kind) == CK_ROLE_BIRTH_DATE) || ck_name_is_birth_date(column->from);
    if (birth && (as == CK_COARSE_KEEP || as == CK_COARSE_MONTH || as == CK_COARSE_SHIFT))
        return "is a date of birth; an age, an age_band or a year may go out";
    if (as != CK_COARSE_KEEP)
        return NULL;
    if (r->spec->households && strcmp(column->from, r->spec->property) == 0)
        return "is the number of the property";
    if (r->source && r->source->id && strcmp(column->from, r->source->id) == 0)
        return "is the id of the source's rows";
    if (known && is_kind_identifying(kind))
        return "is a linkage column that names people or places";
    return ck_name_is_identifying(column->from) ? "has the name of an identifier" : NULL;
}

/* Does the column tell where a person lives, or how old the person is, while persons lose others that do? */
static const char *refuse_uncounted(const reading *r, const ck_small_rule *rule, const ck_release_column *column) {
    const char *name;
    ck_kind kind;
    ck_coarse as = column->coarse.as;
    bool birth = as == CK_COARSE_AGE || as == CK_COARSE_AGE_BAND || (as == CK_COARSE_YEAR && find_meaning(r, column->from, &name, &kind) && ck_role_of(name, kind) == CK_ROLE_BIRTH_DATE);
    if (rule->nof == 0 || r->spec->households || (!birth && !ck_coarse_reads_postcode(as)))
        return NULL;
    for (uint32_t k = 0; k < rule->nof; k++)
        if (strcmp(rule->of[k], column->name) == 0)
            return NULL;
    return birth ? "is of a date of birth, and small groups are not counted by it" : "is of a postcode, and small groups are not counted by it";
}

/* By what is in it: each distinct value once for the look, with its rows for the shares. */
static ck_status look_at_column(ck_error *error, const reading *r, uint32_t c, const char **why) {
    const ck_intern *values = &r->input->release.values;
    uint64_t *rows = ck_alloc_zero(error, values->count, sizeof *rows), distinct = 0;
    ck_identifying seen = {0};
    for (uint64_t row = 0; rows && row < r->table->rows; row++)
        rows[r->table->code[c][row]]++;
    for (uint32_t v = 1; rows && v < values->count; v++) {
        if (!rows[v])
            continue;
        distinct++;
        ck_identifying_add(&seen, ck_intern_get(values, v), rows[v]);
    }
    *why = rows ? ck_identifying_say(&seen, distinct) : NULL;
    ck_free(rows);
    return error->status;
}

static ck_status refuse(ck_error *error, const reading *r, const ck_release_column *column, const char *why) {
    return ck_fail(error, CK_DATA, "Column '%s' of table '%s' %s; make it coarse, leave it out, or say why it may go out with 'allow'. Nothing was released.", column->name,
                   r->table->name, why);
}

static ck_status check_names(ck_error *error, const reading *r, const ck_small_rule *small) {
    for (uint32_t c = 0; c < r->spec->ncolumns; c++) {
        const char *why = r->spec->column[c].allow ? NULL : refuse_by_name(r, &r->spec->column[c]);
        if (!why && !r->spec->column[c].allow)
            why = refuse_uncounted(r, small, &r->spec->column[c]);
        if (why)
            return refuse(error, r, &r->spec->column[c], why);
    }
    return CK_OK;
}

static ck_status check_values(ck_error *error, const reading *r) {
    for (uint32_t c = 0; c < r->spec->ncolumns; c++) {
        const char *why = NULL;
        if (!r->spec->column[c].allow && r->spec->column[c].coarse.as != CK_COARSE_CODE && look_at_column(error, r, c, &why) != CK_OK)
            return error->status;
        if (why)
            return refuse(error, r, &r->spec->column[c], why);
    }
    return CK_OK;
}

/* ---- tables ---- */

static ck_status find_source(ck_error *error, reading *r) {
    for (uint32_t s = 0; s < r->input->job.ingest.nsources; s++)
        if (strcmp(r->input->job.ingest.source[s].name, r->spec->source) == 0)
            r->source = &r->input->job.ingest.source[s];
    for (uint32_t s = 0; s < r->input->people.nsources; s++)
        if (strcmp(r->input->people.source[s].name, r->spec->source) == 0)
            r->rows = &r->input->people.source[s];
    return r->source && r->rows ? CK_OK : ck_fail(error, CK_USAGE, "The job has no source '%s', which a table of the release is of.", r->spec->source);
}

static ck_status read_files(ck_error *error, reading *r) {
    if (r->spec->households)
        return read_file(error, r, 0);
    ck_people_read_ids(&alone, error, r->input->people_path, r->rows->row_begin, r->rows->row_end, &r->id_offset, &r->id_bytes);
    for (uint32_t f = 0; f < r->source->nfiles && error->status == CK_OK; f++)
        read_file(error, r, f);
    return error->status;
}

static ck_status read_table(ck_error *error, reading *r, const ck_small_rule *small) {
    r->column = ck_alloc_zero(error, r->spec->ncolumns, sizeof *r->column);
    r->code = ck_alloc_zero(error, r->spec->ncolumns, sizeof *r->code);
    r->table->name = ck_copy_string(error, r->spec->name);
    if (r->spec->persons)
        r->persons = &r->input->persons;
    r->table->of_households = r->spec->households;
    if (error->status != CK_OK || (r->spec->source && find_source(error, r) != CK_OK) || check_names(error, r, small) != CK_OK)
        return error->status;
    for (uint32_t c = 0; c < r->spec->ncolumns && error->status == CK_OK; c++)
        ck_release_add_column(error, r->table, r->spec->column[c].name);
    if (error->status == CK_OK && r->persons)
        read_persons(error, r);
    else if (error->status == CK_OK)
        read_files(error, r);
    return error->status == CK_OK ? check_values(error, r) : error->status;
}

static void finish_reading(reading *r) {
    ck_free(r->column);
    ck_free(r->code);
    ck_free(r->id_offset);
    ck_free(r->id_bytes);
}

static ck_status open_lookup(ck_error *error, ck_release_spec *spec, ck_release_input *input) {
    if (spec->lookup && ck_lookup_open(error, spec->lookup, &input->lookup) != CK_OK)
        return error->status;
    for (uint32_t t = 0; t < spec->ntables; t++)
        for (uint32_t c = 0; c < spec->table[t].ncolumns; c++) {
            ck_coarse_options *coarse = &spec->table[t].column[c].coarse;
            coarse->lookup = &input->lookup;
            if (ck_coarse_reads_lookup(coarse->as) && !ck_lookup_tells(&input->lookup, coarse->as))
                return ck_fail(error, CK_DATA, "File %s has no column of which '%s' could be made, as column '%s' of table '%s' asks.", spec->lookup, ck_coarse_words[coarse->as],
                               spec->table[t].column[c].name, spec->table[t].name);
        }
    return CK_OK;
}

ck_status ck_release_read(ck_error *error, ck_release_spec *spec, const ck_secret *key, ck_release_input *input, ck_release_counts *counts) {
    if (open_folder(error, spec->index, input) != CK_OK || open_more(error, spec, input) != CK_OK || open_lookup(error, spec, input) != CK_OK ||
        ck_release_begin(error, &input->release, spec->ntables, input->index.persons) != CK_OK)
        return error->status;
    input->release.id = input->person_id;
    input->release.household = input->household;
    input->release.households = input->households;
    for (uint32_t t = 0; t < spec->ntables && error->status == CK_OK; t++) {
        reading r = {.input = input, .key = key, .spec = &spec->table[t], .table = &input->release.table[t], .counts = &counts[t]};
        read_table(error, &r, &spec->small);
        finish_reading(&r);
    }
    return error->status;
}
