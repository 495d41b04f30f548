/** Draws from a hash: number i of a stream is the same whoever asks. Local, thread-safe. */
#ifndef CK_CHOOSE_DRAW_H
#define CK_CHOOSE_DRAW_H
#include "base/hash.h"

static inline uint64_t ck_draw_hash(uint64_t seed, uint64_t stream, uint64_t i) {
    return ck_hash_mix(ck_hash_mix(ck_hash_mix(seed + 1) + stream) + i);
}
/** In [0, 1). */
static inline double ck_draw_unit(uint64_t seed, uint64_t stream, uint64_t i) {
    return (double)(ck_draw_hash(seed, stream, i) >> 11) * 0x1p-53;
}
/** In [0, n). */
static inline uint64_t ck_draw_below(uint64_t seed, uint64_t stream, uint64_t i, uint64_t n) {
    return (uint64_t)(((unsigned __int128)ck_draw_hash(seed, stream, i) * n) >> 64);
}

#endif
