/** carrick pseudonymise: one extract with coded columns in place of its identifiers, on the supplier's machine; and carrick key. */
#include "base/log.h"
#include "base/memory.h"
#include "cli/audit.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/secret_option.h"
#include "condition/calls.h"
#include "csv/csv_out.h"
#include "csv/sheet.h"
#include "ingest/raw.h"
#include "job/coding.h"
#include "release/bloom.h"
#include "release/openpseudonymiser.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One extract on its way to its coded form. */
typedef struct coder {
    const ck_coding_job *job;
    const ck_source_spec *source;
    const ck_secret *key;
    ck_sheet sheet;
    uint32_t *from;        /* numbers of the sheet's columns: of each field in turn, then the id, then those kept */
    uint32_t *first;       /* [nfields + 1] into `from` */
    char *raw;             /* a value that is joined of several fields */
    size_t raw_room;
    char **clean;          /* [nfields] clean values of the row at hand */
    size_t *clean_room, *clean_n;
    ck_value_set derived;
    char *message;         /* what an HMAC is taken of */
    size_t message_room;
    ck_csv_out out;
    uint64_t rows, *empty; /* [codings] rows without a value of it */
    uint64_t rejects;      /* rows that cannot be used, passed over as the source allows */
} coder;

/* ---- columns ---- */

static ck_status find_columns(ck_error *error, coder *c) {
    uint32_t n = 0;
    for (uint32_t f = 0; f < c->source->nfields; f++) {
        c->first[f] = n;
        for (uint32_t i = 0; i < c->source->field[f].nfrom; i++)
            if (ck_sheet_find(error, &c->sheet, c->source->field[f].from[i], &c->from[n++]) != CK_OK)
                return error->status;
    }
    c->first[c->source->nfields] = n;
    if (c->source->id && ck_sheet_find(error, &c->sheet, c->source->id, &c->from[n]) != CK_OK)
        return error->status;
    n++;
    for (uint32_t k = 0; k < c->job->nkeep; k++)
        if (ck_sheet_find(error, &c->sheet, c->job->keep[k], &c->from[n++]) != CK_OK)
            return error->status;
    return CK_OK;
}

/* The clean value of every linkage column of the row. */
static ck_status clean_row(ck_error *error, coder *c) {
    for (uint32_t f = 0; f < c->source->nfields; f++) {
        const ck_field_spec *field = &c->source->field[f];
        const uint32_t *from = c->from + c->first[f];
        if (ck_grow(error, &c->raw, &c->raw_room, ck_field_join_room(c->sheet.field, field, from) + 1, 1) != CK_OK)
            return error->status;
        ck_span raw = ck_field_raw(c->sheet.field, field, from, c->raw);
        if (ck_grow(error, &c->clean[f], &c->clean_room[f], ck_clean_room(raw.n), 1) != CK_OK)
            return error->status;
        ck_clean_value(&field->clean, raw.bytes, raw.n, c->clean[f], &c->clean_n[f]);
    }
    return CK_OK;
}

/* The clean value of a column of the schema; empty where the source does not have it. */
static ck_span value_of(const coder *c, uint32_t column) {
    for (uint32_t f = 0; f < c->source->nfields; f++)
        if (c->source->field[f].column == column)
            return (ck_span){c->clean[f], c->clean_n[f]};
    return (ck_span){"", 0};
}

/* The value of an expression, empty when it is missing; valid until the next. */
static ck_status derive(ck_error *error, coder *c, const ck_expr *expr, ck_span *value) {
    ck_span base = value_of(c, expr->column);
    *value = base;
    if (base.n == 0 || expr->ncalls == 0)
        return CK_OK;
    if (ck_value_set_derive(error, expr, base, &c->derived) != CK_OK)
        return error->status;
    *value = c->derived.list.n ? ck_value_set_get(&c->derived, 0) : (ck_span){"", 0};
    return CK_OK;
}

/* ---- codes ---- */

static ck_status append(ck_error *error, coder *c, size_t *n, ck_span text) {
    if (ck_grow(error, &c->message, &c->message_room, *n + text.n + 1, 1) != CK_OK)
        return error->status;
    memcpy(c->message + *n, text.bytes, text.n);
    *n += text.n;
    return CK_OK;
}

/* HMAC of [label US] value [US value ...], US being the byte 1F. Missing when a value is. */
static ck_status code_hmac(ck_error *error, coder *c, const ck_coding *coding, bool *missing, char text[2 * CK_DIGEST + 1]) {
    static const ck_span separator = {"\x1F", 1};
    uint8_t digest[CK_DIGEST];
    size_t n = 0;
    if (coding->label && (append(error, c, &n, ck_span_of(coding->label)) != CK_OK || append(error, c, &n, separator) != CK_OK))
        return error->status;
    for (uint32_t i = 0; i < coding->nof && !*missing; i++) {
        ck_span value;
        if ((i && append(error, c, &n, separator) != CK_OK) || derive(error, c, &coding->expr[i], &value) != CK_OK || append(error, c, &n, value) != CK_OK)
            return error->status;
        *missing = value.n == 0;
    }
    ck_hmac(c->key, c->message, n, digest);
    ck_digest_text(digest, false, text);
    return CK_OK;
}

/* Values of expressions do not outlive one another, so they are gathered in `message`. */
static ck_status code_openpseudonymiser(ck_error *error, coder *c, const ck_coding *coding, bool *missing, char text[2 * CK_DIGEST + 1]) {
    ck_named_value *named = ck_alloc(error, coding->nof, sizeof *named);
    size_t n = 0;
    for (uint32_t i = 0; named && i < coding->nof; i++) {
        ck_span value;
        size_t begin = n;
        if (derive(error, c, &coding->expr[i], &value) != CK_OK || append(error, c, &n, value) != CK_OK)
            break;
        *missing |= value.n == 0;
        named[i] = (ck_named_value){coding->nnames ? coding->names[i] : coding->of[i], {NULL, begin}};
    }
    for (uint32_t i = 0; error->status == CK_OK && i < coding->nof; i++) { /* `message` moves no more */
        size_t begin = named[i].value.n, end = i + 1 < coding->nof ? named[i + 1].value.n : n;
        named[i].value = (ck_span){c->message + begin, end - begin};
    }
    if (error->status == CK_OK && !*missing)
        ck_openpseudonymiser(error, c->key, named, coding->nof, text);
    ck_free(named);
    return error->status;
}

static ck_status code_clk(ck_error *error, coder *c, const ck_coding *coding, bool *missing, char text[CK_BLOOM_TEXT]) {
    ck_bloom filter;
    ck_bloom_begin(&filter, coding->bits);
    for (uint32_t i = 0; i < coding->nof; i++) {
        ck_span value;
        if (derive(error, c, &coding->expr[i], &value) != CK_OK)
            return error->status;
        ck_bloom_add(&filter, c->key, coding->of[i], value, coding->q, coding->hashes);
    }
    *missing = ck_bloom_is_empty(&filter);
    ck_bloom_finish(&filter, c->key, coding->balance, coding->fold);
    ck_bloom_text(&filter, text);
    return CK_OK;
}

static ck_status code(ck_error *error, coder *c, uint32_t k) {
    static ck_status (*const codes[])(ck_error *, coder *, const ck_coding *, bool *, char *) = {code_hmac, code_openpseudonymiser, code_clk};
    char text[CK_BLOOM_TEXT];
    bool missing = false;
    text[0] = 0;
    if (codes[c->job->coding[k].method](error, c, &c->job->coding[k], &missing, text) != CK_OK)
        return error->status;
    c->empty[k] += missing;
    ck_csv_out_string(&c->out, missing ? "" : text);
    return CK_OK;
}

/* The id's HMAC stands under a label of its own. */
static ck_status write_id(ck_error *error, coder *c, uint32_t file) {
    char text[2 * CK_DIGEST + 1], row[CK_ROW_ID_TEXT];
    uint8_t digest[CK_DIGEST];
    size_t n = 0;
    ck_span id = c->source->id ? c->sheet.field[c->from[c->first[c->source->nfields]]] : ck_row_id(c->source->nfiles, file, c->sheet.row, row);
    if (c->job->id == CK_ID_KEEP)
        ck_csv_out_text(&c->out, id);
    if (c->job->id != CK_ID_PSEUDONYM)
        return CK_OK;
    if (append(error, c, &n, ck_span_of("id\x1F")) != CK_OK || append(error, c, &n, id) != CK_OK)
        return error->status;
    ck_hmac(c->key, c->message, n, digest);
    ck_digest_text(digest, false, text);
    ck_csv_out_string(&c->out, text);
    return CK_OK;
}

/* ---- the extract ---- */

static ck_status code_file(ck_error *error, coder *c, uint32_t file) {
    if (ck_sheet_open(error, c->source->file[file], c->source->encoding, c->source->delimiter, &c->sheet) != CK_OK || find_columns(error, c) != CK_OK)
        return error->status;
    uint32_t kept = c->first[c->source->nfields] + 1;
    c->sheet.rejects_most = c->source->rejects_max - c->rejects;
    while (ck_sheet_next(error, &c->sheet)) {
        if (clean_row(error, c) != CK_OK || write_id(error, c, file) != CK_OK)
            break;
        for (uint32_t k = 0; k < c->job->n && error->status == CK_OK; k++)
            code(error, c, k);
        for (uint32_t k = 0; k < c->job->nkeep; k++)
            ck_csv_out_text(&c->out, c->sheet.field[c->from[kept + k]]);
        ck_csv_out_end_row(&c->out);
        c->rows++;
    }
    c->rejects += c->sheet.rejects;
    return error->status;
}

static void write_header(coder *c) {
    if (c->job->id != CK_ID_DROP)
        ck_csv_out_string(&c->out, "id");
    for (uint32_t k = 0; k < c->job->n; k++)
        ck_csv_out_string(&c->out, c->job->coding[k].name);
    for (uint32_t k = 0; k < c->job->nkeep; k++)
        ck_csv_out_string(&c->out, c->job->keep[k]);
    ck_csv_out_end_row(&c->out);
}

static ck_status prepare(ck_error *error, coder *c) {
    uint32_t columns = 1 + c->job->nkeep;
    for (uint32_t f = 0; f < c->source->nfields; f++)
        columns += c->source->field[f].nfrom;
    c->from = ck_alloc_zero(error, columns, sizeof *c->from);
    c->first = ck_alloc_zero(error, c->source->nfields + 1, sizeof *c->first);
    c->clean = ck_alloc_zero(error, c->source->nfields, sizeof *c->clean);
    c->clean_room = ck_alloc_zero(error, c->source->nfields, sizeof *c->clean_room);
    c->clean_n = ck_alloc_zero(error, c->source->nfields, sizeof *c->clean_n);
    c->empty = ck_alloc_zero(error, c->job->n, sizeof *c->empty);
    return error->status;
}

static void release(coder *c) {
    for (uint32_t f = 0; c->clean && f < c->source->nfields; f++)
        ck_free(c->clean[f]);
    ck_free(c->from);
    ck_free(c->first);
    ck_free(c->clean);
    ck_free(c->clean_room);
    ck_free(c->clean_n);
    ck_free(c->empty);
    ck_free(c->raw);
    ck_free(c->message);
    ck_value_set_free(&c->derived);
    ck_sheet_close(&c->sheet);
    ck_csv_out_close(&c->out);
}

static void say(const coder *c) {
    if (c->rejects)
        ck_log(CK_LOG_WARN, "%" PRIu64 " rows were passed over: they cannot be used, and 'rejects' of the source allows them.", c->rejects);
    for (uint32_t k = 0; k < c->job->n; k++)
        ck_log(c->empty[k] == c->rows && c->rows ? CK_LOG_WARN : CK_LOG_INFO, "%s: %" PRIu64 " of %" PRIu64 " rows have a value.", c->job->coding[k].name,
               c->rows - c->empty[k], c->rows);
}

static ck_status pseudonymise(ck_error *error, const ck_coding_job *job, const ck_secret *key, const char *out) {
    coder c = {.job = job, .source = &job->job.ingest.source[0], .key = key};
    for (uint32_t f = 0; f < c.source->nfiles; f++)
        ck_file_apart(error, out, c.source->file[f]);
    if (error->status == CK_OK && prepare(error, &c) == CK_OK && ck_csv_out_open_private(error, out, &c.out) == CK_OK) {
        write_header(&c);
        for (uint32_t f = 0; f < c.source->nfiles && error->status == CK_OK; f++) {
            ck_sheet_close(&c.sheet);
            code_file(error, &c, f);
        }
        if (error->status == CK_OK && ck_csv_out_commit(error, &c.out) == CK_OK)
            say(&c);
    }
    release(&c);
    if (error->status == CK_STOPPED) {
        *error = (ck_error){0};
        ck_fail(error, CK_STOPPED, "Stopped by a signal; nothing was written.");
    }
    return error->status;
}

/* ---- the commands ---- */

/* In a log beside the output; standard output has none. */
static void log_files(ck_cli *cli, const ck_coding_job *job) {
    const ck_options *given = &cli->options;
    const ck_source_spec *source = &job->job.ingest.source[0];
    if (!given->out_file)
        return;
    ck_audit_beside(cli, given->out_file);
    ck_audit_input(cli, given->word[0]);
    for (uint32_t f = 0; f < source->nfiles; f++)
        ck_audit_input(cli, source->file[f]);
    ck_audit_output(cli, given->out_file);
}

/* One process does the work: an extract is coded where it lies, by whoever holds it. */
ck_status ck_cmd_pseudonymise(ck_cli *cli, ck_error *error) {
    const ck_options *given = &cli->options;
    ck_coding_job job = {0};
    ck_secret key = {0};
    char *text = NULL;
    size_t n = 0;
    if (cli->comm.rank == 0) {
        if (ck_file_read_text(error, given->word[0], &text, &n) == CK_OK &&
            ck_coding_parse(error, text, given->word[0], given->set, given->nset, &job) == CK_OK && ck_secret_option(error, given, &key) == CK_OK)
            if (pseudonymise(error, &job, &key, given->out_file) == CK_OK)
                log_files(cli, &job);
        ck_secret_free(&key);
        ck_coding_free(&job);
        ck_free(text);
    }
    return ck_par_agree(&cli->comm, error);
}

ck_status ck_cmd_key(ck_cli *cli, ck_error *error) {
    if (cli->comm.rank == 0 && ck_secret_make(error, cli->options.word[0]) == CK_OK)
        ck_log(CK_LOG_INFO, "The key is in '%s'. Who has it can undo pseudonyms: keep it apart from the data.", cli->options.word[0]);
    return ck_par_agree(&cli->comm, error);
}
