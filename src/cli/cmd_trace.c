/** carrick trace: numbers of an index for the rows that lack them, as trace.csv and a table. */
#include "base/log.h"
#include "base/memory.h"
#include "cli/audit.h"
#include "cli/console.h"
#include "cli/export.h"
#include "cli/passes.h"
#include "cli/tracing.h"
#include <stdio.h>
#include <string.h>

enum { ROWS_AT_ONCE = 1 << 18 };

/** What writing knows. */
typedef struct tracing {
    ck_workspace *work;
    ck_trace *trace;
    ck_trace_answers answers;
    const ck_trace_answer **of_record;             /**< rank 0: [records], NULL for those of the index */
    ck_export_rows rows;
    ck_csv_out csv;
    uint64_t nrows, nrecords;
    uint64_t count[CK_TRACE_CODES][CK_TRACE_STEPS + 1]; /**< rows by code and step */
} tracing;

/* ---- trace.csv ---- */

static void write_header(tracing *t) {
    const ck_trace_rules *rules = &t->work->job.trace;
    static const char *const first[] = {"source", "id", "number", "step", "indicator", "score"};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        ck_csv_out_string(&t->csv, first[i]);
    for (uint32_t p = 0; p < rules->nparts; p++) {
        char name[256];
        snprintf(name, sizeof name, "%s_score", rules->part[p].name);
        ck_csv_out_string(&t->csv, name);
    }
    ck_csv_out_string(&t->csv, "candidates");
    ck_csv_out_string(&t->csv, "code");
    ck_csv_out_end_row(&t->csv);
}

/** Points with two decimals at most, empty for null. */
static void write_points(ck_csv_out *csv, int32_t points) {
    char text[24];
    if (points == CK_TRACE_NULL)
        text[0] = 0;
    else if (points % 100 == 0)
        snprintf(text, sizeof text, "%d", points / 100);
    else
        snprintf(text, sizeof text, points % 10 ? "%d.%02d" : "%d.%d", points / 100, points % 10 ? points % 100 : points % 100 / 10);
    ck_csv_out_string(csv, text);
}

static void write_answer(tracing *t, const ck_trace_answer *answer) {
    const ck_trace_rules *rules = &t->work->job.trace;
    bool decided = answer->step < rules->nsteps;
    if (answer->person)
        ck_csv_out_text(&t->csv, ck_trace_number(t->trace, answer->person));
    else
        ck_csv_out_string(&t->csv, answer->code == CK_TRACE_SEVERAL ? rules->several : rules->nobody);
    ck_csv_out_string(&t->csv, decided ? rules->step[answer->step].name : "");
    ck_csv_out_integer(&t->csv, decided ? rules->step[answer->step].indicator : 0);
    write_points(&t->csv, answer->score);
    for (uint32_t p = 0; p < rules->nparts; p++)
        write_points(&t->csv, answer->part[p]);
    ck_csv_out_integer(&t->csv, answer->candidates);
    ck_csv_out_string(&t->csv, rules->code[answer->code]);
    ck_csv_out_end_row(&t->csv);
}

static void write_rows(tracing *t, const ck_source *source, uint64_t begin, uint64_t end, const uint64_t *offset, const char *bytes) {
    for (uint64_t row = begin; row < end; row++) {
        size_t i = (size_t)(row - begin);
        const ck_trace_answer *answer = t->of_record[ck_export_rows_record(&t->rows, row)];
        ck_csv_out_string(&t->csv, source->name);
        ck_csv_out_text(&t->csv, (ck_span){bytes + offset[i] - offset[0], (size_t)(offset[i + 1] - offset[i])});
        write_answer(t, answer);
        t->count[answer->code][answer->step]++;
        t->nrows++;
    }
}

/** Rank 0 writes, the others take part in reading ids. Collective. */
static ck_status write_source(tracing *t, ck_error *error, const ck_source *source) {
    const ck_comm *comm = &t->work->cli->comm;
    bool writes = comm->rank == 0;
    for (uint64_t begin = source->row_begin; begin < source->row_end; begin += ROWS_AT_ONCE) {
        uint64_t end = source->row_end - begin < ROWS_AT_ONCE ? source->row_end : begin + ROWS_AT_ONCE, *offset = NULL;
        char *bytes = NULL;
        if (ck_people_read_ids(comm, error, t->rows.path, writes ? begin : 0, writes ? end : 0, &offset, &bytes) == CK_OK && writes)
            write_rows(t, source, begin, end, offset, bytes);
        ck_free(offset);
        ck_free(bytes);
        if (ck_par_agree(comm, error))
            return error->status;
    }
    return CK_OK;
}

static ck_status list_answers(tracing *t, ck_error *error) {
    if (!(t->of_record = ck_alloc_zero(error, t->work->people.records, sizeof *t->of_record)))
        return error->status;
    for (uint64_t i = 0; i < t->answers.n; i++)
        t->of_record[t->answers.answer[i].record] = &t->answers.answer[i];
    t->nrecords = t->answers.n;
    return CK_OK;
}

static ck_status write_file(tracing *t, ck_error *error) {
    const ck_comm *comm = &t->work->cli->comm;
    const ck_people *people = &t->work->people;
    char *path = ck_path_join(error, t->work->folder, "trace.csv");
    if (path && comm->rank == 0 && list_answers(t, error) == CK_OK && ck_csv_out_open(error, path, &t->csv) == CK_OK)
        write_header(t);
    if (ck_par_agree(comm, error) == CK_OK && ck_export_rows_open(comm, error, t->work->folder, &t->rows) == CK_OK)
        for (uint32_t s = 0; s < people->nsources && !error->status; s++)
            if (strcmp(people->source[s].name, t->work->job.trace.index) != 0)
                write_source(t, error, &people->source[s]);
    if (!error->status && comm->rank == 0 && ck_csv_out_commit(error, &t->csv) == CK_OK)
        ck_audit_rows(t->work->cli, "trace", t->nrows, path);
    if (comm->rank == 0)
        ck_csv_out_close(&t->csv);
    ck_free(path);
    return ck_par_agree(comm, error);
}

/* ---- the table ---- */

static const char *const meaning[CK_TRACE_CODES] = {
    "found", "found, number superseded", "several, too near one another", "nobody, number invalid", "nobody", "too little to look for", "nothing to look for"};

static void print_table(const tracing *t) {
    const ck_trace_rules *rules = &t->work->job.trace;
    char text[2][CK_COUNT_TEXT];
    printf("%s rows, traced as %s records that differ\n\n%-5s %-32s %-22s %12s %8s\n", ck_count_text(t->nrows, text[0]), ck_count_text(t->nrecords, text[1]), "code",
           "meaning", "step", "rows", "share");
    for (int code = 0; code < CK_TRACE_CODES; code++)
        for (uint32_t s = 0; s <= rules->nsteps; s++)
            if (t->count[code][s])
                printf("%-5s %-32s %-22s %12s %7.2f%%\n", rules->code[code], meaning[code], s < rules->nsteps ? rules->step[s].name : "",
                       ck_count_text(t->count[code][s], text[0]), 100.0 * (double)t->count[code][s] / (double)t->nrows);
}

/* ---- the command ---- */

static ck_status check_job(const ck_workspace *work, ck_error *error) {
    if (work->job.npasses)
        return ck_passes_refuse(work, error);
    return work->job.has_trace ? CK_OK
                               : ck_fail(error, CK_USAGE, "The job says nothing of a trace; write 'trace: {preset: mps, index: SOURCE}' (docs/trace.md), or give it by --set.");
}

ck_status ck_cmd_trace(ck_cli *cli, ck_error *error) {
    ck_workspace work = {0};
    tracing t = {.work = &work};
    if (ck_workspace_open(cli, error, cli->options.word[0], NULL, &work) == CK_OK && check_job(&work, error) == CK_OK &&
        ck_stage_make(&work, error, CK_STAGE_INGEST, NULL) == CK_OK && ck_tracing_run(&work, error, &t.trace, &t.answers) == CK_OK &&
        write_file(&t, error) == CK_OK && cli->comm.rank == 0) {
        print_table(&t);
        ck_log(CK_LOG_INFO, "trace.csv is in '%s'.", work.folder);
    }
    ck_free(t.of_record);
    ck_export_rows_close(&t.rows);
    ck_free(t.answers.answer);
    ck_trace_close(t.trace);
    ck_workspace_close(&work);
    return error->status;
}
