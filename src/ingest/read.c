#include "ingest/read.h"
#include "base/log.h"
#include "base/memory.h"
#include "csv/csv.h"
#include "csv/encoding.h"
#include "ingest/raw.h"
#include <omp.h>
#include <string.h>

/* What one thread works with. Its rows, values and counts are the reading's. */
typedef struct ck_reader {
    ck_error error;
    const ck_plan *plan;
    ck_csv csv;
    ck_rows *rows;
    ck_values *values;      /* [nfields of the plan] */
    ck_field_counts *count; /* [nsources][ncolumns] its own */
    ck_rejects rejects;
    const ck_optouts *optouts;
    ck_optout_look look;
    ck_optout_counts *optout; /* [nsources] its own */
    ck_span *raw;           /* [nfields] of the row at hand */
    uint32_t *hash;         /* [nfields] */
    char *decoded, *joined; /* room for fields that are not taken as they stand */
    size_t decoded_room, joined_room;
} ck_reader;

/* ---- one row ---- */

static ck_status reject_row(ck_reader *reader, uint32_t piece, uint32_t number, ck_reject_reason reason,
                            uint32_t column) {
    ck_reject reject = {.file = piece, .number = number, .column = column, .reason = reason,
                        .fields = (uint32_t)reader->csv.nfields};
    return ck_rejects_add(&reader->error, &reader->rejects, reader->plan, reject);
}

/* All fields of a row that has bytes beyond ASCII, to UTF-8. @return the number of the first bad field, or nfields */
static size_t decode_fields(ck_reader *reader, ck_encoding encoding, ck_text_fault *fault) {
    ck_csv *csv = &reader->csv;
    size_t need = 1, used;
    for (size_t i = 0; i < csv->nfields; i++)
        need += csv->field[i].n * CK_WINDOWS_1252_WIDTH;
    if (ck_grow(&reader->error, &reader->decoded, &reader->decoded_room, need, 1) != CK_OK)
        return csv->nfields;
    char *room = reader->decoded;
    for (size_t i = 0; i < csv->nfields; i++, room += used) {
        *fault = ck_text_decode(encoding, &csv->field[i], room, &used);
        if (*fault != CK_TEXT_FINE)
            return i;
    }
    return csv->nfields;
}

/* The raw value of every field of a source, hashed; the tables' slots are on their way when it returns. */
static ck_status gather_raw(ck_reader *reader, const ck_plan_file *file, ck_values *values) {
    const ck_source_spec *source = &reader->plan->spec->source[file->source];
    const ck_csv *csv = &reader->csv;
    const uint32_t *from = file->from + 1;
    size_t joined = 0;
    for (uint32_t f = 0; f < source->nfields; from += source->field[f++].nfrom) {
        const ck_field_spec *field = &source->field[f];
        joined += ck_field_join_room(csv->field, field, from);
    }
    if (ck_grow(&reader->error, &reader->joined, &reader->joined_room, joined, 1) != CK_OK)
        return reader->error.status;
    char *out = reader->joined;
    from = file->from + 1;
    for (uint32_t f = 0; f < source->nfields; from += source->field[f++].nfrom) {
        const ck_field_spec *field = &source->field[f];
        reader->raw[f] = ck_field_raw(csv->field, field, from, out);
        out += field->nfrom == 1 ? 0 : reader->raw[f].n;
        reader->hash[f] = ck_values_hash(reader->raw[f].bytes, reader->raw[f].n);
        ck_values_prefetch_slot(&values[f], reader->hash[f]);
    }
    return CK_OK;
}

static ck_status take_values(ck_reader *reader, const ck_plan_file *file) {
    const ck_plan *plan = reader->plan;
    const ck_source_spec *source = &plan->spec->source[file->source];
    ck_values *values = reader->values + plan->field_base[file->source];
    ck_field_counts *count = reader->count + (size_t)file->source * plan->spec->ncolumns;
    uint32_t *code = ck_rows_last(reader->rows);
    if (gather_raw(reader, file, values) != CK_OK)
        return reader->error.status;
    for (uint32_t f = 0; f < source->nfields; f++)
        ck_values_prefetch_entry(&values[f], reader->hash[f]);
    for (uint32_t f = 0; f < source->nfields; f++) {
        uint32_t column = source->field[f].column;
        ck_clean_result result = CK_CLEAN_EMPTY;
        if (reader->raw[f].n && ck_values_take(&reader->error, &values[f], reader->raw[f], reader->hash[f],
                                               &code[column], &result) != CK_OK)
            return reader->error.status;
        count[column].rows++;
        count[column].result[result]++;
    }
    return CK_OK;
}

static ck_reject_reason reason_of(ck_csv_fault fault) {
    return fault == CK_CSV_QUOTE ? CK_REJECT_QUOTE : fault == CK_CSV_QUOTE_LINES ? CK_REJECT_QUOTE_LINES :
           fault == CK_CSV_OPEN ? CK_REJECT_OPEN : CK_REJECT_LONG;
}

/* Nothing of an opted-out person's row is kept. */
static bool is_left_out(ck_reader *reader, const ck_plan_file *file) {
    bool goes = false;
    if (reader->plan->spec->optouts.source)
        ck_optout_goes(&reader->error, &reader->look, reader->plan, file, &reader->csv, reader->optouts,
                       &reader->optout[file->source], &goes);
    return goes;
}

/* The record at hand: a row of the store, a reject, or a row that is left out. */
static ck_status take_record(ck_reader *reader, const ck_plan_file *file, uint32_t piece, uint32_t number) {
    ck_csv *csv = &reader->csv;
    if (csv->fault != CK_CSV_FINE)
        return reject_row(reader, piece, number, reason_of(csv->fault), UINT32_MAX);
    if (csv->nfields != file->nheader)
        return reject_row(reader, piece, number, CK_REJECT_RAGGED, UINT32_MAX);
    if (is_left_out(reader, file))
        return reader->error.status;
    if (csv->odd) {
        ck_text_fault fault = CK_TEXT_FINE;
        size_t bad = decode_fields(reader, reader->plan->spec->source[file->source].encoding, &fault);
        if (bad < csv->nfields)
            return reject_row(reader, piece, number, fault == CK_TEXT_NUL ? CK_REJECT_NUL : CK_REJECT_ENCODING,
                              (uint32_t)bad);
    }
    bool has_id = file->from[0] != CK_NO_ID;
    ck_span id = has_id ? csv->field[file->from[0]] : (ck_span){"", 0};
    if (has_id && ck_trim_blanks(id).n == 0)
        return reject_row(reader, piece, number, CK_REJECT_NO_ID, file->from[0]);
    if (reader->error.status != CK_OK || ck_rows_add(&reader->error, reader->rows, piece, number, id) != CK_OK)
        return reader->error.status;
    return take_values(reader, file);
}

/* ---- one piece ---- */

ck_status ck_piece_open(ck_error *error, ck_csv *csv, const ck_plan *plan, const ck_piece *piece) {
    const ck_plan_file *file = &plan->file[piece->file];
    char delimiter = plan->spec->source[file->source].delimiter;
    bool first = file->gz || piece->begin == file->data_begin;
    uint64_t size = file->gz ? UINT64_MAX : file->size;
    ck_csv_open(error, csv, file->path, first ? piece->begin : piece->begin - 1, piece->end, size,
                delimiter ? delimiter : ',');
    if (error->status == CK_OK && !first)
        ck_csv_skip(error, csv, piece->end, piece->quoted);
    if (error->status == CK_OK && file->gz && ck_csv_skip_mark(error, csv) == CK_OK)
        ck_csv_next(error, csv, UINT64_MAX); /* the header */
    return error->status;
}

static ck_status read_piece(ck_reader *reader, ck_piece *piece, uint32_t number_of_piece) {
    ck_error *error = &reader->error;
    const ck_plan_file *file = &reader->plan->file[piece->file];
    uint64_t rows = 0;
    ck_piece_open(error, &reader->csv, reader->plan, piece);
    while (error->status == CK_OK && ck_csv_next(error, &reader->csv, piece->end) == CK_OK && reader->csv.found) {
        if (++rows >= UINT32_MAX)
            ck_fail(error, CK_DATA, "File %s has more rows than the %u that one file may have.", file->path, UINT32_MAX - 1);
        else
            take_record(reader, file, number_of_piece, (uint32_t)rows);
    }
    ck_csv_close(&reader->csv);
    piece->rows = rows;
    return error->status;
}

static void free_reader(ck_reader *reader) {
    ck_csv_free(&reader->csv);
    ck_rejects_free(&reader->rejects);
    ck_optout_look_free(&reader->look);
    ck_free(reader->optout);
    ck_free(reader->count);
    ck_free(reader->raw);
    ck_free(reader->hash);
    ck_free(reader->decoded);
    ck_free(reader->joined);
}

static ck_status prepare_reader(ck_reader *reader, const ck_plan *plan, ck_reading *reading, uint32_t thread) {
    ck_error *error = &reader->error;
    const ck_ingest_spec *spec = plan->spec;
    size_t fields = 1;
    for (uint32_t f = 0; f < plan->nfiles; f++)
        fields = plan->file[f].nheader > fields ? (size_t)plan->file[f].nheader : fields;
    reader->plan = plan;
    reader->rows = &reading->rows[thread];
    reader->values = reading->values + (size_t)thread * plan->nfields;
    reader->csv.input.file = -1;
    reader->optouts = &reading->optouts;
    reader->optout = ck_alloc_zero(error, spec->nsources, sizeof *reader->optout);
    reader->count = ck_alloc_zero(error, (size_t)spec->nsources * spec->ncolumns, sizeof *reader->count);
    reader->raw = ck_alloc(error, plan->nfields, sizeof *reader->raw);
    reader->hash = ck_alloc(error, plan->nfields, sizeof *reader->hash);
    if (error->status != CK_OK || ck_csv_init(error, &reader->csv, fields) != CK_OK ||
        ck_rejects_init(error, &reader->rejects, plan) != CK_OK ||
        ck_rows_init(error, reader->rows, spec->ncolumns, 0, 0) != CK_OK)
        return error->status;
    ck_values *values = reader->values;
    for (uint32_t s = 0; s < spec->nsources; s++)
        for (uint32_t f = 0; f < spec->source[s].nfields; f++)
            if (ck_values_init(error, values++, &spec->source[s].field[f].clean) != CK_OK)
                return error->status;
    return CK_OK;
}

/* ---- all pieces of this rank ---- */

/* Threads take pieces in rising order, so that each one's first reject is the first of what it reads. */
static void read_pieces(ck_reader *readers, uint32_t nreaders, ck_plan *plan) {
    uint64_t done = 0, total = plan->piece_end - plan->piece_begin;
#pragma omp parallel num_threads((int)nreaders)
    {
        ck_reader *reader = &readers[omp_get_thread_num()];
#pragma omp for schedule(dynamic)
        for (uint32_t p = plan->piece_begin; p < plan->piece_end; p++) {
            if (reader->error.status == CK_OK)
                read_piece(reader, &plan->piece[p], p);
            uint64_t now;
#pragma omp atomic capture
            now = ++done;
            if (omp_get_thread_num() == 0 && now < total)
                ck_log_progress("reading", now, total);
        }
    }
    ck_log_progress("reading", total, total);
}

enum { OPTOUT_WORDS = sizeof(ck_optout_counts) / sizeof(uint64_t) };

/* Threads' counts and rejects into the reading's, the first error into `error`. */
static void merge_readers(ck_error *error, ck_reader *readers, const ck_plan *plan, ck_reading *reading) {
    size_t cells = (size_t)plan->spec->nsources * plan->spec->ncolumns * (sizeof(ck_field_counts) / sizeof(uint64_t));
    for (uint32_t t = 0; t < reading->nthreads; t++) {
        ck_reader *reader = &readers[t];
        ck_rejects *from = &reader->rejects, *to = &reading->rejects;
        if (reader->error.status != CK_OK) {
            ck_fail(error, reader->error.status, "%s", reader->error.text);
            continue;
        }
        for (size_t i = 0; i < cells; i++)
            ((uint64_t *)reading->count)[i] += ((uint64_t *)reader->count)[i];
        for (size_t i = 0; i < plan->spec->nsources * OPTOUT_WORDS; i++)
            ((uint64_t *)reading->optout)[i] += ((uint64_t *)reader->optout)[i];
        for (uint32_t s = 0; s < plan->spec->nsources; s++)
            to->count[s] += from->count[s];
        if (from->n == 0 || ck_grow(error, &to->item, &to->room, to->n + from->n, sizeof *to->item) != CK_OK)
            continue;
        memcpy(to->item + to->n, from->item, from->n * sizeof *from->item);
        to->n += from->n;
    }
}

/* Rows of a piece are counted from its start; what the pieces before it in the file hold makes them rows of the file. */
static ck_status number_rows(const ck_comm *comm, ck_error *error, ck_plan *plan, ck_reading *reading) {
    uint64_t *before = ck_alloc_zero(error, plan->npieces, 2 * sizeof *before);
    if (ck_par_agree(comm, error) != CK_OK)
        goto done;
    uint64_t *rows = before + plan->npieces;
    for (uint32_t p = plan->piece_begin; p < plan->piece_end; p++)
        rows[p] = plan->piece[p].rows;
    ck_par_sum(comm, rows, plan->npieces);
    for (uint32_t p = 0; p < plan->npieces; p++) {
        const ck_plan_file *file = &plan->file[plan->piece[p].file];
        before[p] = p && plan->piece[p].file == plan->piece[p - 1].file ? before[p - 1] + rows[p - 1] : 0;
        reading->source_rows[file->source] += rows[p];
        if (before[p] + rows[p] >= UINT32_MAX)
            ck_fail(error, CK_DATA, "File %s has more rows than the %u that one file may have.", file->path, UINT32_MAX - 1);
    }
    for (uint32_t t = 0; t < reading->nthreads; t++) {
        ck_rows *store = &reading->rows[t];
        for (size_t i = 0; i < store->n; i++) {
            store->number[i] += (uint32_t)before[store->file[i]];
            store->file[i] = plan->piece[store->file[i]].file;
        }
        ck_row_ids_make(error, plan, store);
    }
    for (size_t i = 0; i < reading->rejects.n; i++) {
        ck_reject *reject = &reading->rejects.item[i];
        reject->number += (uint32_t)before[reject->file];
        reject->file = plan->piece[reject->file].file;
    }
done:
    ck_free(before);
    return ck_par_agree(comm, error);
}

static ck_status prepare_reading(ck_error *error, const ck_plan *plan, ck_reading *reading) {
    const ck_ingest_spec *spec = plan->spec;
    *reading = (ck_reading){.nthreads = (uint32_t)omp_get_max_threads()};
    reading->rows = ck_alloc_zero(error, reading->nthreads, sizeof *reading->rows);
    reading->values = ck_alloc_zero(error, (size_t)reading->nthreads * plan->nfields, sizeof *reading->values);
    reading->count = ck_alloc_zero(error, (size_t)spec->nsources * spec->ncolumns, sizeof *reading->count);
    reading->source_rows = ck_alloc_zero(error, spec->nsources, sizeof *reading->source_rows);
    reading->optout = ck_alloc_zero(error, spec->nsources, sizeof *reading->optout);
    return error->status == CK_OK ? ck_rejects_init(error, &reading->rejects, plan) : error->status;
}

ck_status ck_reading_make(const ck_comm *comm, ck_error *error, ck_plan *plan, ck_reading *reading) {
    prepare_reading(error, plan, reading);
    if (ck_par_agree(comm, error) != CK_OK || ck_optouts_find(comm, error, plan, plan->spec->linked, &reading->optouts) != CK_OK)
        return error->status;
    ck_reader *readers = ck_alloc_zero(error, reading->nthreads, sizeof *readers);
    for (uint32_t t = 0; readers && t < reading->nthreads; t++)
        prepare_reader(&readers[t], plan, reading, t);
    if (readers) {
        read_pieces(readers, reading->nthreads, plan);
        merge_readers(error, readers, plan, reading);
        for (uint32_t t = 0; t < reading->nthreads; t++)
            free_reader(&readers[t]);
        ck_free(readers);
    }
    if (ck_par_agree(comm, error) != CK_OK || number_rows(comm, error, plan, reading) != CK_OK)
        return error->status;
    size_t words = sizeof(ck_field_counts) / sizeof(uint64_t);
    ck_par_sum(comm, (uint64_t *)reading->optout, plan->spec->nsources * OPTOUT_WORDS);
    ck_optouts_warn(plan, reading->optout);
    ck_par_sum(comm, (uint64_t *)reading->count, (size_t)plan->spec->nsources * plan->spec->ncolumns * words);
    return ck_rejects_judge(comm, error, &reading->rejects, plan);
}

void ck_reading_free(ck_reading *reading, const ck_plan *plan) {
    for (uint32_t t = 0; reading->rows && t < reading->nthreads; t++)
        ck_rows_free(&reading->rows[t]);
    for (size_t v = 0; reading->values && v < (size_t)reading->nthreads * plan->nfields; v++)
        ck_values_free(&reading->values[v]);
    ck_free(reading->rows);
    ck_free(reading->values);
    ck_free(reading->count);
    ck_free(reading->source_rows);
    ck_free(reading->optout);
    ck_optouts_free(&reading->optouts);
    ck_rejects_free(&reading->rejects);
    *reading = (ck_reading){0};
}
