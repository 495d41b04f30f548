/* Sums are of integers (2^-24 bit), so a merge gives the same bytes in whatever order pairs come and clusters have joined. */
#include "base/memory.h"
#include "cluster/cluster.h"
#include "cluster/component.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NONE = UINT32_MAX };

/* docs/methods.md, "Persons", has the reasons. */
static const double share_of_max = 0.35, clip_bits = 6, missing_bits = -3;
static const double units_per_bit = 16777216;

/* The pairs between two clusters, as one. It hangs in the lists of both: next[k] follows it in the list of end[k]. */
typedef struct ck_bundle {
    uint32_t end[2], next[2];
    uint32_t version; /* of what follows; offers of older ones are void */
    bool gone;
    int64_t sum, most; /* clipped weights less the threshold, in units */
    uint64_t count;
    double most_weight; /* as it is */
} ck_bundle;

/* To join the two ends of a bundle. */
typedef struct ck_offer {
    double value, most_weight;
    uint32_t low, high; /* clusters */
    uint32_t bundle, version;
} ck_offer;

void ck_component_space_free(ck_component_space *space) {
    ck_free(space->bundle);
    ck_free(space->heap);
    ck_free(space->count);
    ck_free(space->head);
    ck_free(space->mark);
    ck_free(space->total);
    ck_free(space->parent);
    ck_free(space->refused);
    ck_free(space->tie);
    ck_free(space->link);
    *space = (ck_component_space){0};
}

ck_status ck_component_count_sorts(ck_component_space *space, const ck_person_limits *limits, const ck_component *component) {
    uint32_t nsorts = ck_limits_sorts(limits);
    size_t n = (size_t)component->n * nsorts;
    if (ck_grow(&space->error, &space->count, &space->count_room, n, sizeof *space->count) != CK_OK)
        return space->error.status;
    memset(space->count, 0, n * sizeof *space->count);
    for (uint32_t i = 0; i < component->n; i++)
        space->count[(size_t)i * nsorts + ck_limits_sort_of(limits, component->member[i])] = 1;
    return CK_OK;
}

static int by_places(const void *x, const void *y) {
    const ck_weighed_pair *p = x, *q = y;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    if (p->b != q->b)
        return p->b < q->b ? -1 : 1;
    return (p->weight < q->weight) - (p->weight > q->weight);
}

void ck_component_keep_best(ck_component *component) {
    ck_weighed_pair *pair = component->pair;
    uint64_t kept = 0;
    qsort(pair, component->npairs, sizeof *pair, by_places);
    for (uint64_t i = 0; i < component->npairs; i++)
        if (kept == 0 || pair[i].a != pair[kept - 1].a || pair[i].b != pair[kept - 1].b)
            pair[kept++] = pair[i];
    component->npairs = kept;
}

/* --- offers: a heap, the best on top ------------------------------------------------------------------ */

static bool is_better(const ck_offer *x, const ck_offer *y) {
    if (x->value != y->value)
        return x->value > y->value;
    if (x->most_weight != y->most_weight)
        return x->most_weight > y->most_weight;
    return x->low != y->low ? x->low < y->low : x->high < y->high;
}

static void push_offer(ck_component_space *space, size_t *n, ck_offer offer) {
    if (ck_grow(&space->error, &space->heap, &space->heap_room, *n + 1, sizeof *space->heap) != CK_OK)
        return;
    size_t at = (*n)++;
    for (; at && is_better(&offer, &space->heap[(at - 1) / 2]); at = (at - 1) / 2)
        space->heap[at] = space->heap[(at - 1) / 2];
    space->heap[at] = offer;
}

static ck_offer pop_offer(ck_component_space *space, size_t *n) {
    ck_offer top = space->heap[0], last = space->heap[--*n];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < *n; at = child) {
        if (child + 1 < *n && is_better(&space->heap[child + 1], &space->heap[child]))
            child++;
        if (!is_better(&space->heap[child], &last))
            break;
        space->heap[at] = space->heap[child];
    }
    space->heap[at] = last;
    return top;
}

/* --- bundles -------------------------------------------------------------------------------------------- */

/* Pairs that the link type allows between two clusters. */
static double count_allowed(const ck_component_space *space, const ck_person_limits *limits, uint32_t x, uint32_t y) {
    uint32_t n = ck_limits_sorts(limits);
    const uint32_t *p = space->count + (size_t)x * n, *q = space->count + (size_t)y * n;
    uint64_t pairs = 0;
    for (uint32_t s = 0; s < n; s++)
        for (uint32_t t = 0; p[s] && t < n; t++)
            pairs += limits->allowed[s * n + t] ? (uint64_t)p[s] * q[t] : 0;
    return (double)pairs;
}

/* Registers that both clusters are in speak against one person, each for itself; what the strongest link has beyond the clip answers them. */
static double count_against(const ck_component_space *space, const ck_person_limits *limits, uint32_t x, uint32_t y, double most_weight) {
    uint32_t n = ck_limits_sorts(limits);
    const uint32_t *p = space->count + (size_t)x * n, *q = space->count + (size_t)y * n;
    double bits = 0;
    for (uint32_t s = 0; limits->within && s < n; s++)
        bits += p[s] && q[s] ? limits->within[s] : 0;
    return fmin(0, bits + fmax(0, most_weight - limits->threshold_log2 - clip_bits));
}

/* Offer to join the ends of bundle e, if that is worth anything. */
static void make_offer(ck_component_space *space, const ck_person_limits *limits, uint32_t e, size_t *noffers) {
    ck_bundle *bundle = &space->bundle[e];
    bundle->version++;
    uint32_t x = bundle->end[0], y = bundle->end[1];
    if (ck_component_excludes(space, limits, x, y))
        return;
    double pairs = count_allowed(space, limits, x, y), absent = pairs - (double)bundle->count;
    double mean = ((double)bundle->sum + absent * missing_bits * units_per_bit) / pairs;
    double value = share_of_max * (double)bundle->most + (1 - share_of_max) * mean + units_per_bit * count_against(space, limits, x, y, bundle->most_weight);
    if (value > 0)
        push_offer(space, noffers, (ck_offer){value, bundle->most_weight, x < y ? x : y, x < y ? y : x, e, bundle->version});
}

static void hang(ck_component_space *space, uint32_t node) {
    ck_bundle *bundle = &space->bundle[node / 2];
    uint32_t *head = &space->head[bundle->end[node % 2]];
    bundle->next[node % 2] = *head;
    *head = node;
}

static ck_bundle bundle_of_pair(const ck_weighed_pair *pair, double threshold) {
    double clipped = fmin(fmax(pair->weight - threshold, -clip_bits), clip_bits);
    int64_t units = llround(clipped * units_per_bit);
    return (ck_bundle){.end = {pair->a, pair->b}, .sum = units, .most = units, .count = 1, .most_weight = pair->weight};
}

static ck_status start_clusters(ck_component_space *space, const ck_person_limits *limits, const ck_component *component) {
    ck_error *error = &space->error;
    if (component->npairs >= UINT32_MAX / 2)
        return ck_fail(error, CK_DATA, "More than two billion pairs hang together; a higher decision weight or finer rules part them.");
    if (ck_component_count_sorts(space, limits, component) != CK_OK ||
        ck_grow(error, &space->head, &space->head_room, component->n, sizeof *space->head) != CK_OK ||
        ck_grow(error, &space->mark, &space->mark_room, component->n, sizeof *space->mark) != CK_OK ||
        ck_grow(error, &space->bundle, &space->bundle_room, component->npairs, sizeof *space->bundle) != CK_OK)
        return error->status;
    memset(space->head, 0xff, component->n * sizeof *space->head);
    memset(space->mark, 0xff, component->n * sizeof *space->mark);
    for (uint32_t e = 0; e < component->npairs; e++) {
        space->bundle[e] = bundle_of_pair(&component->pair[e], limits->threshold_log2);
        hang(space, 2 * e);
        hang(space, 2 * e + 1);
    }
    return CK_OK;
}

static void absorb(ck_bundle *into, ck_bundle *bundle) {
    into->sum += bundle->sum;
    into->count += bundle->count;
    into->most = bundle->most > into->most ? bundle->most : into->most;
    into->most_weight = fmax(into->most_weight, bundle->most_weight);
    bundle->gone = true;
}

/* The living bundles of a's list hang on; each neighbour is marked with its node. The bundle to b goes. */
static void keep_bundles(ck_component_space *space, uint32_t a, uint32_t b) {
    uint32_t node = space->head[a];
    space->head[a] = NONE;
    for (uint32_t next; node != NONE; node = next) {
        ck_bundle *bundle = &space->bundle[node / 2];
        uint32_t other = bundle->end[1 - node % 2];
        next = bundle->next[node % 2];
        if (other == b)
            bundle->gone = true;
        if (bundle->gone)
            continue;
        space->mark[other] = node;
        hang(space, node);
    }
}

/* b's bundles become a's: added to the one that a has with the same neighbour, or hung into a's list. */
static void move_bundles(ck_component_space *space, uint32_t a, uint32_t b) {
    for (uint32_t next, node = space->head[b]; node != NONE; node = next) {
        ck_bundle *bundle = &space->bundle[node / 2];
        uint32_t other = bundle->end[1 - node % 2];
        next = bundle->next[node % 2];
        if (bundle->gone)
            continue;
        if (space->mark[other] != NONE) {
            absorb(&space->bundle[space->mark[other] / 2], bundle);
            continue;
        }
        bundle->end[node % 2] = a;
        hang(space, node);
    }
}

/* Cluster b joins a. */
static void join(ck_component_space *space, const ck_person_limits *limits, uint32_t a, uint32_t b, size_t *noffers) {
    uint32_t nsorts = ck_limits_sorts(limits);
    keep_bundles(space, a, b);
    move_bundles(space, a, b);
    for (uint32_t s = 0; s < nsorts; s++)
        space->count[(size_t)a * nsorts + s] += space->count[(size_t)b * nsorts + s];
    for (uint32_t node = space->head[a]; node != NONE; node = space->bundle[node / 2].next[node % 2]) {
        space->mark[space->bundle[node / 2].end[1 - node % 2]] = NONE;
        make_offer(space, limits, node / 2, noffers);
    }
}

/* Two members need no lists. */
static void merge_two(ck_component_space *space, const ck_person_limits *limits, const ck_component *component, uint32_t *root) {
    ck_bundle bundle = component->npairs ? bundle_of_pair(component->pair, limits->threshold_log2) : (ck_bundle){.most = 0};
    if (bundle.most > 0 && ck_component_count_sorts(space, limits, component) == CK_OK && !ck_component_excludes(space, limits, 0, 1) &&
        (double)bundle.most + units_per_bit * count_against(space, limits, 0, 1, bundle.most_weight) > 0)
        root[1] = 0;
}

void ck_merge_component(ck_component_space *space, const ck_person_limits *limits, const ck_component *component, uint32_t *root) {
    size_t noffers = 0;
    for (uint32_t i = 0; i < component->n; i++)
        root[i] = i;
    if (component->n == 2) {
        merge_two(space, limits, component, root);
        return;
    }
    if (start_clusters(space, limits, component) != CK_OK)
        return;
    for (uint32_t e = 0; e < component->npairs; e++)
        make_offer(space, limits, e, &noffers);
    while (noffers && space->error.status == CK_OK) {
        ck_offer offer = pop_offer(space, &noffers);
        const ck_bundle *bundle = &space->bundle[offer.bundle];
        if (bundle->gone || bundle->version != offer.version)
            continue;
        ck_union_join(root, offer.low, offer.high);
        join(space, limits, offer.low, offer.high, &noffers);
    }
    for (uint32_t i = 0; i < component->n; i++)
        root[i] = ck_union_find(root, i);
}
