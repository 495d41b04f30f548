/** The choice of an instruction set, and the public batch calls. */
#include "compare/kernels.h"
#include <assert.h>
#include <string.h>

/** Best first. */
static const ck_kernels *const KERNELS[] = {
#if defined(__x86_64__)
    &ck_kernels_avx512,
    &ck_kernels_avx2,
#elif defined(__aarch64__)
    &ck_kernels_neon,
#endif
    &ck_kernels_scalar,
};
enum { NKERNELS = sizeof KERNELS / sizeof KERNELS[0] };

static const char *const NAMES[] = {
#if defined(__x86_64__)
    "avx512", "avx2",
#elif defined(__aarch64__)
    "neon",
#endif
    "scalar", NULL};

const ck_kernels *ck_kernels_choose(const char *isa) {
    for (size_t i = 0; i < NKERNELS; i++)
        if ((!isa || strcmp(isa, KERNELS[i]->name) == 0) && KERNELS[i]->runs_here())
            return KERNELS[i];
    return NULL;
}

const char *ck_kernels_name(const ck_kernels *kernels) {
    return kernels->name;
}

const char *const *ck_kernels_list(void) {
    return NAMES;
}

void ck_measure_batch(const ck_kernels *kernels, ck_measure measure, const ck_strings *x, const ck_strings *y,
                      const uint32_t *a, const uint32_t *b, size_t n, double *out) {
    ck_pairs pairs = {x, y, a, b, n};
    kernels->measure(measure, &pairs, out);
}

void ck_ladder_batch(const ck_kernels *kernels, ck_measure measure, const ck_strings *x, const ck_strings *y,
                     const double *threshold, uint32_t nthresholds, const uint32_t *a, const uint32_t *b,
                     size_t n, uint8_t *out) {
    assert(nthresholds <= CK_LADDER_MAX);
    ck_ladder ladder = {measure, threshold, nthresholds};
    ck_pairs pairs = {x, y, a, b, n};
    kernels->ladder(&ladder, &pairs, out);
}
