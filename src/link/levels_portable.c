/* Levels in lanes for any machine. */
#define CK_LEVELS ck_levels_portable
#include "link/strip_levels.inc"
