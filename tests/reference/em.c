#include "reference/em.h"
#include <math.h>
#include <string.h>

static void start(reference_em *em) {
    em->share = .1;
    for (unsigned c = 0; c < em->ncomparisons; c++) {
        double total = 0;
        for (unsigned g = 0; g < em->nlevels[c]; g++)
            total += em->m[c][g] = pow(.3, em->nlevels[c] - 1 - g);
        for (unsigned g = 0; g < em->nlevels[c]; g++)
            em->m[c][g] /= total;
    }
}

double reference_em_probability(const reference_em *em, const int *gamma) {
    double match = em->share, other = 1 - em->share;
    for (unsigned c = 0; c < em->ncomparisons; c++)
        if (gamma[c] >= 0) {
            match *= em->m[c][gamma[c]];
            other *= em->u[c][gamma[c]];
        }
    return match / (match + other);
}

/* @return the largest change */
static double step(reference_em *em, const int *gamma, size_t npairs) {
    double sum[REFERENCE_COMPARISONS][REFERENCE_LEVELS] = {0}, matches = 0, change;
    for (size_t i = 0; i < npairs; i++) {
        const int *pair = gamma + i * em->ncomparisons;
        double p = reference_em_probability(em, pair);
        matches += p;
        for (unsigned c = 0; c < em->ncomparisons; c++)
            if (pair[c] >= 0)
                sum[c][pair[c]] += p;
    }
    change = fabs(matches / (double)npairs - em->share);
    em->share = matches / (double)npairs;
    for (unsigned c = 0; c < em->ncomparisons; c++) {
        double total = 0;
        for (unsigned g = 0; g < em->nlevels[c]; g++)
            total += sum[c][g];
        for (unsigned g = 0; g < em->nlevels[c] && total > 0; g++) {
            change = fmax(change, fabs(sum[c][g] / total - em->m[c][g]));
            em->m[c][g] = sum[c][g] / total;
        }
    }
    return change;
}

void reference_em_solve(reference_em *em, const int *gamma, size_t npairs, double tolerance, unsigned most) {
    start(em);
    for (em->iterations = 0; em->iterations < most;) {
        em->iterations++;
        if (step(em, gamma, npairs) < tolerance)
            break;
    }
}
