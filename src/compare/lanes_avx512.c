/** Kernels for x86-64 with AVX-512 F, BW, DQ and VL (64 pairs a vector). Flags: cmake/compare.cmake. */
#if defined(__AVX512BW__)
#include "compare/kernels.h"
#define CK_LANES 64
#define CK_LANES_NAME ck_kernels_avx512
#define CK_LANES_ISA "avx512"

static bool runs_here(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt");
}

#include "compare/lanes.inc"
#else
typedef int ck_lanes_avx512_is_empty; /* ISO C wants a declaration in every file */
#endif
