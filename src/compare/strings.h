/** A dictionary prepared for the kernels.
 *
 *  Each value has a sketch, which is all that the bounds read, and a slot, which is all that the lane kernels
 *  read:
 *
 *      sketch (16 bytes)   letters            prefix  pages   -       repeats  length
 *                          8 bytes, a bit     first   1 byte  1 byte  1 byte   1 byte
 *                          for each folded    four
 *                          byte that occurs   bytes
 *      slot   (16 bytes)   the first 16 bytes of the value, zero padded
 */
#ifndef CK_COMPARE_STRINGS_H
#define CK_COMPARE_STRINGS_H
#include "base/text.h"
#include <carrick/similarity.h>

enum {
    CK_SLOT = 16,
    CK_PREFIX = 4,       /**< bytes of ck_sketch.prefix */
    CK_LENGTH_LONG = 255 /**< sketches say this for any length from here on */
};

/** Which parts of the byte range a value uses. */
enum {
    CK_PAGE_UPPER = 1, /**< 0x40-0x5F */
    CK_PAGE_LOWER = 2, /**< 0x60-0x7F */
    CK_PAGE_OTHER = 4  /**< neither those nor 0x20-0x3F */
};

typedef struct ck_sketch {
    uint64_t letters; /**< bit ck_strings_fold(byte) of each byte that occurs */
    uint32_t prefix;  /**< first four bytes, zero padded */
    uint8_t pages;    /**< OR of CK_PAGE_* */
    uint8_t spare;
    uint8_t repeats; /**< length less the bits in `letters` */
    uint8_t length;  /**< bytes, at most CK_LENGTH_LONG */
} ck_sketch __attribute__((aligned(16)));

struct ck_strings {
    uint32_t count;
    const uint64_t *offset; /**< [count + 1], borrowed */
    const char *bytes;      /**< borrowed */
    ck_sketch *sketch;      /**< [count] */
    char (*slot)[CK_SLOT];  /**< [count] */
    struct ck_word_lists *lists; /**< what the measures of words read; NULL until ck_strings_add_words */
    struct ck_bit_lists *bits;   /**< what CK_DICE reads; NULL until ck_strings_add_bits */
};

/** A byte to one of 64 bits: both cases of a letter share one (0-31), digits, space and punctuation have
 *  their own (32-63). Any function of the byte would do for the bounds; this one is one-to-one on text in one
 *  case. */
static inline unsigned ck_strings_fold(unsigned char byte) {
    return byte & (63u - ((byte & 0x40u) >> 1));
}

static inline uint32_t ck_strings_length(const ck_strings *strings, uint32_t value) {
    return (uint32_t)(strings->offset[value + 1] - strings->offset[value]);
}
static inline ck_span ck_strings_span(const ck_strings *strings, uint32_t value) {
    return (ck_span){strings->bytes + strings->offset[value], ck_strings_length(strings, value)};
}

#endif
