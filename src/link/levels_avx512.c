/* Levels in lanes for x86-64 with AVX-512. Flags: cmake/compare.cmake. */
#if defined(__AVX512BW__)
#define CK_LEVELS ck_levels_avx512
#include "link/strip_levels.inc"
#else
typedef int ck_levels_avx512_is_empty; /* ISO C wants a declaration in every file */
#endif
