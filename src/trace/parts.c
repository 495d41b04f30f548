/* The parts of a score. */
#include "base/memory.h"
#include "trace/inside.h"
#include <math.h>
#include <string.h>

/* ---- made ready ---- */

static void join_group(const ck_prepared_part *part, const char *names, uint32_t group) {
    for (const char *word = names; *word;) {
        size_t n = strcspn(word, " ");
        uint32_t code = n ? ck_dict_find(part->value.dict, (ck_span){word, n}) : 0;
        if (code)
            part->groups[code].bit[group / 64] |= UINT64_C(1) << group % 64;
        word += n + strspn(word + n, " ");
    }
}

static ck_status prepare_names(const ck_trace *trace, ck_error *error, ck_prepared_part *part, bool nicknames) {
    const ck_dict *dict = part->value.dict;
    if (ck_strings_create(error, dict->count + 1, dict->offset, dict->bytes, &part->strings) != CK_OK || !nicknames)
        return error->status;
    if (!(part->groups = ck_alloc_zero(error, (size_t)dict->count + 1, sizeof *part->groups)))
        return error->status;
    for (uint32_t g = 0; g < trace->rules->nnicknames; g++)
        join_group(part, trace->rules->nickname[g], g);
    return CK_OK;
}

ck_status ck_trace_prepare_parts(ck_trace *trace, ck_error *error) {
    for (uint32_t p = 0; p < trace->rules->nparts && !error->status; p++) {
        ck_prepared_part *part = &trace->part[p];
        part->value = ck_evaluator_derived(trace->evaluator, part->on);
        if (trace->rules->part[p].by == CK_TRACE_SIMILARITY)
            prepare_names(trace, error, part, trace->rules->part[p].nicknames);
    }
    return error->status;
}

void ck_trace_free_parts(ck_trace *trace) {
    for (uint32_t p = 0; trace->part && p < trace->rules->nparts; p++) {
        ck_strings_free(trace->part[p].strings);
        ck_free(trace->part[p].groups);
    }
    ck_free(trace->part);
}

/* ---- measured ---- */

static void derive_codes(const ck_trace *trace, uint32_t part, ck_trace_pairs *pairs) {
    const uint32_t *map = trace->part[part].value.map;
    uint32_t column = trace->rules->part[part].on.column;
    for (size_t k = 0; k < pairs->n; k++) {
        pairs->a[k] = map[pairs->l[column][k]];
        pairs->b[k] = map[pairs->r[column][k]];
    }
}

/** What is missing on either side is null, what is there and reaches no level is 0. */
static void measure_levels(const ck_trace *trace, ck_scratch *scratch, uint32_t part, ck_trace_pairs *pairs) {
    const ck_trace_part *rule = &trace->rules->part[part];
    const ck_pair_batch batch = {pairs->n, (const uint32_t *const *)pairs->l, (const uint32_t *const *)pairs->r};
    for (size_t k = 0; k < pairs->n; k++) {
        pairs->value[k] = pairs->a[k] && pairs->b[k] ? 0 : NAN;
        pairs->open[k] = true;
    }
    for (uint32_t i = 0; i < rule->nlevels; i++) {
        ck_evaluate_condition(trace->evaluator, scratch, trace->part[part].level[i], &batch, pairs->holds);
        for (size_t k = 0; k < pairs->n; k++)
            if (pairs->open[k] && pairs->holds[k] == CK_TRUE) {
                pairs->value[k] = rule->score[i];
                pairs->open[k] = false;
            }
    }
}

static bool share_group(const ck_name_groups *a, const ck_name_groups *b) {
    uint64_t both = 0;
    for (size_t i = 0; i < CK_TRACE_NICKNAMES / 64; i++)
        both |= a->bit[i] & b->bit[i];
    return both != 0;
}

static void measure_similarity(const ck_trace *trace, uint32_t part, ck_trace_pairs *pairs) {
    const ck_prepared_part *prepared = &trace->part[part];
    ck_measure_batch(trace->kernels, CK_JARO_WINKLER, prepared->strings, prepared->strings, pairs->a, pairs->b, pairs->n, pairs->value);
    for (size_t k = 0; k < pairs->n; k++) {
        bool alike = prepared->groups && share_group(&prepared->groups[pairs->a[k]], &prepared->groups[pairs->b[k]]);
        pairs->value[k] = !pairs->a[k] || !pairs->b[k] ? NAN : alike ? 100 : 100 * pairs->value[k];
    }
}

/** "LS1" and "LS1 4AP": 3 of 7 characters. */
static double share_of_prefix(ck_span a, ck_span b) {
    size_t common = 0, shorter = a.n < b.n ? a.n : b.n, longer = a.n < b.n ? b.n : a.n;
    while (common < shorter && a.bytes[common] == b.bytes[common])
        common++;
    return 100 * (double)common / (double)longer;
}

static void measure_prefix(const ck_trace *trace, uint32_t part, ck_trace_pairs *pairs) {
    const ck_dict *dict = trace->part[part].value.dict;
    for (size_t k = 0; k < pairs->n; k++)
        pairs->value[k] = pairs->a[k] && pairs->b[k] ? share_of_prefix(ck_dict_value(dict, pairs->a[k]), ck_dict_value(dict, pairs->b[k])) : NAN;
}

void ck_trace_measure(const ck_trace *trace, ck_scratch *scratch, uint32_t part, ck_trace_pairs *pairs) {
    derive_codes(trace, part, pairs);
    if (trace->rules->part[part].by == CK_TRACE_LEVELS_OF)
        measure_levels(trace, scratch, part, pairs);
    else if (trace->rules->part[part].by == CK_TRACE_SIMILARITY)
        measure_similarity(trace, part, pairs);
    else
        measure_prefix(trace, part, pairs);
}
