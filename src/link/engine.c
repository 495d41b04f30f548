#include "link/engine_inside.h"
#include "base/clock.h"
#include "base/size.h"
#include "link/prepare.h"
#include <stdio.h>

/* Memory of a pass, where it is not scarce; and the least that it can do with: so much, and for every record the key of its group. Where there is more,
   passes leave SPARE bytes a record to what training knows of it and to MPI. */
enum { MOST_WAVE = 256 << 20, LEAST_PASS = 8 << 20, GROUP_BYTES = 4, SPARE_BYTES = 20 };

/* Sources that are settled are classes of their own, behind the others; no two of those are paired. */
static ck_status allow_classes(ck_engine *engine, ck_error *error, uint32_t n) {
    bool *allowed = engine->class_allowed = ck_alloc_zero(error, 4 * (size_t)n * n, sizeof *allowed);
    for (uint32_t s = 0; allowed && s < n; s++)
        for (uint32_t t = 0; t < n; t++) {
            bool pair = engine->allowed[s * n + t];
            allowed[s * 2 * n + t] = pair;
            allowed[s * 2 * n + n + t] = allowed[(n + s) * 2 * n + t] = pair && !engine->options.settled_out;
        }
    engine->shared.allowed = allowed;
    engine->shared.settled = engine->options.settled;
    return error->status;
}

static ck_status allow_pairs(ck_engine *engine, ck_error *error) {
    uint32_t n = engine->shared.people->nsources;
    if (ck_engine_allow(error, &engine->options, engine->shared.people, &engine->allowed) != CK_OK)
        return error->status;
    engine->shared.allowed = engine->allowed;
    engine->shared.all_allowed = !engine->options.settled;
    for (uint32_t k = 0; k < n * n; k++)
        engine->shared.all_allowed &= engine->allowed[k];
    return engine->options.settled ? allow_classes(engine, error, n) : CK_OK;
}

static ck_status make_keys(ck_engine *engine, ck_error *error) {
    ck_key_source source = ck_engine_key_source(engine);
    for (uint32_t r = 0; r < engine->shared.rules->n; r++) {
        if (ck_block_keys(&source, error, &engine->shared.rules->rule[r], &engine->exprs[r], &engine->keys[r]) != CK_OK)
            return error->status;
        engine->census[r] = engine->keys[r].census;
    }
    return CK_OK;
}

/* Rows of neighbours, which count as this process's memory when it has read them: as many of them are unset as of its own, and each that is set is on a page or two. */
static uint64_t unread_bytes(const ck_engine *engine) {
    enum { PAGE = 4096 };
    const ck_packed_rows *rows = &engine->rows;
    uint64_t others = rows->visible - rows->n, row = engine->layout.nwords * sizeof(uint32_t);
    uint64_t set = rows->n ? (uint64_t)((double)others * (double)rows->packed / (double)rows->n) : others;
    return set * (row + PAGE) < others * row ? set * (row + PAGE) : others * row;
}

/* What the passes may take beside all that is there now: a third for the blocks in flight, and a tenth for links that wait (they grow by halves, are
   copied to be sorted, and sent). Every rank plans the waves of all, so they have the least of all. Collective. CK_MEMORY. */
static ck_status plan_memory(ck_engine *engine, ck_error *error) {
    if (engine->options.memory_asked)
        ck_memory_trim();
    uint64_t held = ck_clock_rss_bytes() + unread_bytes(engine), budget = engine->options.memory_bytes, peak = ck_clock_peak_rss_bytes();
    uint64_t n = engine->shared.people->end - engine->shared.people->begin, groups = GROUP_BYTES * n, kept = held + SPARE_BYTES * n;
    uint64_t least = held + groups + LEAST_PASS > peak ? held + groups + LEAST_PASS : peak;
    if (engine->options.memory_asked && budget < least) {
        char text[2][CK_SIZE_TEXT];
        ck_fail(error, CK_MEMORY, "--memory %s is too little for a rank: it needs %s at least; give it more, or use more ranks.",
                ck_size_text(budget, text[0]), ck_size_text(least, text[1]));
    }
    uint64_t left = !budget ? UINT64_MAX : budget > kept + LEAST_PASS ? budget - kept : LEAST_PASS;
    uint64_t scarce = UINT64_MAX - left;
    ck_par_max(engine->comm, &scarce, 1);
    left = UINT64_MAX - scarce;
    engine->wave_bytes = left / 3 < MOST_WAVE ? left / 3 : MOST_WAVE;
    engine->keys_bytes = left / 3;
    engine->links_bytes = left / 10;
    return ck_par_agree(engine->comm, error);
}

static ck_status pack_rows(ck_engine *engine, ck_error *error) {
    const ck_engine_options *options = &engine->options;
    const ck_packing packing = {.people = engine->shared.people, .layout = &engine->layout, .keys = engine->keys, .settled = options->settled,
                                .threads = options->threads, .memory_bytes = options->memory_asked ? options->memory_bytes : 0};
    if (packing.memory_bytes)
        ck_memory_trim();
    return ck_packed_rows_make(engine->comm, error, &packing, &engine->rows);
}

ck_status ck_engine_create(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_rules *rules,
                           const ck_comparisons *comparisons, const ck_engine_options *options, ck_engine **result) {
    ck_engine *engine = *result = ck_alloc_zero(error, 1, sizeof *engine);
    if (engine) {
        engine->comm = comm;
        engine->options = *options;
        engine->shared = (ck_shared){.people = people, .rules = rules, .comparisons = comparisons, .kernels = options->kernels};
        if (people->records >= UINT32_MAX)
            ck_fail(error, CK_DATA, "There are more than 4 billion records.");
        if (allow_pairs(engine, error) == CK_OK &&
            ck_evaluator_create(error, people->column, people->ncolumns, options->kernels, &engine->evaluator) == CK_OK)
            ck_prepare(error, &engine->shared, engine->evaluator, engine->exprs, &engine->layout);
    }
    if (ck_par_agree(comm, error) == CK_OK && make_keys(engine, error) == CK_OK &&
        ck_prepare_key_words(error, engine->keys, rules->n, &engine->layout) == CK_OK)
        pack_rows(engine, error);
    if (ck_par_agree(comm, error) != CK_OK || plan_memory(engine, error) != CK_OK) {
        ck_engine_free(engine);
        *result = NULL;
    }
    return error->status;
}

uint64_t ck_engine_links_at_once(const ck_engine *engine) {
    return engine->links_bytes / sizeof(ck_link_item);
}

void ck_engine_free(ck_engine *engine) {
    if (!engine)
        return;
    for (uint32_t r = 0; r < CK_RULES_MAX; r++) {
        ck_route_free(&engine->route[r]);
        ck_rule_keys_free(&engine->keys[r]);
    }
    ck_packed_rows_free(&engine->rows);
    ck_prepare_free(&engine->shared);
    ck_evaluator_free(engine->evaluator);
    ck_free(engine->class_allowed);
    ck_free(engine->allowed);
    ck_free(engine);
}

const ck_rule_census *ck_engine_census(const ck_engine *engine) {
    return engine->census;
}

const ck_rule_keys *ck_engine_keys(const ck_engine *engine) {
    return engine->keys;
}

uint32_t ck_engine_first_key(const ck_engine *engine, uint32_t rule, uint64_t i) {
    uint64_t n;
    const uint32_t *key = ck_record_keys(&engine->layout, &engine->rows, &engine->keys[rule], i, &n);
    return n ? key[0] : 0;
}

const bool *ck_engine_allowed(const ck_engine *engine) {
    return engine->allowed;
}

uint64_t ck_engine_possible_pairs(const ck_engine *engine) {
    const ck_people *people = engine->shared.people;
    uint64_t pairs = 0;
    for (uint32_t s = 0; s < people->nsources; s++)
        for (uint32_t t = s; t < people->nsources; t++) {
            uint64_t n = people->source[s].record_end - people->source[s].record_begin;
            uint64_t m = people->source[t].record_end - people->source[t].record_begin;
            if (engine->allowed[s * people->nsources + t])
                pairs += s == t ? n * (n ? n - 1 : 0) / 2 : n * m;
        }
    return pairs;
}

void ck_engine_keep(ck_engine *engine, const char *folder, const char *stamp) {
    engine->kept_in = folder;
    snprintf(engine->stamp, sizeof engine->stamp, "%s", stamp);
}
