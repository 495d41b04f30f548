#include "synth/draw.h"

/* A Feistel network on the smallest even number of bits that holds n, walked until it lands below n (Black & Rogaway
   2002): at most 4 steps on average. */
uint64_t ck_permute(uint64_t seed, ck_stream stream, uint64_t n, uint64_t i) {
    enum { ROUNDS = 6 };
    unsigned half = 1;
    while (half < 32 && (n - 1) >> (2 * half))
        half++;
    uint64_t mask = (UINT64_C(1) << half) - 1, key = ck_draw_of(seed, stream, n).state, x = i;
    do {
        uint64_t left = x >> half, right = x & mask;
        for (uint64_t round = 0; round < ROUNDS; round++) {
            uint64_t mixed = left ^ (ck_hash_mix(key + right * CK_GOLDEN + round) & mask);
            left = right;
            right = mixed;
        }
        x = left << half | right;
    } while (x >= n);
    return x;
}
