/* Pairs inside components, counted by sources.
 *
 * The known records are put in an order in which every component is a run; then one walk counts the pairs inside runs,
 * and a second walk, by (true group, place in the order), counts those inside both a run and a group. For the sweep one
 * order serves all thresholds: components only grow as the threshold falls, so joining lists end to end along the
 * spanning forest keeps the components of every threshold together, and each place remembers the bin that joined it to
 * the place before:
 *
 *     record   4  9  2  7  1  8        components at bin 5: {4 9} {2 7 1} {8}
 *     bin      .  6  2  5  9  3        at bin 3: {4 9} {2 7 1 8}; at bin 2: all
 *
 * Two places are together at every threshold up to the least bin after the first of them, up to the second. So one walk that knows, for
 * the places before the current one, how many there are of each such least bin, counts the pairs of all thresholds.
 */
#include "assess/measures.h"
#include "base/memory.h"
#include <limits.h>
#include <string.h>

/* The known records in order of place. */
typedef struct ck_places {
    uint64_t n;
    uint32_t *group, *source;
    uint32_t *by_group; /* places sorted by (group, place) */
    uint32_t *run;      /* number of the run, never falling */
    int32_t *bin;       /* that joined the place to the one before; INT32_MIN = never */
    uint64_t *in_run;   /* [nsources] members of the current run, while counting */
} ck_places;

static ck_status init_places(ck_error *error, const ck_known *known, ck_places *p) {
    uint64_t n = known->people->records;
    *p = (ck_places){0};
    p->group = ck_alloc(error, n, sizeof *p->group);
    p->source = ck_alloc(error, n, sizeof *p->source);
    p->by_group = ck_alloc(error, n, sizeof *p->by_group);
    p->run = ck_alloc_zero(error, n, sizeof *p->run);
    p->bin = ck_alloc(error, n, sizeof *p->bin);
    p->in_run = ck_alloc(error, known->people->nsources, sizeof *p->in_run);
    return error->status;
}

static void free_places(ck_places *p) {
    ck_free(p->group);
    ck_free(p->source);
    ck_free(p->by_group);
    ck_free(p->run);
    ck_free(p->bin);
    ck_free(p->in_run);
}

static void add_place(ck_places *p, const ck_known *known, uint32_t record, uint32_t run, int32_t bin) {
    p->group[p->n] = known->group[record];
    p->source[p->n] = ck_people_source_of(known->people, record);
    p->run[p->n] = run;
    p->bin[p->n++] = bin;
}

ck_status ck_sort_by_key(ck_error *error, const uint32_t *key, uint64_t n, uint64_t nkeys, uint32_t *sorted) {
    uint64_t *place = ck_alloc_zero(error, nkeys + 1, sizeof *place);
    if (!place)
        return error->status;
    for (uint64_t i = 0; i < n; i++)
        place[key[i] + 1]++;
    for (uint64_t k = 0; k < nkeys; k++)
        place[k + 1] += place[k];
    for (uint64_t i = 0; i < n; i++)
        sorted[place[key[i]]++] = (uint32_t)i;
    ck_free(place);
    return CK_OK;
}

/* Allowed pairs inside runs, or with `in_groups` inside both a run and a group. */
static uint64_t count_pairs(ck_places *p, const ck_known *known, bool in_groups) {
    uint32_t nsources = known->people->nsources, before = 0;
    uint64_t pairs = 0;
    for (uint64_t k = 0; k < p->n; k++) {
        uint32_t place = in_groups ? p->by_group[k] : (uint32_t)k;
        bool begins = k == 0 || p->run[place] != p->run[before] || (in_groups && p->group[place] != p->group[before]);
        if (begins)
            memset(p->in_run, 0, nsources * sizeof *p->in_run);
        const bool *allowed = known->allowed + (size_t)p->source[place] * nsources;
        for (uint32_t s = 0; !begins && s < nsources; s++)
            pairs += allowed[s] ? p->in_run[s] : 0;
        p->in_run[p->source[place]]++;
        before = place;
    }
    return pairs;
}

static ck_tally tally_places(ck_places *p, const ck_known *known) {
    return (ck_tally){.found = count_pairs(p, known, false), .right = count_pairs(p, known, true)};
}

ck_status ck_closure_true_pairs(ck_error *error, const ck_known *known, uint64_t *pairs) {
    ck_places p;
    *pairs = 0;
    if (init_places(error, known, &p) == CK_OK) {
        for (uint64_t i = 0; i < known->people->records; i++)
            if (known->group[i])
                add_place(&p, known, (uint32_t)i, 0, INT32_MIN);
        if (ck_sort_by_key(error, p.group, p.n, (uint64_t)known->groups + 1, p.by_group) == CK_OK)
            *pairs = count_pairs(&p, known, true);
    }
    free_places(&p);
    return error->status;
}

ck_status ck_closure_of_persons(ck_error *error, const ck_known *known, const uint32_t *person, uint64_t persons,
                                ck_tally *tally) {
    ck_places p;
    uint64_t records = known->people->records;
    uint32_t *order = ck_alloc(error, records, sizeof *order);
    if (init_places(error, known, &p) == CK_OK && ck_sort_by_key(error, person, records, persons, order) == CK_OK) {
        for (uint64_t i = 0; i < records; i++)
            if (known->group[order[i]])
                add_place(&p, known, order[i], person[order[i]], INT32_MIN);
        if (ck_sort_by_key(error, p.group, p.n, (uint64_t)known->groups + 1, p.by_group) == CK_OK)
            *tally = tally_places(&p, known);
    }
    free_places(&p);
    ck_free(order);
    return error->status;
}

/* Lists of records, joined end to end along the forest. The head of a list is its smallest record, the root. */
typedef struct ck_lists {
    uint32_t *parent, *next, *tail;
    int32_t *bin; /* that joined the record's list to the one before */
} ck_lists;

static ck_status init_lists(ck_error *error, uint64_t records, ck_lists *lists) {
    lists->parent = ck_alloc(error, records, sizeof *lists->parent);
    lists->next = ck_alloc(error, records, sizeof *lists->next);
    lists->tail = ck_alloc(error, records, sizeof *lists->tail);
    lists->bin = ck_alloc(error, records, sizeof *lists->bin);
    for (uint32_t i = 0; error->status == CK_OK && i < records; i++) {
        lists->parent[i] = lists->tail[i] = i;
        lists->next[i] = UINT32_MAX;
        lists->bin[i] = INT32_MIN;
    }
    return error->status;
}

static void free_lists(ck_lists *lists) {
    ck_free(lists->parent);
    ck_free(lists->next);
    ck_free(lists->tail);
    ck_free(lists->bin);
}

static void join_lists(ck_lists *lists, const ck_forest *forest) {
    for (uint64_t i = 0; i < forest->n; i++) {
        uint32_t x = ck_union_find(lists->parent, forest->a[i]), y = ck_union_find(lists->parent, forest->b[i]);
        if (x == y)
            continue;
        uint32_t head = x < y ? x : y, other = x < y ? y : x;
        lists->parent[other] = head;
        lists->next[lists->tail[head]] = other;
        lists->tail[head] = lists->tail[other];
        lists->bin[other] = forest->bin[i];
    }
}

/* Known records of all lists in order; the bin of a place is the least on the way over unknown ones. */
static void walk_lists(const ck_lists *lists, const ck_known *known, ck_places *p) {
    for (uint32_t head = 0; head < known->people->records; head++) {
        if (lists->parent[head] != head)
            continue;
        int32_t least = INT32_MIN;
        for (uint32_t x = head; x != UINT32_MAX; x = lists->next[x]) {
            least = lists->bin[x] < least ? lists->bin[x] : least;
            if (known->group[x]) {
                add_place(p, known, x, 0, least);
                least = INT32_MAX;
            }
        }
    }
}

/* The places before the current one, by the highest bin at which they are still in its run. Bins rise, and with them the places. */
typedef struct ck_reach {
    uint32_t n, nsources;
    int32_t *bin;       /* [n] */
    uint64_t *first;    /* [n] the earliest place of the bin */
    uint64_t *members;  /* [n][nsources] */
} ck_reach;

static ck_status init_reach(ck_error *error, uint32_t nbins, uint32_t nsources, ck_reach *reach) {
    *reach = (ck_reach){.nsources = nsources};
    reach->bin = ck_alloc(error, nbins, sizeof *reach->bin);
    reach->first = ck_alloc(error, nbins, sizeof *reach->first);
    reach->members = ck_alloc(error, (size_t)nbins * nsources, sizeof *reach->members);
    return error->status;
}

static void free_reach(ck_reach *reach) {
    ck_free(reach->bin);
    ck_free(reach->first);
    ck_free(reach->members);
}

/* On to a place that `bin` joins to the one before, `place` of source `source`. What was together at higher bins now is at this one. */
static void advance(ck_reach *reach, int32_t bin, uint64_t place, uint32_t source) {
    uint32_t level = reach->n, nsources = reach->nsources;
    if (bin == INT32_MIN) {
        reach->n = 0;
        return;
    }
    while (level > 0 && reach->bin[level - 1] >= bin)
        level--;
    uint64_t *members = reach->members + (size_t)level * nsources;
    if (level == reach->n) {
        memset(members, 0, nsources * sizeof *members);
        reach->first[level] = place;
    }
    for (uint32_t k = level + 1; k < reach->n; k++)
        for (uint32_t s = 0; s < nsources; s++)
            members[s] += reach->members[(size_t)k * nsources + s];
    members[source]++;
    reach->bin[level] = bin;
    reach->n = level + 1;
}

/* The highest bin at which an earlier place is in the current one's run. */
static int32_t bin_of(const ck_reach *reach, uint64_t place) {
    uint32_t level = reach->n;
    while (level > 0 && reach->first[level - 1] > place)
        level--;
    return level ? reach->bin[level - 1] : INT32_MIN;
}

/* Allowed pairs with the current place, of source `source`, by bin. */
static void count_reach(const ck_reach *reach, const ck_known *known, uint32_t source, int lowest, uint64_t *pairs) {
    const bool *allowed = known->allowed + (size_t)source * reach->nsources;
    for (uint32_t k = 0; k < reach->n; k++)
        for (uint32_t s = 0; s < reach->nsources; s++)
            pairs[reach->bin[k] - lowest] += allowed[s] ? reach->members[(size_t)k * reach->nsources + s] : 0;
}

/* Pairs inside runs, by bin; group_bin[place]: the bin at which the place before it in its group is in its run. last[group + 1]: that place + 1. */
static void sweep_runs(const ck_places *p, const ck_known *known, int lowest, ck_reach *reach, uint64_t *last, int32_t *group_bin,
                       uint64_t *pairs) {
    reach->n = 0;
    for (uint64_t k = 0; k < p->n; k++) {
        if (k > 0)
            advance(reach, p->bin[k], k - 1, p->source[k - 1]);
        count_reach(reach, known, p->source[k], lowest, pairs);
        uint64_t *before = &last[p->group[k]];
        group_bin[k] = *before ? bin_of(reach, *before - 1) : INT32_MIN;
        *before = k + 1;
    }
}

/* Pairs inside both a run and a group, by bin. */
static void sweep_groups(const ck_places *p, const ck_known *known, int lowest, const int32_t *group_bin, ck_reach *reach, uint64_t *pairs) {
    reach->n = 0;
    for (uint64_t k = 0; k < p->n; k++) {
        uint32_t place = p->by_group[k];
        if (k > 0)
            advance(reach, group_bin[place], k - 1, p->source[p->by_group[k - 1]]);
        count_reach(reach, known, p->source[place], lowest, pairs);
    }
}

/* Bins above the highest threshold join at all of them, those below the lowest at none. */
static void clamp_bins(ck_places *p, int lowest, int highest) {
    for (uint64_t k = 0; k < p->n; k++)
        p->bin[k] = p->bin[k] < lowest ? INT32_MIN : p->bin[k] > highest ? highest : p->bin[k];
}

static ck_status sweep(ck_error *error, ck_places *p, const ck_known *known, int lowest, int highest, ck_tally *tally) {
    uint32_t nbins = (uint32_t)(highest - lowest + 1);
    ck_reach reach = {0};
    uint64_t *last = ck_alloc_zero(error, (size_t)known->groups + 1, sizeof *last);
    uint64_t *pairs = ck_alloc_zero(error, 2 * (size_t)nbins, sizeof *pairs);
    int32_t *group_bin = ck_alloc(error, p->n, sizeof *group_bin);
    if (error->status == CK_OK && init_reach(error, nbins, known->people->nsources, &reach) == CK_OK) {
        clamp_bins(p, lowest, highest);
        sweep_runs(p, known, lowest, &reach, last, group_bin, pairs);
        sweep_groups(p, known, lowest, group_bin, &reach, pairs + nbins);
        ck_tally sum = {0};
        for (uint32_t t = nbins; t-- > 0;) {
            sum.found += pairs[t];
            sum.right += pairs[nbins + t];
            tally[t] = sum;
        }
    }
    free_reach(&reach);
    ck_free(group_bin);
    ck_free(pairs);
    ck_free(last);
    return error->status;
}

ck_status ck_closure_sweep(ck_error *error, const ck_known *known, const ck_forest *forest, int lowest, int highest,
                           ck_tally *tally) {
    ck_places p = {0};
    ck_lists lists;
    if (init_lists(error, known->people->records, &lists) == CK_OK) {
        join_lists(&lists, forest);
        if (init_places(error, known, &p) == CK_OK)
            walk_lists(&lists, known, &p);
    }
    free_lists(&lists);
    if (error->status == CK_OK && ck_sort_by_key(error, p.group, p.n, (uint64_t)known->groups + 1, p.by_group) == CK_OK)
        sweep(error, &p, known, lowest, highest, tally);
    free_places(&p);
    return error->status;
}
