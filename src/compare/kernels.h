/** What a set of kernels for one instruction set offers. */
#ifndef CK_COMPARE_KERNELS_H
#define CK_COMPARE_KERNELS_H
#include "compare/strings.h"

/** n pairs of values: x[a[k]] with y[b[k]]. */
typedef struct ck_pairs {
    const ck_strings *x, *y;
    const uint32_t *a, *b;
    size_t n;
} ck_pairs;

/** A measure with the thresholds that matter. */
typedef struct ck_ladder {
    ck_measure measure;
    const double *threshold;
    uint32_t n;
} ck_ladder;

struct ck_kernels {
    const char *name;
    bool (*runs_here)(void);
    void (*measure)(ck_measure measure, const ck_pairs *pairs, double *out);
    void (*ladder)(const ck_ladder *ladder, const ck_pairs *pairs, uint8_t *out);
};

extern const ck_kernels ck_kernels_scalar;

/** Is a smaller value of the measure the better one? */
static inline bool ck_measure_is_distance(ck_measure measure) {
    return measure == CK_LEVENSHTEIN || measure == CK_DAMERAU_LEVENSHTEIN;
}

/** The first threshold that `value` reaches, or ladder->n. */
static inline uint8_t ck_ladder_level(const ck_ladder *ladder, double value) {
    bool distance = ck_measure_is_distance(ladder->measure);
    uint32_t t = 0;
    while (t < ladder->n && !(distance ? value <= ladder->threshold[t] : value >= ladder->threshold[t])) t++;
    return (uint8_t)t;
}

#endif
