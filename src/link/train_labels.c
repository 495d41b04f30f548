#include "link/train_labels.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/* The records of the labels, as people of their own. */
typedef struct few_people {
    uint64_t n;
    uint32_t *record; /* [n] rising: their numbers among all people */
    ck_people people;
} few_people;

static int by_number(const void *x, const void *y) {
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static ck_status list_records(ck_error *error, const ck_train_options *options, few_people *few) {
    uint64_t n = 2 * options->nlabels;
    few->record = ck_alloc(error, n, sizeof *few->record);
    if (error->status)
        return error->status;
    for (uint64_t i = 0; i < n; i++)
        few->record[i] = i % 2 ? options->label[i / 2].b : options->label[i / 2].a;
    qsort(few->record, n, sizeof *few->record, by_number);
    for (uint64_t i = 0; i < n; i++)
        if (few->n == 0 || few->record[few->n - 1] != few->record[i])
            few->record[few->n++] = few->record[i];
    return CK_OK;
}

/* First of the records at or above `number`. */
static uint64_t place_of(const few_people *few, uint64_t number) {
    uint64_t low = 0, high = few->n;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (few->record[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Codes of one column, from the ranks that have them. */
static ck_status gather_codes(const ck_comm *comm, ck_error *error, const ck_people *people, const few_people *few, uint32_t column, uint64_t *room) {
    const uint32_t *code = people->column[column].code;
    for (uint64_t i = 0; i < few->n; i++) {
        bool here = code && few->record[i] >= people->begin && few->record[i] < people->end;
        room[i] = here ? code[few->record[i] - people->begin] : 0;
    }
    ck_par_sum(comm, room, few->n); /* one rank has each record */
    if (!code)
        return CK_OK;
    uint32_t *kept = ck_alloc(error, few->n, sizeof *kept);
    for (uint64_t i = 0; kept && i < few->n; i++)
        kept[i] = (uint32_t)room[i];
    few->people.column[column].code = kept;
    return error->status;
}

/* No source of them is unique: a label may be of any pair. */
static ck_status gather_people(const ck_comm *comm, ck_error *error, const ck_people *people, few_people *few) {
    uint64_t *room = ck_alloc(error, few->n, sizeof *room);
    ck_people *p = &few->people;
    *p = (ck_people){.records = few->n, .end = few->n, .rows = few->n, .row_end = few->n, .nsources = people->nsources, .ncolumns = people->ncolumns};
    p->source = ck_alloc(error, p->nsources, sizeof *p->source);
    p->column = ck_alloc_zero(error, p->ncolumns, sizeof *p->column);
    if (ck_par_agree(comm, error) == CK_OK) {
        for (uint32_t s = 0; s < p->nsources; s++) {
            uint64_t begin = place_of(few, people->source[s].record_begin), end = place_of(few, people->source[s].record_end);
            p->source[s] = (ck_source){.name = people->source[s].name, .record_begin = begin, .record_end = end, .row_begin = begin, .row_end = end};
        }
        for (uint32_t c = 0; c < p->ncolumns; c++) {
            p->column[c] = people->column[c]; /* the dictionary is borrowed */
            p->column[c].code = NULL;
            gather_codes(comm, error, people, few, c, room);
        }
    }
    ck_free(room);
    return ck_par_agree(comm, error);
}

static void free_people(few_people *few) {
    for (uint32_t c = 0; few->people.column && c < few->people.ncolumns; c++)
        ck_free(few->people.column[c].code);
    ck_free(few->people.column);
    ck_free(few->people.source);
    ck_free(few->record);
}

/* One pair at a time, so that each keeps its label. Rank 0. */
static ck_status compare_pairs(ck_error *error, const few_people *few, ck_engine *engine, const ck_train_options *options, ck_labelled_cell *cell) {
    uint32_t *group = ck_alloc_zero(error, few->n, sizeof *group);
    for (uint64_t i = 0; i < options->nlabels && !error->status; i++) {
        const ck_labelled_pair *label = &options->label[i];
        uint64_t a = place_of(few, label->a), b = place_of(few, label->b);
        ck_cells cells = {0};
        group[a] = group[b] = 1;
        if (ck_engine_count_groups(engine, error, group, &cells) == CK_OK && cells.n == 1)
            cell[i] = (ck_labelled_cell){cells.pattern[0], cells.mask[0], label->score, label->stands_for};
        else if (!error->status)
            ck_fail(error, CK_INTERNAL, "A labelled pair was compared %zu times.", cells.n);
        group[a] = group[b] = 0;
        ck_cells_free(&cells);
    }
    ck_free(group);
    return error->status;
}

ck_status ck_train_label_cells(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_rules *rules,
                               const ck_comparisons *comparisons, const ck_engine_options *engine_options, const ck_train_options *options,
                               ck_labelled_cell *cell) {
    static const ck_comm alone = {0, 1, NULL};
    few_people few = {0};
    ck_engine *engine = NULL;
    ck_engine_options every = *engine_options;
    every.link_type = CK_LINK_AND_DEDUPE;
    every.allowed = NULL;
    list_records(error, options, &few);
    if (ck_par_agree(comm, error) == CK_OK && gather_people(comm, error, people, &few) == CK_OK && comm->rank == 0 &&
        ck_engine_create(&alone, error, &few.people, rules, comparisons, &every, &engine) == CK_OK)
        compare_pairs(error, &few, engine, options, cell);
    ck_engine_free(engine);
    free_people(&few);
    return ck_par_agree(comm, error);
}
