#include "link/engine.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/stop.h"
#include "link/gather.h"
#include "link/prepare.h"
#include "link/sort_links.h"
#include <omp.h>
#include <string.h>

enum { DEFAULT_MEMORY = 256 << 20 };

struct ck_engine {
    const ck_comm *comm;
    ck_engine_options options;
    bool *allowed;
    ck_evaluator *evaluator;
    ck_layout layout;
    ck_shared shared;
    ck_rule_exprs exprs[CK_RULES_MAX];
    ck_rule_keys keys[CK_RULES_MAX];
    ck_rule_census census[CK_RULES_MAX];
    ck_packed_rows rows;
    ck_route route[CK_RULES_MAX]; /* of the rules' passes; each made before the first of them, since often the census alone is wanted */
};

/* --- creation --------------------------------------------------------------------------------------- */

static ck_status allow_pairs(ck_engine *engine, ck_error *error) {
    const ck_people *people = engine->shared.people;
    uint32_t n = people->nsources;
    engine->allowed = ck_alloc_zero(error, (size_t)n * n, sizeof *engine->allowed);
    bool *unique = ck_alloc_zero(error, n, sizeof *unique);
    if (error->status == CK_OK) {
        for (uint32_t s = 0; s < n; s++)
            unique[s] = people->source[s].unique;
        ck_link_allowed(engine->options.link_type, n, unique, engine->allowed);
        engine->shared.allowed = engine->allowed;
        engine->shared.all_allowed = true;
        for (uint32_t k = 0; k < n * n; k++)
            engine->shared.all_allowed &= engine->allowed[k];
    }
    ck_free(unique);
    return error->status;
}

static ck_key_source key_source(const ck_engine *engine) {
    return (ck_key_source){engine->comm, engine->shared.people, engine->evaluator, engine->allowed, engine->options.threads};
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

static ck_status make_route(ck_engine *engine, ck_error *error, const ck_rule_keys *keys, ck_route *route) {
    uint64_t memory = engine->options.memory_bytes ? engine->options.memory_bytes : DEFAULT_MEMORY;
    return ck_route_make(engine->comm, error, &engine->layout, &engine->rows, keys, engine->options.threads, memory, route);
}

/* Of the rules whose bits are set. Collective. */
static ck_status make_routes(ck_engine *engine, ck_error *error, uint64_t which) {
    for (uint32_t r = 0; r < engine->shared.rules->n && error->status == CK_OK; r++)
        if ((which >> r & 1) && !engine->route[r].comm)
            make_route(engine, error, &engine->keys[r], &engine->route[r]);
    return error->status;
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
        ck_packed_rows_make(comm, error, people, engine->keys, &engine->layout, options->threads, &engine->rows);
    if (ck_par_agree(comm, error) != CK_OK) {
        ck_engine_free(engine);
        *result = NULL;
    }
    return error->status;
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
    ck_free(engine->allowed);
    ck_free(engine);
}

const ck_rule_census *ck_engine_census(const ck_engine *engine) {
    return engine->census;
}

const ck_rule_keys *ck_engine_keys(const ck_engine *engine) {
    return engine->keys;
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

/* --- workers ------------------------------------------------------------------------------------------ */

typedef struct worker_crew {
    uint32_t n;
    ck_worker **worker;
    const uint64_t *sampled; /* [rules.n] units whose hash is above are left out; NULL: none is */
    double *seconds;         /* [n][CK_RULES_MAX] computed in units, when wanted */
} worker_crew;

static void free_crew(worker_crew *crew) {
    for (uint32_t t = 0; crew->worker && t < crew->n; t++)
        ck_worker_free(crew->worker[t]);
    ck_free(crew->worker);
    crew->worker = NULL;
}

static ck_status hire_crew(const ck_engine *engine, ck_error *error, ck_goal goal, bool compare, worker_crew *crew) {
    crew->n = engine->options.threads;
    crew->worker = ck_alloc_zero(error, crew->n, sizeof *crew->worker);
    for (uint32_t t = 0; error->status == CK_OK && t < crew->n; t++)
        if (ck_worker_create(error, &engine->shared, &crew->worker[t]) == CK_OK) {
            crew->worker[t]->goal = goal;
            crew->worker[t]->compare = compare;
            crew->worker[t]->wide = engine->shared.high_stride || engine->shared.rules->n > 32;
            ck_worker_set_scorer(crew->worker[t], NULL, 0);
        }
    return ck_par_agree(engine->comm, error);
}

/* --- passes -------------------------------------------------------------------------------------------- */

/* The first member of a key whose record number is not below `record`. */
static uint64_t find_member(const ck_group *group, uint32_t key, uint32_t record) {
    uint64_t low = group->start[key - group->key_begin], high = group->start[key - group->key_begin + 1];
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (group->row[middle][CK_WORD_RECORD] < record)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Members of a key whose record numbers lie in [begin, end). */
static uint64_t find_members(const ck_group *group, uint32_t key, uint32_t begin, uint32_t end, const uint32_t *const **row) {
    uint64_t low = find_member(group, key, begin), high = find_member(group, key, end);
    *row = group->row + low;
    return high - low;
}

static void do_giant_unit(ck_worker *worker, const ck_group *group, const ck_rule_keys *keys, const ck_unit *unit) {
    const ck_giant *giant = &keys->giant[unit->giant];
    const uint32_t *const *x, *const *y;
    uint32_t sx = unit->segment_x, sy = unit->segment_y;
    uint64_t nx = find_members(group, giant->key, giant->boundary[sx], giant->boundary[sx + 1], &x);
    uint64_t ny = find_members(group, giant->key, giant->boundary[sy], giant->boundary[sy + 1], &y);
    if (sx == sy)
        ck_worker_block(worker, x, nx, giant->key);
    else
        ck_worker_segments(worker, x, nx, y, ny, giant->key);
}

static void do_unit(ck_worker *worker, const ck_group *group, const ck_rule_keys *keys, const ck_unit *unit) {
    if (unit->giant != UINT32_MAX) {
        do_giant_unit(worker, group, keys, unit);
    } else {
        for (uint32_t key = unit->key_begin; key < unit->key_end; key++) {
            uint32_t from = group->start[key - group->key_begin], to = group->start[key - group->key_begin + 1];
            if (to - from > 1 && ck_find_giant(keys, key) == UINT32_MAX)
                ck_worker_block(worker, group->row + from, to - from, key);
        }
    }
    ck_worker_finish(worker);
}

/* Is a unit of a pass among those that are looked at? */
static bool is_sampled(const worker_crew *crew, uint32_t pass, uint32_t unit) {
    return !crew->sampled || ck_hash_mix((uint64_t)pass << 32 | unit) <= crew->sampled[pass];
}

static void do_timed_unit(const worker_crew *crew, int t, const ck_gather *gather, uint32_t u) {
    const ck_rule_keys *keys = gather->route[gather->pass]->keys;
    double started = crew->seconds ? ck_clock_thread_seconds() : 0;
    do_unit(crew->worker[t], &gather->group, keys, &keys->unit[u]);
    if (crew->seconds)
        crew->seconds[(size_t)t * CK_RULES_MAX + gather->pass] += ck_clock_thread_seconds() - started;
}

/* A worker that failed rests, and all of them after a stop; the pass goes on, because other ranks wait for this one's members. */
static void do_wave(ck_gather *gather, const worker_crew *crew) {
    const ck_route *route = gather->route[gather->pass];
    uint32_t nunits = route->keys->nunits;
#pragma omp parallel for num_threads(crew->n) schedule(dynamic, 1)
    for (uint32_t u = 0; u < nunits; u++) {
        int t = omp_get_thread_num();
        if (route->owner[u] != route->comm->rank || route->wave[u] != gather->wave || !is_sampled(crew, gather->pass, u))
            continue;
        if (crew->worker[t]->error.status == CK_OK && !ck_stop_requested())
            do_timed_unit(crew, t, gather, u);
        if (t == 0)
            ck_gather_advance(gather);
    }
}

static ck_status agree_crew(const ck_comm *comm, ck_error *error, const worker_crew *crew) {
    for (uint32_t t = 0; t < crew->n; t++) {
        ck_scratch_check(crew->worker[t]->scratch, error);
        if (crew->worker[t]->error.status != CK_OK)
            ck_fail(error, crew->worker[t]->error.status, "%s", crew->worker[t]->error.text);
    }
    ck_stop_check(error);
    return ck_par_agree(comm, error);
}

static uint64_t count_pairs(const worker_crew *crew) {
    uint64_t pairs = 0;
    for (uint32_t t = 0; t < crew->n; t++)
        pairs += crew->worker[t]->pairs;
    return pairs;
}

/* One wave. The pass's rule is rule + the number of its route, or CK_RULES_MAX for groups; pairs (or NULL) is counted on by route. */
static void run_wave(ck_gather *gather, uint32_t rule, const worker_crew *crew, uint64_t *pairs) {
    uint64_t before = count_pairs(crew);
    for (uint32_t t = 0; t < crew->n; t++)
        ck_worker_set_rule(crew->worker[t], rule + gather->pass);
    do_wave(gather, crew);
    if (pairs)
        pairs[gather->pass] += count_pairs(crew) - before;
}

/* All blocks of a list of routes. */
static ck_status run_routes(const ck_engine *engine, ck_error *error, const char *what, const ck_route *const *route, uint32_t nroutes, uint32_t rule,
                            const worker_crew *crew, uint64_t *pairs) {
    ck_gather gather;
    if (ck_gather_open(engine->comm, error, route, nroutes, &gather) != CK_OK)
        return error->status;
    while (ck_gather_next(&gather)) {
        run_wave(&gather, rule, crew, pairs);
        if (what && gather.wave + 1 == route[gather.pass]->nwaves)
            ck_log_progress(what, gather.pass + 1, nroutes);
    }
    ck_gather_close(&gather);
    return agree_crew(engine->comm, error, crew);
}

static ck_status run_rules(ck_engine *engine, ck_error *error, const char *what, const worker_crew *crew, uint64_t *pairs) {
    const ck_route *route[CK_RULES_MAX];
    if (make_routes(engine, error, UINT64_MAX) != CK_OK)
        return error->status;
    for (uint32_t r = 0; r < engine->shared.rules->n; r++)
        route[r] = &engine->route[r];
    return run_routes(engine, error, what, route, engine->shared.rules->n, 0, crew, pairs);
}

/* --- cells ----------------------------------------------------------------------------------------------- */

ck_status ck_engine_count_new_pairs(ck_engine *engine, ck_error *error) {
    worker_crew crew = {0};
    uint64_t new_pairs[CK_RULES_MAX] = {0};
    if (hire_crew(engine, error, CK_GOAL_COUNT, false, &crew) == CK_OK)
        run_rules(engine, error, "counting", &crew, new_pairs);
    free_crew(&crew);
    if (error->status == CK_OK)
        ck_par_sum(engine->comm, new_pairs, engine->shared.rules->n);
    for (uint32_t r = 0; r < engine->shared.rules->n; r++)
        engine->census[r].new_pairs = new_pairs[r];
    return error->status;
}

static ck_status take_cells(ck_error *error, size_t n, ck_cells *cells) {
    cells->n = n;
    cells->pattern = ck_alloc(error, n, sizeof *cells->pattern);
    cells->mask = ck_alloc(error, n, sizeof *cells->mask);
    cells->count = ck_alloc(error, n, sizeof *cells->count);
    return error->status;
}

typedef struct cell {
    uint64_t pattern, mask, count;
} cell;

/* The workers' cells, then all ranks', as one normalised list. */
static ck_status merge_cells(const ck_comm *comm, ck_error *error, const worker_crew *crew, ck_cells *cells) {
    size_t n = 0, at = 0;
    for (uint32_t t = 0; t < crew->n; t++)
        n += crew->worker[t]->cells.n;
    cell *mine = ck_alloc(error, n, sizeof *mine), *all = NULL;
    uint64_t *offset = NULL;
    for (uint32_t t = 0; mine && t < crew->n; t++) {
        const ck_cell_table *table = &crew->worker[t]->cells;
        for (size_t i = 0; i < table->n; i++)
            mine[at++] = (cell){table->key[i].pattern, table->key[i].mask, table->count[i]};
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
    worker_crew crew = {0};
    *cells = (ck_cells){0};
    if (hire_crew(engine, error, CK_GOAL_CELLS, compare, &crew) == CK_OK &&
        run_rules(engine, error, "comparing", &crew, NULL) == CK_OK)
        merge_cells(engine->comm, error, &crew, cells);
    free_crew(&crew);
    return error->status;
}

/* The passes of some rules, one by one: their numbers need not follow one another. */
static ck_status run_some_rules(ck_engine *engine, ck_error *error, const char *what, uint64_t which, const worker_crew *crew) {
    make_routes(engine, error, which);
    for (uint32_t r = 0; r < engine->shared.rules->n && error->status == CK_OK; r++) {
        const ck_route *const route[] = {&engine->route[r]};
        if (!(which >> r & 1))
            continue;
        run_routes(engine, error, NULL, route, 1, r, crew, NULL);
        ck_log_progress(what, r + 1, engine->shared.rules->n);
    }
    return error->status;
}

ck_status ck_engine_count_rules(ck_engine *engine, ck_error *error, uint64_t which, ck_cells *cells) {
    worker_crew crew = {0};
    *cells = (ck_cells){0};
    if (hire_crew(engine, error, CK_GOAL_CELLS, true, &crew) == CK_OK && run_some_rules(engine, error, "comparing", which, &crew) == CK_OK)
        merge_cells(engine->comm, error, &crew, cells);
    free_crew(&crew);
    return error->status;
}

/* One pass over the pairs inside groups. */
static ck_status run_groups(ck_engine *engine, ck_error *error, const uint64_t *group, worker_crew *crew) {
    ck_rule_keys keys = {0};
    ck_route route = {0};
    const ck_route *const routes[] = {&route};
    ck_key_source source = key_source(engine);
    if (ck_block_keys_of_groups(&source, error, group, &keys) == CK_OK && make_route(engine, error, &keys, &route) == CK_OK)
        run_routes(engine, error, NULL, routes, 1, CK_RULES_MAX, crew, NULL);
    ck_route_free(&route);
    ck_rule_keys_free(&keys);
    return error->status;
}

ck_status ck_engine_count_buckets(ck_engine *engine, ck_error *error, const uint64_t *bucket, ck_cells *cells) {
    worker_crew crew = {0};
    *cells = (ck_cells){0};
    if (hire_crew(engine, error, CK_GOAL_CELLS, true, &crew) == CK_OK && run_groups(engine, error, bucket, &crew) == CK_OK)
        merge_cells(engine->comm, error, &crew, cells);
    free_crew(&crew);
    return error->status;
}

static ck_status widen_groups(const ck_engine *engine, ck_error *error, const uint32_t *group, uint64_t **wide) {
    uint64_t n = engine->shared.people->end - engine->shared.people->begin;
    *wide = ck_alloc(error, n, sizeof **wide);
    for (uint64_t i = 0; *wide && i < n; i++)
        (*wide)[i] = group[i];
    return ck_par_agree(engine->comm, error);
}

/* Records fall into buckets by hash; pairs inside buckets are near-independent draws of all pairs. With B buckets about
   possible / B pairs come out. */
ck_status ck_engine_count_random(ck_engine *engine, ck_error *error, uint64_t target, uint64_t seed, ck_cells *cells) {
    const ck_people *people = engine->shared.people;
    uint64_t n = people->end - people->begin, possible = ck_engine_possible_pairs(engine);
    uint64_t buckets = target && possible > target ? possible / target : 1;
    uint64_t *group = ck_alloc(error, n, sizeof *group);
    if (ck_par_agree(engine->comm, error) == CK_OK) {
        for (uint64_t i = 0; i < n; i++)
            group[i] = 1 + ck_hash_mix(ck_hash_mix(seed + 1) + people->begin + i) % buckets;
        ck_engine_count_buckets(engine, error, group, cells);
    }
    ck_free(group);
    return error->status;
}

ck_status ck_engine_count_groups(ck_engine *engine, ck_error *error, const uint32_t *group, ck_cells *cells) {
    uint64_t *wide = NULL;
    if (widen_groups(engine, error, group, &wide) == CK_OK)
        ck_engine_count_buckets(engine, error, wide, cells);
    ck_free(wide);
    return error->status;
}

/* --- links ---------------------------------------------------------------------------------------------------- */

static ck_status hire_scorers(const ck_engine *engine, ck_error *error, const ck_scorer *scorer, double floor, worker_crew *crew) {
    if (hire_crew(engine, error, CK_GOAL_LINKS, true, crew) == CK_OK)
        for (uint32_t t = 0; t < crew->n; t++)
            ck_worker_set_scorer(crew->worker[t], scorer, floor);
    return error->status;
}

ck_status ck_engine_link_groups(ck_engine *engine, ck_error *error, const ck_scorer *scorer, const uint32_t *group, double floor,
                                ck_links *links) {
    worker_crew crew = {0};
    uint64_t *wide = NULL;
    *links = (ck_links){0};
    if (widen_groups(engine, error, group, &wide) == CK_OK && hire_scorers(engine, error, scorer, floor, &crew) == CK_OK &&
        run_groups(engine, error, wide, &crew) == CK_OK)
        ck_sort_links(engine->comm, error, engine->shared.people->records, crew.worker, crew.n, links);
    free_crew(&crew);
    ck_free(wide);
    return error->status;
}

ck_status ck_engine_link(ck_engine *engine, ck_error *error, const ck_scorer *scorer, double floor, ck_links *links, ck_link_counts *counts) {
    worker_crew crew = {0};
    *links = (ck_links){0};
    *counts = (ck_link_counts){0};
    if (hire_scorers(engine, error, scorer, floor, &crew) == CK_OK) {
        if (run_rules(engine, error, "linking", &crew, counts->new_pairs) == CK_OK) {
            counts->compared_here = count_pairs(&crew);
            ck_sort_links(engine->comm, error, engine->shared.people->records, crew.worker, crew.n, links);
        }
    }
    free_crew(&crew);
    if (error->status == CK_OK) {
        counts->links = links->total;
        ck_par_sum(engine->comm, counts->new_pairs, CK_RULES_MAX);
        for (uint32_t r = 0; r < CK_RULES_MAX; r++)
            counts->pairs += counts->new_pairs[r];
    }
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

static void sum_sample(const ck_comm *comm, const worker_crew *crew, const uint64_t *pairs, uint32_t rules, ck_engine_sample *sample) {
    for (uint32_t r = 0; r < rules; r++) {
        uint64_t sums[2] = {pairs[r], 0};
        for (uint32_t t = 0; t < crew->n; t++)
            sums[1] += (uint64_t)(1e9 * crew->seconds[(size_t)t * CK_RULES_MAX + r]);
        ck_par_sum(comm, sums, 2);
        sample[r].pairs = sums[0];
        sample[r].seconds = 1e-9 * (double)sums[1];
    }
}

ck_status ck_engine_time_sample(ck_engine *engine, ck_error *error, uint64_t target, ck_engine_sample *sample) {
    uint32_t rules = engine->shared.rules->n;
    uint64_t sampled[CK_RULES_MAX], pairs[CK_RULES_MAX] = {0};
    worker_crew crew = {0};
    for (uint32_t r = 0; r < rules; r++)
        sampled[r] = choose_units(&engine->keys[r], r, target, &sample[r]);
    double *seconds = ck_alloc_zero(error, (size_t)engine->options.threads * CK_RULES_MAX, sizeof *seconds);
    if (hire_crew(engine, error, CK_GOAL_CELLS, true, &crew) == CK_OK) {
        crew.sampled = sampled;
        crew.seconds = seconds;
        if (run_rules(engine, error, "timing", &crew, pairs) == CK_OK)
            sum_sample(engine->comm, &crew, pairs, rules, sample);
    }
    free_crew(&crew);
    ck_free(seconds);
    return error->status;
}
