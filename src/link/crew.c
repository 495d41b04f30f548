#include "link/crew.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/stop.h"
#include <omp.h>
#include <stdlib.h>
#include <string.h>

ck_status ck_crew_hire(const ck_comm *comm, ck_error *error, const ck_shared *shared, uint32_t threads, ck_goal goal, bool compare, ck_crew *crew) {
    *crew = (ck_crew){.comm = comm, .n = threads, .goal = goal};
    crew->worker = ck_alloc_zero(error, crew->n, sizeof *crew->worker);
    for (uint32_t t = 0; error->status == CK_OK && t < crew->n; t++)
        if (ck_worker_create(error, shared, &crew->worker[t]) == CK_OK) {
            crew->worker[t]->goal = goal;
            crew->worker[t]->compare = compare;
            crew->worker[t]->wide = shared->high_stride || shared->rules->n > 32;
            ck_worker_set_scorer(crew->worker[t], NULL, 0);
        }
    return ck_par_agree(comm, error);
}

void ck_crew_leave(ck_crew *crew) {
    for (uint32_t t = 0; crew->worker && t < crew->n; t++)
        ck_worker_free(crew->worker[t]);
    ck_free(crew->worker);
    crew->worker = NULL;
    ck_ledger_close(&crew->ledger);
}

uint64_t ck_crew_count_pairs(const ck_crew *crew) {
    uint64_t pairs = 0;
    for (uint32_t t = 0; t < crew->n; t++)
        pairs += crew->worker[t]->pairs;
    return pairs;
}

/* --- one unit ------------------------------------------------------------------------------------------ */

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

static void do_timed_unit(const ck_crew *crew, int t, const ck_tasks *tasks, uint32_t i) {
    double started = crew->seconds ? ck_clock_thread_seconds() : 0;
    ck_fault(CK_FAULT_UNIT);
    do_unit(crew->worker[t], &tasks->group[i * tasks->groups_apart], tasks->keys, &tasks->keys->unit[tasks->unit[i]]);
    if (crew->seconds)
        crew->seconds[(size_t)t * CK_RULES_MAX + tasks->pass] += ck_clock_thread_seconds() - started;
}

/* --- tasks --------------------------------------------------------------------------------------------- */

static bool is_full(const ck_crew *crew, const ck_worker *worker) {
    return ck_ledger_keeps(&crew->ledger) && crew->buffer_bytes && worker->nlinks * sizeof *worker->link > crew->buffer_bytes / crew->n;
}

/* A unit is done whole or not at all, unless its worker fails; a worker that failed rests, and nothing is saved any more. */
static void do_task(ck_crew *crew, int t, const ck_tasks *tasks, uint32_t i) {
    ck_worker *worker = crew->worker[t];
    if (worker->error.status != CK_OK || crew->error.status != CK_OK)
        return;
    if (ck_stop_requested()) {
        crew->stopped = true;
        return;
    }
    do_timed_unit(crew, t, tasks, i);
    if (worker->error.status == CK_OK)
        ck_ledger_mark(&crew->ledger, tasks->pass, tasks->unit[i]);
    if (is_full(crew, worker) || ck_ledger_is_due(&crew->ledger))
        crew->paused = true;
}

/* What the main thread does between two units. */
static void attend(ck_crew *crew, ck_gather *gather) {
    ck_gather_advance(gather);
    ck_help_give(&crew->help, &crew->tasks);
}

/* Until there are no more, or a pause. */
static void take_tasks(ck_crew *crew, ck_gather *gather, ck_tasks *tasks) {
#pragma omp parallel num_threads(crew->n)
    {
        int t = omp_get_thread_num();
        uint32_t i;
        while (!crew->paused && ck_tasks_take(tasks, false, &i)) {
            do_task(crew, t, tasks, i);
            if (t == 0)
                attend(crew, gather);
        }
    }
}

static bool has_failed(const ck_crew *crew) {
    bool failed = crew->error.status != CK_OK;
    for (uint32_t t = 0; t < crew->n; t++)
        failed |= crew->worker[t]->error.status != CK_OK;
    return failed;
}

static void save(ck_crew *crew, ck_error *error);

static void do_tasks(ck_crew *crew, ck_gather *gather, uint32_t rule, ck_tasks *tasks) {
    for (uint32_t t = 0; t < crew->n; t++)
        ck_worker_set_rule(crew->worker[t], rule + tasks->pass);
    do {
        uint64_t before = ck_crew_count_pairs(crew);
        crew->paused = false;
        take_tasks(crew, gather, tasks);
        crew->pairs[tasks->pass] += ck_crew_count_pairs(crew) - before;
        if (crew->paused && !has_failed(crew))
            save(crew, &crew->error);
    } while (crew->paused && !has_failed(crew));
    ck_tasks_clear(tasks);
}

/* Is it a unit of this wave that this rank still has to do? */
static bool is_open(const ck_crew *crew, const ck_gather *gather, uint32_t u) {
    const ck_route *route = gather->route[gather->pass];
    return route->owner[u] == crew->comm->rank && route->wave[u] == gather->wave && !ck_ledger_is_done(&crew->ledger, gather->pass, u) &&
           (!crew->sampled || ck_hash_mix((uint64_t)gather->pass << 32 | u) <= crew->sampled[gather->pass]);
}

static void do_wave(ck_crew *crew, ck_gather *gather, uint32_t rule) {
    ck_tasks *tasks = &crew->tasks;
    tasks->keys = gather->route[gather->pass]->keys;
    tasks->pass = gather->pass;
    tasks->group = &gather->group;
    for (uint32_t u = 0; u < tasks->keys->nunits; u++)
        if (is_open(crew, gather, u))
            tasks->unit[tasks->n++] = u;
    ck_tasks_offer(tasks);
    do_tasks(crew, gather, rule, tasks);
}

/* --- saving -------------------------------------------------------------------------------------------- */

size_t ck_crew_item_bytes(ck_goal goal) {
    return goal == CK_GOAL_LINKS ? sizeof(ck_link_item) : goal == CK_GOAL_CELLS ? sizeof(ck_cell) : 0;
}

/* The workers' cells, which they forget. */
static ck_cell *take_cells(ck_crew *crew, ck_error *error, uint64_t *n) {
    size_t total = 0, at = 0;
    for (uint32_t t = 0; t < crew->n; t++)
        total += crew->worker[t]->cells.n;
    ck_cell *cell = ck_alloc(error, total, sizeof *cell);
    for (uint32_t t = 0; cell && t < crew->n; t++) {
        ck_cell_table *table = &crew->worker[t]->cells;
        for (size_t i = 0; i < table->n; i++)
            cell[at++] = (ck_cell){table->key[i].pattern, table->key[i].mask, table->count[i]};
        ck_cell_table_empty(table);
    }
    *n = at;
    return cell;
}

static int compare_links(const void *x, const void *y) {
    const ck_link_item *a = x, *b = y;
    return a->a != b->a ? (a->a > b->a) - (a->a < b->a) : (a->b > b->b) - (a->b < b->b);
}

/* The workers' links, sorted; they forget them. */
static ck_link_item *take_links(ck_crew *crew, ck_error *error, uint64_t *n) {
    size_t total = 0, at = 0;
    for (uint32_t t = 0; t < crew->n; t++)
        total += crew->worker[t]->nlinks;
    ck_link_item *item = ck_alloc(error, total, sizeof *item);
    for (uint32_t t = 0; item && t < crew->n; t++) {
        ck_worker *worker = crew->worker[t];
        memcpy(item + at, worker->link, worker->nlinks * sizeof *item);
        at += worker->nlinks;
        worker->nlinks = 0;
    }
    if (at)
        qsort(item, at, sizeof *item, compare_links);
    *n = at;
    return item;
}

/* What was done since the last run becomes a run. Local. */
static void save(ck_crew *crew, ck_error *error) {
    uint64_t n = 0;
    void *items = crew->goal == CK_GOAL_LINKS ? take_links(crew, error, &n) : crew->goal == CK_GOAL_CELLS ? (void *)take_cells(crew, error, &n) : NULL;
    if (error->status == CK_OK && ck_ledger_save(&crew->ledger, error, crew->pairs, items, n) == CK_OK)
        memset(crew->pairs, 0, sizeof crew->pairs);
    ck_free(items);
}

ck_status ck_crew_take_runs(ck_crew *crew, ck_error *error) {
    ck_cell cell;
    ck_cell_table *table = &crew->worker[0]->cells;
    for (uint32_t i = (uint32_t)crew->comm->rank; error->status == CK_OK && i < crew->ledger.nruns; i += (uint32_t)crew->comm->size) {
        ck_run_file file = {0};
        if (ck_ledger_open_run(&crew->ledger, error, i, &file) != CK_OK)
            break;
        for (uint32_t p = 0; p < crew->ledger.npasses; p++)
            crew->pairs[p] += file.run.counts[p];
        for (uint64_t k = 0; crew->goal == CK_GOAL_CELLS && k < file.run.nitems && ck_run_read(&file, error, k, 1, &cell) == CK_OK; k++) {
            size_t at = ck_cell_table_find(table, error, cell.pattern, cell.mask);
            if (at != SIZE_MAX)
                table->count[at] += cell.count;
        }
        ck_run_close(&file);
    }
    return error->status;
}

/* --- the whole ----------------------------------------------------------------------------------------- */

/* Would this rank rather not begin another wave? */
static bool is_leaving(ck_crew *crew) {
    if (ck_stop_requested())
        crew->stopped = true;
    return crew->stopped || has_failed(crew);
}

static ck_status agree(ck_crew *crew, ck_error *error) {
    for (uint32_t t = 0; t < crew->n; t++) {
        ck_scratch_check(crew->worker[t]->scratch, error);
        if (crew->worker[t]->error.status != CK_OK)
            ck_fail(error, crew->worker[t]->error.status, "%s", crew->worker[t]->error.text);
    }
    if (crew->error.status != CK_OK)
        ck_fail(error, crew->error.status, "%s", crew->error.text);
    if (crew->stopped)
        ck_stop_check(error);
    return ck_par_agree(crew->comm, error);
}

/* When some of it is in runs, or shall be for another time, the rest goes there too. */
static ck_status put_away(ck_crew *crew, ck_error *error) {
    ck_error saving = {0};
    bool stopped = error->status == CK_STOPPED;
    if (!ck_ledger_keeps(&crew->ledger) || (error->status != CK_OK && !stopped) || (!stopped && !ck_ledger_has_runs(&crew->ledger)))
        return error->status;
    save(crew, &saving);
    if (ck_par_agree(crew->comm, &saving) != CK_OK)
        *error = saving;
    return error->status == CK_OK ? ck_ledger_list(&crew->ledger, error) : error->status;
}

/* Give and take, for a moment. */
static void help_others(ck_crew *crew, ck_gather *gather, uint32_t rule) {
    attend(crew, gather);
    ck_tasks *taken = ck_help_take(&crew->help, !is_leaving(crew));
    if (taken)
        do_tasks(crew, gather, rule, taken);
}

/* Room for the units of any wave, and for help. Collective. */
static ck_status prepare(ck_crew *crew, ck_error *error, const ck_gather *gather) {
    uint32_t most = 0;
    for (uint32_t r = 0; r < gather->nroutes; r++)
        most = gather->route[r]->keys->nunits > most ? gather->route[r]->keys->nunits : most;
    crew->tasks.unit = ck_alloc(error, most, sizeof *crew->tasks.unit);
    return ck_help_open(error, gather, &crew->help);
}

static void work(ck_crew *crew, const char *what, ck_gather *gather, uint32_t rule) {
    while (ck_gather_next(gather, is_leaving(crew))) {
        do_wave(crew, gather, rule);
        if (what && gather->wave + 1 == gather->route[gather->pass]->nwaves)
            ck_log_progress(what, gather->pass + 1, gather->nroutes);
        while (!ck_gather_advance(gather))
            help_others(crew, gather, rule);
    }
    while (!ck_help_ends(&crew->help))
        help_others(crew, gather, rule);
}

ck_status ck_crew_work(ck_crew *crew, ck_error *error, const char *what, const ck_route *const *route, uint32_t nroutes, uint32_t rule) {
    ck_gather gather;
    if (ck_gather_open(crew->comm, error, route, nroutes, &gather) != CK_OK)
        return error->status;
    if (prepare(crew, error, &gather) == CK_OK)
        work(crew, what, &gather, rule);
    ck_help_close(&crew->help);
    ck_free(crew->tasks.unit);
    crew->tasks = (ck_tasks){0};
    ck_gather_close(&gather);
    agree(crew, error);
    return put_away(crew, error);
}
