#include "link/train_cells.h"
#include "base/log.h"
#include "base/memory.h"
#include "block/keys.h"
#include "link/train_sample.h"
#include "par/par.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* A large rule is counted on this share of the pairs allowed; and on so many records, enough that one hardly takes part in more than a few pairs. */
static const double share_of_rule = .05, wanted_records = 500000;

/* Bit r: rule r is counted on a sample. */
static uint64_t choose_rules(const ck_rules *rules, const ck_engine *engine, double most) {
    const ck_rule_keys *keys = ck_engine_keys(engine);
    double all = 0;
    uint64_t chosen = 0;
    for (uint32_t r = 0; r < rules->n; r++) {
        double pairs = (double)keys[r].census.pairs;
        all += pairs;
        if (keys[r].shape == CK_KEY_SINGLE && pairs > 2 * share_of_rule * most)
            chosen |= UINT64_C(1) << r;
    }
    return most > 0 && all > most ? chosen : 0;
}

static ck_status append_cells(ck_error *error, const ck_cells *from, ck_cells *to) {
    size_t n = to->n + from->n, room[3] = {to->n, to->n, to->n};
    if (ck_grow(error, &to->pattern, &room[0], n, sizeof *to->pattern) != CK_OK ||
        ck_grow(error, &to->mask, &room[1], n, sizeof *to->mask) != CK_OK || ck_grow(error, &to->count, &room[2], n, sizeof *to->count) != CK_OK)
        return error->status;
    for (size_t i = 0; i < from->n; i++) {
        to->pattern[to->n] = from->pattern[i];
        to->mask[to->n] = from->mask[i];
        to->count[to->n++] = from->count[i];
    }
    return CK_OK;
}

/* Keep the pairs that no rule before `rule` makes, scaled to all of the rule's. The sample holds all sorts of pairs that share its key. */
static double keep_first(uint32_t rule, uint64_t pairs, ck_cells *cells) {
    double scale = (double)pairs / fmax((double)ck_cells_total(cells), 1);
    size_t kept = 0;
    for (size_t i = 0; i < cells->n; i++) {
        if (ck_first_rule(cells->mask[i]) != rule)
            continue;
        cells->pattern[kept] = cells->pattern[i];
        cells->mask[kept] = cells->mask[i];
        cells->count[kept++] = (uint64_t)llround(scale * (double)cells->count[i]);
    }
    cells->n = kept;
    return scale;
}

/* The groups of a rule's sample: records of one key and one bucket. */
typedef struct rule_sample {
    const ck_engine *engine;
    ck_pair_sample sample;
    uint32_t rule;
    uint64_t seed, first_record;
} rule_sample;

static uint64_t group_of(const void *owner, uint64_t i) {
    const rule_sample *of = owner;
    uint32_t key = ck_engine_first_key(of->engine, of->rule, i);
    uint64_t bucket = key ? ck_sample_bucket(&of->sample, of->seed + of->rule, of->first_record + i) : 0;
    return bucket ? ck_sample_group(ck_hash_mix(key), bucket) : 0;
}

/* Collective. */
static ck_status sample_rule(const ck_comm *comm, ck_error *error, const ck_people *people, ck_engine *engine, uint32_t rule, double wanted,
                             uint64_t seed, ck_train_cells *counted) {
    double pairs = (double)ck_engine_keys(engine)[rule].census.pairs;
    const rule_sample of = {engine, ck_plan_pair_sample(pairs, (double)people->records, wanted, wanted_records), rule, seed, people->begin};
    ck_cells cells = {0};
    if (ck_engine_count_buckets(engine, error, &(ck_groups){group_of, &of}, &cells) == CK_OK) {
        counted->scale[rule] = keep_first(rule, ck_engine_keys(engine)[rule].census.pairs, &cells);
        append_cells(error, &cells, &counted->cells);
    }
    ck_cells_free(&cells);
    return ck_par_agree(comm, error);
}

ck_status ck_train_count_cells(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_rules *rules,
                               ck_engine *engine, uint64_t pairs, uint64_t seed, ck_train_cells *counted) {
    uint64_t chosen = choose_rules(rules, engine, (double)pairs);
    *counted = (ck_train_cells){.sampled = chosen != 0};
    for (uint32_t r = 0; r < CK_RULES_MAX; r++)
        counted->scale[r] = 1;
    if (!chosen)
        return ck_engine_count_cells(engine, error, true, &counted->cells);
    ck_engine_count_rules(engine, error, ~chosen, &counted->cells);
    for (uint32_t r = 0; r < rules->n && error->status == CK_OK; r++) {
        if (!(chosen >> r & 1))
            continue;
        ck_log_progress("sampling", r + 1, rules->n);
        sample_rule(comm, error, people, engine, r, share_of_rule * (double)pairs, seed, counted);
    }
    if (error->status == CK_OK)
        ck_cells_normalise(error, &counted->cells);
    return ck_par_agree(comm, error);
}

void ck_train_cells_free(ck_train_cells *counted) {
    ck_cells_free(&counted->cells);
}
