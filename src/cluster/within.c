/* A register enters most people once and twins, siblings and namesakes all the same: inside it a pair that looks like a match is one far more rarely than between
 * two registers. The model's weights know one share of matches for both; here each source gets its own (docs/methods.md, "Inside a source"). */
#include "base/memory.h"
#include "cluster/persons.h"
#include "cluster/weight_bins.h"
#include <math.h>

/* One pair of the usual share speaks beside those that there are: a source of few pairs stays nearly as it is. */
static const double pairs_before = 1, tolerance = 1e-3;
enum { MOST_STEPS = 200 };

ck_status ck_within_init(ck_error *error, uint32_t nsources, ck_within *within) {
    *within = (ck_within){.nsources = nsources};
    within->count = ck_alloc_zero(error, (size_t)(nsources + 1) * CK_WEIGHT_BINS, sizeof *within->count);
    return error->status;
}

void ck_within_count(ck_within *within, const ck_people *people, const ck_links *links) {
    uint64_t *all = within->count + (size_t)within->nsources * CK_WEIGHT_BINS;
    for (uint64_t i = 0; i < links->n; i++) {
        uint32_t source = ck_people_source_of(people, links->a[i]);
        uint32_t bin = ck_weight_bin(links->weight[i]);
        all[bin]++;
        if (links->b[i] < people->source[source].record_end && links->b[i] >= people->source[source].record_begin)
            within->count[(size_t)source * CK_WEIGHT_BINS + bin]++;
    }
}

/* Expected matches and others among counted links that weigh `shift` bits more than they do. */
static void expect(const uint64_t *count, double shift, double *matches, double *others) {
    *matches = *others = 0;
    for (uint32_t bin = 0; bin < CK_WEIGHT_BINS; bin++) {
        if (!count[bin])
            continue;
        double p = ck_probability_of_weight(ck_weight_of_bin(bin) + .5 / CK_BINS_PER_BIT + shift);
        *matches += p * (double)count[bin];
        *others += (1 - p) * (double)count[bin];
    }
}

/* EM of one number, the odds of a match inside the source; `usual` are those of all links. */
static double find_shift(const uint64_t *count, double usual) {
    double shift = 0, before = INFINITY;
    for (int step = 0; step < MOST_STEPS && fabs(shift - before) > tolerance; step++) {
        double matches, others;
        expect(count, shift, &matches, &others);
        before = shift;
        shift = log2((matches + pairs_before * usual) / (others + pairs_before) / usual);
    }
    return fmin(shift, 0);
}

void ck_within_find(const ck_comm *comm, ck_within *within, double *bits) {
    uint32_t n = within->nsources;
    double matches, others;
    ck_par_sum(comm, within->count, (size_t)(n + 1) * CK_WEIGHT_BINS);
    expect(within->count + (size_t)n * CK_WEIGHT_BINS, 0, &matches, &others);
    for (uint32_t s = 0; s < n; s++)
        bits[s] = matches > 0 && others > 0 ? find_shift(within->count + (size_t)s * CK_WEIGHT_BINS, matches / others) : 0;
    ck_par_broadcast(comm, 0, bits, n * sizeof *bits); /* logarithms are rank 0's */
}

void ck_within_free(ck_within *within) {
    ck_free(within->count);
    *within = (ck_within){0};
}

void ck_within_weigh(const ck_people *people, const double *bits, ck_links *pairs) {
    for (uint64_t i = 0; i < pairs->n; i++) {
        uint32_t source = ck_people_source_of(people, pairs->a[i]);
        if (pairs->b[i] < people->source[source].record_end && pairs->b[i] >= people->source[source].record_begin)
            pairs->weight[i] += bits[source];
    }
}
