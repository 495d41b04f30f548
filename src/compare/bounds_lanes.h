/** The bounds of bounds.h for several pairs at once, a pair a 64-bit lane. The rest of a sketch beside its
 *  letters is read as one number:
 *
 *      bits 63-56 length | 55-48 repeats | 47-40 spare | 39-32 pages | 31-0 prefix
 *
 *  Intrinsics, since only they gather sketches and count bits well; other machines take the loop in bounds.h.
 */
#ifndef CK_COMPARE_BOUNDS_LANES_H
#define CK_COMPARE_BOUNDS_LANES_H
#include "compare/bounds.h"
#include "compare/lanes.h"

#if defined(__AVX2__)

enum { CK_BOUND_PAIRS = CK_LANES / 8 /**< pairs in a vector */ };

typedef uint64_t numbers __attribute__((vector_size(CK_LANES)));
typedef int64_t signed_numbers __attribute__((vector_size(CK_LANES)));

#if CK_LANES == 64
/** Sketches of eight values: letters and the rest apart. */
CK_INLINE void load_sketches(const ck_sketch *sketch, const uint32_t *code, numbers *letters, numbers *rest) {
    const __m128i *s = (const __m128i *)sketch;
    __m512i even = _mm512_castsi128_si512(s[code[0]]), odd = _mm512_castsi128_si512(s[code[1]]);
    even = _mm512_inserti64x2(even, s[code[2]], 1), odd = _mm512_inserti64x2(odd, s[code[3]], 1);
    even = _mm512_inserti64x2(even, s[code[4]], 2), odd = _mm512_inserti64x2(odd, s[code[5]], 2);
    even = _mm512_inserti64x2(even, s[code[6]], 3), odd = _mm512_inserti64x2(odd, s[code[7]], 3);
    *letters = (numbers)_mm512_unpacklo_epi64(even, odd);
    *rest = (numbers)_mm512_unpackhi_epi64(even, odd);
}

CK_INLINE numbers count_bits(numbers v) {
    const __m512i of_four =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
    const __m512i four = _mm512_set1_epi8(15);
    __m512i low = _mm512_and_si512((__m512i)v, four),
            high = _mm512_and_si512(_mm512_srli_epi16((__m512i)v, 4), four);
    __m512i bits = _mm512_add_epi8(_mm512_shuffle_epi8(of_four, low), _mm512_shuffle_epi8(of_four, high));
    return (numbers)_mm512_sad_epu8(bits, _mm512_setzero_si512());
}

/** Products of the lower halves. */
CK_INLINE numbers multiply(numbers a, numbers b) {
    return (numbers)_mm512_mul_epu32((__m512i)a, (__m512i)b);
}

/** `yes` where `v` has none of `bits`, else `no`. */
CK_INLINE numbers choose_without(numbers v, uint64_t bits, uint64_t yes, numbers no) {
    __mmask8 without = _mm512_testn_epi64_mask((__m512i)v, _mm512_set1_epi64((int64_t)bits));
    return (numbers)_mm512_mask_mov_epi64((__m512i)no, without, _mm512_set1_epi64((int64_t)yes));
}

/** Write first, first + 1, ... for lanes where `keep` is set, close together; how many. Writes eight places.
 */
CK_INLINE size_t keep_numbers(signed_numbers keep, size_t first, size_t *out) {
    __mmask8 mask = _mm512_movepi64_mask((__m512i)keep);
    __m512i number =
        _mm512_add_epi64(_mm512_set1_epi64((int64_t)first), _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7));
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi64(mask, number));
    return (size_t)__builtin_popcount(mask);
}
#else
/** Sketches of four values: letters and the rest apart. */
CK_INLINE void load_sketches(const ck_sketch *sketch, const uint32_t *code, numbers *letters, numbers *rest) {
    const __m128i *s = (const __m128i *)sketch;
    __m256i even = _mm256_castsi128_si256(s[code[0]]), odd = _mm256_castsi128_si256(s[code[1]]);
    even = _mm256_inserti128_si256(even, s[code[2]], 1), odd = _mm256_inserti128_si256(odd, s[code[3]], 1);
    *letters = (numbers)_mm256_unpacklo_epi64(even, odd);
    *rest = (numbers)_mm256_unpackhi_epi64(even, odd);
}

CK_INLINE numbers count_bits(numbers v) {
    const __m256i of_four =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
    const __m256i four = _mm256_set1_epi8(15);
    __m256i low = _mm256_and_si256((__m256i)v, four),
            high = _mm256_and_si256(_mm256_srli_epi16((__m256i)v, 4), four);
    __m256i bits = _mm256_add_epi8(_mm256_shuffle_epi8(of_four, low), _mm256_shuffle_epi8(of_four, high));
    return (numbers)_mm256_sad_epu8(bits, _mm256_setzero_si256());
}

/** Products of the lower halves. */
CK_INLINE numbers multiply(numbers a, numbers b) {
    return (numbers)_mm256_mul_epu32((__m256i)a, (__m256i)b);
}

/** `yes` where `v` has none of `bits`, else `no`. */
CK_INLINE numbers choose_without(numbers v, uint64_t bits, uint64_t yes, numbers no) {
    __m256i without = (__m256i)((v & bits) == 0);
    return (numbers)_mm256_blendv_epi8((__m256i)no, _mm256_set1_epi64x((int64_t)yes), without);
}

/** Write first, first + 1, ... for lanes where `keep` is set, close together; how many. Writes four places.
 */
CK_INLINE size_t keep_numbers(signed_numbers keep, size_t first, size_t *out) {
    unsigned mask = (unsigned)_mm256_movemask_pd((__m256d)keep);
    size_t n = 0;
    for (size_t i = 0; i < CK_BOUND_PAIRS; i++) {
        out[n] = first + i;
        n += mask >> i & 1;
    }
    return n;
}
#endif

/** Smaller and larger of each byte. */
CK_INLINE numbers least_bytes(numbers a, numbers b) {
    return (numbers)lanes_min((lanes)a, (lanes)b);
}
CK_INLINE numbers largest_bytes(numbers a, numbers b) {
    return (numbers)lanes_max((lanes)a, (lanes)b);
}

CK_INLINE signed_numbers allow_jaro(const ck_bounds *bounds, numbers rest_a, numbers rest_b, numbers common) {
    numbers differ = rest_a ^ rest_b, length_a = rest_a >> 56, length_b = rest_b >> 56;
    numbers need = (uint64_t)bounds->need[0] - (numbers){0};
    for (int prefix = 1; prefix <= 4; prefix++)
        need = choose_without(differ, UINT32_MAX >> (32 - 8 * prefix), (uint64_t)bounds->need[prefix], need);
    numbers best = multiply(common, (length_a + length_b) * CK_BOUND_ONE);
    numbers least = multiply(need, multiply(length_a, length_b));
    return (signed_numbers)best >= (signed_numbers)least;
}

CK_INLINE signed_numbers allow_edits(const ck_bounds *bounds, numbers rest_a, numbers rest_b,
                                     numbers common) {
    signed_numbers least = (signed_numbers)((largest_bytes(rest_a, rest_b) >> 56) - common);
    return least <= bounds->most_edits;
}

CK_INLINE size_t survivors_of(bool jaro, const ck_bounds *bounds, const ck_pairs *pairs, size_t begin,
                              size_t end, size_t *survivor) {
    size_t n = 0;
    for (; end - begin >= CK_BOUND_PAIRS; begin += CK_BOUND_PAIRS) {
        numbers letters_a, letters_b, rest_a, rest_b;
        load_sketches(pairs->x->sketch, pairs->a + begin, &letters_a, &rest_a);
        load_sketches(pairs->y->sketch, pairs->b + begin, &letters_b, &rest_b);
        numbers repeats = (least_bytes(rest_a, rest_b) >> 48) & 255;
        numbers common = count_bits(letters_a & letters_b) + repeats;
        signed_numbers allowed =
            jaro ? allow_jaro(bounds, rest_a, rest_b, common) : allow_edits(bounds, rest_a, rest_b, common);
        n += keep_numbers(allowed, begin, survivor + n);
    }
    return n + ck_bounds_survivors(bounds, pairs, begin, end, survivor + n);
}

/** As ck_bounds_survivors; writes up to CK_BOUND_PAIRS places beyond the survivors. */
CK_INLINE size_t find_survivors(const ck_bounds *bounds, const ck_pairs *pairs, size_t begin, size_t end,
                                size_t *survivor) {
    return bounds->jaro ? survivors_of(true, bounds, pairs, begin, end, survivor)
                        : survivors_of(false, bounds, pairs, begin, end, survivor);
}

#else

enum { CK_BOUND_PAIRS = 1 };

CK_INLINE size_t find_survivors(const ck_bounds *bounds, const ck_pairs *pairs, size_t begin, size_t end,
                                size_t *survivor) {
    return ck_bounds_survivors(bounds, pairs, begin, end, survivor);
}

#endif

#endif
