#include "ingest/carry_rows.h"
#include "base/memory.h"
#include "csv/sheet.h"
#include "ingest/dictionary.h"
#include "store/h5.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The ids that a source's extract of changes names, of all ranks, sorted. */
typedef struct named_ids {
    char *bytes;      /* of each id its length in 4 bytes, then the id */
    size_t n, room;   /* bytes of this rank's, while they are listed */
    ck_span *id;
    size_t nids;
} named_ids;

typedef struct carrier {
    const ck_comm *comm;
    const ck_plan *plan;
    ck_reading *reading;
    ck_people last;
    ck_h5 *file;
    uint64_t *row, nrows, room; /* of `last`, in the order in which they are added */
    uint64_t first;             /* where they begin in the store of the first thread */
} carrier;

/* ---- what the changes name ---- */

static ck_status add_id(ck_error *error, named_ids *ids, ck_span id) {
    uint32_t n = (uint32_t)id.n;
    if (ck_grow(error, &ids->bytes, &ids->room, ids->n + sizeof n + id.n, 1) != CK_OK)
        return error->status;
    memcpy(ids->bytes + ids->n, &n, sizeof n);
    memcpy(ids->bytes + ids->n + sizeof n, id.bytes, id.n);
    ids->n += sizeof n + id.n;
    return CK_OK;
}

static ck_status add_read(ck_error *error, const carrier *c, uint32_t s, named_ids *ids) {
    for (uint32_t t = 0; t < c->reading->nthreads; t++) {
        const ck_rows *rows = &c->reading->rows[t];
        for (size_t i = 0; i < rows->n && !error->status; i++)
            if (c->plan->file[rows->file[i]].source == s)
                add_id(error, ids, ck_rows_id(rows, i));
    }
    return error->status;
}

/* Ids of rows that are gone, one a line under the header of the id. */
static ck_status add_removed(ck_error *error, const ck_source_spec *source, named_ids *ids) {
    ck_sheet sheet = {0};
    uint32_t column;
    if (ck_sheet_open(error, source->removed, source->encoding, source->delimiter, &sheet) == CK_OK &&
        ck_sheet_find(error, &sheet, source->id, &column) == CK_OK)
        while (ck_sheet_next(error, &sheet) && add_id(error, ids, sheet.field[column]) == CK_OK)
            continue;
    ck_sheet_close(&sheet);
    return error->status;
}

static int compare_ids(const void *x, const void *y) {
    return ck_span_compare(*(const ck_span *)x, *(const ck_span *)y);
}

/* All ranks' ids. Collective. */
static ck_status share_ids(const ck_comm *comm, ck_error *error, named_ids *ids) {
    void *all = NULL;
    uint64_t *offset = NULL;
    size_t room = 0;
    if (ck_par_gather_all(comm, error, ids->bytes, ids->n, &all, &offset) == CK_OK) {
        ck_free(ids->bytes);
        ids->bytes = all;
        ids->n = (size_t)offset[comm->size];
        for (size_t at = 0; at < ids->n && ck_grow(error, &ids->id, &room, ids->nids + 1, sizeof *ids->id) == CK_OK;) {
            uint32_t n;
            memcpy(&n, ids->bytes + at, sizeof n);
            ids->id[ids->nids++] = (ck_span){ids->bytes + at + sizeof n, n};
            at += sizeof n + n;
        }
        if (ids->nids)
            qsort(ids->id, ids->nids, sizeof *ids->id, compare_ids);
    }
    ck_free(offset);
    return ck_par_agree(comm, error);
}

/* ---- rows ---- */

static uint32_t first_file(const ck_plan *plan, uint32_t s) {
    uint32_t f = 0;
    while (plan->file[f].source != s)
        f++;
    return f;
}

static uint64_t record_of(const carrier *c, uint64_t row) {
    return c->last.row_record ? c->last.row_record[row - c->last.row_begin] : row;
}

/* Codes of records [begin, begin + n) of an old column. Shares of the rows that go on need not make up the column, so that no checksum speaks for them.
   Collective. */
static ck_status read_codes(carrier *c, ck_error *error, const ck_column *column, uint64_t begin, uint64_t n, uint32_t **code) {
    char name[512];
    *code = ck_alloc(error, n, sizeof **code);
    snprintf(name, sizeof name, "columns/%s/code", column->name);
    if (ck_h5_read(c->file, error, name, CK_H5_U32, begin, n, *code) != CK_OK)
        return error->status;
    uint32_t largest = 0;
    for (uint64_t i = 0; i < n; i++)
        largest = (*code)[i] > largest ? (*code)[i] : largest;
    if (largest > column->dict.count)
        ck_fail(error, CK_FILE, "Cannot read %s: /%s is damaged; make the file again.", c->plan->spec->last, name);
    return ck_par_agree(c->comm, error);
}

/* Column and codes of the NHS numbers of the old records that hold this rank's rows [begin, end). */
typedef struct old_numbers {
    const ck_column *column; /* NULL: none is asked for */
    uint32_t *code;
    uint64_t first;
} old_numbers;

/* Collective. */
static ck_status read_numbers(carrier *c, ck_error *error, uint32_t s, uint64_t begin, uint64_t end, old_numbers *numbers) {
    const ck_ingest_spec *spec = c->plan->spec;
    const ck_optout_source *out = spec->optouts.source ? &spec->optouts.source[s] : NULL;
    uint32_t column = out && out->applies ? ck_people_find_column(&c->last, spec->column_name[spec->source[s].field[out->field].column]) : UINT32_MAX;
    uint64_t first = UINT64_MAX, last = 0;
    if (column == UINT32_MAX)
        return CK_OK;
    for (uint64_t row = begin; row < end; row++) {
        uint64_t record = record_of(c, row);
        first = record < first ? record : first;
        last = record >= last ? record + 1 : last;
    }
    uint64_t n = last > first ? last - first : 0;
    *numbers = (old_numbers){.column = &c->last.column[column], .first = n ? first : 0};
    return read_codes(c, error, numbers->column, numbers->first, n, &numbers->code);
}

/* Opted out by number, or by the flag of the row that takes its place. */
static bool is_opted_out(const carrier *c, const char *source, uint64_t row, ck_span id, const old_numbers *numbers) {
    uint32_t code = numbers->column ? numbers->code[record_of(c, row) - numbers->first] : 0;
    return ck_optouts_has_row(&c->reading->optouts, source, id) ||
           (code && ck_optouts_has_number(&c->reading->optouts, ck_optouts_number(ck_dict_value(&numbers->column->dict, code))));
}

/* Is the id among the sorted `ids`? Asked of rising ids: `*next` is how far the last question came. */
static bool is_named(const named_ids *ids, ck_span id, size_t *next) {
    int order = 1;
    while (*next < ids->nids && (order = ck_span_compare(ids->id[*next], id)) < 0)
        ++*next;
    return *next < ids->nids && order == 0;
}

/* This rank's share of a source's old rows, those aside that the changes name, and of people who are opted out. */
static ck_status take_rows(carrier *c, ck_error *error, uint32_t s, const ck_source *was, const named_ids *ids) {
    const ck_people *last = &c->last;
    uint64_t begin = was->row_begin > last->row_begin ? was->row_begin : last->row_begin, end = was->row_end < last->row_end ? was->row_end : last->row_end;
    uint32_t file = first_file(c->plan, s);
    old_numbers numbers = {0};
    uint64_t left_out = 0;
    size_t next = 0;
    read_numbers(c, error, s, begin, end, &numbers);
    for (uint64_t row = begin; row < end && !error->status; row++) {
        const uint64_t *at = &last->id_offset[row - last->row_begin];
        ck_span id = {last->id_bytes + at[0], (size_t)(at[1] - at[0])};
        if (is_named(ids, id, &next))
            continue;
        if (is_opted_out(c, was->name, row, id, &numbers)) {
            left_out++;
            continue;
        }
        if (ck_rows_add(error, &c->reading->rows[0], file, (uint32_t)(row - was->row_begin + 1), id) == CK_OK &&
            ck_grow(error, &c->row, &c->room, c->nrows + 1, sizeof *c->row) == CK_OK)
            c->row[c->nrows++] = row;
    }
    ck_free(numbers.code);
    ck_par_sum(c->comm, &left_out, 1);
    c->reading->optout[s].left_out += left_out;
    return error->status;
}

static ck_status carry_source(carrier *c, ck_error *error, uint32_t s) {
    const ck_source_spec *source = &c->plan->spec->source[s];
    named_ids ids = {0};
    add_read(error, c, s, &ids);
    if (source->removed && c->comm->rank == 0)
        add_removed(error, source, &ids);
    if (ck_par_agree(c->comm, error) == CK_OK && share_ids(c->comm, error, &ids) == CK_OK)
        for (uint32_t t = 0; t < c->last.nsources; t++)
            if (strcmp(c->last.source[t].name, source->name) == 0)
                take_rows(c, error, s, &c->last.source[t], &ids);
    ck_free(ids.id);
    ck_free(ids.bytes);
    return ck_par_agree(c->comm, error);
}

/* ---- values ---- */

/* Has the source a field that makes the column? Else its rows lack it now. */
static bool makes_column(const ck_source_spec *source, uint32_t column) {
    bool any = false;
    for (uint32_t f = 0; f < source->nfields; f++)
        any |= source->field[f].column == column;
    return any;
}

/* `code` holds records [begin, ...) of the old column. */
static void add_codes(const carrier *c, uint32_t column, const uint32_t *code, uint64_t begin) {
    const ck_rows *rows = &c->reading->rows[0];
    uint32_t source = UINT32_MAX;
    bool makes = false;
    for (uint64_t i = 0; i < c->nrows; i++) {
        uint64_t to = c->first + i;
        uint32_t now = c->plan->file[rows->file[to]].source;
        if (now != source)
            makes = makes_column(&c->plan->spec->source[now], column);
        source = now;
        if (makes)
            rows->code[to * rows->ncolumns + column] = code[record_of(c, c->row[i]) - begin];
    }
}

static ck_status check_kind(const carrier *c, ck_error *error, uint32_t column, uint32_t was) {
    const ck_ingest_spec *spec = c->plan->spec;
    if (c->last.column[was].kind == spec->column_kind[column])
        return CK_OK;
    return ck_fail(error, CK_USAGE, "Column '%s' is of kind %s in '%s', so an extract of changes cannot go on from there; give the whole extract.",
                   spec->column_name[column], ck_kind_name(c->last.column[was].kind), spec->last);
}

static ck_status carry_column(carrier *c, ck_error *error, uint32_t column, ck_dict *dict) {
    uint32_t was = ck_people_find_column(&c->last, c->plan->spec->column_name[column]);
    uint64_t begin = UINT64_MAX, end = 0;
    uint32_t *code = NULL;
    if (was == UINT32_MAX || check_kind(c, error, column, was))
        return ck_par_agree(c->comm, error);
    for (uint64_t i = 0; i < c->nrows; i++) {
        uint64_t record = record_of(c, c->row[i]);
        begin = record < begin ? record : begin;
        end = record >= end ? record + 1 : end;
    }
    uint64_t n = end > begin ? end - begin : 0;
    if (read_codes(c, error, &c->last.column[was], n ? begin : 0, n, &code) == CK_OK) {
        add_codes(c, column, code, begin);
        *dict = c->last.column[was].dict;
        c->last.column[was].dict = (ck_dict){0};
    }
    ck_free(code);
    return ck_par_agree(c->comm, error);
}

ck_status ck_carry_rows(const ck_comm *comm, ck_error *error, const ck_plan *plan, ck_reading *reading, ck_carried *carried) {
    const ck_ingest_spec *spec = plan->spec;
    carrier c = {.comm = comm, .plan = plan, .reading = reading, .first = reading->rows[0].n};
    bool any = false;
    *carried = (ck_carried){.first = c.first};
    for (uint32_t s = 0; s < spec->nsources; s++)
        any = any || spec->source[s].changes;
    if (!any)
        return CK_OK;
    if (!spec->last)
        return ck_fail(error, CK_USAGE, "A source has an extract of changes, but nothing says what they change: name the last result folder with 'previous'.");
    if (ck_people_open(comm, error, spec->last, CK_PEOPLE_IDS, &c.last) || ck_h5_open(comm, error, spec->last, "people", CK_PEOPLE_VERSION, &c.file))
        goto done;
    for (uint32_t s = 0; s < spec->nsources && !error->status; s++)
        if (spec->source[s].changes)
            carry_source(&c, error, s);
    carried->dict = ck_alloc_zero(error, spec->ncolumns, sizeof *carried->dict);
    carried->ncolumns = spec->ncolumns;
    carried->n = c.nrows;
    ck_par_agree(comm, error);
    for (uint32_t column = 0; column < spec->ncolumns && !error->status; column++)
        carry_column(&c, error, column, &carried->dict[column]);
done:
    ck_h5_close(c.file);
    ck_people_free(&c.last);
    ck_free(c.row);
    return error->status;
}

/* ---- dictionaries ---- */

static uint32_t *carried_code(const ck_carried *carried, const ck_rows *rows, uint32_t column, size_t i) {
    return &rows->code[(carried->first + i) * rows->ncolumns + column];
}

/* A bit for each old code that a row of any rank has. Collective. */
static ck_status find_used(const ck_comm *comm, ck_error *error, const ck_carried *carried, const ck_rows *rows, uint32_t column, uint64_t **used) {
    size_t words = carried->dict[column].count / 64 + 1;
    *used = ck_alloc_zero(error, words, sizeof **used);
    for (size_t i = 0; *used && i < carried->n; i++) {
        uint32_t code = *carried_code(carried, rows, column, i);
        (*used)[code / 64] |= UINT64_C(1) << (code % 64);
    }
    if (ck_par_agree(comm, error) == CK_OK)
        ck_par_or(comm, *used, words);
    return error->status;
}

ck_status ck_carried_join(const ck_comm *comm, ck_error *error, ck_carried *carried, const ck_rows *rows, uint32_t column, const char *name, ck_dict *dict,
                          uint32_t **fresh_code) {
    uint64_t *used = NULL;
    *fresh_code = NULL;
    if (!carried->dict || carried->dict[column].count == 0)
        return error->status;
    ck_dict *old = &carried->dict[column];
    uint32_t *code = ck_alloc_zero(error, (size_t)old->count + 1, sizeof *code);
    *fresh_code = ck_alloc_zero(error, (size_t)dict->count + 1, sizeof **fresh_code);
    if (find_used(comm, error, carried, rows, column, &used) == CK_OK && ck_dictionary_merge(error, old, used, name, code, *fresh_code, dict) == CK_OK)
        for (size_t i = 0; i < carried->n; i++) {
            uint32_t *at = carried_code(carried, rows, column, i);
            *at = code[*at];
        }
    ck_dict_free(old);
    ck_free(code);
    ck_free(used);
    return ck_par_agree(comm, error);
}

void ck_carried_free(ck_carried *carried) {
    for (uint32_t c = 0; carried->dict && c < carried->ncolumns; c++)
        ck_dict_free(&carried->dict[c]);
    ck_free(carried->dict);
    *carried = (ck_carried){0};
}
