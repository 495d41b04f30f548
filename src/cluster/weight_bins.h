/** Links counted by sixteenths of a bit: whole numbers, so that what is made of them does not depend on ranks. Inner part of decide_fdr.c and within.c. */
#ifndef CK_CLUSTER_WEIGHT_BINS_H
#define CK_CLUSTER_WEIGHT_BINS_H
#include <math.h>
#include <stdint.h>

enum { CK_BINS_PER_BIT = 16, CK_BIN_LOWEST = -64, CK_BIN_HIGHEST = 64, CK_WEIGHT_BINS = (CK_BIN_HIGHEST - CK_BIN_LOWEST) * CK_BINS_PER_BIT };

static inline uint32_t ck_weight_bin(double weight) {
    double bin = floor((fmin(fmax(weight, CK_BIN_LOWEST), CK_BIN_HIGHEST) - CK_BIN_LOWEST) * CK_BINS_PER_BIT);
    return bin < CK_WEIGHT_BINS ? (uint32_t)bin : CK_WEIGHT_BINS - 1;
}

/** The weight with which the bin begins. */
static inline double ck_weight_of_bin(uint32_t bin) {
    return CK_BIN_LOWEST + (double)bin / CK_BINS_PER_BIT;
}

#endif
