#include "trace/walk.h"
#include "base/memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what a thread works with ---- */

static ck_status take_columns(ck_error *error, const ck_trace *trace, uint32_t ***columns) {
    uint32_t n = trace->people->ncolumns;
    if (!(*columns = ck_alloc_zero(error, n, sizeof **columns)))
        return error->status;
    for (uint32_t c = 0; c < n && !error->status; c++)
        if (trace->code[c])
            (*columns)[c] = ck_alloc(error, CK_BATCH, sizeof ***columns);
    return error->status;
}

ck_status ck_walker_begin(ck_error *error, const ck_trace *trace, ck_walker *walker) {
    ck_trace_pairs *pairs = &walker->pairs;
    walker->trace = trace;
    walker->place = ck_alloc_zero(error, (size_t)trace->npersons + 1, sizeof *walker->place);
    pairs->candidate = ck_alloc(error, CK_BATCH, sizeof *pairs->candidate);
    pairs->a = ck_alloc(error, CK_BATCH, sizeof *pairs->a);
    pairs->b = ck_alloc(error, CK_BATCH, sizeof *pairs->b);
    pairs->value = ck_alloc(error, CK_BATCH, sizeof *pairs->value);
    pairs->holds = ck_alloc(error, CK_BATCH, sizeof *pairs->holds);
    pairs->open = ck_alloc(error, CK_BATCH, sizeof *pairs->open);
    if (!error->status && take_columns(error, trace, &pairs->l) == CK_OK && take_columns(error, trace, &pairs->r) == CK_OK)
        ck_scratch_create(error, trace->evaluator, &walker->scratch);
    return error->status;
}

static void free_columns(const ck_trace *trace, uint32_t **columns) {
    for (uint32_t c = 0; columns && c < trace->people->ncolumns; c++)
        ck_free(columns[c]);
    ck_free(columns);
}

void ck_walker_end(ck_walker *walker) {
    ck_trace_pairs *pairs = &walker->pairs;
    ck_scratch_free(walker->scratch);
    free_columns(walker->trace, pairs->l);
    free_columns(walker->trace, pairs->r);
    ck_free(pairs->open);
    ck_free(pairs->holds);
    ck_free(pairs->value);
    ck_free(pairs->b);
    ck_free(pairs->a);
    ck_free(pairs->candidate);
    ck_free(walker->candidate);
    ck_free(walker->place);
    *walker = (ck_walker){0};
}

/* ---- candidates ---- */

static ck_status add_hit(ck_walker *w, ck_error *error, uint32_t person, uint32_t key) {
    uint32_t *place = &w->place[person];
    if (!*place) {
        if (ck_grow(error, &w->candidate, &w->room, w->n + 1, sizeof *w->candidate) != CK_OK)
            return error->status;
        w->candidate[w->n] = (ck_candidate){.person = person};
        *place = ++w->n;
    }
    w->candidate[*place - 1].hits |= 1u << key;
    return CK_OK;
}

static const ck_trace_entry *first_entry(const ck_trace_block *block, uint64_t hash) {
    uint64_t low = 0, high = block->entries;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (block->entry[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return block->entry + low;
}

static ck_status look_up(ck_walker *w, ck_error *error, const ck_trace_block *block, uint32_t key) {
    const ck_trace *trace = w->trace;
    uint64_t hash;
    if (!ck_trace_hash(trace, block, w->record, &hash))
        return CK_OK;
    for (const ck_trace_entry *entry = first_entry(block, hash); entry < block->entry + block->entries && entry->hash == hash; entry++)
        if (ck_trace_same_key(trace, block, w->record, entry->row) &&
            add_hit(w, error, trace->person[entry->row - trace->index_begin], key) != CK_OK)
            return error->status;
    return CK_OK;
}

static int compare_hits(const void *a, const void *b) {
    const ck_candidate *x = a, *y = b;
    int nx = __builtin_popcount(x->hits), ny = __builtin_popcount(y->hits);
    if (nx != ny)
        return nx > ny ? -1 : 1;
    return x->person < y->person ? -1 : x->person > y->person;
}

/** Persons that share a key, those of most keys first. */
static ck_status find_candidates(ck_walker *w, ck_error *error, uint32_t s) {
    w->n = 0;
    for (uint32_t k = 0; k < w->trace->rules->step[s].nkeys && !error->status; k++)
        look_up(w, error, &w->trace->step[s].block[k], k);
    for (uint32_t i = 0; i < w->n; i++) /* whatever happened, the next record begins anew */
        w->place[w->candidate[i].person] = 0;
    if (w->n)
        qsort(w->candidate, w->n, sizeof *w->candidate, compare_hits);
    return error->status;
}

/* ---- pairs of the record and the candidates' rows ---- */

typedef void look_at(ck_walker *w, uint32_t s);

static void add_pair(ck_walker *w, uint32_t candidate, uint32_t row) {
    ck_trace_pairs *pairs = &w->pairs;
    size_t k = pairs->n++;
    pairs->candidate[k] = candidate;
    for (uint32_t c = 0; c < w->trace->people->ncolumns; c++)
        if (w->trace->code[c]) {
            pairs->l[c][k] = w->trace->code[c][w->record];
            pairs->r[c][k] = w->trace->code[c][row];
        }
}

/** All rows of all candidates, as many at once as there is room for. */
static void each_batch(ck_walker *w, uint32_t s, look_at *look) {
    w->pairs.n = 0;
    for (uint32_t i = 0; i < w->n; i++)
        for (uint32_t r = w->trace->first[w->candidate[i].person]; r < w->trace->first[w->candidate[i].person + 1]; r++) {
            add_pair(w, i, w->trace->row[r]);
            if (w->pairs.n == CK_BATCH) {
                look(w, s);
                w->pairs.n = 0;
            }
        }
    if (w->pairs.n)
        look(w, s);
}

static void note_conditions(ck_walker *w, uint32_t s) {
    ck_trace_pairs *pairs = &w->pairs;
    const ck_pair_batch batch = {pairs->n, (const uint32_t *const *)pairs->l, (const uint32_t *const *)pairs->r};
    for (uint32_t i = 0; i < w->trace->rules->step[s].nwhen; i++) {
        ck_evaluate_condition(w->trace->evaluator, w->scratch, w->trace->step[s].when[i], &batch, pairs->holds);
        for (size_t k = 0; k < pairs->n; k++)
            if (pairs->holds[k] == CK_TRUE)
                w->candidate[pairs->candidate[k]].good |= 1u << i;
    }
}

static void note_parts(ck_walker *w, uint32_t s) {
    ck_trace_pairs *pairs = &w->pairs;
    (void)s;
    for (uint32_t p = 0; p < w->trace->rules->nparts; p++) {
        ck_trace_measure(w->trace, w->scratch, p, pairs);
        for (size_t k = 0; k < pairs->n; k++) {
            double *best = &w->candidate[pairs->candidate[k]].part[p];
            if (!isnan(pairs->value[k]) && !(*best >= pairs->value[k]))
                *best = pairs->value[k];
        }
    }
}

/** Who does not meet every condition by some row is no candidate. */
static void keep_good(ck_walker *w, uint32_t s) {
    uint32_t all = (1u << w->trace->rules->step[s].nwhen) - 1, n = 0;
    if (!all)
        return;
    each_batch(w, s, note_conditions);
    for (uint32_t i = 0; i < w->n; i++)
        if (w->candidate[i].good == all)
            w->candidate[n++] = w->candidate[i];
    w->n = n;
}

/* ---- scores ---- */

/** Mean of the parts that are not null. */
static double mean_of(const double *part, uint32_t n) {
    double sum = 0;
    uint32_t there = 0;
    for (uint32_t p = 0; p < n; p++)
        if (!isnan(part[p])) {
            sum += part[p];
            there++;
        }
    return there ? sum / there : 0;
}

static void score_candidates(ck_walker *w, uint32_t s) {
    uint32_t n = w->trace->rules->nparts;
    for (uint32_t i = 0; i < w->n; i++)
        for (uint32_t p = 0; p < n; p++)
            w->candidate[i].part[p] = NAN;
    each_batch(w, s, note_parts);
    for (uint32_t i = 0; i < w->n; i++)
        w->candidate[i].score = mean_of(w->candidate[i].part, n);
}

/** The best first; of equal ones that of the smaller number. */
static int compare_scores(const void *a, const void *b) {
    const ck_candidate *x = a, *y = b;
    if (x->score < y->score || x->score > y->score)
        return x->score > y->score ? -1 : 1;
    return x->person < y->person ? -1 : x->person > y->person;
}

static int32_t hundredths(double points) {
    return isnan(points) ? CK_TRACE_NULL : (int32_t)(points * 100 + 0.5);
}

/* ---- steps ---- */

static bool has(const ck_trace *trace, uint64_t record, const ck_expr *expr, uint32_t number) {
    return ck_evaluator_derived(trace->evaluator, number).map[trace->code[expr->column][record]] != 0;
}

static bool has_needs(const ck_walker *w, uint32_t s) {
    const ck_trace_step *step = &w->trace->rules->step[s];
    for (uint32_t i = 0; i < step->nneeds; i++)
        if (!has(w->trace, w->record, &step->needs[i], w->trace->step[s].needs[i]))
            return false;
    return true;
}

static void answer_with(const ck_walker *w, uint32_t s, uint32_t candidates, double score, ck_trace_code code, ck_trace_answer *answer) {
    const ck_candidate *best = &w->candidate[0];
    answer->step = (uint8_t)s;
    answer->code = (uint8_t)code;
    answer->person = code == CK_TRACE_FOUND ? best->person : 0;
    answer->candidates = candidates < INT16_MAX ? (int16_t)candidates : INT16_MAX;
    answer->score = hundredths(score);
    for (uint32_t p = 0; p < w->trace->rules->nparts; p++)
        answer->part[p] = hundredths(best->part[p]);
}

/** A step that finds whom its conditions leave alone. Several whom it leaves are what is said if no later step decides. */
static bool find_only(ck_walker *w, uint32_t s, ck_trace_answer *answer) {
    if (w->n == 0)
        return false;
    if (w->n == 1) { /* scored for the record: it decides nothing */
        score_candidates(w, s);
        answer_with(w, s, 1, w->trace->rules->step[s].score, CK_TRACE_FOUND, answer);
        return true;
    }
    answer->step = (uint8_t)s;
    answer->code = CK_TRACE_SEVERAL;
    answer->candidates = w->n < INT16_MAX ? (int16_t)w->n : INT16_MAX;
    return false;
}

static bool find_best(ck_walker *w, uint32_t s, ck_trace_answer *answer) {
    const ck_trace_rules *rules = w->trace->rules;
    if (w->n > rules->candidates)
        w->n = (uint32_t)rules->candidates;
    score_candidates(w, s);
    if (w->n)
        qsort(w->candidate, w->n, sizeof *w->candidate, compare_scores);
    if (w->n == 0 || w->candidate[0].score < rules->least)
        return false;
    bool close = w->n > 1 && w->candidate[0].score - w->candidate[1].score <= rules->margin;
    answer_with(w, s, w->n, w->candidate[0].score, close ? CK_TRACE_SEVERAL : CK_TRACE_FOUND, answer);
    return true;
}

static bool is_empty(const ck_walker *w) {
    for (uint32_t c = 0; c < w->trace->people->ncolumns; c++)
        if (w->trace->code[c] && w->trace->code[c][w->record])
            return false;
    return true;
}

/** Why there is nobody. */
static ck_trace_code code_of_nobody(const ck_walker *w, bool asked) {
    const ck_trace_rules *rules = w->trace->rules;
    bool given = rules->as_given != UINT32_MAX && w->trace->code[rules->as_given][w->record];
    if (given && !w->trace->code[rules->number][w->record])
        return CK_TRACE_INVALID;
    return asked ? CK_TRACE_NOBODY : is_empty(w) ? CK_TRACE_EMPTY : CK_TRACE_TOO_LITTLE;
}

/** Has the record a number of its own that the found one superseded? */
static bool was_superseded(const ck_walker *w, uint32_t person) {
    const ck_trace *trace = w->trace;
    uint32_t number = trace->numbers.map[trace->code[trace->rules->number][w->record]];
    return number && trace->person_of[number] == person && trace->person_number[person] != number;
}

ck_status ck_walk(ck_walker *w, ck_error *error, uint64_t record, ck_trace_answer *answer) {
    const ck_trace_rules *rules = w->trace->rules;
    bool asked = false, found = false;
    w->record = record;
    *answer = (ck_trace_answer){.record = (uint32_t)record, .step = (uint8_t)rules->nsteps, .score = CK_TRACE_NULL};
    for (uint32_t p = 0; p < CK_TRACE_PARTS; p++)
        answer->part[p] = CK_TRACE_NULL;
    for (uint32_t s = 0; s < rules->nsteps && !found; s++) {
        if (!has_needs(w, s))
            continue;
        asked = true;
        if (find_candidates(w, error, s) != CK_OK)
            break;
        keep_good(w, s);
        found = (isnan(rules->step[s].score) ? find_best : find_only)(w, s, answer);
    }
    if (!found && answer->code != CK_TRACE_SEVERAL)
        answer->code = (uint8_t)code_of_nobody(w, asked);
    else if (found && answer->code == CK_TRACE_FOUND && was_superseded(w, answer->person))
        answer->code = CK_TRACE_SUPERSEDED;
    return error->status ? error->status : ck_scratch_check(w->scratch, error);
}
