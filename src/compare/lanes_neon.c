/** Kernels for 64-bit ARM (16 pairs a vector); every such machine has Neon. */
#if defined(__aarch64__)
#include "compare/kernels.h"
#define CK_LANES 16
#define CK_LANES_NAME ck_kernels_neon
#define CK_LANES_ISA "neon"

static bool runs_here(void) {
    return true;
}

#include "compare/lanes.inc"
#else
typedef int ck_lanes_neon_is_empty; /* ISO C wants a declaration in every file */
#endif
