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
#if defined(__x86_64__)
extern const ck_kernels ck_kernels_avx2, ck_kernels_avx512;
#elif defined(__aarch64__)
extern const ck_kernels ck_kernels_neon;
#endif

/** Is a smaller value of the measure the better one? */
static inline bool ck_measure_is_distance(ck_measure measure) {
    return measure == CK_LEVENSHTEIN || measure == CK_DAMERAU_LEVENSHTEIN;
}

/** level[i]: the first threshold that value[i] reaches, or ladder->n. */
static inline void ck_ladder_levels(const ck_ladder *ladder, size_t n, const double *value, uint8_t *level) {
    bool distance = ck_measure_is_distance(ladder->measure);
    for (size_t i = 0; i < n; i++)
        level[i] = (uint8_t)ladder->n;
    for (uint32_t t = ladder->n; t-- > 0;) {
        double threshold = ladder->threshold[t];
        for (size_t i = 0; i < n; i++)
            level[i] = (distance ? value[i] <= threshold : value[i] >= threshold) ? (uint8_t)t : level[i];
    }
}

static inline uint8_t ck_ladder_level(const ck_ladder *ladder, double value) {
    uint8_t level;
    ck_ladder_levels(ladder, 1, &value, &level);
    return level;
}

#endif
