/* Links against truth, weight by weight. Each rank sorts its links slice by slice, keeps one entry a distinct weight, and sends those to rank 0. */
#include "assess/measures.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

typedef struct ck_step {
    double weight;
    uint64_t found, right;
} ck_step;

/* Doubles as integers of the same order: negative ones turned round, the others above them. */
static uint64_t key_of_weight(double weight) {
    uint64_t bits;
    weight += 0.0; /* -0 and 0 are one weight */
    memcpy(&bits, &weight, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double weight_of_key(uint64_t key) {
    uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
    double weight;
    memcpy(&weight, &bits, sizeof weight);
    return weight;
}

enum { DIGIT_BITS = 16, DIGITS = 64 / DIGIT_BITS, VALUES = 1 << DIGIT_BITS };

/* Rising, by digits from the lowest; `spare` is as large, `place` has VALUES entries. The result is in `key`. */
static void sort_keys(uint64_t *key, uint64_t *spare, uint64_t n, uint64_t *place) {
    for (int digit = 0; digit < DIGITS; digit++) { /* an even number of passes ends in `key` */
        int shift = digit * DIGIT_BITS;
        uint64_t total = 0;
        memset(place, 0, VALUES * sizeof *place);
        for (uint64_t i = 0; i < n; i++)
            place[key[i] >> shift & (VALUES - 1)]++;
        for (int v = 0; v < VALUES; v++) {
            uint64_t count = place[v];
            place[v] = total;
            total += count;
        }
        for (uint64_t i = 0; i < n; i++)
            spare[place[key[i] >> shift & (VALUES - 1)]++] = key[i];
        uint64_t *other = key;
        key = spare;
        spare = other;
    }
}

/* Keys of the known links: wrong ones from the front, right ones from the back. */
static void split_links(const ck_known *known, const ck_links *links, uint64_t *key, uint64_t *nwrong, uint64_t *nright) {
    *nwrong = *nright = 0;
    for (uint64_t i = 0; i < links->n; i++) {
        uint32_t a = known->group[links->a[i]], b = known->group[links->b[i]];
        if (a && b && a == b)
            key[links->n - ++*nright] = key_of_weight(links->weight[i]);
        else if (a && b)
            key[(*nwrong)++] = key_of_weight(links->weight[i]);
    }
}

/* Merge both sorted parts into one step a distinct weight, falling. */
static uint64_t merge_steps(const uint64_t *wrong, uint64_t nwrong, const uint64_t *right, uint64_t nright, ck_step *step) {
    uint64_t n = 0, last = 0;
    while (nwrong || nright) {
        bool take_right = !nwrong || (nright && right[nright - 1] >= wrong[nwrong - 1]);
        uint64_t key = take_right ? right[--nright] : wrong[--nwrong];
        if (n == 0 || key != last)
            step[n++] = (ck_step){.weight = weight_of_key(key)};
        last = key;
        step[n - 1].found++;
        step[n - 1].right += take_right;
    }
    return n;
}

static int by_falling_weight(const void *x, const void *y) {
    double a = ((const ck_step *)x)->weight, b = ((const ck_step *)y)->weight;
    return (a < b) - (a > b);
}

/* Steps of the slices so far: [0, settled) are one a weight, those behind are still to be settled. */
typedef struct ck_stair {
    ck_step *step;
    size_t n, room, settled;
    uint64_t *key, *spare, *place; /* of a slice */
    size_t key_room, spare_room;
} ck_stair;

/* Steps of one weight become one. */
static void settle(ck_stair *s) {
    size_t kept = 0;
    qsort(s->step, s->n, sizeof *s->step, by_falling_weight);
    for (size_t i = 0; i < s->n; i++)
        if (kept && s->step[kept - 1].weight == s->step[i].weight) {
            s->step[kept - 1].found += s->step[i].found;
            s->step[kept - 1].right += s->step[i].right;
        } else
            s->step[kept++] = s->step[i];
    s->n = s->settled = kept;
}

/* Settled as often as they have doubled, so that memory is by distinct weights and a slice, and a step is sorted a few times. */
static void add_slice(ck_error *error, const ck_known *known, const ck_links *links, ck_stair *s) {
    uint64_t nwrong = 0, nright = 0;
    if (ck_grow(error, &s->key, &s->key_room, links->n, sizeof *s->key) != CK_OK ||
        ck_grow(error, &s->spare, &s->spare_room, links->n, sizeof *s->spare) != CK_OK ||
        ck_grow(error, &s->step, &s->room, s->n + links->n, sizeof *s->step) != CK_OK)
        return;
    split_links(known, links, s->key, &nwrong, &nright);
    uint64_t *right = s->key + (links->n - nright);
    sort_keys(s->key, s->spare, nwrong, s->place);
    sort_keys(right, s->spare, nright, s->place);
    s->n += merge_steps(s->key, nwrong, right, nright, s->step + s->n);
    if (s->n > 2 * s->settled)
        settle(s);
}

static void add_slices(ck_error *error, const ck_known *known, ck_links_reader *links, ck_stair *s) {
    s->place = ck_alloc(error, VALUES, sizeof *s->place);
    ck_grow(error, &s->step, &s->room, 1, sizeof *s->step);
    ck_links_reader_rewind(links);
    while (ck_links_reader_next(links, error))
        add_slice(error, known, &links->slice, s);
    if (error->status == CK_OK)
        settle(s);
}

/* Links of weight w count at the whole weights up to w. */
static void add_to_sweep(ck_edge_measures *m, const ck_step *step) {
    double bin = floor(step->weight) < CK_SWEEP_HIGHEST ? floor(step->weight) : CK_SWEEP_HIGHEST;
    for (int t = CK_SWEEP_LOWEST; t <= bin; t++) {
        m->sweep[t - CK_SWEEP_LOWEST].found += step->found;
        m->sweep[t - CK_SWEEP_LOWEST].right += step->right;
    }
}

static void measure_steps(const ck_step *step, uint64_t n, uint64_t true_pairs, double threshold_log2,
                          ck_edge_measures *m) {
    ck_tally sum = {0, 0};
    double best = 0;
    for (uint64_t i = 0; i < n; i++) {
        sum.found += step[i].found;
        sum.right += step[i].right;
        add_to_sweep(m, &step[i]);
        if (step[i].weight >= threshold_log2)
            m->at_threshold = sum;
        /* Links of one weight stand or fall together, also when several ranks have some. */
        bool last = i + 1 == n || step[i + 1].weight != step[i].weight;
        double f1 = ck_f1(sum, true_pairs);
        if (last && f1 > best) {
            best = f1;
            m->best = sum;
            m->best_weight = step[i].weight;
        }
    }
}

ck_status ck_edges_measure(const ck_comm *comm, ck_error *error, const ck_known *known, ck_links_reader *links, uint64_t true_pairs,
                           double threshold_log2, ck_edge_measures *measures) {
    *measures = (ck_edge_measures){.best_weight = (double)NAN};
    uint64_t *offset = NULL;
    void *all = NULL;
    ck_stair stair = {0};
    add_slices(error, known, links, &stair);
    if (ck_par_gather(comm, error, stair.step, stair.n * sizeof *stair.step, &all, &offset) == CK_OK && comm->rank == 0) {
        uint64_t total = offset[comm->size] / sizeof *stair.step;
        if (comm->size > 1)
            qsort(all, total, sizeof *stair.step, by_falling_weight);
        measure_steps(all, total, true_pairs, threshold_log2, measures);
    }
    ck_free(offset);
    ck_free(all);
    ck_free(stair.place);
    ck_free(stair.spare);
    ck_free(stair.key);
    ck_free(stair.step);
    return error->status;
}
