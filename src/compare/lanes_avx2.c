/** Kernels for x86-64 with AVX2 (32 pairs a vector). Flags: cmake/compare.cmake. */
#if defined(__AVX2__)
#include "compare/kernels.h"
#define CK_LANES 32
#define CK_LANES_NAME ck_kernels_avx2
#define CK_LANES_ISA "avx2"

static bool runs_here(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

#include "compare/lanes.inc"
#else
typedef int ck_lanes_avx2_is_empty; /* ISO C wants a declaration in every file */
#endif
