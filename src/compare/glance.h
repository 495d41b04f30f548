/** Bounds from two words a value, so small that they travel with a record and are asked before any text is touched. They are those of
 *  bounds.h on a coarser sketch:
 *
 *      letters   bit (byte mod 32) of each byte that occurs
 *      rest      bits 31-26 length | 25-20 repeats | 19-0 the first four bytes, mod 32
 *
 *  Any function of the bytes bounds the common ones, and bytes that only look equal lengthen the common prefix, which asks for less; so
 *  the bounds err on the side of letting pairs through. A value of 63 bytes or more says that it has 63 bytes and as many
 *  repeats. The words are all 0 for a missing value.
 */
#ifndef CK_COMPARE_GLANCE_H
#define CK_COMPARE_GLANCE_H
#include "compare/bounds.h"

enum { CK_GLANCE_LONG = 63, CK_GLANCE_LENGTH = 26, CK_GLANCE_REPEATS = 20, CK_GLANCE_PREFIX = 20 /**< bits */ };

typedef struct ck_glance {
    uint32_t letters, rest;
} ck_glance;

static inline ck_glance ck_glance_of(ck_span value) {
    ck_glance glance = {0};
    uint32_t length = value.n < CK_GLANCE_LONG ? (uint32_t)value.n : CK_GLANCE_LONG;
    for (size_t i = 0; i < value.n; i++)
        glance.letters |= UINT32_C(1) << ((unsigned char)value.bytes[i] & 31);
    for (uint32_t i = 0; i < CK_PREFIX && i < length; i++)
        glance.rest |= ((uint32_t)(unsigned char)value.bytes[i] & 31) << 5 * i;
    uint32_t repeats = length == CK_GLANCE_LONG ? length : length - (uint32_t)__builtin_popcount(glance.letters);
    glance.rest |= length << CK_GLANCE_LENGTH | repeats << CK_GLANCE_REPEATS;
    return glance;
}

/** Has the measure bounds here? */
static inline bool ck_glance_bounds(ck_measure measure) {
    return measure == CK_JARO || measure == CK_JARO_WINKLER || measure == CK_LEVENSHTEIN || measure == CK_DAMERAU_LEVENSHTEIN;
}

/** As many words as a vector of the file's instruction set holds, by GCC's vector extensions, so that all have the same source; comparisons
 *  give ~0 where true. */
#if defined(__AVX512BW__)
enum { CK_LANE_WORDS = 16 };
#elif defined(__AVX2__)
enum { CK_LANE_WORDS = 8 };
#else
enum { CK_LANE_WORDS = 4 };
#endif
typedef uint32_t ck_lane_words __attribute__((vector_size(4 * CK_LANE_WORDS)));

typedef struct ck_glances {
    ck_lane_words letters, rest;
} ck_glances;

#define CK_GLANCE static inline __attribute__((always_inline))

CK_GLANCE ck_lane_words ck_lane_all(uint32_t word) {
    return word - (ck_lane_words){0};
}
/** a where the mask is ~0, b where it is 0. */
CK_GLANCE ck_lane_words ck_lane_choose(ck_lane_words mask, ck_lane_words a, ck_lane_words b) {
    return (mask & a) | (~mask & b);
}

/** Bits that are set, by arithmetic that every instruction set has. */
CK_GLANCE ck_lane_words ck_lane_count(ck_lane_words bits) {
    bits -= bits >> 1 & 0x55555555;
    bits = (bits & 0x33333333) + (bits >> 2 & 0x33333333);
    return ((bits + (bits >> 4)) & 0x0f0f0f0f) * 0x01010101 >> 24;
}

/** Most bytes that two values can have in common. */
CK_GLANCE ck_lane_words ck_glance_common(ck_glances a, ck_glances b) {
    ck_lane_words repeats_a = a.rest >> CK_GLANCE_REPEATS & 63, repeats_b = b.rest >> CK_GLANCE_REPEATS & 63;
    return ck_lane_count(a.letters & b.letters) + ck_lane_choose((ck_lane_words)(repeats_a < repeats_b), repeats_a, repeats_b);
}

/** ~0 where the pair may reach the thresholds that `bounds` was prepared for. For Jaro and Jaro–Winkler. */
CK_GLANCE ck_lane_words ck_glance_allows_jaro(const ck_bounds *bounds, ck_glances a, ck_glances b) {
    ck_lane_words differ = (a.rest ^ b.rest) & ((1u << CK_GLANCE_PREFIX) - 1);
    ck_lane_words length_a = a.rest >> CK_GLANCE_LENGTH, length_b = b.rest >> CK_GLANCE_LENGTH;
    ck_lane_words need = ck_lane_all((uint32_t)bounds->need[0]);
    for (uint32_t prefix = 1; prefix <= CK_PREFIX; prefix++) {
        ck_lane_words same = (ck_lane_words)((differ & ((1u << 5 * prefix) - 1)) == 0);
        need = ck_lane_choose(same, ck_lane_all((uint32_t)bounds->need[prefix]), need);
    }
    return (ck_lane_words)(ck_glance_common(a, b) * (length_a + length_b) * CK_BOUND_ONE >= need * (length_a * length_b));
}

/** The same for the edit distances. */
CK_GLANCE ck_lane_words ck_glance_allows_edits(const ck_bounds *bounds, ck_glances a, ck_glances b) {
    typedef int32_t signed_words __attribute__((vector_size(4 * CK_LANE_WORDS)));
    ck_lane_words length_a = a.rest >> CK_GLANCE_LENGTH, length_b = b.rest >> CK_GLANCE_LENGTH;
    ck_lane_words longer = ck_lane_choose((ck_lane_words)(length_a > length_b), length_a, length_b);
    return (ck_lane_words)((signed_words)(longer - ck_glance_common(a, b)) <= bounds->most_edits);
}

#endif
