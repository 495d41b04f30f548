/** String similarities in batches, equal bit for bit to DuckDB 2.0 in double arithmetic.
 *
 *  Strings are bytes. Jaro–Winkler: prefix weight 0.1 over at most 4 bytes, boost above 0.7 (Winkler 1990),
 *  its last step rounded once, as DuckDB's is (rapidfuzz rounds twice there, and may differ in the last bit;
 *  Jaro is the same in both). Damerau–Levenshtein is the unrestricted one (Lowrance & Wagner 1975). Jaccard
 *  is DuckDB's: of the sets of bytes that occur. An empty string has similarity 0 to every string, also to
 *  another empty one (for Jaccard DuckDB stops with an error there). The ratios are rapidfuzz 3's, to the last
 *  bit after division by 100, of bytes where rapidfuzz has characters and with words between spaces: two texts
 *  without letters have ratio 1 (as sets of words: 0). Batch calls allocate nothing, know no ranks and no files,
 *  and are thread-safe for distinct outputs; they use up to 192 KiB of stack.
 *
 *      const ck_kernels *kernels = ck_kernels_choose(NULL);
 *      status = ck_strings_create(&error, count, offset, bytes, &names);
 *      double ladder[] = {0.92, 0.88, 0.7};
 *      ck_ladder_batch(kernels, CK_JARO_WINKLER, names, names, ladder, 3, a, b, n, level);
 *      ck_strings_free(names);
 */
#ifndef CARRICK_SIMILARITY_H
#define CARRICK_SIMILARITY_H
#include <carrick/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ck_measure {
    CK_JARO_WINKLER,       /**< similarity in [0, 1] */
    CK_JARO,               /**< similarity in [0, 1] */
    CK_JACCARD,            /**< similarity in [0, 1] */
    CK_LEVENSHTEIN,        /**< edits, >= 0 */
    CK_DAMERAU_LEVENSHTEIN, /**< edits, >= 0 */
    CK_RATIO,      /**< similarity in [0, 1]: rapidfuzz's fuzz.ratio / 100 */
    CK_TOKEN_SORT, /**< its fuzz.token_sort_ratio / 100; needs ck_strings_add_words */
    CK_TOKEN_SET,  /**< its fuzz.token_set_ratio / 100; 1 when the words of one are among the other's; likewise */
    CK_PREFIX_OF,  /**< 1 when one is not empty and the other begins with it, else 0 */
    CK_DICE        /**< similarity in [0, 1] of Bloom filters in base64; needs ck_strings_add_bits */
} ck_measure;
enum {
    CK_MEASURES = CK_DICE + 1,
    CK_STRING_MAX = 16383, /**< bytes of a string that can be compared */
    CK_LADDER_MAX = 16     /**< thresholds of a ladder */
};

/** A dictionary prepared for the kernels: slots, lengths, letter masks (see compare/strings.c for the
 *  layout). */
typedef struct ck_strings ck_strings;

/** Prepare values 0..count-1, value v = bytes[offset[v] .. offset[v + 1]). Borrows `offset` and `bytes`;
 *  takes 32 bytes a value. @return CK_OK, CK_MEMORY, or CK_DATA when a value has more than CK_STRING_MAX
 *  bytes. */
ck_status ck_strings_create(ck_error *error, uint32_t count, const uint64_t *offset, const char *bytes,
                            ck_strings **strings);
void ck_strings_free(ck_strings *strings);
/** Cut and sort the words of every value, once, for CK_TOKEN_SORT and CK_TOKEN_SET. @return CK_OK or CK_MEMORY */
ck_status ck_strings_add_words(ck_error *error, ck_strings *strings);
/** Decode every value as a Bloom filter, once, for CK_DICE. @return CK_OK or CK_MEMORY */
ck_status ck_strings_add_bits(ck_error *error, ck_strings *strings);

/** Table of kernels for one instruction set; chosen once and passed down. */
typedef struct ck_kernels ck_kernels;
/** `isa`: "scalar", "avx2", "avx512", "neon", or NULL for the best that runs here; NULL when it cannot run
 *  here. */
const ck_kernels *ck_kernels_choose(const char *isa);
const char *ck_kernels_name(const ck_kernels *kernels);
/** Names of the instruction sets compiled in, ending with NULL. */
const char *const *ck_kernels_list(void);

/** The measure of n pairs: out[k] = measure(x[a[k]], y[b[k]]). */
void ck_measure_batch(const ck_kernels *kernels, ck_measure measure, const ck_strings *x, const ck_strings *y,
                      const uint32_t *a, const uint32_t *b, size_t n, double *out);
/** Which threshold of a falling ladder each pair reaches: out[k] = the first t with measure >= threshold[t]
 *  (<= for distances, whose ladder rises), or nthresholds. Uses admissible bounds; equal to deciding from
 *  ck_measure_batch always. nthresholds <= CK_LADDER_MAX. */
void ck_ladder_batch(const ck_kernels *kernels, ck_measure measure, const ck_strings *x, const ck_strings *y,
                     const double *threshold, uint32_t nthresholds, const uint32_t *a, const uint32_t *b,
                     size_t n, uint8_t *out);

#endif
