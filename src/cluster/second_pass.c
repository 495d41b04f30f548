#include "base/memory.h"
#include "cluster/inside.h"
#include <math.h>
#include <stdbool.h>

/* The boost is at most 5 bits (docs/methods.md). */
static const double most_boost = 5;
/* Probabilities are summed over ranks as whole 2^-32. */
static const double probability_units = 4294967296;

/* free[i]: no person that exists excludes pair i. */
static ck_status find_free(ck_error *error, const ck_people *people, const bool *unique, const uint32_t *person, uint64_t persons,
                           const ck_links *pairs, uint8_t *free_pair) {
    uint8_t *holds = ck_alloc(error, persons, 1);
    for (uint64_t i = 0; i < pairs->n; i++)
        free_pair[i] = 1;
    for (uint32_t s = 0; holds && s < people->nsources; s++) {
        const ck_source *source = &people->source[s];
        if (!unique[s])
            continue;
        for (uint64_t p = 0; p < persons; p++)
            holds[p] = 0;
        for (uint64_t i = source->record_begin; i < source->record_end; i++)
            holds[person[i]] = 1;
        for (uint64_t i = 0; i < pairs->n; i++) {
            uint32_t a = pairs->a[i], b = pairs->b[i];
            bool a_inside = a >= source->record_begin && a < source->record_end;
            bool b_inside = b >= source->record_begin && b < source->record_end;
            if ((a_inside && holds[person[b]]) || (b_inside && holds[person[a]]))
                free_pair[i] = 0;
        }
    }
    ck_free(holds);
    return error->status;
}

/* log2 of how many fewer non-matches free pairs compete with, among the grey ones. */
static double measure_boost(const ck_comm *comm, double threshold, const ck_links *pairs, const uint8_t *free_pair) {
    uint64_t sum[2] = {0, 0}; /* all, free */
    for (uint64_t i = 0; i < pairs->n; i++) {
        double weight = pairs->weight[i];
        if (weight >= threshold || weight < threshold - ck_grey_bits)
            continue;
        uint64_t units = (uint64_t)llround((1 - ck_probability_of_weight(weight)) * probability_units);
        sum[0] += units;
        sum[1] += free_pair[i] ? units : 0;
    }
    ck_par_sum(comm, sum, 2);
    double boost = log2(((double)sum[0] / probability_units + 1) / ((double)sum[1] / probability_units + 1));
    ck_par_broadcast(comm, 0, &boost, sizeof boost);
    return fmin(fmax(boost, 0), most_boost);
}

static void reweigh(ck_links *pairs, const uint8_t *free_pair, double threshold, double boost) {
    uint64_t kept = 0;
    for (uint64_t i = 0; i < pairs->n; i++)
        if (free_pair[i] || pairs->weight[i] >= threshold) {
            pairs->a[kept] = pairs->a[i];
            pairs->b[kept] = pairs->b[i];
            pairs->weight[kept++] = pairs->weight[i] + (free_pair[i] ? boost : 0);
        }
    pairs->n = kept;
}

ck_status ck_second_pass(const ck_comm *comm, ck_error *error, const ck_people *people, const bool *unique, double threshold_log2,
                         const uint32_t *person, uint64_t persons, ck_links *pairs, double *boost) {
    uint8_t *free_pair = ck_alloc(error, pairs->n, 1);
    if (free_pair)
        find_free(error, people, unique, person, persons, pairs, free_pair);
    if (ck_par_agree(comm, error) == CK_OK) {
        *boost = measure_boost(comm, threshold_log2, pairs, free_pair);
        reweigh(pairs, free_pair, threshold_log2, *boost);
    }
    ck_free(free_pair);
    return error->status;
}
