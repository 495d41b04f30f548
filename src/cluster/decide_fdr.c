/* The probability that links are false is summed as whole numbers, so the decision does not depend on ranks. */
#include "base/memory.h"
#include "cluster/persons.h"
#include "cluster/weight_bins.h"
#include <math.h>

static const double probability_units = 4294967296;

ck_status ck_fdr_init(ck_error *error, ck_fdr *fdr) {
    fdr->count = ck_alloc_zero(error, 2 * CK_WEIGHT_BINS, sizeof *fdr->count);
    return error->status;
}

void ck_fdr_count(ck_fdr *fdr, const ck_links *links) {
    uint64_t *count = fdr->count, *is_false = count + CK_WEIGHT_BINS;
    for (uint64_t i = 0; i < links->n; i++) {
        uint32_t bin = ck_weight_bin(links->weight[i]);
        count[bin]++;
        is_false[bin] += (uint64_t)llround((1 - ck_probability_of_weight(links->weight[i])) * probability_units);
    }
}

ck_status ck_fdr_decide(const ck_comm *comm, ck_error *error, ck_fdr *fdr, double rate, double lowest, double *threshold_log2) {
    *threshold_log2 = INFINITY;
    if (ck_par_agree(comm, error) != CK_OK)
        return error->status;
    const uint64_t *count = fdr->count, *is_false = count + CK_WEIGHT_BINS;
    uint64_t links_so_far = 0, false_so_far = 0;
    ck_par_sum(comm, fdr->count, 2 * CK_WEIGHT_BINS);
    for (uint32_t bin = CK_WEIGHT_BINS; bin-- > 0;) {
        double edge = ck_weight_of_bin(bin);
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
