#include "ingest/rejects.h"
#include "base/memory.h"
#include "base/out_file.h"
#include "ingest/output.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ck_status ck_rejects_init(ck_error *error, ck_rejects *rejects, const ck_plan *plan) {
    rejects->count = ck_alloc_zero(error, plan->spec->nsources, sizeof *rejects->count);
    return error->status;
}

void ck_rejects_free(ck_rejects *rejects) {
    ck_free(rejects->item);
    ck_free(rejects->count);
    *rejects = (ck_rejects){0};
}

static bool is_final(const ck_reject *reject) {
    return reject->reason >= CK_REJECT_QUOTE_LINES;
}

ck_status ck_rejects_add(ck_error *error, ck_rejects *rejects, const ck_plan *plan, ck_reject reject) {
    uint32_t source = plan->file[plan->piece[reject.file].file].source;
    bool keep = rejects->count[source]++ <= plan->spec->source[source].rejects_max || is_final(&reject);
    if (!keep || ck_grow(error, &rejects->item, &rejects->room, rejects->n + 1, sizeof reject) != CK_OK)
        return error->status;
    rejects->item[rejects->n++] = reject;
    return CK_OK;
}

static int compare_rejects(const void *x, const void *y) {
    const ck_reject *a = x, *b = y;
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

/* One clause that stands after "row 12". */
static void describe(const ck_plan *plan, const ck_reject *reject, char *text, size_t n) {
    const ck_plan_file *file = &plan->file[reject->file];
    bool utf8 = plan->spec->source[file->source].encoding == CK_UTF8;
    switch ((ck_reject_reason)reject->reason) {
    case CK_REJECT_RAGGED:
        snprintf(text, n, "has %u fields where the header has %llu", reject->fields, (unsigned long long)file->nheader);
        return;
    case CK_REJECT_NUL: snprintf(text, n, "holds a NUL byte"); return;
    case CK_REJECT_ENCODING:
        snprintf(text, n, "holds bytes that are not %s", utf8 ? "UTF-8" : "windows-1252");
        return;
    case CK_REJECT_NO_ID: snprintf(text, n, "has no id"); return;
    case CK_REJECT_QUOTE:
        snprintf(text, n, "has a quote inside an unquoted field or text after a closing quote");
        return;
    case CK_REJECT_QUOTE_LINES:
        snprintf(text, n, "has a quote where none may be, so that where rows end is not certain from there on");
        return;
    case CK_REJECT_OPEN: snprintf(text, n, "has a quoted field that does not end before the file does"); return;
    case CK_REJECT_LONG:
        snprintf(text, n, "is longer than 16 MiB; a quoted field is probably not closed");
        return;
    }
}

static ck_status fail_reject(ck_error *error, const ck_rejects *rejects, const ck_plan *plan, const ck_reject *reject) {
    const ck_plan_file *file = &plan->file[reject->file];
    const ck_source_spec *source = &plan->spec->source[file->source];
    const char *column = reject->column < file->nheader ? file->header[reject->column] : NULL;
    char clause[160], rest[160] = "";
    describe(plan, reject, clause, sizeof clause);
    if (!is_final(reject))
        snprintf(rest, sizeof rest, " Rows that cannot be used: %llu of source %s, and 'rejects' allows %llu.",
                 (unsigned long long)rejects->count[file->source], source->name, (unsigned long long)source->rejects_max);
    return ck_fail(error, CK_DATA, "File %s, row %u%s%s%s %s.%s", file->path, reject->number, column ? ", column '" : "",
                   column ? column : "", column ? "'" : "", clause, rest);
}

/* Final ones first, since they make the rest uncertain. */
static ck_status judge(ck_error *error, const ck_rejects *rejects, const ck_plan *plan) {
    for (size_t i = 0; i < rejects->n; i++)
        if (is_final(&rejects->item[i]))
            return fail_reject(error, rejects, plan, &rejects->item[i]);
    for (size_t i = 0; i < rejects->n; i++) {
        uint32_t source = plan->file[rejects->item[i].file].source;
        if (rejects->count[source] > plan->spec->source[source].rejects_max)
            return fail_reject(error, rejects, plan, &rejects->item[i]);
    }
    return CK_OK;
}

ck_status ck_rejects_judge(const ck_comm *comm, ck_error *error, ck_rejects *rejects, const ck_plan *plan) {
    void *all = NULL;
    uint64_t *offset = NULL;
    ck_par_sum(comm, rejects->count, plan->spec->nsources);
    if (ck_par_gather(comm, error, rejects->item, rejects->n * sizeof *rejects->item, &all, &offset) != CK_OK)
        return error->status;
    ck_free(rejects->item);
    rejects->item = all;
    rejects->n = rejects->room = comm->rank == 0 ? offset[comm->size] / sizeof *rejects->item : 0;
    ck_free(offset);
    if (rejects->n) {
        qsort(rejects->item, rejects->n, sizeof *rejects->item, compare_rejects);
        judge(error, rejects, plan);
    }
    return ck_par_agree(comm, error);
}

/* A field of CSV, quoted when it must be. */
static void put_field(FILE *out, const char *text) {
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void put_reject(FILE *out, const ck_plan *plan, const ck_reject *reject) {
    const ck_plan_file *file = &plan->file[reject->file];
    char clause[160];
    describe(plan, reject, clause, sizeof clause);
    put_field(out, plan->spec->source[file->source].name);
    fputc(',', out);
    put_field(out, file->path);
    fprintf(out, ",%u,", reject->number);
    put_field(out, reject->column < file->nheader ? file->header[reject->column] : "");
    fputc(',', out);
    put_field(out, clause);
    fputc('\n', out);
}

ck_status ck_rejects_write(const ck_comm *comm, ck_error *error, const ck_rejects *rejects, const ck_plan *plan,
                           const char *path) {
    if (comm->rank != 0)
        return ck_par_agree(comm, error);
    if (rejects->n == 0) {
        ck_output_remove(error, path);
        return ck_par_agree(comm, error);
    }
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (out) {
        fputs("source,file,row,column,reason\n", out);
        for (size_t i = 0; i < rejects->n; i++)
            put_reject(out, plan, &rejects->item[i]);
    }
    if (!out || fclose(out) != 0)
        ck_fail(error, CK_MEMORY, "Out of memory for %s.", path);
    else
        ck_file_write(error, path, text, n);
    free(text);
    return ck_par_agree(comm, error);
}
