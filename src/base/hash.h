/** XXH3 of bytes and mixing of integers; the same on every machine. Local, thread-safe. */
#ifndef CK_BASE_HASH_H
#define CK_BASE_HASH_H
#define XXH_INLINE_ALL
#include <stddef.h>
#include <stdint.h>
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <xxhash.h>
#pragma GCC diagnostic pop

/** XXH3-64 of n bytes. */
static inline uint64_t ck_hash_bytes(const void *bytes, size_t n, uint64_t seed) {
    return XXH3_64bits_withSeed(bytes, n, seed);
}

/** A bijection of 64 bits that spreads (the finaliser of SplitMix64, Steele, Lea & Flood 2014). */
static inline uint64_t ck_hash_mix(uint64_t x) {
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

#endif
