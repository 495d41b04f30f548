/* Links are counted by sixteenths of a bit, and the probability that they are false is summed as whole numbers, so the decision does not depend on
 * ranks. */
#include "base/memory.h"
#include "cluster/persons.h"
#include <math.h>

enum { BINS_PER_BIT = 16, LOWEST = -64, HIGHEST = 64, BINS = (HIGHEST - LOWEST) * BINS_PER_BIT };
static const double probability_units = 4294967296;

static int64_t bin_of(double weight) {
    double bin = floor((fmin(fmax(weight, LOWEST), HIGHEST) - LOWEST) * BINS_PER_BIT);
    return bin < BINS ? (int64_t)bin : BINS - 1;
}

ck_status ck_fdr_init(ck_error *error, ck_fdr *fdr) {
    fdr->count = ck_alloc_zero(error, 2 * BINS, sizeof *fdr->count);
    return error->status;
}

void ck_fdr_count(ck_fdr *fdr, const ck_links *links) {
    uint64_t *count = fdr->count, *is_false = count + BINS;
    for (uint64_t i = 0; i < links->n; i++) {
        int64_t bin = bin_of(links->weight[i]);
        count[bin]++;
        is_false[bin] += (uint64_t)llround((1 - ck_probability_of_weight(links->weight[i])) * probability_units);
    }
}

ck_status ck_fdr_decide(const ck_comm *comm, ck_error *error, ck_fdr *fdr, double rate, double lowest, double *threshold_log2) {
    *threshold_log2 = INFINITY;
    if (ck_par_agree(comm, error) != CK_OK)
        return error->status;
    const uint64_t *count = fdr->count, *is_false = count + BINS;
    uint64_t links_so_far = 0, false_so_far = 0;
    ck_par_sum(comm, fdr->count, 2 * BINS);
    for (int64_t bin = BINS - 1; bin >= 0; bin--) {
        double edge = LOWEST + (double)bin / BINS_PER_BIT;
        links_so_far += count[bin];
        false_so_far += is_false[bin];
        if (edge >= lowest && links_so_far && (double)false_so_far <= rate * probability_units * (double)links_so_far)
            *threshold_log2 = edge;
    }
    return CK_OK;
}

void ck_fdr_free(ck_fdr *fdr) {
    ck_free(fdr->count);
    *fdr = (ck_fdr){0};
}
