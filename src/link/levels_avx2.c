/* Levels in lanes for x86-64 with AVX2. Flags: cmake/compare.cmake. */
#if defined(__AVX2__)
#define CK_LEVELS ck_levels_avx2
#include "link/strip_levels.inc"
#else
typedef int ck_levels_avx2_is_empty; /* ISO C wants a declaration in every file */
#endif
