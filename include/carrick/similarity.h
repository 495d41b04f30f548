/** String similarities in batches, equal bit for bit to DuckDB and rapidfuzz in double arithmetic.
 *
 *  Strings are bytes. Jaro–Winkler: prefix weight 0.1 over at most 4 bytes, boost above 0.7 (Winkler 1990).
 *  Damerau–Levenshtein is the unrestricted one (Lowrance & Wagner 1975). Jaccard is DuckDB's: of the sets of
 *  bytes that occur. No allocation, no ranks, no files; thread-safe for distinct outputs.
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
    CK_DAMERAU_LEVENSHTEIN /**< edits, >= 0 */
} ck_measure;
enum { CK_MEASURES = CK_DAMERAU_LEVENSHTEIN + 1 };

/** A dictionary prepared for the kernels: slots, lengths, letter masks (see compare/strings.c for the layout). */
typedef struct ck_strings ck_strings;

/** Prepare values 0..count-1, value v = bytes[offset[v] .. offset[v + 1]). Borrows `offset` and `bytes`. */
ck_status ck_strings_create(ck_error *error, uint32_t count, const uint64_t *offset, const char *bytes, ck_strings **strings);
void ck_strings_free(ck_strings *strings);

/** Table of kernels for one instruction set; chosen once and passed down. */
typedef struct ck_kernels ck_kernels;
/** `isa`: "scalar", "avx2", "avx512", "neon", or NULL for the best that runs here; NULL when it cannot run here. */
const ck_kernels *ck_kernels_choose(const char *isa);
const char *ck_kernels_name(const ck_kernels *kernels);
/** Names of the instruction sets compiled in, ending with NULL. */
const char *const *ck_kernels_list(void);

/** The measure of n pairs: out[k] = measure(x[a[k]], y[b[k]]). */
void ck_measure_batch(const ck_kernels *kernels, ck_measure measure, const ck_strings *x, const ck_strings *y,
                      const uint32_t *a, const uint32_t *b, size_t n, double *out);
/** Which threshold of a falling ladder each pair reaches: out[k] = the first t with measure >= threshold[t]
 *  (<= for distances, whose ladder rises), or nthresholds. Uses admissible bounds; equal to deciding from
 *  ck_measure_batch always. nthresholds <= 16. */
void ck_ladder_batch(const ck_kernels *kernels, ck_measure measure, const ck_strings *x, const ck_strings *y,
                     const double *threshold, uint32_t nthresholds, const uint32_t *a, const uint32_t *b,
                     size_t n, uint8_t *out);

#endif
