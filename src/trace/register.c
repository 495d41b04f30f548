/* The index: which rows are one person, and which rows have a key. */
#include "base/hash.h"
#include "base/memory.h"
#include "trace/inside.h"
#include <stdlib.h>
#include <string.h>

/* ---- persons ---- */

enum { SUCCESSORS_MAX = 64 }; /* a chain of numbers is never so long; a ring ends somewhere */

static uint32_t number_of(const ck_trace *trace, uint64_t record) {
    return trace->numbers.map[trace->code[trace->rules->number][record]];
}

static uint32_t successor_of(const ck_trace *trace, uint64_t record) {
    uint32_t column = trace->rules->superseded_by;
    return column == UINT32_MAX ? 0 : trace->successors.map[trace->code[column][record]];
}

/** Of every number the one that superseded it at last, itself where none did. Of two rows that disagree the first is believed. */
static ck_status follow(const ck_trace *trace, ck_error *error, uint32_t **last) {
    uint32_t *next = ck_alloc_zero(error, trace->numbers.count + 1, sizeof *next);
    *last = ck_alloc_zero(error, trace->numbers.count + 1, sizeof **last);
    for (uint64_t i = trace->index_begin; !error->status && i < trace->index_end; i++) {
        uint32_t number = number_of(trace, i), successor = successor_of(trace, i);
        if (number && successor && successor != number && !next[number])
            next[number] = successor;
    }
    for (uint32_t number = 1; !error->status && number <= trace->numbers.count; number++) {
        uint32_t at = number;
        for (int steps = 0; next[at] && steps < SUCCESSORS_MAX; steps++)
            at = next[at];
        (*last)[number] = at;
    }
    ck_free(next);
    return error->status;
}

/** Persons in the order of their numbers, so that nothing depends on the order of rows. */
static void number_persons(ck_trace *trace, const uint32_t *last) {
    for (uint64_t i = trace->index_begin; i < trace->index_end; i++)
        if (number_of(trace, i))
            trace->person_of[last[number_of(trace, i)]] = 1;
    for (uint32_t number = 1; number <= trace->numbers.count; number++)
        if (trace->person_of[number]) {
            trace->person_of[number] = ++trace->npersons;
            trace->person_number[trace->npersons] = number;
        }
    for (uint32_t number = 1; number <= trace->numbers.count; number++)
        if (!trace->person_of[number])
            trace->person_of[number] = trace->person_of[last[number]];
}

static void list_rows(ck_trace *trace) {
    for (uint64_t i = trace->index_begin; i < trace->index_end; i++) {
        uint32_t person = trace->person_of[number_of(trace, i)];
        trace->person[i - trace->index_begin] = person;
        trace->first[person + 1]++;
    }
    for (uint32_t p = 0; p <= trace->npersons; p++)
        trace->first[p + 1] += trace->first[p];
    for (uint64_t i = trace->index_end; i-- > trace->index_begin;) /* from the last, as places are taken from the end */
        trace->row[--trace->first[trace->person[i - trace->index_begin] + 1]] = (uint32_t)i;
    for (uint32_t p = 0; p <= trace->npersons; p++)
        trace->first[p] = trace->first[p + 1];
    trace->first[trace->npersons + 1] = (uint32_t)(trace->index_end - trace->index_begin);
}

ck_status ck_trace_find_persons(ck_trace *trace, ck_error *error) {
    uint32_t *last = NULL;
    uint64_t numbers = (uint64_t)trace->numbers.count + 1, rows = trace->index_end - trace->index_begin;
    trace->person_of = ck_alloc_zero(error, numbers, sizeof *trace->person_of);
    trace->person_number = ck_alloc_zero(error, numbers, sizeof *trace->person_number);
    trace->first = ck_alloc_zero(error, numbers + 2, sizeof *trace->first);
    trace->person = ck_alloc(error, rows, sizeof *trace->person);
    trace->row = ck_alloc(error, rows, sizeof *trace->row);
    if (!error->status && follow(trace, error, &last) == CK_OK) {
        number_persons(trace, last);
        list_rows(trace);
    }
    ck_free(last);
    return error->status;
}

/* ---- keys ---- */

static uint32_t part_of(const ck_trace *trace, const ck_trace_block *block, uint32_t part, uint64_t record) {
    return block->part[part].map[trace->code[block->column[part]][record]];
}

bool ck_trace_hash(const ck_trace *trace, const ck_trace_block *block, uint64_t record, uint64_t *hash) {
    uint32_t code[CK_TRACE_KEY_PARTS];
    for (uint32_t i = 0; i < block->n; i++)
        if ((code[i] = part_of(trace, block, i, record)) == 0)
            return false;
    *hash = ck_hash_bytes(code, block->n * sizeof *code, 0);
    return true;
}

bool ck_trace_same_key(const ck_trace *trace, const ck_trace_block *block, uint64_t a, uint64_t b) {
    for (uint32_t i = 0; i < block->n; i++)
        if (part_of(trace, block, i, a) != part_of(trace, block, i, b))
            return false;
    return true;
}

static int compare_entries(const void *a, const void *b) {
    const ck_trace_entry *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static ck_status fill_block(const ck_trace *trace, ck_error *error, ck_trace_block *block) {
    uint64_t rows = trace->index_end - trace->index_begin, hash;
    if (!(block->entry = ck_alloc(error, rows, sizeof *block->entry)))
        return error->status;
    for (uint64_t i = trace->index_begin; i < trace->index_end; i++)
        if (trace->person[i - trace->index_begin] && ck_trace_hash(trace, block, i, &hash))
            block->entry[block->entries++] = (ck_trace_entry){hash, (uint32_t)i};
    qsort(block->entry, block->entries, sizeof *block->entry, compare_entries);
    return CK_OK;
}

ck_status ck_trace_fill_blocks(ck_trace *trace, ck_error *error) {
    for (uint32_t s = 0; s < trace->rules->nsteps && !error->status; s++)
        for (uint32_t k = 0; k < trace->rules->step[s].nkeys && !error->status; k++)
            fill_block(trace, error, &trace->step[s].block[k]);
    return error->status;
}
