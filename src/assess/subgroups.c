/* Pairs of a class inside clusters, from counts by class and source alone: with n_s members of source s, v_s of them in the class,
 *
 *     pairs of the class = pairs(n) - pairs(n - v)        pairs(n) = sum over allowed s <= t of n_s n_t, or n_s (n_s - 1) / 2
 *
 * so no cluster is too large. One walk over persons, in runs of one entity, gives precision; the same walk over entities, in runs of one person,
 * gives recall. */
#include "assess/subgroups.h"
#include "base/memory.h"
#include "link/engine.h"
#include <string.h>

const char *ck_miss_word(ck_miss miss) {
    static const char *const word[CK_MISSES] = {"rules", "weight", "clusters"};
    return word[miss];
}

bool ck_subgroup_is_small(const ck_subgroup *subgroup) {
    return subgroup->precision.clusters < CK_SUBGROUP_SMALL || subgroup->recall.clusters < CK_SUBGROUP_SMALL;
}

/* ---- counts of one set of records ---- */

typedef struct counts {
    uint32_t nsources, nclasses, nseen;
    const bool *allowed;
    uint64_t *all;   /* [nsources] */
    uint64_t *of;    /* [nclasses * nsources], zero but for the classes seen */
    uint32_t *seen;  /* [nclasses] classes of the set, the first nseen */
    bool *is_seen;   /* [nclasses] */
} counts;

static ck_status init_counts(ck_error *error, const ck_known *known, uint32_t nclasses, counts *c) {
    *c = (counts){.nsources = known->people->nsources, .nclasses = nclasses, .allowed = known->allowed};
    c->all = ck_alloc_zero(error, c->nsources, sizeof *c->all);
    c->of = ck_alloc_zero(error, (size_t)nclasses * c->nsources, sizeof *c->of);
    c->seen = ck_alloc(error, nclasses, sizeof *c->seen);
    c->is_seen = ck_alloc_zero(error, nclasses, sizeof *c->is_seen);
    return error->status;
}

static void free_counts(counts *c) {
    ck_free(c->all);
    ck_free(c->of);
    ck_free(c->seen);
    ck_free(c->is_seen);
}

static void clear_counts(counts *c) {
    memset(c->all, 0, c->nsources * sizeof *c->all);
    for (uint32_t k = 0; k < c->nseen; k++) {
        memset(c->of + (size_t)c->seen[k] * c->nsources, 0, c->nsources * sizeof *c->of);
        c->is_seen[c->seen[k]] = false;
    }
    c->nseen = 0;
}

static void count_record(counts *c, uint32_t class, uint32_t source) {
    c->all[source]++;
    c->of[(size_t)class * c->nsources + source]++;
    if (!c->is_seen[class])
        c->seen[c->nseen++] = class;
    c->is_seen[class] = true;
}

/* Allowed pairs of n_s - less_s records of each source. */
static uint64_t pairs_without(const counts *c, const uint64_t *n, const uint64_t *less) {
    uint64_t pairs = 0;
    for (uint32_t s = 0; s < c->nsources; s++) {
        uint64_t x = n[s] - (less ? less[s] : 0);
        pairs += c->allowed[(size_t)s * c->nsources + s] && x ? x * (x - 1) / 2 : 0;
        for (uint32_t t = s + 1; t < c->nsources; t++)
            pairs += c->allowed[(size_t)s * c->nsources + t] ? x * (n[t] - (less ? less[t] : 0)) : 0;
    }
    return pairs;
}

static uint64_t pairs_of_class(const counts *c, uint32_t class) {
    return pairs_without(c, c->all, NULL) - pairs_without(c, c->all, c->of + (size_t)class * c->nsources);
}

/* ---- walks ---- */

/* Known records by (outer, inner), both below their numbers. */
typedef struct walk {
    const ck_known *known;
    const ck_grouping *grouping;
    const uint32_t *outer, *inner; /* [records] */
    uint64_t nouter, ninner, n;
    uint32_t *record;     /* [n] */
    uint64_t *inner_size; /* [ninner] known records */
    uint64_t *right;      /* [classes] pairs of the runs of this cluster */
    counts cluster, run;
} walk;

static ck_status sort_walk(ck_error *error, walk *w, uint32_t *by_inner, uint32_t *key, uint32_t *sorted) {
    uint64_t records = w->known->people->records;
    if (ck_sort_by_key(error, w->inner, records, w->ninner, by_inner))
        return error->status;
    for (uint64_t i = 0; i < records; i++)
        key[i] = w->outer[by_inner[i]];
    if (ck_sort_by_key(error, key, records, w->nouter, sorted))
        return error->status;
    for (uint64_t i = 0; i < records; i++) {
        uint32_t record = by_inner[sorted[i]];
        if (!w->known->group[record])
            continue;
        w->record[w->n++] = record;
        w->inner_size[w->inner[record]]++;
    }
    return CK_OK;
}

static ck_status start_walk(ck_error *error, walk *w) {
    uint64_t records = w->known->people->records;
    uint32_t *by_inner = ck_alloc(error, records, sizeof *by_inner), *key = ck_alloc(error, records, sizeof *key);
    uint32_t *sorted = ck_alloc(error, records, sizeof *sorted);
    w->record = ck_alloc(error, records, sizeof *w->record);
    w->inner_size = ck_alloc_zero(error, w->ninner, sizeof *w->inner_size);
    w->right = ck_alloc_zero(error, w->grouping->n, sizeof *w->right);
    if (init_counts(error, w->known, w->grouping->n, &w->cluster) == CK_OK && init_counts(error, w->known, w->grouping->n, &w->run) == CK_OK)
        sort_walk(error, w, by_inner, key, sorted);
    ck_free(sorted);
    ck_free(key);
    ck_free(by_inner);
    return error->status;
}

static void free_walk(walk *w) {
    free_counts(&w->run);
    free_counts(&w->cluster);
    ck_free(w->right);
    ck_free(w->inner_size);
    ck_free(w->record);
}

/* Count records [begin, end) of the walk. */
static void count_records(const walk *w, counts *c, uint64_t begin, uint64_t end) {
    clear_counts(c);
    for (uint64_t i = begin; i < end; i++)
        count_record(c, w->grouping->of[w->record[i]], ck_people_source_of(w->known->people, w->record[i]));
}

/* The pairs of every class inside the runs of one cluster go to w->right. */
static void count_runs(walk *w, uint64_t begin, uint64_t end) {
    for (uint64_t next; begin < end; begin = next) {
        for (next = begin + 1; next < end && w->inner[w->record[next]] == w->inner[w->record[begin]]; next++)
            continue;
        if (next - begin < 2)
            continue;
        count_records(w, &w->run, begin, next);
        for (uint32_t k = 0; k < w->run.nseen; k++)
            w->right[w->run.seen[k]] += pairs_of_class(&w->run, w->run.seen[k]);
    }
}

/* What is done with each cluster and each class of it; w->cluster and w->right hold its counts. */
typedef void take_class(const walk *w, uint32_t class, bool whole, ck_subgroup *subgroup);

static void take_person(const walk *w, uint32_t class, bool whole, ck_subgroup *subgroup) {
    uint64_t found = pairs_of_class(&w->cluster, class);
    subgroup->persons++;
    subgroup->whole += whole;
    subgroup->pairs.found += found;
    subgroup->pairs.right += w->right[class];
    if (found)
        ck_ratio_add(&subgroup->precision, (double)w->right[class], (double)found);
}

static void take_entity(const walk *w, uint32_t class, bool whole, ck_subgroup *subgroup) {
    (void)whole;
    uint64_t pairs = pairs_of_class(&w->cluster, class);
    subgroup->entities++;
    subgroup->true_pairs += pairs;
    subgroup->true_shared += pairs - pairs_without(&w->cluster, w->cluster.of + (size_t)class * w->cluster.nsources, NULL);
    if (pairs)
        ck_ratio_add(&subgroup->recall, (double)w->right[class], (double)pairs);
}

static void walk_clusters(walk *w, take_class *take, ck_subgroup *subgroup) {
    for (uint64_t begin = 0, end; begin < w->n; begin = end) {
        uint32_t first = w->record[begin];
        for (end = begin + 1; end < w->n && w->outer[w->record[end]] == w->outer[first]; end++)
            continue;
        bool whole = w->inner[w->record[end - 1]] == w->inner[first] && end - begin == w->inner_size[w->inner[first]];
        count_records(w, &w->cluster, begin, end);
        count_runs(w, begin, end);
        for (uint32_t k = 0; k < w->cluster.nseen; k++) {
            uint32_t class = w->cluster.seen[k];
            take(w, class, whole, &subgroup[class]);
            w->right[class] = 0;
        }
    }
}

static ck_status measure_walk(ck_error *error, walk *w, take_class *take, ck_subgroup *subgroup) {
    if (start_walk(error, w) == CK_OK)
        walk_clusters(w, take, subgroup);
    free_walk(w);
    return error->status;
}

static ck_status measure_here(ck_error *error, const ck_known *known, const uint32_t *person, uint64_t persons, const ck_grouping *grouping,
                              ck_subgroup *subgroup) {
    walk by_person = {.known = known, .grouping = grouping, .outer = person, .nouter = persons, .inner = known->group,
                      .ninner = (uint64_t)known->groups + 1};
    walk by_entity = {.known = known, .grouping = grouping, .outer = known->group, .nouter = (uint64_t)known->groups + 1, .inner = person,
                      .ninner = persons};
    if (measure_walk(error, &by_person, take_person, subgroup) == CK_OK)
        measure_walk(error, &by_entity, take_entity, subgroup);
    return error->status;
}

/* ---- why pairs are missed ---- */

static ck_miss why(const ck_links *truth, uint64_t i, double decision) {
    if (truth->rule[i] == CK_NO_RULE)
        return CK_MISS_RULES;
    return truth->weight[i] < decision ? CK_MISS_WEIGHT : CK_MISS_CLUSTERS;
}

/* missed[class * CK_MISSES + why] over all ranks. */
static void count_misses(const ck_comm *comm, const uint32_t *person, const ck_links *truth, double decision, const ck_grouping *grouping,
                         uint64_t *missed) {
    for (uint64_t i = 0; i < truth->n; i++) {
        uint32_t a = truth->a[i], b = truth->b[i], x = grouping->of[a], y = grouping->of[b];
        if (person[a] == person[b])
            continue;
        ck_miss reason = why(truth, i, decision);
        missed[(size_t)x * CK_MISSES + reason]++;
        if (y != x)
            missed[(size_t)y * CK_MISSES + reason]++;
    }
    ck_par_sum(comm, missed, (size_t)grouping->n * CK_MISSES);
}

/* The engine tells of each missed pair; the sizes of entities and persons must give as many. */
static ck_status take_misses(ck_error *error, const uint64_t *missed, uint32_t n, ck_subgroup *subgroup) {
    for (uint32_t k = 0; k < n; k++) {
        uint64_t sum = 0;
        for (int m = 0; m < CK_MISSES; m++)
            sum += subgroup[k].missed[m] = missed[(size_t)k * CK_MISSES + (size_t)m];
        if (sum != subgroup[k].true_pairs - subgroup[k].pairs.right)
            ck_fail(error, CK_INTERNAL, "Of a subgroup %llu true pairs are missed, but reasons were found for %llu.",
                    (unsigned long long)(subgroup[k].true_pairs - subgroup[k].pairs.right), (unsigned long long)sum);
    }
    return error->status;
}

ck_status ck_subgroups_measure(const ck_comm *comm, ck_error *error, const ck_known *known, const uint32_t *person, uint64_t persons,
                               const ck_links *truth, double decision, const ck_grouping *grouping, ck_subgroup *subgroup) {
    uint64_t *missed = ck_alloc_zero(error, (size_t)grouping->n * CK_MISSES, sizeof *missed);
    memset(subgroup, 0, grouping->n * sizeof *subgroup);
    if (ck_par_agree(comm, error) == CK_OK)
        count_misses(comm, person, truth, decision, grouping, missed);
    if (comm->rank == 0 && error->status == CK_OK && measure_here(error, known, person, persons, grouping, subgroup) == CK_OK)
        take_misses(error, missed, grouping->n, subgroup);
    ck_free(missed);
    if (ck_par_agree(comm, error) == CK_OK)
        ck_par_broadcast(comm, 0, subgroup, grouping->n * sizeof *subgroup);
    return error->status;
}
