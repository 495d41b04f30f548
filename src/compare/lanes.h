/** Vectors of bytes, one pair of strings a byte: the vocabulary of the lane kernels.
 *
 *  Included by one file per instruction set, which says how wide its vectors are (CK_LANES). GCC's vector
 *  extensions give every instruction set the same source; comparisons give 0xFF where true.
 *
 *      rows: sixteen bits a lane, bit i for byte i of the lane's string a
 *        low   bits 0-7
 *        high  bits 8-15; the compiler drops it where only strings of eight bytes are asked about
 */
#ifndef CK_COMPARE_LANES_H
#define CK_COMPARE_LANES_H
#include <stdint.h>
#include <string.h>
#if defined(__AVX2__)
#include <immintrin.h>
#else
#include <arm_neon.h>
#endif

#define CK_INLINE static inline __attribute__((always_inline))

typedef uint8_t lanes __attribute__((vector_size(CK_LANES)));
typedef int8_t signed_lanes __attribute__((vector_size(CK_LANES)));
typedef uint8_t quarter __attribute__((vector_size(16)));

typedef struct rows {
    lanes low, high;
} rows;

CK_INLINE lanes lanes_all(uint8_t value) {
    return value - (lanes){0};
}
CK_INLINE lanes lanes_load(const uint8_t *bytes) {
    lanes v;
    memcpy(&v, bytes, sizeof v);
    return v;
}
CK_INLINE void lanes_store(uint8_t *bytes, lanes v) {
    memcpy(bytes, &v, sizeof v);
}
CK_INLINE lanes lanes_equal(lanes a, lanes b) {
    return (lanes)(a == b);
}
CK_INLINE lanes lanes_above(lanes a, lanes b) {
    return (lanes)(a > b);
}
CK_INLINE lanes lanes_choose(lanes mask, lanes yes, lanes no) {
    return (yes & mask) | (no & ~mask);
}
/* The extensions have no minimum; the detour through a comparison costs three times as much. */
#if defined(__AVX2__) && CK_LANES == 64
CK_INLINE lanes lanes_max(lanes a, lanes b) {
    return (lanes)_mm512_max_epu8((__m512i)a, (__m512i)b);
}
CK_INLINE lanes lanes_min(lanes a, lanes b) {
    return (lanes)_mm512_min_epu8((__m512i)a, (__m512i)b);
}
#elif defined(__AVX2__)
CK_INLINE lanes lanes_max(lanes a, lanes b) {
    return (lanes)_mm256_max_epu8((__m256i)a, (__m256i)b);
}
CK_INLINE lanes lanes_min(lanes a, lanes b) {
    return (lanes)_mm256_min_epu8((__m256i)a, (__m256i)b);
}
#else
CK_INLINE lanes lanes_max(lanes a, lanes b) {
    return (lanes)vmaxq_u8((uint8x16_t)a, (uint8x16_t)b);
}
CK_INLINE lanes lanes_min(lanes a, lanes b) {
    return (lanes)vminq_u8((uint8x16_t)a, (uint8x16_t)b);
}
#endif
/** 1 where the top bit is set. */
CK_INLINE lanes lanes_top_bit(lanes a) {
    return (lanes)((signed_lanes)a < 0) & 1;
}

CK_INLINE rows rows_none(void) {
    return (rows){{0}, {0}};
}
CK_INLINE rows rows_and(rows x, rows y) {
    return (rows){x.low & y.low, x.high & y.high};
}
CK_INLINE rows rows_or(rows x, rows y) {
    return (rows){x.low | y.low, x.high | y.high};
}
CK_INLINE rows rows_xor(rows x, rows y) {
    return (rows){x.low ^ y.low, x.high ^ y.high};
}
CK_INLINE rows rows_not(rows x) {
    return (rows){~x.low, ~x.high};
}
/** Rows of x in lanes where `mask` is 0xFF. */
CK_INLINE rows rows_where(rows x, lanes mask) {
    return (rows){x.low & mask, x.high & mask};
}
/** Sum as 16-bit numbers. */
CK_INLINE rows rows_add(rows x, rows y) {
    lanes low = x.low + y.low;
    return (rows){low, x.high + y.high - lanes_above(x.low, low)};
}
/** Every row to the next one; row 0 becomes bit 0 of `in`. */
CK_INLINE rows rows_next(rows x, lanes in) {
    return (rows){(x.low + x.low) | in, (x.high + x.high) | lanes_top_bit(x.low)};
}
/** The lowest row alone. */
CK_INLINE rows rows_lowest(rows x) {
    return (rows){x.low & -x.low, x.high & -x.high & lanes_equal(x.low, lanes_all(0))};
}
/** 0xFF in lanes that have no row; `wide`: strings may have more than eight bytes. */
CK_INLINE lanes rows_empty(rows x, int wide) {
    return lanes_equal(wide ? x.low | x.high : x.low, lanes_all(0));
}
/** Row i alone, in lanes where `mask` is 0xFF. */
CK_INLINE rows rows_one(int i, lanes mask) {
    lanes bit = mask & (uint8_t)(1 << (i & 7));
    return i < 8 ? (rows){bit, {0}} : (rows){{0}, bit};
}

/** Bytes of 16 values to planes: 4 rounds of interleaving turn the index (vector, byte) round by four bits.
 *  `n` is 16 for vectors of one value each, or 8 for vectors of two values of eight bytes. */
CK_INLINE void interleave(quarter *v, int n) {
    const quarter first = {0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23};
    const quarter second = first + 8;
    for (int round = 0; round < 4; round++) {
        quarter mixed[16];
        for (int i = 0; i < n / 2; i++) {
            mixed[2 * i] = __builtin_shuffle(v[i], v[i + n / 2], first);
            mixed[2 * i + 1] = __builtin_shuffle(v[i], v[i + n / 2], second);
        }
        for (int i = 0; i < n; i++)
            v[i] = mixed[i];
    }
}

#endif
