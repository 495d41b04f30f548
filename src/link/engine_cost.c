/* How large an engine is, and what comparing costs. */
#include "link/engine_inside.h"
#include "base/hash.h"
#include "base/memory.h"

void ck_engine_measure(const ck_engine *engine, ck_engine_sizes *sizes) {
    *sizes = (ck_engine_sizes){.row_words = engine->layout.nwords, .derived_bytes = ck_evaluator_bytes(engine->evaluator)};
    for (uint32_t r = 0; r < engine->shared.rules->n; r++) {
        sizes->multi[r] = engine->keys[r].shape == CK_KEY_MULTI;
        sizes->cross[r] = engine->keys[r].shape == CK_KEY_CROSS;
    }
}

/* Units whose hashes make up target / cost of all hashes; and what they are. */
static uint64_t choose_units(const ck_rule_keys *keys, uint32_t rule, uint64_t target, ck_engine_sample *sample) {
    *sample = (ck_engine_sample){0};
    for (uint32_t u = 0; u < keys->nunits; u++)
        sample->all_cost += keys->unit[u].cost;
    uint64_t most = sample->all_cost > target ? (uint64_t)(0x1p64 * ((double)target / (double)sample->all_cost)) : UINT64_MAX;
    uint64_t least = UINT64_MAX;
    for (uint32_t u = 0; u < keys->nunits; u++) {
        uint64_t hash = ck_hash_mix((uint64_t)rule << 32 | u);
        least = hash < least ? hash : least;
    }
    most = most > least ? most : least; /* one unit at least */
    for (uint32_t u = 0; u < keys->nunits; u++)
        if (ck_hash_mix((uint64_t)rule << 32 | u) <= most) {
            sample->units++;
            sample->cost += keys->unit[u].cost;
        }
    return most;
}

static void sum_sample(const ck_comm *comm, const ck_crew *crew, uint32_t rules, ck_engine_sample *sample) {
    for (uint32_t r = 0; r < rules; r++) {
        uint64_t sums[2] = {crew->pairs[r], 0};
        for (uint32_t t = 0; t < crew->n; t++)
            sums[1] += (uint64_t)(1e9 * crew->seconds[(size_t)t * CK_RULES_MAX + r]);
        ck_par_sum(comm, sums, 2);
        sample[r].pairs = sums[0];
        sample[r].seconds = 1e-9 * (double)sums[1];
    }
}

ck_status ck_engine_time_sample(ck_engine *engine, ck_error *error, uint64_t target, ck_engine_sample *sample) {
    uint32_t rules = engine->shared.rules->n;
    uint64_t sampled[CK_RULES_MAX];
    const ck_run_place nowhere = {0};
    ck_crew crew = {0};
    for (uint32_t r = 0; r < rules; r++)
        sampled[r] = choose_units(&engine->keys[r], r, target, &sample[r]);
    double *seconds = ck_alloc_zero(error, (size_t)engine->options.threads * CK_RULES_MAX, sizeof *seconds);
    if (ck_engine_hire(engine, error, CK_GOAL_CELLS, true, &crew) == CK_OK) {
        crew.sampled = sampled;
        crew.seconds = seconds;
        if (ck_engine_run_rules(engine, error, "timing", &nowhere, &crew) == CK_OK)
            sum_sample(engine->comm, &crew, rules, sample);
    }
    ck_crew_leave(&crew);
    ck_free(seconds);
    return error->status;
}
