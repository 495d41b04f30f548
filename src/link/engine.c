#include "link/engine.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/size.h"
#include "link/crew.h"
#include "link/kept_links.h"
#include "link/prepare.h"
#include "link/sort_links.h"
#include <stdio.h>
#include <string.h>

/* Memory of a pass, where it is not scarce; and the least that it can do with: so much, and for every record the key of its group. Where there is more,
   passes leave SPARE bytes a record to what training knows of it and to MPI. Keys of groups are made in GROUP_MAKING bytes each. */
enum { MOST_WAVE = 256 << 20, LEAST_PASS = 8 << 20, GROUP_BYTES = 4, SPARE_BYTES = 20, GROUP_MAKING = 100 };

struct ck_engine {
    const ck_comm *comm;
    ck_engine_options options;
    bool *allowed, *class_allowed; /* [nsources * nsources]; by class where some records are settled, else NULL */
    ck_evaluator *evaluator;
    ck_layout layout;
    ck_shared shared;
    ck_rule_exprs exprs[CK_RULES_MAX];
    ck_rule_keys keys[CK_RULES_MAX];
    ck_rule_census census[CK_RULES_MAX];
    ck_packed_rows rows;
    ck_route route[CK_RULES_MAX]; /* of the rules' passes; each made before the first of them, since often the census alone is wanted */
    uint64_t wave_bytes, keys_bytes, links_bytes; /* of the passes' memory: blocks in flight, keys of groups before, links that wait */
    const char *kept_in;       /* folder of unfinished work, or NULL */
    char stamp[CK_RUN_STAMP];  /* of counts and cells */
};

/* --- creation --------------------------------------------------------------------------------------- */

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

static ck_key_source key_source(const ck_engine *engine) {
    return (ck_key_source){engine->comm, engine->shared.people, engine->evaluator, engine->shared.allowed, engine->options.threads,
                           engine->options.settled, engine->options.settled_out};
}

static ck_status make_keys(ck_engine *engine, ck_error *error) {
    ck_key_source source = key_source(engine);
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

static ck_status make_route(ck_engine *engine, ck_error *error, const ck_rule_keys *keys, const uint8_t *done, ck_route *route) {
    return ck_route_make(engine->comm, error, &engine->layout, &engine->rows, keys, done, engine->options.threads, engine->wave_bytes, route);
}

/* Of the rules whose bits are set. Collective. */
static ck_status make_routes(ck_engine *engine, ck_error *error, uint64_t which) {
    for (uint32_t r = 0; r < engine->shared.rules->n && error->status == CK_OK; r++)
        if ((which >> r & 1) && !engine->route[r].comm)
            make_route(engine, error, &engine->keys[r], NULL, &engine->route[r]);
    return error->status;
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

/* --- passes -------------------------------------------------------------------------------------------- */

void ck_engine_keep(ck_engine *engine, const char *folder, const char *stamp) {
    engine->kept_in = folder;
    snprintf(engine->stamp, sizeof engine->stamp, "%s", stamp);
}

static ck_status hire_crew(const ck_engine *engine, ck_error *error, ck_goal goal, bool compare, ck_crew *crew) {
    return ck_crew_hire(engine->comm, error, &engine->shared, engine->options.threads, goal, compare, crew);
}

/* The ledger of a pass over the rules. */
static ck_status open_ledger(const ck_engine *engine, ck_error *error, const ck_run_place *place, ck_crew *crew) {
    uint32_t nunits[CK_RULES_MAX], n = engine->shared.rules->n;
    for (uint32_t r = 0; r < n; r++)
        nunits[r] = engine->keys[r].nunits;
    crew->buffer_bytes = engine->links_bytes;
    return ck_ledger_open(engine->comm, error, place, ck_crew_item_bytes(crew->goal), nunits, n, &crew->ledger);
}

/* Some units are done: the others are shared out anew. */
static ck_status work_on_rest(ck_engine *engine, ck_error *error, const char *what, ck_crew *crew) {
    uint32_t n = engine->shared.rules->n;
    const ck_route *list[CK_RULES_MAX];
    ck_route *route = ck_alloc_zero(error, n, sizeof *route);
    for (uint32_t r = 0; r < n && ck_par_agree(engine->comm, error) == CK_OK; r++) {
        list[r] = &route[r];
        make_route(engine, error, &engine->keys[r], crew->ledger.state + crew->ledger.first[r], &route[r]);
    }
    if (error->status == CK_OK)
        ck_crew_work(crew, error, what, list, n, 0);
    for (uint32_t r = 0; route && r < n; r++)
        ck_route_free(&route[r]);
    ck_free(route);
    return error->status;
}

/* Work on the blocks of all rules. Nothing of it is kept when `place` has no folder. */
static ck_status run_rules(ck_engine *engine, ck_error *error, const char *what, const ck_run_place *place, ck_crew *crew) {
    const ck_route *route[CK_RULES_MAX];
    if (open_ledger(engine, error, place, crew) != CK_OK)
        return error->status;
    if (crew->ledger.saved_units > 0)
        return work_on_rest(engine, error, what, crew);
    if (make_routes(engine, error, UINT64_MAX) != CK_OK)
        return error->status;
    for (uint32_t r = 0; r < engine->shared.rules->n; r++)
        route[r] = &engine->route[r];
    return ck_crew_work(crew, error, what, route, engine->shared.rules->n, 0);
}

/* The same, and what runs hold of it is taken back. */
static ck_status count_rules(ck_engine *engine, ck_error *error, const char *what, const ck_run_place *place, ck_crew *crew) {
    if (run_rules(engine, error, what, place, crew) == CK_OK)
        ck_crew_take_runs(crew, error);
    return ck_par_agree(engine->comm, error);
}

static const ck_run_place NOWHERE = {0};

/* --- cells ----------------------------------------------------------------------------------------------- */

ck_status ck_engine_count_new_pairs(ck_engine *engine, ck_error *error) {
    ck_crew crew = {0};
    const ck_run_place place = {engine->kept_in, "counts", engine->stamp};
    if (hire_crew(engine, error, CK_GOAL_COUNT, false, &crew) == CK_OK &&
        count_rules(engine, error, "counting", &place, &crew) == CK_OK) {
        ck_par_sum(engine->comm, crew.pairs, engine->shared.rules->n);
        for (uint32_t r = 0; r < engine->shared.rules->n; r++)
            engine->census[r].new_pairs = crew.pairs[r];
    }
    ck_crew_leave(&crew);
    return error->status;
}

static ck_status take_cells(ck_error *error, size_t n, ck_cells *cells) {
    cells->n = n;
    cells->pattern = ck_alloc(error, n, sizeof *cells->pattern);
    cells->mask = ck_alloc(error, n, sizeof *cells->mask);
    cells->count = ck_alloc(error, n, sizeof *cells->count);
    return error->status;
}

/* The workers' cells, then all ranks', as one normalised list. */
static ck_status merge_cells(const ck_comm *comm, ck_error *error, const ck_crew *crew, ck_cells *cells) {
    size_t n = 0, at = 0;
    for (uint32_t t = 0; t < crew->n; t++)
        n += crew->worker[t]->cells.n;
    ck_cell *mine = ck_alloc(error, n, sizeof *mine), *all = NULL;
    uint64_t *offset = NULL;
    for (uint32_t t = 0; mine && t < crew->n; t++) {
        const ck_cell_table *table = &crew->worker[t]->cells;
        for (size_t i = 0; i < table->n; i++)
            mine[at++] = (ck_cell){table->key[i].pattern, table->key[i].mask, table->count[i]};
    }
    if (ck_par_agree(comm, error) == CK_OK && ck_par_gather_all(comm, error, mine, n * sizeof *mine, (void **)&all, &offset) == CK_OK) {
        n = offset[comm->size] / sizeof *all;
        take_cells(error, n, cells);
        for (size_t i = 0; error->status == CK_OK && i < n; i++) {
            cells->pattern[i] = all[i].pattern;
            cells->mask[i] = all[i].mask;
            cells->count[i] = all[i].count;
        }
        if (error->status == CK_OK)
            ck_cells_normalise(error, cells);
    }
    ck_free(mine);
    ck_free(all);
    ck_free(offset);
    return ck_par_agree(comm, error);
}

ck_status ck_engine_count_cells(ck_engine *engine, ck_error *error, bool compare, ck_cells *cells) {
    ck_crew crew = {0};
    const ck_run_place place = {engine->kept_in, "cells", engine->stamp};
    *cells = (ck_cells){0};
    if (hire_crew(engine, error, CK_GOAL_CELLS, compare, &crew) == CK_OK &&
        count_rules(engine, error, "comparing", compare ? &place : &NOWHERE, &crew) == CK_OK)
        merge_cells(engine->comm, error, &crew, cells);
    ck_crew_leave(&crew);
    return error->status;
}

/* One pass, of which nothing is kept. */
static ck_status run_route(const ck_engine *engine, ck_error *error, const ck_route *route, uint32_t rule, ck_crew *crew) {
    const ck_route *const routes[] = {route};
    ck_ledger_close(&crew->ledger);
    if (ck_ledger_open(engine->comm, error, &NOWHERE, 0, &route->keys->nunits, 1, &crew->ledger) == CK_OK)
        ck_crew_work(crew, error, NULL, routes, 1, rule);
    return error->status;
}

/* The passes of some rules, one by one: their numbers need not follow one another. */
static ck_status run_some_rules(ck_engine *engine, ck_error *error, const char *what, uint64_t which, ck_crew *crew) {
    make_routes(engine, error, which);
    for (uint32_t r = 0; r < engine->shared.rules->n && error->status == CK_OK; r++) {
        if (!(which >> r & 1))
            continue;
        run_route(engine, error, &engine->route[r], r, crew);
        ck_log_progress(what, r + 1, engine->shared.rules->n);
    }
    return error->status;
}

ck_status ck_engine_count_rules(ck_engine *engine, ck_error *error, uint64_t which, ck_cells *cells) {
    ck_crew crew = {0};
    *cells = (ck_cells){0};
    if (hire_crew(engine, error, CK_GOAL_CELLS, true, &crew) == CK_OK && run_some_rules(engine, error, "comparing", which, &crew) == CK_OK)
        merge_cells(engine->comm, error, &crew, cells);
    ck_crew_leave(&crew);
    return error->status;
}

/* One pass over the pairs inside the groups of one slice. */
static ck_status run_slice(ck_engine *engine, ck_error *error, const ck_groups *groups, uint64_t slice, uint64_t nslices, ck_crew *crew) {
    ck_rule_keys keys = {0};
    ck_route route = {0};
    ck_key_source source = key_source(engine);
    if (ck_block_keys_of_groups(&source, error, groups, slice, nslices, &keys) == CK_OK && make_route(engine, error, &keys, NULL, &route) == CK_OK)
        run_route(engine, error, &route, CK_RULES_MAX, crew);
    ck_route_free(&route);
    ck_rule_keys_free(&keys);
    return error->status;
}

/* Over the pairs inside all groups, whose keys are made in as many slices as memory asks for. */
static ck_status run_groups(ck_engine *engine, ck_error *error, const ck_groups *groups, ck_crew *crew) {
    uint64_t n = engine->shared.people->end - engine->shared.people->begin, entries = 0;
    if (n * GROUP_MAKING > engine->keys_bytes) /* else there is room for all */
#pragma omp parallel for num_threads(engine->options.threads) schedule(static) reduction(+ : entries)
        for (uint64_t i = 0; i < n; i++)
            entries += groups->of(groups->owner, i) != 0;
    uint64_t nslices = entries * GROUP_MAKING / engine->keys_bytes + 1;
    ck_par_max(engine->comm, &nslices, 1);
    for (uint64_t s = 0; s < nslices && error->status == CK_OK; s++)
        run_slice(engine, error, groups, s, nslices, crew);
    return error->status;
}

ck_status ck_engine_count_buckets(ck_engine *engine, ck_error *error, const ck_groups *buckets, ck_cells *cells) {
    ck_crew crew = {0};
    *cells = (ck_cells){0};
    if (hire_crew(engine, error, CK_GOAL_CELLS, true, &crew) == CK_OK && run_groups(engine, error, buckets, &crew) == CK_OK)
        merge_cells(engine->comm, error, &crew, cells);
    ck_crew_leave(&crew);
    return error->status;
}

/* Records fall into buckets by hash. */
typedef struct random_buckets {
    uint64_t n, seed, first_record;
} random_buckets;

static uint64_t bucket_of(const void *owner, uint64_t i) {
    const random_buckets *buckets = owner;
    return 1 + ck_hash_mix(ck_hash_mix(buckets->seed + 1) + buckets->first_record + i) % buckets->n;
}

/* Pairs inside buckets are near-independent draws of all pairs. With B buckets about possible / B pairs come out. */
ck_status ck_engine_count_random(ck_engine *engine, ck_error *error, uint64_t target, uint64_t seed, ck_cells *cells) {
    uint64_t possible = ck_engine_possible_pairs(engine);
    const random_buckets buckets = {target && possible > target ? possible / target : 1, seed, engine->shared.people->begin};
    return ck_engine_count_buckets(engine, error, &(ck_groups){bucket_of, &buckets}, cells);
}

static uint64_t group_of(const void *owner, uint64_t i) {
    const uint32_t *group = owner;
    return group[i];
}

ck_status ck_engine_count_groups(ck_engine *engine, ck_error *error, const uint32_t *group, ck_cells *cells) {
    return ck_engine_count_buckets(engine, error, &(ck_groups){group_of, group}, cells);
}

/* --- links ---------------------------------------------------------------------------------------------------- */

static ck_status hire_scorers(const ck_engine *engine, ck_error *error, const ck_scorer *scorer, double floor, ck_crew *crew) {
    if (hire_crew(engine, error, CK_GOAL_LINKS, true, crew) == CK_OK)
        for (uint32_t t = 0; t < crew->n; t++)
            ck_worker_set_scorer(crew->worker[t], scorer, floor);
    return error->status;
}

ck_status ck_engine_link_groups(ck_engine *engine, ck_error *error, const ck_scorer *scorer, const uint32_t *group, double floor,
                                ck_links *links) {
    ck_crew crew = {0};
    *links = (ck_links){0};
    if (hire_scorers(engine, error, scorer, floor, &crew) == CK_OK && run_groups(engine, error, &(ck_groups){group_of, group}, &crew) == CK_OK)
        ck_sort_links(engine->comm, error, engine->shared.people->records, crew.worker, crew.n, links);
    ck_crew_leave(&crew);
    return error->status;
}

/* Counts of all ranks, from the crew's after ck_crew_take_runs. */
static void sum_counts(const ck_engine *engine, const ck_crew *crew, uint64_t links, ck_link_counts *counts) {
    counts->links = links;
    counts->compared_here = ck_crew_count_pairs(crew);
    memcpy(counts->new_pairs, crew->pairs, sizeof counts->new_pairs);
    ck_par_sum(engine->comm, counts->new_pairs, CK_RULES_MAX);
    for (uint32_t r = 0; r < CK_RULES_MAX; r++)
        counts->pairs += counts->new_pairs[r];
}

ck_status ck_engine_link_kept(ck_engine *engine, ck_error *error, const ck_scorer *scorer, double floor, const char *stamp, ck_kept_links *kept,
                              ck_link_counts *counts) {
    ck_crew crew = {0};
    const ck_run_place place = {stamp ? engine->kept_in : NULL, "links", stamp};
    *kept = (ck_kept_links){0};
    *counts = (ck_link_counts){0};
    if (hire_scorers(engine, error, scorer, floor, &crew) == CK_OK && count_rules(engine, error, "linking", &place, &crew) == CK_OK &&
        ck_kept_links_open(&crew, error, engine->shared.people->records, engine->links_bytes, kept) == CK_OK)
        sum_counts(engine, &crew, kept->all.total, counts);
    ck_crew_leave(&crew);
    return error->status;
}

ck_status ck_engine_link(ck_engine *engine, ck_error *error, const ck_scorer *scorer, double floor, ck_links *links, ck_link_counts *counts) {
    ck_kept_links kept;
    ck_engine_link_kept(engine, error, scorer, floor, NULL, &kept, counts);
    *links = kept.all;
    return error->status;
}

/* --- what it costs -------------------------------------------------------------------------------------------- */

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
    ck_crew crew = {0};
    for (uint32_t r = 0; r < rules; r++)
        sampled[r] = choose_units(&engine->keys[r], r, target, &sample[r]);
    double *seconds = ck_alloc_zero(error, (size_t)engine->options.threads * CK_RULES_MAX, sizeof *seconds);
    if (hire_crew(engine, error, CK_GOAL_CELLS, true, &crew) == CK_OK) {
        crew.sampled = sampled;
        crew.seconds = seconds;
        if (run_rules(engine, error, "timing", &NOWHERE, &crew) == CK_OK)
            sum_sample(engine->comm, &crew, rules, sample);
    }
    ck_crew_leave(&crew);
    ck_free(seconds);
    return error->status;
}
