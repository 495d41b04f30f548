/** Similarities of one pair of any length up to CK_STRING_MAX, bit-parallel in 64-bit words: the scalar
 *  instruction set, and what every other one uses for strings that fit no lane. */
#ifndef CK_COMPARE_WORDS_H
#define CK_COMPARE_WORDS_H
#include "base/text.h"
#include <carrick/similarity.h>

/** Working memory of one caller, on its stack. */
typedef struct ck_words {
    uint64_t at[256]; /**< positions of each byte in 64 bytes; all zero between calls */
    uint64_t taken_a[(CK_STRING_MAX + 64) / 64];
    uint64_t taken_b[(CK_STRING_MAX + 64) / 64];
    int8_t step[CK_STRING_MAX]; /**< what each column of the table above adds: -1, 0, 1 */
    uint16_t row[3][CK_STRING_MAX + 3];
    uint16_t last_row[256];
} ck_words;

/** Only the part that calls rely on is cleared. */
void ck_words_init(ck_words *words);

/** Cut off what both strings begin and end with: it costs no edit. @return bytes cut off each */
uint32_t ck_words_trim(ck_span *a, ck_span *b);
/** Bytes of the longest common subsequence (Hyyrö 2004). */
uint32_t ck_words_common(ck_words *words, ck_span a, ck_span b);
/** A measure of one pair; those of ratios.h are not among them. */
double ck_words_measure(ck_words *words, ck_measure measure, ck_span a, ck_span b);
double ck_words_jaccard(ck_span a, ck_span b);

#endif
