#include "trace/trace.h"
#include "base/memory.h"
#include "base/stop.h"
#include "trace/walk.h"
#include <string.h>

/* ---- made ready ---- */

static ck_status add_expr(ck_trace *trace, ck_error *error, const ck_expr *expr, uint32_t *number) {
    uint32_t unused;
    return ck_evaluator_add_expr(trace->evaluator, error, expr, NULL, number, &unused);
}

static ck_status add_step(ck_trace *trace, ck_error *error, uint32_t s) {
    const ck_trace_step *step = &trace->rules->step[s];
    ck_prepared_step *prepared = &trace->step[s];
    for (uint32_t i = 0; i < step->nneeds && !error->status; i++)
        add_expr(trace, error, &step->needs[i], &prepared->needs[i]);
    for (uint32_t i = 0; i < step->nwhen && !error->status; i++)
        ck_evaluator_add_condition(trace->evaluator, error, &step->when[i], &prepared->when[i]);
    for (uint32_t k = 0; k < step->nkeys && !error->status; k++) {
        ck_trace_block *block = &prepared->block[k];
        block->n = step->key[k].n;
        for (uint32_t i = 0; i < block->n && !error->status; i++) {
            block->column[i] = step->key[k].part[i].column;
            add_expr(trace, error, &step->key[k].part[i], &block->expr[i]);
        }
    }
    return error->status;
}

static ck_status add_part(ck_trace *trace, ck_error *error, uint32_t p) {
    const ck_trace_part *part = &trace->rules->part[p];
    add_expr(trace, error, &part->on, &trace->part[p].on);
    for (uint32_t i = 0; i < part->nlevels && !error->status; i++)
        ck_evaluator_add_condition(trace->evaluator, error, &part->level[i], &trace->part[p].level[i]);
    return error->status;
}

static ck_status add_numbers(ck_trace *trace, ck_error *error) {
    const ck_trace_rules *rules = trace->rules;
    ck_expr number = ck_expr_column(rules->number), successor = ck_expr_column(rules->superseded_by);
    bool follows = rules->superseded_by != UINT32_MAX;
    return ck_evaluator_add_expr(trace->evaluator, error, &number, follows ? &successor : NULL, &trace->number, &trace->superseded_by);
}

static ck_status prepare(ck_trace *trace, ck_error *error) {
    const ck_trace_rules *rules = trace->rules;
    trace->step = ck_alloc_zero(error, rules->nsteps, sizeof *trace->step);
    trace->part = ck_alloc_zero(error, rules->nparts, sizeof *trace->part);
    if (error->status || ck_evaluator_create(error, trace->people->column, trace->people->ncolumns, trace->kernels, &trace->evaluator) ||
        add_numbers(trace, error))
        return error->status;
    for (uint32_t s = 0; s < rules->nsteps && !error->status; s++)
        add_step(trace, error, s);
    for (uint32_t p = 0; p < rules->nparts && !error->status; p++)
        add_part(trace, error, p);
    if (error->status || ck_evaluator_prepare(trace->evaluator, error))
        return error->status;
    trace->numbers = ck_evaluator_derived(trace->evaluator, trace->number);
    if (rules->superseded_by != UINT32_MAX)
        trace->successors = ck_evaluator_derived(trace->evaluator, trace->superseded_by);
    for (uint32_t s = 0; s < rules->nsteps; s++)
        for (uint32_t k = 0; k < rules->step[s].nkeys; k++)
            for (uint32_t i = 0; i < rules->step[s].key[k].n; i++)
                trace->step[s].block[k].part[i] = ck_evaluator_derived(trace->evaluator, trace->step[s].block[k].expr[i]);
    return ck_trace_prepare_parts(trace, error);
}

/* ---- codes of all records ---- */

static bool step_reads(const ck_trace *trace, uint32_t s, uint32_t c) {
    const ck_trace_step *step = &trace->rules->step[s];
    bool reads = false;
    for (uint32_t i = 0; i < step->nneeds; i++)
        reads |= step->needs[i].column == c;
    for (uint32_t k = 0; k < step->nkeys; k++)
        for (uint32_t i = 0; i < step->key[k].n; i++)
            reads |= step->key[k].part[i].column == c;
    for (uint32_t i = 0; i < step->nwhen; i++)
        reads |= ck_evaluator_condition_reads(trace->evaluator, trace->step[s].when[i], c);
    return reads;
}

static bool part_reads(const ck_trace *trace, uint32_t p, uint32_t c) {
    bool reads = trace->rules->part[p].on.column == c;
    for (uint32_t i = 0; i < trace->rules->part[p].nlevels; i++)
        reads |= ck_evaluator_condition_reads(trace->evaluator, trace->part[p].level[i], c);
    return reads;
}

static bool reads_column(const ck_trace *trace, uint32_t c) {
    const ck_trace_rules *rules = trace->rules;
    bool reads = c == rules->number || c == rules->superseded_by || c == rules->as_given;
    for (uint32_t s = 0; s < rules->nsteps; s++)
        reads |= step_reads(trace, s, c);
    for (uint32_t p = 0; p < rules->nparts; p++)
        reads |= part_reads(trace, p, c);
    return reads;
}

/** Collective. */
static ck_status gather_codes(ck_trace *trace, ck_error *error) {
    const ck_people *people = trace->people;
    trace->code = ck_alloc_zero(error, people->ncolumns, sizeof *trace->code);
    ck_par_agree(trace->comm, error);
    for (uint32_t c = 0; c < people->ncolumns && !error->status; c++) {
        uint64_t *offset = NULL;
        void *all = NULL;
        if (!reads_column(trace, c))
            continue;
        ck_par_gather_all(trace->comm, error, people->column[c].code, (size_t)(people->end - people->begin) * sizeof(uint32_t), &all, &offset);
        trace->code[c] = all;
        ck_free(offset);
    }
    return error->status;
}

static ck_status find_index(ck_trace *trace, ck_error *error) {
    const ck_people *people = trace->people;
    for (uint32_t s = 0; s < people->nsources; s++)
        if (strcmp(people->source[s].name, trace->rules->index) == 0) {
            trace->index_begin = people->source[s].record_begin;
            trace->index_end = people->source[s].record_end;
            return CK_OK;
        }
    return ck_fail(error, CK_INTERNAL, "There is no source '%s' to trace in.", trace->rules->index);
}

ck_status ck_trace_open(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_trace_rules *rules, const ck_kernels *kernels, ck_trace **opened) {
    ck_trace *trace = ck_alloc_zero(error, 1, sizeof *trace);
    if (trace) {
        *trace = (ck_trace){.comm = comm, .people = people, .rules = rules, .kernels = kernels};
        if (find_index(trace, error) == CK_OK)
            prepare(trace, error);
    }
    if (ck_par_agree(comm, error) == CK_OK && gather_codes(trace, error) == CK_OK && ck_trace_find_persons(trace, error) == CK_OK)
        ck_trace_fill_blocks(trace, error);
    *opened = trace;
    return ck_par_agree(comm, error);
}

static void free_step(const ck_trace *trace, uint32_t s) {
    for (uint32_t k = 0; k < trace->rules->step[s].nkeys; k++)
        ck_free(trace->step[s].block[k].entry);
}

void ck_trace_close(ck_trace *trace) {
    if (!trace)
        return;
    for (uint32_t s = 0; trace->step && s < trace->rules->nsteps; s++)
        free_step(trace, s);
    for (uint32_t c = 0; trace->code && c < trace->people->ncolumns; c++)
        ck_free(trace->code[c]);
    ck_trace_free_parts(trace);
    ck_evaluator_free(trace->evaluator);
    ck_free(trace->step);
    ck_free(trace->code);
    ck_free(trace->row);
    ck_free(trace->first);
    ck_free(trace->person);
    ck_free(trace->person_number);
    ck_free(trace->person_of);
    ck_free(trace);
}

/* ---- run ---- */

/** The i-th record that is not the index's. */
static uint64_t traced_record(const ck_trace *trace, uint64_t i) {
    return i < trace->index_begin ? i : i + (trace->index_end - trace->index_begin);
}

/** Answers [begin, end) of this rank. A thread takes what is next; each answer has its place. */
static ck_status walk_share(const ck_trace *trace, ck_error *error, uint64_t begin, uint64_t end, ck_trace_answer *answer) {
    bool failed = false;
#pragma omp parallel
    {
        ck_walker walker = {0};
        ck_error own = {0};
        ck_walker_begin(&own, trace, &walker);
#pragma omp for schedule(dynamic, 64)
        for (int64_t i = (int64_t)begin; i < (int64_t)end; i++)
            if (!own.status && !ck_stop_requested())
                ck_walk(&walker, &own, traced_record(trace, (uint64_t)i), &answer[(uint64_t)i - begin]);
        ck_walker_end(&walker);
#pragma omp critical
        if (own.status && !failed) {
            *error = own;
            failed = true;
        }
    }
    return error->status ? error->status : ck_stop_check(error);
}

ck_status ck_trace_run(ck_trace *trace, ck_error *error, ck_trace_answers *answers) {
    const ck_comm *comm = trace->comm;
    uint64_t n = trace->people->records - (trace->index_end - trace->index_begin), *offset = NULL;
    uint64_t begin = ck_par_share(comm, n, comm->rank), end = ck_par_share(comm, n, comm->rank + 1);
    ck_trace_answer *own = ck_alloc(error, end - begin, sizeof *own);
    *answers = (ck_trace_answers){0};
    if (own)
        walk_share(trace, error, begin, end, own);
    if (ck_par_agree(comm, error) == CK_OK &&
        ck_par_gather_all(comm, error, own, (size_t)(end - begin) * sizeof *own, (void **)&answers->answer, &offset) == CK_OK)
        answers->n = n;
    ck_free(offset);
    ck_free(own);
    return error->status;
}

/* ---- persons ---- */

ck_span ck_trace_number(const ck_trace *trace, uint32_t person) {
    return ck_dict_value(trace->numbers.dict, trace->person_number[person]);
}

const uint32_t *ck_trace_rows(const ck_trace *trace, uint32_t person, uint32_t *begin, uint32_t *end) {
    *begin = trace->first[person];
    *end = trace->first[person + 1];
    return trace->row;
}

uint32_t ck_trace_persons(const ck_trace *trace) {
    return trace->npersons;
}
