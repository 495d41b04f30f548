/* Passes over the pairs of rules and of groups, and what comes of them: counts, cells, links. */
#include "link/engine_inside.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/memory.h"
#include "link/kept_links.h"
#include "link/sort_links.h"
#include <string.h>

enum { GROUP_MAKING = 100 }; /* bytes in which the key of a group is made */
static const ck_run_place NOWHERE = {0};

/* --- rules ---------------------------------------------------------------------------------------------- */

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

ck_status ck_engine_run_rules(ck_engine *engine, ck_error *error, const char *what, const ck_run_place *place, ck_crew *crew) {
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
    if (ck_engine_run_rules(engine, error, what, place, crew) == CK_OK)
        ck_crew_take_runs(crew, error);
    return ck_par_agree(engine->comm, error);
}

/* --- cells ----------------------------------------------------------------------------------------------- */

ck_status ck_engine_count_new_pairs(ck_engine *engine, ck_error *error) {
    ck_crew crew = {0};
    const ck_run_place place = {engine->kept_in, "counts", engine->stamp};
    if (ck_engine_hire(engine, error, CK_GOAL_COUNT, false, &crew) == CK_OK &&
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
    if (ck_engine_hire(engine, error, CK_GOAL_CELLS, compare, &crew) == CK_OK &&
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
    if (ck_engine_hire(engine, error, CK_GOAL_CELLS, true, &crew) == CK_OK && run_some_rules(engine, error, "comparing", which, &crew) == CK_OK)
        merge_cells(engine->comm, error, &crew, cells);
    ck_crew_leave(&crew);
    return error->status;
}

/* One pass over the pairs inside the groups of one slice. */
static ck_status run_slice(ck_engine *engine, ck_error *error, const ck_groups *groups, uint64_t slice, uint64_t nslices, ck_crew *crew) {
    ck_rule_keys keys = {0};
    ck_route route = {0};
    ck_key_source source = ck_engine_key_source(engine);
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
    if (ck_engine_hire(engine, error, CK_GOAL_CELLS, true, &crew) == CK_OK && run_groups(engine, error, buckets, &crew) == CK_OK)
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
    if (ck_engine_hire(engine, error, CK_GOAL_LINKS, true, crew) == CK_OK)
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
